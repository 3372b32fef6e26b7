import type { AuditEntry } from '../../src/core/audit.ts';
import { canonicalJson } from '../../src/core/canonical.ts';
import type { Counter } from '../../src/core/counter.ts';
import type { Account, Transfer } from '../../src/core/ledger.ts';
import type { Mandate } from '../../src/core/mandate.ts';
import type { Payment } from '../../src/core/payment.ts';
import type { Scope } from '../../src/core/scope.ts';
import type { Memory } from './memory.ts';

/** Which records to look at; `openMemory` gives them, and so can any store that lists what it holds. */
export type Records = Pick<Memory, 'all'>;

const DAY_MS = 86_400_000;

/**
 * The first promise that these records break, in words; null when they break none. Everything is added up anew from
 * the payments and the transfers, in other words than the core's.
 */
export function findBreach(records: Records, resourcePerMinute: number): string | null {
  const payments = records.all('payment');
  const restored = restoredOf(records);
  const live = payments.filter(({ state }) => state === 'reserved' || state === 'settled');
  return (
    first(records.all('mandate'), ({ id, version }) => {
      const terms = records.all('terms').find((one) => one.id === `${id}/v${version}`);
      const own = live.filter(({ mandateId }) => mandateId === id);
      return terms === undefined
        ? `${id} has no terms`
        : overLimit(own, terms.scope, { resourcePerMinute, restored });
    }) ??
    first(records.all('counter'), (counter) => wrongCounter(counter, live, restored)) ??
    wrongAccounts(records.all('account'), records.all('transfer')) ??
    wrongHolds(payments, records.all('transfer')) ??
    wrongTrail(payments, records.all('entry')) ??
    first(records.all('mandate'), (mandate) => {
      const isPaid = live.some(({ mandateId }) => mandateId === mandate.id);
      return isPaid ? wrongConsent(records, mandate) : null;
    }) ??
    doubled(
      'nonce',
      live.map(({ authorization }) => authorization?.nonce ?? 'none'),
    ) ??
    doubled(
      'payment of a key',
      records.all('request').map(({ subjectId }) => subjectId ?? ''),
    )
  );
}

function first<T>(items: readonly T[], find: (item: T) => string | null): string | null {
  for (const item of items) {
    const found = find(item);
    if (found !== null) return found;
  }
  return null;
}

/** What is reserved or settled is within every limit of the scope, in every window there is. */
function overLimit(
  own: readonly Payment[],
  scope: Scope,
  by: { resourcePerMinute: number; restored: Restored },
): string | null {
  const { resourcePerMinute, restored } = by;
  const price = (payment: Payment) => (payment.offer?.budgetUnits ?? 0n) - (restored.get(payment.id) ?? 0n);
  const sums = (name: string, most: bigint | undefined, windowOf: (payment: Payment) => unknown) => {
    if (most === undefined) return null;
    const taken = new Map<unknown, bigint>();
    for (const payment of own) {
      const window = windowOf(payment);
      const sum = (taken.get(window) ?? 0n) + price(payment);
      taken.set(window, sum);
      if (sum > most) return `${payment.mandateId} took ${sum} of ${most} per ${name} (${window})`;
    }
    return null;
  };
  const { perPeriod, payees } = scope;
  const index = (atMs: number) => Math.floor(atMs / DAY_MS);
  const windows = {
    day: ({ createdAtMs }: Payment) => index(createdAtMs),
    week: ({ createdAtMs }: Payment) => Math.floor((index(createdAtMs) + 3) / 7),
    month: ({ createdAtMs }: Payment) => new Date(createdAtMs).toISOString().slice(0, 7),
  };
  const payee = ({ offer, resource }: Payment) =>
    offer !== null && payees.addresses.includes(offer.payTo) ? offer.payTo : resource.host;
  return (
    sums('mandate', scope.totalUnits, () => '') ??
    sums('payment', scope.perPaymentUnits, ({ id }) => id) ??
    sums('day', scope.perDayUnits, windows.day) ??
    sums('payee', scope.perPayeeUnits, payee) ??
    (perPeriod === undefined
      ? null
      : sums(perPeriod.every, perPeriod.limitUnits, windows[perPeriod.every])) ??
    tooMany(own, scope, resourcePerMinute)
  );
}

function tooMany(own: readonly Payment[], scope: Scope, resourcePerMinute: number): string | null {
  const { paymentsMax, velocity, notBeforeMs, expiresAtMs } = scope;
  const name = own[0]?.mandateId;
  if (paymentsMax !== undefined && own.length > paymentsMax) return `${name} made ${own.length} payments`;
  const moments = own.map(({ createdAtMs }) => createdAtMs).sort((a, b) => a - b);
  if (moments.some((atMs) => atMs < notBeforeMs || atMs >= expiresAtMs))
    return `${name} paid out of its time`;
  const isFast = (atMs: number, i: number) =>
    velocity !== undefined && (moments[i + velocity.count] ?? Infinity) - atMs < velocity.seconds * 1000;
  if (moments.some(isFast)) return `${name} paid too fast: ${moments.join(' ')}`;
  const minutes = new Map<string, number>();
  for (const { createdAtMs, resource } of own) {
    const minute = `${Math.floor(createdAtMs / 60_000)} ${resource.url.split('?')[0]}`;
    minutes.set(minute, (minutes.get(minute) ?? 0) + 1);
  }
  return Math.max(0, ...minutes.values()) > resourcePerMinute ? `${name} paid one resource too often` : null;
}

