import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parse } from '../../src/core/money.ts';
import type { Scope } from '../../src/core/scope.ts';
import {
  type Ask,
  enrol,
  HOST,
  MANDATE,
  offer,
  PAYEE,
  pay,
  requestMandate,
  START_MS,
  scope,
  token,
  USDC,
  WALLET,
} from './cast.ts';
import { type Memory, openMemory } from './memory.ts';
import { payOk, refusalOf } from './risk-case.ts';

const units = fc.bigInt({ min: 1n, max: 20_000_000n });
const cap = fc.option(units, { nil: undefined });
const limits = fc
  .record({
    totalUnits: units,
    perPaymentUnits: cap,
    perDayUnits: cap,
    perPayeeUnits: cap,
    perPeriod: fc.option(fc.record({ limitUnits: units, every: fc.constantFrom('day', 'week', 'month') }), {
      nil: undefined,
    }),
    paymentsMax: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
    velocity: fc.option(
      fc.record({ count: fc.integer({ min: 1, max: 4 }), seconds: fc.constantFrom(1, 60) }),
      { nil: undefined },
    ),
  })
  .map((made) => made as Partial<Scope>);
const prices = fc.array(units, { minLength: 1, maxLength: 6 });
const modes = fc.constantFrom('wallet', 'agent');

/** Asks for these prices one after the other; some pass, some do not. */
function spend(memory: Memory, given: readonly bigint[]): void {
  for (const [i, priceUnits] of given.entries())
    memory.send(pay(i, { offers: [offer({ priceUnits })] }), START_MS);
}

test('asking for exactly what a refusal says would pass does pass, and one unit more does not', () => {
  let tried = 0;
  const given = fc.record({
    limits,
    earlier: prices,
    holds: units,
    price: units,
    maxUnits: cap,
    isListed: fc.boolean(),
  });
  fc.assert(
    fc.property(given, ({ limits: change, earlier, holds, price, maxUnits, isListed }) => {
      const memory = openMemory();
      const payees = { hosts: [HOST], addresses: isListed ? [PAYEE] : [] };
      enrol(memory, scope({ ...change, payees }), holds);
      spend(memory, earlier);
      const ask = (name: string, priceUnits: bigint) => {
        const offers = [offer({ priceUnits })];
        const command = pay(name, { offers, change: { maxUnits: maxUnits ?? null } });
        return refusalOf(memory.send(command, START_MS));
      };
      const text = ask('first', price)?.numbers?.wouldPass;
      if (text === undefined || text === '0.00') return;
      tried += 1;
      const most = read(text);
      expect(ask('more', most + 1n)).not.toBeNull();
      expect(ask('just', most)).toBeNull();
    }),
    { numRuns: 1000 },
  );
  expect(tried).toBeGreaterThan(100);
});

test('in sign mode, asking for exactly the price that the wallet saw passes, and one unit more does not', () => {
  fc.assert(
    fc.property(units, units, (seenUnits, price) => {
      const memory = openMemory();
      enrol(memory);
      const ask = (name: string, priceUnits: bigint) => {
        const offers = [offer({ priceUnits })];
        const change = { challenge: { source: 'agent', statedOrigin: null, offers } } as const;
        const seen = [{ assetId: USDC.id, payTo: PAYEE, priceUnits: seenUnits }];
        return refusalOf(memory.send(pay(name, { offers, seen, change }), START_MS));
      };
      const refusal = ask('first', seenUnits + price);
      expect(refusal?.code).toBe('payee_unverified');
      const most = read(refusal?.numbers?.wouldPass ?? '');
      expect(ask('more', most + 1n)).not.toBeNull();
      expect(ask('just', most)).toBeNull();
    }),
  );
});

function read(text: string): bigint {
  const reading = parse(text, 6);
  if (reading.outcome !== 'ok') throw new Error(reading.detail);
  return reading.units;
}

test('what would pass is said in units of the token, so that it can be asked for', () => {
  const grainy = token('0x0000000000000000000000000000000000000c02', 2);
  const memory = openMemory();
  enrol(memory, scope({ totalUnits: 1_239_999n, assets: [grainy.id] }));
  const refusal = refusalOf(
    memory.send(pay('a', { offers: [offer({ asset: grainy, priceUnits: 200n })] }), START_MS),
  );
  expect(refusal).toMatchObject({
    code: 'mandate_budget_exceeded',
    numbers: { requested: '2.00', wouldPass: '0.00' },
  });
});

/** The same data with every object's keys the other way round. */
function turn<T>(value: T): T {
  if (Array.isArray(value)) return value.map(turn) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, item]) => [key, turn(item)]),
  ) as T;
}

