import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalJson } from './canonical.ts';
import type { Terms } from './mandate.ts';
import type { Scope } from './scope.ts';
import { type ApprovalTerms, describe as say } from './words.ts';

const ASSET = 'eip155:84532/erc20:0x036cbd53842c5426634e7929541ec2318f3dcf7e';
const wallet = { id: 'wal_1', name: 'House' };
const agent = { id: 'agt_1', name: 'Scout' };
const mandate = { id: 'mand_1' } as const;
const scope: Scope = {
  currency: 'USD',
  totalUnits: 25_000_000n,
  notBeforeMs: Date.UTC(2026, 3, 1),
  expiresAtMs: Date.UTC(2026, 4, 1),
  rails: ['x402'],
  assets: [ASSET],
  payees: { hosts: ['api.example.com'], addresses: [] },
};

function terms(change: Partial<Terms>): Terms {
  const ids = {
    id: 'mand_1/v1',
    mandateId: 'mand_1',
    version: 1,
    walletId: 'wal_1',
    agentId: 'agt_1',
  } as const;
  return { ...ids, intent: 'Weather data', removed: [], scope, ...change };
}

function approval(change: Partial<Terms> = {}): ApprovalTerms {
  return { action: 'mandate.approve', wallet, agent, mandate, terms: terms(change) };
}

test('a mandate is put in words whole', () => {
  const full: Scope = {
    ...scope,
    perPaymentUnits: 1_500_000n,
    perDayUnits: 5_000_000n,
    perPayeeUnits: 10_000_000n,
    perPeriod: { limitUnits: 12_000_001n, every: 'week' },
    paymentsMax: 40,
    velocity: { count: 3, seconds: 60 },
    payees: {
      hosts: ['api.example.com', 'b.example'],
      addresses: ['0x00000000000000000000000000000000000000ee'],
    },
  };
  expect(say(approval({ scope: full, removed: ['U+202E'] })).split('\n')).toEqual([
    'Allow agent “Scout” (agt_1) to spend up to 25.00 USD from wallet “House” (wal_1)',
    "Purpose, in the agent's words: “Weather data”",
    'Hidden characters taken out of those words: U+202E',
    'Hosts it may pay: api.example.com, b.example',
    'Addresses it may pay: 0x00000000000000000000000000000000000000ee',
    'At most per payment: 1.50 USD',
    'At most per day (UTC): 5.00 USD',
    'At most per payee: 10.00 USD',
    'At most per period of a week (UTC): 12.000001 USD',
    'At most 40 payments',
    'At most 3 payments in any 60 seconds',
    'From 2026-04-01T00:00:00.000Z until 2026-05-01T00:00:00.000Z',
    `Rails: x402; assets: ${ASSET}`,
    'Mandate mand_1, version 1',
  ]);
});

test('a mandate with the least in it says what it leaves out', () => {
  expect(say(approval({ scope: { ...scope, payees: { hosts: [], addresses: [] } } })).split('\n')).toEqual([
    'Allow agent “Scout” (agt_1) to spend up to 25.00 USD from wallet “House” (wal_1)',
    "Purpose, in the agent's words: “Weather data”",
    'Hosts it may pay: none by name',
    'Addresses it may pay: none besides',
    'From 2026-04-01T00:00:00.000Z until 2026-05-01T00:00:00.000Z',
    `Rails: x402; assets: ${ASSET}`,
    'Mandate mand_1, version 1',
  ]);
});

const ACTIONS = [
  ['mandate.reject', 'Reject the mandate mand_1 of agent “Scout” (agt_1)'],
  ['mandate.revoke', 'Revoke the mandate mand_1 of agent “Scout” (agt_1): no further payment under it'],
  ['agent.freeze', 'Freeze agent “Scout” (agt_1): it cannot pay until you lift this'],
  ['agent.unfreeze', 'Lift the freeze of agent “Scout” (agt_1)'],
  ['agent.revoke', 'Revoke agent “Scout” (agt_1) for good'],
  ['wallet.freeze', 'Freeze wallet “House” (wal_1): nobody can pay from it until you lift this'],
  ['wallet.unfreeze', 'Lift the freeze of wallet “House” (wal_1)'],
] as const;
test.each(ACTIONS)('%s in words', (action, words) => {
  expect(say({ action, wallet, agent, mandate })).toBe(words);
});

