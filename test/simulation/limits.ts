import type { Counter, Velocity } from '../../src/core/counter.ts';
import type { Terms } from '../../src/core/mandate.ts';
import type { Payment } from '../../src/core/payment.ts';
import type { Policy } from '../../src/core/policy.ts';

/** What of a mandate must hold at every instant: its terms, the server's own numbers, and every payment under it. */
export type Spending = {
  readonly terms: Terms;
  readonly policy: Policy;
  readonly payments: readonly Payment[];
};

const DAY_MS = 86_400_000;
/** 1970-01-01 was a Thursday: the first Monday came four days later. */
const MONDAY_MS = 4 * DAY_MS;

/**
 * Every limit that the payments of a mandate are over. Counted anew from the payments and their signed amounts, in the
 * simulation's own words: no counter of the books is looked at.
 */
export function brokenLimits({ terms, policy, payments }: Spending): readonly string[] {
  const { scope } = terms;
  const taken = payments.filter(({ state }) => state === 'reserved' || state === 'settled');
  const broken: string[] = [];
  const most = (what: string, amount: bigint | number, limit: bigint | number | undefined) => {
    if (limit !== undefined && amount > limit) broken.push(`${what}: ${amount} is over ${limit}`);
  };
  const groups = (what: string, limit: bigint | undefined, keyOf: (payment: Payment) => string) => {
    if (limit === undefined) return;
    for (const [key, group] of Map.groupBy(taken, keyOf)) most(`${what} ${key}`, sum(group), limit);
  };
  most('total', sum(taken), scope.totalUnits);
  most('count', taken.length, scope.paymentsMax);
  for (const payment of taken) most(`payment ${payment.id}`, units(payment), scope.perPaymentUnits);
  groups('day', scope.perDayUnits, ({ createdAtMs }) => String(Math.floor(createdAtMs / DAY_MS)));
  groups('payee', scope.perPayeeUnits, (payment) => payeeOf(payment, terms));
  const { perPeriod, velocity } = scope;
  if (perPeriod !== undefined) {
    groups(perPeriod.every, perPeriod.limitUnits, ({ createdAtMs }) =>
      periodOf(perPeriod.every, createdAtMs),
    );
  }
  if (velocity !== undefined) most('velocity', fastest(taken, velocity.seconds * 1000), velocity.count);
  const perMinute = Map.groupBy(taken, ({ createdAtMs, resource }) => {
    return `${Math.floor(createdAtMs / 60_000)} ${new URL(resource.url).origin}${new URL(resource.url).pathname}`;
  });
  for (const [key, group] of perMinute)
    most(`resource ${key}`, group.length, policy.resourcePaymentsPerMinute);
  for (const { id, createdAtMs } of taken) {
    const isInTime = createdAtMs >= scope.notBeforeMs && createdAtMs < scope.expiresAtMs;
    if (!isInTime) broken.push(`payment ${id} was decided outside of the mandate's time`);
  }
  return broken;
}

/**
 * What the books keep of a mandate besides its payments, where that is not what the payments add up to: a window that
 * gives nothing back would refuse what is allowed.
 */
export function brokenCounters(
  payments: readonly Payment[],
  kept: { readonly counters: readonly Counter[]; readonly velocity: Velocity | null },
): readonly string[] {
  const open = payments.filter(({ state }) => state === 'reserved');
  const settled = payments.filter(({ state }) => state === 'settled');
  const taken = [...open, ...settled];
  const wrong = kept.counters.filter(({ id, reservedUnits, settledUnits, count }) => {
    const isOf = ({ counterIds }: Payment) => counterIds.includes(id);
    const isRight = reservedUnits === sum(open.filter(isOf)) && settledUnits === sum(settled.filter(isOf));
    return !isRight || count !== taken.filter(isOf).length;
  });
  const moments = new Set(taken.map(({ createdAtMs }) => createdAtMs));
  const isForgotten = kept.velocity?.atMs.every((moment) => moments.has(moment)) ?? true;
  return [
    ...wrong.map(({ id }) => `the counter ${id} is not what was taken`),
    ...(isForgotten ? [] : ['a payment that was released counts towards the velocity']),
  ];
}

/** What a payment can take: the amount that was signed. */
export function units({ authorization }: Payment): bigint {
  return authorization?.valueUnits ?? 0n;
}

function sum(payments: readonly Payment[]): bigint {
  return payments.reduce((total, payment) => total + units(payment), 0n);
}

/** A payee is its address where the mandate lists it, else the host that asked. */
function payeeOf({ authorization, resource }: Payment, { scope }: Terms): string {
  const to = authorization?.to ?? '0x';
  return scope.payees.addresses.includes(to) || !scope.payees.hosts.includes(resource.host)
    ? to
    : resource.host;
}

function periodOf(every: 'day' | 'week' | 'month', atMs: number): string {
  if (every === 'day') return String(Math.floor(atMs / DAY_MS));
  if (every === 'week') return String(Math.floor((atMs - MONDAY_MS) / (7 * DAY_MS)));
  const day = new Date(atMs);
  return `${day.getUTCFullYear()}-${day.getUTCMonth()}`;
}

/** The most payments that were decided in any stretch of this length. */
function fastest(payments: readonly Payment[], lengthMs: number): number {
  const moments = payments.map(({ createdAtMs }) => createdAtMs);
  const upTo = (end: number) => moments.filter((moment) => moment <= end && moment > end - lengthMs).length;
  return Math.max(0, ...moments.map(upTo));
}
