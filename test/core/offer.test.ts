import fc from 'fast-check';
import { expect, test } from 'vitest';
import { budgetUnits } from '../../src/core/asset.ts';
import type { Offer } from '../../src/core/payment.ts';
import {
  block,
  enrol,
  must,
  OTHER_PAYEE,
  observe,
  offer,
  PAYEE,
  pay,
  START_MS,
  scope,
  token,
  USDC,
} from './cast.ts';
import { openMemory } from './memory.ts';
import { payOk, refusalOf } from './risk-case.ts';

const GRAINY = token('0x0000000000000000000000000000000000000c02', 2);
const FINE = token('0x0000000000000000000000000000000000000c09', 9);
const FOREIGN = token('0x0000000000000000000000000000000000000c03');

/** A wallet that holds 10 USD of the first, 5 of the second and nothing of the third token. */
function openRich() {
  const memory = openMemory();
  enrol(memory, scope({ assets: [USDC.id, FINE.id, GRAINY.id] }), 10_000_000n);
  const to = block(104, START_MS);
  const place = {
    from: PAYEE,
    to: OTHER_PAYEE,
    txHash: 'aa',
    logIndex: 0,
    blockNumber: 104,
    blockHash: to.hash,
  };
  const log = { ...place, assetId: FINE.id, valueUnits: 5_000_000_000n };
  must(memory.send(observe(101, to, { in: [log] }), START_MS));
  return memory;
}

const offers: fc.Arbitrary<Offer> = fc
  .record({
    asset: fc.constantFrom(USDC, FINE, GRAINY, FOREIGN, null),
    priceUnits: fc.oneof(
      fc.constant(null),
      fc.bigInt({ min: -1n, max: 6_000_000_000n }),
      fc.bigInt({ min: 1n, max: 5000n }),
    ),
    scheme: fc.constantFrom('exact', 'exact', 'exact', 'upto'),
    payTo: fc.constantFrom(PAYEE, PAYEE, OTHER_PAYEE),
    timeoutSeconds: fc.constantFrom(1, 4, 5, 60, 120, 3600),
    // In x402 v1 options of one network look the same on the wire.
    wire: fc.constantFrom('v1', 'v1', 'a', 'b'),
  })
  .map((made) => offer(made));

test('of what the scope allows and the wallet can pay the cheapest is taken, whatever order the payee lists', () => {
  fc.assert(
    fc.property(fc.array(offers, { minLength: 1, maxLength: 6 }), fc.nat(), (given, turn) => {
      const turned = [
        ...given.slice(turn % given.length),
        ...given.slice(0, turn % given.length),
      ].toReversed();
      const [one, two] = [given, turned].map((list) =>
        openRich().send(pay('a', { offers: list, seen: [] }), START_MS),
      );
      if (one?.outcome !== 'ok' || two?.outcome !== 'ok') throw new Error('A decision is always there');
      const [a, b] = [one.payment, two.payment];
      expect([b.offer, b.authorization, b.refusal]).toEqual([a.offer, a.authorization, a.refusal]);
      const payable = given.filter(isPayable);
      expect(a.state).toBe(payable.length > 0 ? 'reserved' : 'denied');
      if (a.state === 'denied') return;
      const costs = payable.map(({ asset, priceUnits }) => budgetUnits(asset ?? USDC, priceUnits ?? 0n));
      expect(a.offer?.budgetUnits).toBe(costs.reduce((least, cost) => (cost < least ? cost : least)));
    }),
    { numRuns: 500 },
  );
});

/** What the wallet of this test can pay, said once more in other words. */
function isPayable({ asset, priceUnits, scheme, timeoutSeconds }: Offer): boolean {
  const holds = new Map([
    [USDC, 10_000_000n],
    [FINE, 5_000_000_000n],
  ]);
  const most = asset === null ? undefined : holds.get(asset);
  return (
    most !== undefined &&
    priceUnits !== null &&
    priceUnits > 0n &&
    priceUnits <= most &&
    scheme === 'exact' &&
    timeoutSeconds >= 5
  );
}

