import fc from 'fast-check';
import type { CardControls } from '../../src/core/card/card.ts';
import { unitsOf } from '../../src/core/card/cents.ts';
import type { Merchant, MessageBody, NetworkMessage } from '../../src/core/card/network.ts';
import type { Command } from '../../src/core/command.ts';
import type { CardId } from '../../src/core/id.ts';
import { findBreach } from './breach.ts';
import { findCardBreach } from './card-breach.ts';
import {
  available,
  HOUR_MS,
  OPENING,
  openWorld,
  orderCard,
  payAllBack,
  release,
  send,
  settle,
  type World,
} from './card-world.ts';
import { AGENT, approve, idOf, MANDATE, WALLET } from './cast.ts';

const CARDS: readonly CardId[] = [idOf('card', 1), idOf('card', 2)];
const AUTHS = ['a1', 'a2', 'a3', 'v1', 'v2'] as const;
const AMOUNTS = [0, 1, 50, 100, 101, 700, 1000, 2400, 2500, 2501, 4000] as const;
const HOURS = [0, 1, 1, 5, 5, 23, 24, 100, 168, 800] as const;
const KINDS = [
  ...(['ask', 'ask', 'ask', 'ask', 'probe', 'advice', 'notice', 'declined', 'more', 'more'] as const),
  ...(['reverse', 'reverse', 'expire', 'late', 'late', 'clear', 'clear', 'part', 'part', 'force'] as const),
  ...(['refund', 'refund', 'unrefund', 'won', 'challenge', 'passed', 'again', 'again', 'again'] as const),
  ...(['ask', 'ask', 'ask', 'ask', 'probe', 'part', 'part', 'clear', 'more', 'reverse'] as const),
  ...(['wait', 'wait', 'close', 'freeze', 'withdraw', 'stop', 'lift', 'order', 'recharge', 'fund'] as const),
  ...(['issue', 'fail', 'settle', 'settle', 'release', 'back', 'back', 'mirrored'] as const),
] as const;

/** One thing that happens, to one of two cards. */
export type Step = {
  readonly kind: (typeof KINDS)[number];
  readonly card: 0 | 1;
  readonly auth: number;
  readonly amount: number;
  readonly pick: number;
};

/** What happens to two cards, and what they were told when they were made. */
export type History = {
  readonly controls: Partial<CardControls>;
  readonly isIssued: boolean;
  readonly steps: readonly Step[];
};

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom(...KINDS),
  card: fc.constantFrom(0, 0, 0, 1),
  auth: fc.constantFrom(0, 0, 0, 0, 1, 2, 3, 4),
  amount: fc.nat({ max: AMOUNTS.length - 1 }),
  pick: fc.nat({ max: 999 }),
});

/** Random histories. */
export const histories: fc.Arbitrary<History> = fc.record({
  controls: fc.record({
    allowsPartialApproval: fc.boolean(),
    reopensOnFullReversal: fc.boolean(),
    lateReserveMs: fc.constantFrom(0, 240 * HOUR_MS),
    requires3ds: fc.constantFrom(false, false, false, true),
    ttlMs: fc.constantFrom(24 * HOUR_MS, 1000 * HOUR_MS, 1000 * HOUR_MS),
  }),
  isIssued: fc.constantFrom(true, true, true, false),
  steps: fc.array(step, { minLength: 5, maxLength: 50, size: 'max' }),
});

/** Budgets so tight that what comes back can be spent again, and not more than that. */
const LIMITS = {
  totalUnits: 45_000_000n,
  perDayUnits: 40_000_000n,
  perPayeeUnits: 44_000_000n,
  perPeriod: { limitUnits: 42_000_000n, every: 'week' },
} as const;

/** How often what happened, by name. */
export type Tally = Map<string, number>;

/** Plays a history, looks at everything after each step, and throws at the first broken promise. */
export function runHistory({ controls, isIssued, steps }: History, tally: Tally): World {
  const world = openWorld({ scope: LIMITS });
  const sent: Command[] = [];
  const count = (name: string) => void tally.set(name, (tally.get(name) ?? 0) + 1);

  function commit(command: Command): void {
    sent.push(command);
    const [verdict] = world.memory.commit([command], world.nowMs);
    if (verdict === undefined || 'thrown' in verdict) throw verdict?.thrown;
    const { outcome } = verdict;
    count(outcome.outcome === 'refused' ? `${command.type} ${outcome.code}` : command.type);
    if (outcome.outcome === 'ok' && 'answer' in outcome && outcome.answer.kind === 'declined') {
      count(outcome.answer.reason);
    }
  }

  commit(orderCard({ fee: 50, controls }));
  commit(orderCard({ n: 2, lock: 1000, controls }));
  for (const [i, cardId] of isIssued ? CARDS.entries() : []) {
    commit({ type: 'card.funded', walletId: WALLET, cardId, paymentId: idOf('pay', i + 1), txHash: 'aa' });
    commit(issued(cardId));
  }
  for (const [i, one] of steps.entries()) {
    const command = commandOf(world, one, { i, sent, controls });
    if (command === null) aside(world, one);
    else commit(command);
    check(world);
  }
  drain(world);
  check(world);
  checkEnd(world);
  for (const { exceptions } of world.memory.all('event')) exceptions.forEach(count);
  for (const card of world.memory.all('card')) count(`${card.state} ${card.closeReason}`);
  return world;
}

