import fc from 'fast-check';
import type { Scope } from '../../src/core/scope.ts';
import { AGENT_ADDRESS, DAY_MS, HOST, idOf, OTHER_PAYEE, PAYEE, scope } from './cast.ts';

/** A second before the end of a day, a week and a month: Sunday, 2026-05-31T23:59:59Z. */
export const BEGIN_MS = Date.UTC(2026, 4, 31, 23, 59, 59);
export const WALLETS = [idOf('wal', 1), idOf('wal', 2)] as const;
/** Those that a scope may list, and one more that none lists. */
export const HOSTS = [HOST, 'b.example', 'c.example'] as const;
export const ADDRESSES = [PAYEE, OTHER_PAYEE, AGENT_ADDRESS] as const;
/** Who has which mandate: an agent with two, another agent of that wallet, and one of another wallet. */
export const CAST = [
  { walletId: WALLETS[0], agentId: idOf('agt', 1), mandateId: idOf('mand', 1) },
  { walletId: WALLETS[0], agentId: idOf('agt', 1), mandateId: idOf('mand', 2) },
  { walletId: WALLETS[0], agentId: idOf('agt', 2), mandateId: idOf('mand', 3) },
  { walletId: WALLETS[1], agentId: idOf('agt', 3), mandateId: idOf('mand', 4) },
] as const;
/** The one with this number; most numbers are the first's, so that it comes to its limits. */
export function partyOf(pick: number): (typeof CAST)[number] {
  return CAST[[0, 0, 0, 0, 0, 1, 2, 3][pick % 8] ?? 0] ?? CAST[0];
}

const KINDS = [
  ...([
    'pay',
    'pay',
    'pay',
    'pay',
    'pay',
    'pay',
    'pay',
    'pay',
    'mine',
    'mine',
    'observe',
    'observe',
  ] as const),
  ...(['release', 'release', 'approve', 'again', 'again', 'deposit', 'steal', 'spam'] as const),
  ...(['note', 'renew', 'expire', 'conclude'] as const),
] as const;

/** One thing that happens. What it means exactly is made of the two numbers and of how things stand by then. */
export type Step = {
  readonly kind: (typeof KINDS)[number];
  /** Waits for the next commit instead of being one: several commands become one batch. */
  readonly isQueued: boolean;
  readonly pick: number;
  readonly size: number;
  /** 0: no time passes. */
  readonly wait: number;
};

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom(...KINDS),
  isQueued: fc.boolean(),
  pick: fc.nat({ max: 9999 }),
  size: fc.nat({ max: 9999 }),
  wait: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat({ max: 9999 }) }),
});

/** Limits so small that a history runs into them. */
const units = fc.bigInt({ min: 5n, max: 40n });
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 2 });
const scopes: fc.Arbitrary<Scope> = fc
  .record({
    totalUnits: fc.bigInt({ min: 10n, max: 120n }),
    perPaymentUnits: maybe(fc.bigInt({ min: 4n, max: 12n })),
    perDayUnits: maybe(units),
    perPayeeUnits: maybe(units),
    perPeriod: maybe(fc.record({ limitUnits: units, every: fc.constantFrom('day', 'week', 'month') })),
    paymentsMax: maybe(fc.integer({ min: 1, max: 8 })),
    velocity: maybe(fc.record({ count: fc.integer({ min: 1, max: 3 }), seconds: fc.constantFrom(2, 60) })),
    notBeforeMs: fc.constantFrom(BEGIN_MS - DAY_MS, BEGIN_MS - DAY_MS, BEGIN_MS, BEGIN_MS + 1000),
    expiresAtMs: fc
      .constantFrom(120_000, DAY_MS, 30 * DAY_MS, 60 * DAY_MS, 60 * DAY_MS)
      .map((ms) => BEGIN_MS + ms),
    hosts: fc.constantFrom([HOSTS[0]], [HOSTS[0]], [HOSTS[0], HOSTS[1]], [HOSTS[0], HOSTS[1]], []),
    addresses: fc.subarray([...ADDRESSES.slice(0, 2)]),
  })
  .map(({ hosts, addresses, ...limits }) =>
    scope({ ...(limits as Partial<Scope>), payees: { hosts, addresses } }),
  );

/** The scopes that were signed, what happens, and which character of the trail is changed at the end. */
export type History = {
  readonly scopes: readonly Scope[];
  readonly steps: readonly Step[];
  readonly flip: number;
};

/** Random histories. */
export const histories: fc.Arbitrary<History> = fc.record({
  scopes: fc.array(scopes, { minLength: CAST.length, maxLength: CAST.length }),
  steps: fc.array(step, { minLength: 10, maxLength: 60, size: 'max' }),
  flip: fc.nat(),
});