test('of two prices that count the same in the budget the lower is taken', () => {
  const [less, more] = [1001n, 1002n].map((priceUnits) =>
    offer({ asset: FINE, priceUnits, wire: 'same' }),
  ) as [Offer, Offer];
  for (const list of [
    [less, more],
    [more, less],
  ]) {
    expect(payOk(openRich(), pay('a', { offers: list })).authorization?.valueUnits).toBe(1001n);
  }
});

test('an option the wallet holds too little for gives way to a dearer one that it can pay', () => {
  const dear = offer({ asset: FINE, priceUnits: 2_000_000_000n });
  const payment = payOk(openRich(), pay('a', { offers: [offer({ asset: GRAINY, priceUnits: 1n }), dear] }));
  expect(payment.offer).toMatchObject({ assetId: FINE.id, budgetUnits: 2_000_000n });
});

test('where no option can be paid, the one that came furthest says why', () => {
  const [unknown, foreign, dear] = [
    offer({ asset: null }),
    offer({ asset: FOREIGN }),
    offer({ priceUnits: 200_000_000n }),
  ];
  const code = (given: readonly Offer[]) =>
    refusalOf(openRich().send(pay('a', { offers: given }), START_MS))?.code;
  expect(code([unknown])).toBe('no_supported_payment_option');
  expect(code([unknown, foreign])).toBe('asset_not_in_scope');
  expect(code([foreign, unknown])).toBe('asset_not_in_scope');
  expect(code([dear, foreign, unknown])).toBe('mandate_budget_exceeded');
});

const TIMES: readonly (readonly [number, number])[] = [
  [5, 5],
  [60, 60],
  [120, 120],
  [121, 120],
  [31_536_000, 120],
  [Number.MAX_SAFE_INTEGER, 120],
];
test.each(TIMES)('a payee that gives %i seconds gets an authorization of %i', (timeoutSeconds, seconds) => {
  const payment = payOk(openRich(), pay('a', { offers: [offer({ timeoutSeconds })] }), START_MS + 999);
  const nowSeconds = START_MS / 1000;
  expect(payment.authorization).toMatchObject({
    validAfterSeconds: nowSeconds - 60,
    validBeforeSeconds: nowSeconds + seconds,
  });
});

test('the time to settle is that of the option taken, also where options look the same on the wire', () => {
  const same = { wire: '{"x402Version":1,"scheme":"exact","network":"base-sepolia"}' };
  const dear = offer({ ...same, priceUnits: 2_000_000n, timeoutSeconds: 1 });
  const cheap = offer({ ...same, priceUnits: 1n, timeoutSeconds: 30 });
  for (const list of [
    [dear, cheap],
    [cheap, dear],
  ]) {
    const { authorization } = payOk(openRich(), pay('a', { offers: list }));
    expect(authorization).toMatchObject({ valueUnits: 1n, validBeforeSeconds: START_MS / 1000 + 30 });
  }
});

test('what is signed is what was decided, from the wallet to the payee', () => {
  const memory = openRich();
  const command = pay('a');
  const payment = payOk(memory, command);
  expect(payment.authorization).toEqual({
    assetId: USDC.id,
    from: memory.all('wallet')[0]?.paymentAddress,
    to: PAYEE,
    valueUnits: 1_000_000n,
    validAfterSeconds: START_MS / 1000 - 60,
    validBeforeSeconds: START_MS / 1000 + 60,
    nonce: command.nonce,
  });
});

test('a token with more decimals than the budget counts rounded up, and pays exact units', () => {
  const payment = payOk(openRich(), pay('a', { offers: [offer({ asset: FINE, priceUnits: 1001n })] }));
  expect([payment.offer?.budgetUnits, payment.authorization?.valueUnits]).toEqual([2n, 1001n]);
});