const units = fc.bigInt({ min: 1n, max: 10n ** 15n });
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const host = fc.oneof(
  fc.domain(),
  fc.constantFrom('none', 'none-by-name', '127.0.0.1', '[::1]', 'xn--e1afmkfd.xn--p1ai', 'a', 'a.b', 'none.'),
);
const address = fc.bigInt({ min: 0n, max: 3n }).map((n) => `0x${n.toString(16).padStart(40, '0')}` as const);
const moment = fc.integer({ min: 0, max: Date.UTC(2100, 0, 1) });

/** Scopes that differ in little, so that two of them often differ in one field only. */
const scopes = fc
  .record({
    totalUnits: units,
    perPaymentUnits: optional(units),
    perDayUnits: optional(units),
    perPayeeUnits: optional(units),
    perPeriod: optional(fc.record({ limitUnits: units, every: fc.constantFrom('day', 'week', 'month') })),
    paymentsMax: optional(fc.integer({ min: 1, max: 5 })),
    velocity: optional(
      fc.record({ count: fc.integer({ min: 1, max: 5 }), seconds: fc.integer({ min: 1, max: 5 }) }),
    ),
    notBeforeMs: moment,
    expiresAtMs: moment,
    rails: fc.constantFrom([], ['x402']),
    assets: fc.subarray([ASSET, ASSET.replace('84532', '8453')]),
    payees: fc.record({
      hosts: fc.uniqueArray(host, { maxLength: 3 }),
      addresses: fc.uniqueArray(address, { maxLength: 3 }),
    }),
  })
  .map((made) => ({ ...scope, ...made }) as Scope);

const FIELDS = Object.keys({
  totalUnits: 1,
  perPaymentUnits: 1,
  perDayUnits: 1,
  perPayeeUnits: 1,
  perPeriod: 1,
  paymentsMax: 1,
  velocity: 1,
  notBeforeMs: 1,
  expiresAtMs: 1,
  rails: 1,
  assets: 1,
  payees: 1,
} satisfies Record<Exclude<keyof Scope, 'currency'>, 1>) as readonly (keyof Scope)[];

test('two scopes that differ in any field never have the same words', () => {
  fc.assert(
    fc.property(scopes, scopes, fc.subarray([...FIELDS], { minLength: 1 }), (one, two, fields) => {
      const mixed = { ...one, ...Object.fromEntries(fields.map((field) => [field, two[field]])) };
      expect(say(approval({ scope: mixed })) === say(approval({ scope: one }))).toBe(isSame(mixed, one));
    }),
    { numRuns: 3000 },
  );
});

test('the same limit as a day and as a period of a day is said in different words', () => {
  const [day, period] = [{ perDayUnits: 5n }, { perPeriod: { limitUnits: 5n, every: 'day' } }] as const;
  expect(say(approval({ scope: { ...scope, ...day } }))).not.toBe(
    say(approval({ scope: { ...scope, ...period } })),
  );
});

/** Text as a hostile agent writes it. */
const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.string({
    unit: fc.constantFrom('“', '”', '"', '\n', '\u202e', '\u200b', 'a', ' ', '❞', '\u3164'),
    maxLength: 12,
  }),
);

test('words never hold hidden characters, and what others wrote stands inside quotation marks', () => {
  fc.assert(
    fc.property(hostile, hostile, hostile, (intent, agentName, walletName) => {
      const names = { wallet: { ...wallet, name: walletName }, agent: { ...agent, name: agentName } };
      const words = say({ ...approval({ intent }), ...names });
      expect(words.replaceAll('\n', '')).not.toMatch(
        /[\p{C}\p{Default_Ignorable_Code_Point}\u2028\u2029\u2800]/u,
      );
      expect(words.split('\n').length).toBe(7);
      expect(words.match(/[“”]/g)?.join('')).toBe('“”“”“”');
      const outside = words.replace(/“[^“”]*”/g, '“”');
      expect(outside).toBe(
        say({ ...approval({ intent: '' }), wallet: { ...wallet, name: '' }, agent: { ...agent, name: '' } }),
      );
    }),
    { numRuns: 2000 },
  );
});

function isSame(a: Scope, b: Scope): boolean {
  return canonicalJson(a) === canonicalJson(b);
}
