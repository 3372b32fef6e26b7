import { DEFAULT_POLICY } from '../../src/core/policy.ts';
import type { Grant } from './cast.ts';
import type { Shop } from './payee.ts';
import type { Dice } from './random.ts';
import type { Setting } from './world.ts';

const CENT = 10_000n;
const HOUR_MS = 3_600_000;
/** A Sunday that ends a month: day, week and month all begin anew at midnight. */
const MIDNIGHT_MS = Date.UTC(2026, 5, 1);

/** The numbers of a history: few enough of everything that limits are reached and things collide. */
export function drawSetting(dice: Dice): Setting {
  const startMs = MIDNIGHT_MS - dice.pick([5_000, 30_000, 3 * HOUR_MS]) + dice.below(1000);
  const agentCount = dice.between(1, 3);
  const shops = Array.from({ length: dice.between(1, 3) }, (_, n) => drawShop(dice, n));
  const grantCount = dice.between(agentCount, agentCount + 1);
  const grants = Array.from({ length: grantCount }, (_, n) =>
    drawGrant(dice, { n, agentCount, shops, startMs }),
  );
  return {
    startMs,
    openingUnits: BigInt(dice.pick([20, 100, 1000])) * CENT,
    agentCount,
    grants,
    shops,
    policy: { ...DEFAULT_POLICY, resourcePaymentsPerMinute: dice.pick([2, 5, 60]) },
    isCurve: dice.chance(1 / 16),
  };
}

function drawShop(dice: Dice, n: number): Omit<Shop, 'entry'> {
  return {
    host: `shop-${n}.example.com`,
    version: dice.chance(0.7) ? 2 : 1,
    // Some shops have the money go to one and the same address.
    payTo: `0x${(0xa0 + dice.pick([0, n])).toString(16).padStart(40, '0')}`,
    priceUnits: BigInt(dice.pick([1, 5, 10, 25])) * CENT,
    timeoutSeconds: dice.pick([6, 10, 20, 30, 60, 300]),
  };
}

type Around = {
  readonly n: number;
  readonly agentCount: number;
  readonly shops: readonly Omit<Shop, 'entry'>[];
  readonly startMs: number;
};

/** A mandate that allows a handful of payments, by one or several kinds of limit. */
function drawGrant(dice: Dice, { n, agentCount, shops, startMs }: Around): Grant {
  const price = dice.pick(shops).priceUnits;
  const times = (least: number, most: number) =>
    price * BigInt(dice.between(least, most)) + BigInt(dice.below(2));
  const maybe = <T>(limit: T) => (dice.chance(0.25) ? limit : null);
  const perPeriod = maybe({ limitUnits: times(2, 5), every: dice.pick(['day', 'week', 'month'] as const) });
  const velocity = maybe({ count: dice.between(1, 3), seconds: dice.pick([5, 20, 60]) });
  const limits = {
    perPaymentUnits: maybe(times(1, 2)),
    perDayUnits: maybe(times(2, 4)),
    perPayeeUnits: maybe(times(2, 4)),
    paymentsMax: maybe(dice.between(1, 4)),
    perPeriod,
    velocity,
  };
  const given = Object.entries(limits).filter(([, limit]) => limit !== null);
  const byAddress = dice.chance(0.3);
  return {
    agent: n % agentCount,
    scope: {
      totalUnits: times(2, 8),
      ...Object.fromEntries(given),
      notBeforeMs: startMs - HOUR_MS,
      expiresAtMs: startMs + (dice.chance(0.1) ? 20_000 : 24 * HOUR_MS),
      payees: {
        hosts: shops.map(({ host }) => host),
        addresses: byAddress ? [...new Set(shops.map(({ payTo }) => payTo))] : [],
      },
    },
  };
}