/** What came back of payments into cards, by payment. */
type Restored = ReadonlyMap<string, bigint>;

function restoredOf(records: Records): Restored {
  const fundings = records.all('card').flatMap((card) => card.fundings);
  return new Map(fundings.map(({ paymentId, restoredUnits }) => [paymentId, restoredUnits]));
}

function wrongCounter(counter: Counter, live: readonly Payment[], restored: Restored): string | null {
  const own = live.filter(({ counterIds }) => counterIds.includes(counter.id));
  const left = ({ id, offer }: Payment) => (offer?.budgetUnits ?? 0n) - (restored.get(id) ?? 0n);
  const sum = (state: Payment['state']) =>
    own.reduce((total, one) => (one.state === state ? total + left(one) : total), 0n);
  const [reserved, settled] = [sum('reserved'), sum('settled')];
  const isRight =
    counter.reservedUnits === reserved && counter.settledUnits === settled && counter.count === own.length;
  const isWithin = reserved + settled <= counter.capUnits && own.length <= counter.capCount;
  return isRight && isWithin ? null : `The counter ${counter.id} is not what its payments say`;
}

function wrongAccounts(accounts: readonly Account[], transfers: readonly Transfer[]): string | null {
  const ended = new Set(transfers.map(({ pendingId }) => pendingId));
  const sums = new Map<string, bigint>();
  const add = (account: string, side: string, units: bigint) =>
    sums.set(`${account} ${side}`, (sums.get(`${account} ${side}`) ?? 0n) + units);
  for (const { id, kind, debitAccountId, creditAccountId, amountUnits } of transfers) {
    const isHeld = kind === 'pending' && !ended.has(id);
    if (!isHeld && kind !== 'posted' && kind !== 'post') continue;
    add(debitAccountId, isHeld ? 'debits pending' : 'debits posted', amountUnits);
    add(creditAccountId, isHeld ? 'credits pending' : 'credits posted', amountUnits);
  }
  return first(accounts, (account) => {
    const { id, kind, debitsPendingUnits, debitsPostedUnits, creditsPendingUnits, creditsPostedUnits } =
      account;
    const is = [debitsPendingUnits, debitsPostedUnits, creditsPendingUnits, creditsPostedUnits];
    const sides = ['debits pending', 'debits posted', 'credits pending', 'credits posted'];
    if (sides.some((side, i) => (sums.get(`${id} ${side}`) ?? 0n) !== is[i]))
      return `${id} is not the sum of its transfers`;
    const available = creditsPostedUnits - debitsPostedUnits - debitsPendingUnits;
    return kind === 'wallet' && available < 0n ? `${id} is below zero` : null;
  });
}

/** Each payment has the one hold its state asks for, and that ended as its state says. */
function wrongHolds(payments: readonly Payment[], transfers: readonly Transfer[]): string | null {
  const END = { reserved: [], settled: ['post'], released: ['void'], denied: [] } as const;
  return first(payments, ({ id, state, offer }) => {
    const own = transfers.filter(({ subjectId }) => subjectId === id);
    const kinds = own.map(({ kind }) => kind).join();
    const wanted = state === 'denied' ? '' : ['pending', ...END[state]].join();
    const isExact = own.every(({ amountUnits }) => amountUnits === offer?.priceUnits);
    return kinds === wanted && isExact ? null : `${id} is ${state} and has the transfers "${kinds}"`;
  });
}

/** Each payment has the one decision it names, and one entry for how it ended. */
function wrongTrail(payments: readonly Payment[], entries: readonly AuditEntry[]): string | null {
  const bySubject = Map.groupBy(entries, ({ subjectId }) => subjectId);
  return first(payments, ({ id, state, walletId, decisionSeq }) => {
    const own = (bySubject.get(id) ?? []).filter(({ kind }) => /reserved|denied|settled|released/.test(kind));
    const decided = state === 'denied' ? 'payment.denied' : 'payment.reserved';
    const wanted = [decided, ...(state === 'settled' || state === 'released' ? [`payment.${state}`] : [])];
    const isNamed = own[0]?.id === `${walletId}/${decisionSeq}`;
    return own.map(({ kind }) => kind).join() === wanted.join() && isNamed
      ? null
      : `${id} has no one decision`;
  });
}

/** What is enforced is what was signed. */
function wrongConsent(records: Records, mandate: Mandate): string | null {
  const { id, approvalId, version } = mandate;
  const approval = records.all('approval').find((one) => one.id === approvalId);
  const terms = records.all('terms').find((one) => one.id === `${id}/v${version}`);
  if (approval?.state !== 'signed' || terms === undefined) return `${id} paid without a signature`;
  const isSame = approval.terms.includes(`"terms":${canonicalJson(terms)}`);
  return isSame && approval.action === 'mandate.approve' ? null : `${id} enforces what nobody signed`;
}

function doubled(what: string, values: readonly string[]): string | null {
  const seen = new Set<string>();
  for (const value of values) {
    if (value !== '' && seen.has(value)) return `The ${what} ${value} is there twice`;
    seen.add(value);
  }
  return null;
}