function issued(cardId: CardId, isPending = false): Command {
  const made = { token: `tok ${cardId}`, lastFour: '4242', expiry: '12/30', isPending };
  return { type: 'card.issued', walletId: WALLET, cardId, ...made };
}

/** What a step sends; null where it is not one command. */
function commandOf(
  world: World,
  step: Step,
  at: { i: number; sent: readonly Command[]; controls: Partial<CardControls> },
): Command | null {
  const cardId = CARDS[step.card] ?? 'card_1';
  const of = { walletId: WALLET, cardId } as const;
  const control = {
    type: 'card.control',
    ...of,
    actId: `act ${at.i}`,
    actor: { kind: 'operator', id: 'o' },
  } as const;
  const n = `x${at.i}`;
  switch (step.kind) {
    case 'again':
      return at.sent[step.pick % at.sent.length] ?? null;
    case 'close':
    case 'freeze':
      return { ...control, act: { kind: step.kind } };
    case 'withdraw': {
      const cents = AMOUNTS[step.amount] ?? 0;
      return {
        ...control,
        act: { kind: 'withdraw', amountUnits: cents === 0 ? null : unitsOf(BigInt(cents)) },
      };
    }
    case 'order':
      return orderCard({ n, lock: 100, fee: 1, card: idOf('card', n), controls: at.controls });
    case 'recharge':
      return orderCard({ n, lock: 300, fee: 2, kind: 'recharge', card: cardId });
    case 'fund': {
      const fundings = world.memory.books.get('card', cardId)?.fundings ?? [];
      const paymentId = fundings[step.pick % fundings.length]?.paymentId ?? 'pay_none';
      return { type: 'card.funded', ...of, paymentId, txHash: 'aa' };
    }
    case 'issue':
      return issued(cardId, step.pick % 3 === 0);
    case 'fail':
      return { type: 'card.fail', ...of, reason: 'No' };
    case 'mirrored':
      return { type: 'card.mirrored', ...of, mirrorVersion: step.pick % 4 };
    default: {
      const body = bodyOf(world, step);
      if (body === null) return null;
      const message = { id: `m${at.i}`, sentAtMs: null, ...body } as NetworkMessage;
      return { type: 'card.message', ...of, message, deadlineMs: null };
    }
  }
}

/** The message of a step; null where it is none. */
function bodyOf(world: World, { kind, auth: name, amount, pick }: Step): MessageBody | null {
  const auth = AUTHS[name] ?? 'a1';
  const amountUnits = unitsOf(BigInt(AMOUNTS[kind === 'probe' ? 1 + (amount % 3) : amount] ?? 0));
  const merchant: Merchant = { name: 'Shop', id: null, mcc: pick % 9 === 0 ? '7011' : null, country: null };
  switch (kind) {
    case 'ask':
    case 'probe':
    case 'advice':
    case 'notice':
    case 'declined':
      return {
        kind: 'authorization',
        mode: kind === 'probe' ? 'ask' : kind,
        auth,
        purpose: pick % 7 === 0 ? 'financial' : 'purchase',
        amountUnits,
        merchant,
        code: pick % 11 === 0 ? 'mismatch' : 'match',
        expiry: 'match',
        initiator: 'cardholder',
        isPartialCapable: pick % 2 === 0,
        challenge: null,
        expiresAtMs: pick % 5 === 0 ? world.nowMs + 2 * HOUR_MS : null,
        decline: null,
      };
    case 'more':
      return { kind: 'increment', mode: pick % 3 === 0 ? 'advice' : 'ask', auth, amountUnits };
    case 'reverse':
      return { kind: 'reversal', auth, amountUnits: pick % 2 === 0 ? null : amountUnits };
    case 'expire':
      return { kind: 'expiry', auth };
    case 'late':
      return { kind: 'timeout', auth };
    case 'clear':
    case 'part':
      return { kind: 'clearing', auth, record: 'c', amountUnits, isFinal: kind === 'clear', merchant };
    case 'force':
      return { kind: 'clearing', auth: null, record: 'f', amountUnits, isFinal: true, merchant };
    case 'refund':
      return { kind: 'refund', record: 'r', of: pick % 2 === 0 ? null : auth, amountUnits };
    case 'unrefund':
      return { kind: 'refund_reversal', of: 'r', amountUnits };
    case 'won':
      return { kind: 'dispute', step: 'won', of: 'c', amountUnits };
    case 'challenge': {
      const expiresAtMs = world.nowMs + HOUR_MS;
      return { kind: 'challenge', ref: `t${pick % 3}`, amountUnits, merchant, code: '482913', expiresAtMs };
    }
    case 'passed':
      return { kind: 'challenge_result', ref: `t${pick % 3}`, result: 'passed' };
    default:
      return null;
  }
}

