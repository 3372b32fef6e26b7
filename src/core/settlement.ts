import { append } from './audit.ts';
import { holdId } from './authorize.ts';
import type { Draft } from './books.ts';
import { settleFunding } from './card/funding.ts';
import { releaseFunding } from './card/loss.ts';
import type { Command, OutcomeOf } from './command.ts';
import type { Env } from './commit.ts';
import * as Counter from './counter.ts';
import { cursorId } from './deposit.ts';
import { endHold } from './ledger.ts';
import type { Payment, SettlementProof } from './payment.ts';
import type { SettlementLog } from './ports.ts';
import { refuse } from './refusal.ts';

const CHAIN = { kind: 'system', id: 'chain' } as const;

/** Notes what is known of a reserved payment short of proof. It moves nothing. */
export function notePayment(
  draft: Draft,
  command: Command<'payment.note'>,
  env: Env,
): OutcomeOf<'payment.note'> {
  const payment = draft.get('payment', command.paymentId);
  if (payment?.walletId !== command.walletId) {
    return refuse('payment_not_found', `There is no payment ${command.paymentId}`);
  }
  if (payment.state !== 'reserved' || payment.evidence === command.evidence)
    return { outcome: 'ok', payment };
  const noted: Payment = { ...payment, evidence: command.evidence, updatedAtMs: env.nowMs };
  draft.put('payment', noted);
  const body = { evidence: command.evidence, detail: command.detail };
  const kind = `payment.${command.evidence}`;
  append(draft, env, { chain: payment.walletId, kind, subjectId: payment.id, actor: CHAIN, body });
  return { outcome: 'ok', payment: noted };
}

/** Whether a log is this payment's: everything that was signed is what was moved. */
export function matches(payment: Payment, log: SettlementLog): boolean {
  const signed = payment.authorization;
  if (signed === null) return false;
  return (
    signed.assetId === log.assetId &&
    signed.from === log.from &&
    signed.to === log.to &&
    signed.valueUnits === log.valueUnits &&
    signed.nonce === log.nonce
  );
}

/** Books a payment as paid, on the log that proves it. */
export function settlePayment(
  draft: Draft,
  payment: Payment,
  by: { proof: SettlementProof; env: Env },
): void {
  const { proof, env } = by;
  endHold(draft, { pendingId: holdId(payment.id), kind: 'post', atMs: env.nowMs });
  Counter.settle(draft, payment.counterIds, payment.offer?.budgetUnits ?? 0n);
  draft.put('payment', {
    ...payment,
    state: 'settled',
    evidence: 'confirmed',
    proof,
    updatedAtMs: env.nowMs,
  });
  const body = { proof, authorization: payment.authorization };
  append(draft, env, {
    chain: payment.walletId,
    kind: 'payment.settled',
    subjectId: payment.id,
    actor: CHAIN,
    body,
  });
  settleFunding(draft, payment, env);
}

/**
 * Gives back what an authorization can no longer take: a finalized block at or past its end, in which its nonce
 * is unused, all logs up to that block being in the books.
 */
export function releasePayment(
  draft: Draft,
  command: Command<'payment.release'>,
  env: Env,
): OutcomeOf<'payment.release'> {
  const payment = draft.get('payment', command.paymentId);
  if (payment?.walletId !== command.walletId) {
    return refuse('payment_not_found', `There is no payment ${command.paymentId}`);
  }
  if (payment.state === 'released') return { outcome: 'ok', payment };
  const signed = payment.authorization;
  if (payment.state !== 'reserved' || signed === null) {
    return refuse('state_conflict', `The payment ${payment.id} is ${payment.state}`);
  }
  const { proof } = command;
  if (proof.blockSeconds < signed.validBeforeSeconds) {
    return refuse(
      'state_conflict',
      `The payment ${payment.id} can still be settled at block ${proof.blockNumber}`,
    );
  }
  const cursor = draft.get('cursor', cursorId(payment.walletId, networkOf(signed.assetId)));
  if (cursor === null || cursor.blockNumber < proof.blockNumber) {
    return refuse('state_conflict', `The books have not read the chain up to block ${proof.blockNumber}`);
  }
  if (cursor.blockSeconds < proof.blockSeconds) {
    return refuse('state_conflict', `Block ${proof.blockNumber} is not as late as ${proof.blockSeconds}`);
  }
  endHold(draft, { pendingId: holdId(payment.id), kind: 'void', atMs: env.nowMs });
  Counter.release(draft, payment.counterIds, payment.offer?.budgetUnits ?? 0n);
  forgetMoment(draft, payment);
  const released: Payment = { ...payment, state: 'released', proof, updatedAtMs: env.nowMs };
  draft.put('payment', released);
  const body = { proof, authorization: signed };
  append(draft, env, {
    chain: payment.walletId,
    kind: 'payment.released',
    subjectId: payment.id,
    actor: CHAIN,
    body,
  });
  releaseFunding(draft, payment, env);
  return { outcome: 'ok', payment: released };
}

function networkOf(assetId: string) {
  return assetId.slice(0, assetId.indexOf('/')) as `eip155:${number}`;
}

/** A released payment no longer counts towards the velocity limit. */
function forgetMoment(draft: Draft, payment: Payment): void {
  const velocity = draft.get('velocity', payment.mandateId);
  const at = velocity?.atMs.indexOf(payment.createdAtMs) ?? -1;
  if (velocity === null || at === -1) return;
  draft.put('velocity', { ...velocity, atMs: velocity.atMs.filter((_, i) => i !== at) });
}
