import type { Draft } from '../books.ts';
import type { Command, OutcomeOf } from '../command.ts';
import type { Env } from '../commit.ts';
import * as Counter from '../counter.ts';
import type { DepositLog } from '../ports.ts';
import { refuse } from '../refusal.ts';
import { type Act, cardOf, least, patch } from './act.ts';
import { ownAct, perform } from './log.ts';
import type { Payback } from './payback.ts';
import { move } from './purse.ts';

/** Notes that the treasury sent money back: a claim. */
export function notePayback(
  draft: Draft,
  command: Command<'payback.sent'>,
  env: Env,
): OutcomeOf<'payback.sent'> {
  const payback = draft.get('payback', command.paybackId);
  if (payback?.walletId !== command.walletId) {
    return refuse('card_not_found', `No card has the payback ${command.paybackId}`);
  }
  if (payback.state === 'sent' || payback.state === 'settled') return { outcome: 'ok', payback };
  if (payback.state !== 'due') {
    return refuse('state_conflict', `The payback ${payback.id} is ${payback.state}`);
  }
  const sent: Payback = { ...payback, state: 'sent', txHash: command.txHash, updatedAtMs: env.nowMs };
  const message = ownAct('payback_sent', payback.id, { units: payback.amountUnits, detail: command.txHash });
  perform(draft, env, { cardId: payback.cardId, message, actor: { kind: 'system', id: 'treasury' } }, () =>
    draft.put('payback', sent),
  );
  return { outcome: 'ok', payback: sent };
}

/** Whether a log is this payback's: everything that was asked for is what was moved, and it is not booked yet. */
export function isPayback(payback: Payback, log: DepositLog): boolean {
  return (
    payback.state !== 'settled' &&
    payback.state !== 'cancelled' &&
    payback.assetId === log.assetId &&
    payback.from === log.from &&
    payback.to === log.to &&
    payback.amountUnits === log.valueUnits &&
    payback.nonce === log.nonce
  );
}

/** Books a payback as arrived, on the log that proves it, and gives the mandate its budget back. */
export function settlePayback(draft: Draft, payback: Payback, by: { log: DepositLog; env: Env }): void {
  const { log, env } = by;
  const message = ownAct('payback_settled', payback.id, { units: payback.amountUnits, detail: log.txHash });
  const actor = { kind: 'system', id: 'chain' } as const;
  perform(draft, env, { cardId: payback.cardId, message, actor }, (act) => {
    move(act, 'arrive', payback.amountUnits);
    draft.put('payback', { ...payback, state: 'settled', txHash: log.txHash, updatedAtMs: env.nowMs });
    restoreBudget(act, payback.amountUnits);
  });
}

/** Restores the windows that the card's payments took from, in their order, up to what each of them put in. */
function restoreBudget(act: Act, amountUnits: bigint): void {
  const card = cardOf(act);
  let left = amountUnits;
  const fundings = card.fundings.map((funding) => {
    const most = funding.lockUnits + (card.isFeeReturned ? funding.feeUnits : 0n) - funding.restoredUnits;
    const units = funding.state === 'settled' ? least(left, most) : 0n;
    if (units === 0n) return funding;
    left -= units;
    Counter.restore(act.draft, act.draft.get('payment', funding.paymentId)?.counterIds ?? [], units);
    return { ...funding, restoredUnits: funding.restoredUnits + units };
  });
  patch(act, { fundings });
}