/** The entry that holds the decision on the payment "case". */
function entryOf(memory: Memory) {
  return memory
    .all('entry')
    .find((entry) => entry.kind.startsWith('payment.') && entry.subjectId.endsWith('case'));
}

const asks: fc.Arbitrary<Ask> = fc
  .record({
    list: fc.array(fc.record({ priceUnits: units, timeoutSeconds: fc.integer({ min: 1, max: 200 }) }), {
      maxLength: 4,
    }),
    source: modes,
  })
  .map(({ list, source }) => {
    const offers = list.map((made) => offer(made));
    return { offers, change: { challenge: { source, statedOrigin: null, offers } } };
  });

test('the same input gives the same bytes, in whatever order the keys of its objects were set', () => {
  fc.assert(
    fc.property(limits, prices, asks, (given, earlier, ask) => {
      const [one, two] = [false, true].map((isTurned) => {
        const memory = openMemory();
        enrol(memory, isTurned ? turn(scope(given)) : scope(given));
        spend(memory, earlier);
        const command = pay('case', ask);
        return { outcome: memory.send(isTurned ? turn(command) : command, START_MS), entry: entryOf(memory) };
      });
      expect(two?.outcome).toEqual(one?.outcome);
      expect(two?.entry).toEqual(one?.entry);
    }),
    { numRuns: 300 },
  );
});

test("the agent's words never change a decision", () => {
  fc.assert(
    fc.property(limits, prices, asks, fc.string({ unit: 'grapheme' }), (given, earlier, ask, intent) => {
      const [one, two] = ['Weather data', intent].map((words) => {
        const memory = openMemory();
        enrol(memory, scope(given));
        const terms = memory.books.get('terms', `${MANDATE}/v1`);
        if (terms !== null) memory.plant('terms', { ...terms, intent: words });
        spend(memory, earlier);
        return { outcome: memory.send(pay('case', ask), START_MS), body: entryOf(memory)?.body };
      });
      expect(two).toEqual(one);
    }),
    { numRuns: 200 },
  );
});

test('a decision changes nothing that it is given', () => {
  const memory = openMemory();
  enrol(memory);
  const command = pay('case');
  const before = structuredClone(command);
  payOk(memory, command);
  expect(command).toEqual(before);
});

test('what a rail writes on the wire decides nothing and stays out of the trail', () => {
  const memory = openMemory();
  enrol(memory);
  payOk(memory, pay('case', { offers: [offer({ wire: 'SECRET-WIRE' })] }));
  expect(memory.all('entry').filter(({ body }) => body.includes('SECRET-WIRE'))).toEqual([]);
});

test('the decision is in the trail with the request, the rules that looked and what they saw', () => {
  const memory = openMemory();
  enrol(memory, scope({ perDayUnits: 5_000_000n }));
  const payment = payOk(memory, pay('case'));
  const entry = memory.books.get('entry', `${WALLET}/${payment.decisionSeq}`);
  const body = JSON.parse(entry?.body ?? '') as { decision: { trace: readonly { rule: string }[] } };
  expect(entry).toMatchObject({ kind: 'payment.reserved', subjectId: payment.id, atMs: START_MS });
  expect(body.decision.trace.map(({ rule }) => rule)).toEqual([
    'standing.wallet',
    'standing.agent',
    'standing.mandate',
    'standing.window',
    'integrity.resource',
    'integrity.clock',
    'integrity.supported',
    'integrity.scope',
    'integrity.amount',
    'integrity.lifetime',
    'integrity.payee',
    'integrity.pin',
    'integrity.verified',
    'integrity.price',
    'limit.caller',
    'limit.payment',
    'limit.total',
    'limit.day',
    'limit.payee',
    'limit.resource',
    'limit.velocity',
    'limit.balance',
  ]);
  expect(body).toMatchObject({
    riskVersion: 1,
    version: 1,
    request: { idempotencyKey: 'key-case', seen: [{ payTo: PAYEE, priceUnits: '1000000' }] },
    decision: { outcome: 'allow', refusal: null, offer: { budgetUnits: '1000000' } },
  });
});

test('a mandate that is asked for in other words is another digest', () => {
  const digests = ['Weather data', 'Weather  data'].map((intent) => {
    const memory = openMemory();
    enrol(memory);
    memory.send(requestMandate(scope(), { mandateId: 'mand_2', intent }), START_MS);
    memory.send(
      {
        type: 'approval.open',
        walletId: WALLET,
        approvalId: 'appr_2',
        action: 'mandate.approve',
        subjectId: 'mand_2',
        nonce: '00',
      },
      START_MS,
    );
    return memory.books.get('approval', 'appr_2')?.digest;
  });
  expect(digests[0]).not.toBe(digests[1]);
});