/** Steps that are more than one command: time, the operator, and the chain. */
function aside(world: World, { kind, card, pick }: Step): void {
  const cardId = CARDS[card] ?? 'card_1';
  const open = world.memory.all('payment').filter(({ state }) => state === 'reserved');
  const payment = open[pick % Math.max(1, open.length)];
  if (kind === 'wait') {
    world.nowMs += (HOURS[pick % HOURS.length] ?? 0) * HOUR_MS;
    if (pick % 2 === 0) send(world, { type: 'card.tick', walletId: WALLET, cardId });
  } else if (kind === 'stop') stop(world, pick);
  else if (kind === 'lift') lift(world, cardId);
  else if (kind === 'settle' && payment !== undefined) settle(world, payment);
  else if (kind === 'release' && payment !== undefined && pick % 2 === 0) release(world, payment);
  else if (kind === 'back') payAllBack(world);
}

function stop({ memory, nowMs }: World, pick: number): void {
  if (pick % 3 !== 0) approve(memory, 'agent.freeze', AGENT, nowMs);
  else if (memory.books.get('mandate', MANDATE)?.state === 'signed' && pick % 2 === 0) {
    approve(memory, 'mandate.revoke', MANDATE, nowMs);
  }
}

function lift({ memory, nowMs }: World, cardId: CardId): void {
  if (memory.books.get('agent', AGENT)?.isFrozen) approve(memory, 'agent.unfreeze', AGENT, nowMs);
  if (memory.books.get('card', cardId)?.state === 'frozen') approve(memory, 'card.unfreeze', cardId, nowMs);
}

/** Lets every payment be proved, all time pass, and all money arrive. */
function drain(world: World): void {
  for (const payment of world.memory.all('payment').filter(({ state }) => state === 'reserved'))
    settle(world, payment);
  for (const { id: cardId } of world.memory.all('card')) {
    while (world.memory.books.get('card', cardId)?.dueAtMs != null) {
      world.nowMs += 800 * HOUR_MS;
      send(world, { type: 'card.tick', walletId: WALLET, cardId });
    }
  }
  payAllBack(world);
}

function check(world: World): void {
  const { memory } = world;
  const breach = findCardBreach(memory) ?? findBreach(memory, 60);
  if (breach !== null) throw new Error(breach);
  const live = memory.all('payment').filter(({ state }) => state === 'reserved' || state === 'settled');
  const paid = live.reduce((sum, { offer }) => sum + (offer?.priceUnits ?? 0n), 0n);
  const backs = memory.all('payback').filter(({ state }) => state === 'settled');
  const back = backs.reduce((sum, { amountUnits }) => sum + amountUnits, 0n);
  if (available(world) !== OPENING - paid + back)
    throw new Error('The wallet has something else than it must');
  const total = memory.books.get('counter', `${MANDATE}/total`);
  if (total !== null && total.reservedUnits + total.settledUnits !== paid - back) {
    throw new Error('The mandate has taken something else than is out');
  }
  for (const { id } of memory.all('card')) checkUse(world, id);
}

/**
 * At most one charge of more than a dollar was approved, or let grow, by us, of those that did not come to nothing. Where
 * the network approved too, it cannot be told who let it grow.
 */
function checkUse({ memory }: World, cardId: CardId): void {
  const [ours, theirs] = [new Set<string>(), new Set<string>()];
  for (const { cardId: of, message, answer } of memory.all('event')) {
    const isAbout = message.kind === 'authorization' || message.kind === 'increment';
    if (of !== cardId || !isAbout) continue;
    if (message.mode === 'advice' || message.mode === 'notice') theirs.add(message.auth);
    else if (answer.kind === 'approved') ours.add(message.auth);
  }
  const uses = memory.all('hold').filter((hold) => {
    const cameToNothing = hold.end === 'timeout' || hold.end === 'reversed';
    const isOurs = hold.cardId === cardId && ours.has(hold.auth) && !theirs.has(hold.auth);
    return isOurs && !hold.isProbe && !cameToNothing;
  });
  const above = uses.filter(({ authorizedUnits }) => authorizedUnits > 1_000_000n);
  if (above.length > 1) throw new Error(`${cardId} was used ${above.length} times`);
}

/** Nothing is left on a card, and the wallet lacks what merchants and the issuer kept, not more. */
function checkEnd(world: World): void {
  let lacking = 0n;
  for (const card of world.memory.all('card')) {
    if (card.reservedUnits !== 0n || card.heldUnits !== 0n)
      throw new Error(`${card.id} keeps money for ever`);
    if (card.state !== 'closed' && card.state !== 'failed') throw new Error(`${card.id} is open for ever`);
    lacking += card.capturedUnits - card.shortfallUnits - card.refundedUnits - card.disputeCreditUnits;
    lacking += card.isFeeReturned ? 0n : card.feeUnits;
  }
  if (world.memory.all('payback').some(({ state }) => state !== 'settled' && state !== 'cancelled')) {
    throw new Error('Money is on its way back for ever');
  }
  if (available(world) !== OPENING - lacking) throw new Error('Money was lost, or appeared');
}
