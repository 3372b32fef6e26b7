import { expect, test } from 'vitest';
import { dollarsOfCents } from '../../src/sandbox/scenarios/amount.ts';
import { type CardOutcome, findDifference, type Outcome } from '../../src/sandbox/scenarios/outcome.ts';
import { exchange, inOrder } from '../../src/sandbox/scenarios/race.ts';
import {
  type Act,
  type Expectation,
  readScenarios,
  type Scenario,
} from '../../src/sandbox/scenarios/scenario.ts';
import { isMeant } from '../../src/sandbox/scenarios/words.ts';

const CARD: CardOutcome = {
  card_status: 'closed',
  close_reason: 'settled',
  locked: 2500,
  captured: 2000,
  released: 500,
  refunded: 100,
  held: 0,
  reserved: 0,
  receivable: 3,
  suspense: 4,
  dispute_credit: 5,
};

const OUTCOME: Outcome = {
  declines: [
    { ref: 'a1', reason: 'card_used', isRepeat: false },
    { ref: 'a2', reason: 'card_closed', isRepeat: false },
  ],
  apiErrors: [{ name: 'create2', code: 'mandate_revoked' }],
  exceptions: ['over_capture', 'force_post', 'shortfall'],
  walletDelta: -1900,
  cards: new Map([
    ['card', CARD],
    ['card2', { ...CARD, card_status: 'active', close_reason: null }],
  ]),
};

const RIGHT: Expectation = {
  ...CARD,
  card_status: 'closed',
  close_reason: 'settled',
  captured: 2000,
  released: 500,
  refunded: 100,
  held: 0,
  reserved: 0,
  receivable: 3,
  suspense: 4,
  dispute_credit: 5,
  locked: 2500,
  declines: [
    { ref: 'a1', reason: 'card_used' },
    { ref: 'a2', reason: 'card_closed' },
  ],
  api_errors: [{ name: 'create2', error: 'mandate_not_active' }],
  exceptions: ['over_capture', 'shortfall'],
  wallet_delta: -1900,
  cards: { card2: { card_status: 'active' } },
};

test('an outcome that is all that is expected shows no difference', () => {
  expect(findDifference(RIGHT, OUTCOME)).toBeNull();
  expect(findDifference({}, OUTCOME)).toBeNull();
});

test.each<[string, Partial<Expectation>, string]>([
  ['a status', { card_status: 'active' }, 'card_status: expected active, got closed'],
  ['a reason', { close_reason: null }, 'close_reason: expected null, got settled'],
  ...(
    ['captured', 'released', 'refunded', 'held', 'reserved', 'receivable', 'suspense', 'locked'] as const
  ).map((field): [string, Partial<Expectation>, string] => [
    field,
    { [field]: 9999 },
    `${field}: expected 9999, got ${CARD[field]}`,
  ]),
  ['a dispute', { dispute_credit: 6 }, 'dispute_credit: expected 6, got 5'],
  ['the money', { wallet_delta: -1901 }, 'wallet_delta: expected -1901, got -1900'],
  ['another card', { cards: { card2: { captured: 1 } } }, 'card2.captured: expected 1, got 2000'],
  ['a missing card', { cards: { card3: { captured: 1 } } }, 'card3: expected a card, got none'],
  ['a stray card', { cards: {} }, 'cards: expected none, got card'],
  [
    'a missing decline',
    { declines: [...(RIGHT.declines ?? []), { ref: 'a3', reason: 'card_used' }] },
    'declines[2]: expected a3 card_used, got nothing',
  ],
  [
    'a decline too many',
    { declines: RIGHT.declines?.slice(0, 1) },
    'declines[1]: expected nothing, got a2 card_closed',
  ],
  [
    'the order of declines',
    { declines: RIGHT.declines?.toReversed() },
    'declines[0]: expected a2 card_closed, got a1 card_used',
  ],
  [
    'an error',
    { api_errors: [{ name: 'create2', error: 'invalid_amount' }] },
    'api_errors[0]: expected create2 invalid_amount, got create2 mandate_revoked',
  ],
  ['no error', { api_errors: [] }, 'api_errors[0]: expected nothing, got create2 mandate_revoked'],
  [
    'an exception',
    { exceptions: ['late_clearing'] },
    'exceptions: expected late_clearing, got over_capture, force_post, shortfall',
  ],
  [
    'the order of exceptions',
    { exceptions: ['shortfall', 'over_capture'] },
    'exceptions: expected shortfall, over_capture, got over_capture, force_post, shortfall',
  ],
])('a difference in %s is found', (_, wrong, difference) => {
  expect(findDifference({ ...RIGHT, ...wrong }, OUTCOME)).toBe(difference);
});

test('what is said of a card by its name is looked for there', () => {
  expect(findDifference({ card_status: 'active' }, OUTCOME, 'card2')).toBeNull();
  expect(findDifference({ card_status: 'closed' }, OUTCOME, 'card2')).toBe(
    'card2.card_status: expected closed, got active',
  );
});

