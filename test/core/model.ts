import type { Command, Outcome, OutcomeOf } from '../../src/core/command.ts';
import type { Payment } from '../../src/core/payment.ts';
import type { Price } from '../../src/core/pin.ts';
import { OPERATOR } from './cast.ts';
import type { Memory } from './memory.ts';
import type { ToyChain } from './toy-chain.ts';

/** How often what happened, by name. */
export type Tally = Map<string, number>;

/** What must be true of the answers of a history, known without looking at the core's own rules. */
export type Model = {
  /** Takes note of a command that was answered, and throws when the answer must not be. */
  readonly take: (command: Command, outcome: Outcome, nowMs: number) => void;
  /** Throws when the books have other money, or another state, than they must. */
  readonly check: (chains: ReadonlyMap<string, ToyChain>) => void;
};

/** Opens the model of one history. */
export function openModel(memory: Memory, tally: Tally): Model {
  /** Everybody and everything that may not pay. */
  const stopped = new Set<string>();
  const signed = new Set<string>();
  const paymentOf = new Map<string, string>();
  const seenAt = new Map<string, readonly Price[]>();
  const firstAt = new Map<string, readonly Price[]>();

  const count = (name: string) => void tally.set(name, (tally.get(name) ?? 0) + 1);
  const must = (isTrue: boolean, what: string) => {
    if (!isTrue) throw new Error(what);
  };

  function mayPay({ id, walletId, agentId, mandateId }: Payment, nowMs: number): void {
    const terms = memory.books.get('terms', `${mandateId}/v1`);
    must(terms?.walletId === walletId && terms.agentId === agentId, `${id} is of another's mandate`);
    for (const party of [walletId, agentId, mandateId])
      must(!stopped.has(party), `${party} paid and must not`);
    must(signed.has(mandateId), `${mandateId} was never signed`);
    const { notBeforeMs, expiresAtMs } = terms?.scope ?? { notBeforeMs: 0, expiresAtMs: 0 };
    must(nowMs >= notBeforeMs && nowMs < expiresAtMs, `${mandateId} paid at ${nowMs}`);
  }

  /** Whether a payment that was allowed goes where it may, for as much as it may. */
  function isRightPayee(command: Command<'payment.authorize'>, payment: Payment): void {
    const { id, offer, mandateId, walletId } = payment;
    const { hosts, addresses } = memory.books.get('terms', `${mandateId}/v1`)?.scope.payees ?? {
      hosts: [],
      addresses: [],
    };
    must(offer !== null && offer.priceUnits <= (command.maxUnits ?? 1_000_000n), `${id} is too dear`);
    if (offer === null || addresses.includes(offer.payTo)) return;
    const { url, host } = command.resource;
    must(hosts.includes(host), `${id} pays a host that is not listed`);
    const first = firstAt.get(`${walletId} ${url.split('?')[0]}`) ?? command.seen;
    must(
      first.length === 0 || first.some(({ payTo }) => payTo === offer.payTo),
      `${id} pays a payee that changed`,
    );
    if (command.challenge.source === 'wallet') return;
    const seen = [...command.seen, ...(seenAt.get(`${walletId} ${url}`) ?? [])];
    const isSeen = seen.some(
      ({ payTo, priceUnits }) => payTo === offer.payTo && priceUnits >= offer.priceUnits,
    );
    must(isSeen, `${id} pays what only the agent saw`);
  }

  function decided(
    command: Command<'payment.authorize'>,
    outcome: OutcomeOf<'payment.authorize'>,
    nowMs: number,
  ): void {
    if (outcome.outcome === 'refused') {
      count(`refused ${outcome.code}`);
      return;
    }
    const { payment, isReplay } = outcome;
    const key = `${command.agentId} ${command.idempotencyKey}`;
    must(isReplay === paymentOf.has(key), `${key} is ${isReplay ? '' : 'not '}a replay`);
    must((paymentOf.get(key) ?? payment.id) === payment.id, `${key} made another payment`);
    paymentOf.set(key, payment.id);
    if (isReplay) {
      count('replay');
      return;
    }
    count(payment.refusal === null ? 'allowed' : `denied ${payment.refusal.code}`);
    if (payment.state === 'reserved') {
      mayPay(payment, nowMs);
      isRightPayee(command, payment);
      must(
        command.chainSkewSeconds !== null && command.challenge.statedOrigin === null,
        `${payment.id} is not sound`,
      );
    }
    learn(command);
  }

  function learn({ seen, walletId, resource: { url } }: Command<'payment.authorize'>): void {
    if (seen.length === 0) return;
    seenAt.set(`${walletId} ${url}`, seen);
    const path = `${walletId} ${url.split('?')[0]}`;
    if (!firstAt.has(path)) firstAt.set(path, seen);
  }

  function consented(command: Command<'approval.sign'>): void {
    const approval = memory.books.get('approval', command.approvalId);
    must(command.signer === OPERATOR && approval !== null, 'Somebody else signed');
    if (approval === null || signed.has(approval.id)) return;
    signed.add(approval.id);
    count(approval.action);
    if (approval.action === 'mandate.approve') signed.add(approval.subjectId);
    else if (approval.action.endsWith('unfreeze')) stopped.delete(approval.subjectId);
    else stopped.add(approval.subjectId);
  }

  function take(command: Command, outcome: Outcome, nowMs: number): void {
    if (command.type === 'payment.authorize') {
      decided(command, outcome as OutcomeOf<'payment.authorize'>, nowMs);
      return;
    }
    must(command.type !== 'chain.observe' || outcome.outcome === 'ok', 'The chain is not followed any more');
    count(outcome.outcome === 'refused' ? `${command.type} ${outcome.code}` : command.type);
    if (outcome.outcome === 'refused') return;
    if (command.type === 'approval.sign') consented(command);
    if (command.type === 'payment.renew')
      mayPay((outcome as Extract<OutcomeOf<'payment.renew'>, { outcome: 'ok' }>).payment, nowMs);
    const isStolen =
      command.type === 'chain.observe' &&
      command.out.some((log) => log.nonce === null && log.valueUnits > 0n);
    if (isStolen && !signed.has(`seen ${command.to.number} ${command.walletId}`)) {
      signed.add(`seen ${command.to.number} ${command.walletId}`);
      stopped.add(command.walletId);
      count('stolen');
    }
  }

  function check(chains: ReadonlyMap<string, ToyChain>): void {
    for (const { id, isFrozen } of memory.all('wallet')) {
      must(isFrozen === stopped.has(id), `${id} is ${isFrozen ? '' : 'not '}frozen`);
      const balance = chains.get(id)?.balance();
      if (balance !== null && balance !== undefined)
        must(bookedUnits(memory, id) === balance, `${id} has ${balance}`);
    }
    for (const { id, isFrozen, state } of memory.all('agent')) {
      must((isFrozen || state === 'revoked') === stopped.has(id), `${id} is not as it was told`);
    }
  }

  return { take, check };
}

/** What the books say the address holds: what was posted, less what left and could not be booked. */
function bookedUnits(memory: Memory, walletId: string): bigint {
  const account = memory.all('account').find(({ id }) => id.startsWith(walletId) && id.endsWith('/wallet'));
  const lost = memory
    .all('entry')
    .filter(({ kind, chain }) => kind === 'chain.unexplained' && chain === walletId);
  const shortfall = lost.reduce((sum, { body }) => {
    const { bookedUnits: booked, log } = JSON.parse(body) as {
      bookedUnits: string;
      log: { valueUnits: string };
    };
    return sum + BigInt(log.valueUnits) - BigInt(booked);
  }, 0n);
  return (account?.creditsPostedUnits ?? 0n) - (account?.debitsPostedUnits ?? 0n) - shortfall;
}