test('an answer that came too late need not be listed, and one that is listed must have happened', () => {
  const late = { ref: 'a0', reason: 'issuer_timeout', isRepeat: false };
  const outcome = { ...OUTCOME, declines: [late, ...OUTCOME.declines] };
  const listed = { declines: [{ ref: 'a0', reason: 'issuer_timeout' }, ...(RIGHT.declines ?? [])] };
  expect(findDifference(RIGHT, outcome)).toBeNull();
  expect(findDifference(listed, outcome)).toBeNull();
  expect(findDifference(listed, OUTCOME)).toBe('declines[0]: expected a0 issuer_timeout, got a1 card_used');
});

test('a decline that was sent again may be listed once or twice', () => {
  const [first] = OUTCOME.declines;
  const repeated = { ref: 'a1', reason: 'card_used', isRepeat: true };
  const outcome = { ...OUTCOME, declines: first === undefined ? [] : [first, repeated] };
  const one = { ref: 'a1', reason: 'card_used' };
  expect(findDifference({ declines: [one] }, outcome)).toBeNull();
  expect(findDifference({ declines: [one, one] }, outcome)).toBeNull();
  expect(findDifference({ declines: [one, one, one] }, outcome)).not.toBeNull();
});

test('a word of a file means one of our codes, and not any', () => {
  expect(isMeant('invalid_amount', 'amount_invalid')).toBe(true);
  expect(isMeant('mandate_not_active', 'mandate_expired')).toBe(true);
  expect(isMeant('mandate_budget_exceeded', 'mandate_budget_exceeded')).toBe(true);
  expect(isMeant('mandate_not_active', 'mandate_budget_exceeded')).toBe(false);
  expect(isMeant('credentials_destroyed', 'card_not_active')).toBe(false);
});

test('cents become dollars without rounding', () => {
  expect([0, 5, 99, 100, 2501, -100, 10.5, 100_000_000].map(dollarsOfCents)).toEqual([
    '0.00',
    '0.05',
    '0.99',
    '1.00',
    '25.01',
    '-1.00',
    '0.105',
    '1000000.00',
  ]);
});

const charge = (ref: string): Act => scenarioOf([{ event: 'auth.request', ref, amount_cents: 1 }])[0] as Act;

function scenarioOf(steps: readonly object[]): Scenario['steps'] {
  const text = JSON.stringify({ schema_version: 1, scenarios: [{ id: 'x', steps, expect: {} }] });
  const [reading] = readScenarios(text);
  if (reading === undefined || 'problem' in reading) throw new Error(reading?.problem);
  return reading.scenario.steps;
}

test('whoever wins a race goes by the name of the winner that is listed', () => {
  const expected = { declines: ['a2', 'a3'].map((ref) => ({ ref, reason: 'card_used' })) };
  const contest = (winner: string) =>
    ['a1', 'a2', 'a3'].map((ref) => ({ act: charge(ref), isRefused: ref !== winner }));
  expect(exchange(expected, contest('a1'))).toEqual(new Map());
  expect(exchange(expected, contest('a3'))).toEqual(
    new Map([
      ['a1', 'a3'],
      ['a3', 'a1'],
    ]),
  );
});

test('no exchange of names makes two winners of one, or none', () => {
  const expected = { declines: [{ ref: 'a2', reason: 'card_used' }] };
  const [a1, a2] = [charge('a1'), charge('a2')];
  const both = [
    { act: a1, isRefused: false },
    { act: a2, isRefused: false },
  ];
  expect(exchange(expected, both)).toEqual(new Map());
  expect(
    exchange(
      expected,
      both.map((one) => ({ ...one, isRefused: true })),
    ),
  ).toEqual(new Map());
});

test('a race is put in either order', () => {
  const steps = scenarioOf([
    { event: 'card.create', amount_cents: 1 },
    { event: 'parallel', steps: [{ event: 'card.close' }, { event: 'card.freeze' }] },
  ]);
  const scenario = { id: 'x', title: '', steps, expect: {}, expect_alternatives: [] };
  const events = (order: 'listed' | 'reversed') => inOrder(scenario, order).steps.map(({ event }) => event);
  expect(events('listed')).toEqual(['card.create', 'card.close', 'card.freeze']);
  expect(events('reversed')).toEqual(['card.create', 'card.freeze', 'card.close']);
});

test('a scenario that cannot be read is a problem of its own', () => {
  const file = (rows: readonly object[]) => JSON.stringify({ schema_version: 1, scenarios: rows });
  const good = { id: 'good', steps: [{ event: 'card.create', amount_cents: 1 }], expect: {} };
  const rows = [
    good,
    { ...good, id: 'step', steps: [{ event: 'card.melt' }] },
    { ...good, id: 'expectation', expect: { melted: true } },
    { steps: [] },
  ];
  const problems = readScenarios(file(rows)).map((row) => [row.id, 'problem' in row ? row.problem : null]);
  expect(problems).toEqual([
    ['good', null],
    ['step', expect.stringContaining('cannot be read: steps.0.event')],
    ['expectation', expect.stringContaining('melted')],
    ['#4', expect.stringContaining('cannot be read')],
  ]);
  expect(() => readScenarios('{"schema_version":2,"scenarios":[]}')).toThrow('no file of card scenarios');
});
