import { Hono } from 'hono';
import { Lithic } from 'lithic';
import { expect, onTestFinished, test } from 'vitest';
import type { MessageBody } from '../../src/core/card/network.ts';
import { createCards } from '../../src/rails/card/lithic/card.ts';
import { longCountry, shortCountry } from '../../src/rails/card/lithic/country.ts';
import { declineOf, mayUndo } from '../../src/rails/card/lithic/decline.ts';
import { readDispute, readFiledDispute } from '../../src/rails/card/lithic/dispute.ts';
import { readTransaction } from '../../src/rails/card/lithic/transaction.ts';
import { ORDER } from '../../src/sandbox/issuer/issuer.fixture.ts';
import { cardUuid, networkToken } from '../../src/sandbox/issuer/lithic/name.ts';
import { signedHeaders } from '../../src/sandbox/issuer/lithic/signature.ts';
import { listen } from '../../src/sandbox/listener.ts';
import { joinLithic } from './lithic-world.ts';

type Transaction = Lithic.Transaction;
type Event = NonNullable<Transaction['events']>[number];
type Part = Partial<Pick<Event, 'result' | 'detailed_results' | 'effective_polarity'>>;

const AUTH = 'aaaaaaaa-0000-4000-8000-000000000000';
const SHOP = { name: 'SHOP', id: '123', mcc: '5812', country: 'US' };

/** An event of so many cents; the first is named e1, and so on. */
const event = (type: Event['type'], cents: number, part: Part = {}) => ({ type, cents, part });

/** A transaction of these events, in the vendor's words, with so many cents pending. */
function transactionOf(
  pending: number,
  events: readonly ReturnType<typeof event>[],
  currency = 'USD',
): Transaction {
  const made = events.map(({ type, cents, part }, i) => ({
    ...{ token: `e${i + 1}`, type, amount: cents, created: `2026-01-01T00:00:0${i}Z` },
    amounts: { cardholder: { amount: cents, currency, conversion_rate: '1.0' } },
    ...{ result: 'APPROVED', detailed_results: ['APPROVED'], effective_polarity: 'DEBIT', ...part },
  }));
  return {
    token: AUTH,
    card_token: 'card',
    events: made,
    amounts: { hold: { amount: -pending, currency } },
    merchant: { descriptor: 'SHOP ', acceptor_id: '123', mcc: '5812', country: 'USA' },
    pos: { entry_mode: { cardholder: 'NOT_PRESENT' }, terminal: { partial_approval_capable: false } },
    cardholder_authentication: null,
  } as unknown as Transaction;
}

/** What is read of it, short: the ids, and what each message says. */
function read(transaction: Transaction): readonly (readonly [string, Partial<MessageBody>])[] {
  return readTransaction(transaction).map(({ message: { id, sentAtMs: _, ...body } }) => [id, body] as const);
}

const opening = (cents: bigint, of: object = {}) => [
  AUTH,
  {
    ...{
      kind: 'authorization',
      mode: 'advice',
      auth: AUTH,
      purpose: 'purchase',
      amountUnits: cents * 10_000n,
    },
    ...{ merchant: SHOP, code: 'unknown', expiry: 'unknown', initiator: 'unknown', isPartialCapable: false },
    ...{ challenge: null, expiresAtMs: null, decline: null, ...of },
  },
];
const clearing = (n: number, cents: bigint, of: object = {}) => [
  `e${n}`,
  {
    ...{ kind: 'clearing', auth: AUTH, record: `e${n}`, amountUnits: cents * 10_000n, isFinal: true },
    ...{ merchant: SHOP, ...of },
  },
];
const refund = (n: number, cents: bigint, of: string | null) => [
  `e${n}`,
  { kind: 'refund', record: `e${n}`, of, amountUnits: cents * 10_000n },
];
const reversal = (n: number, cents: bigint | null) => [
  `e${n}`,
  { kind: 'reversal', auth: AUTH, amountUnits: cents === null ? null : cents * 10_000n },
];
const increment = (n: number, cents: bigint) => [
  `e${n}`,
  { kind: 'increment', mode: 'advice', auth: AUTH, amountUnits: cents * 10_000n },
];

const CREDIT = { effective_polarity: 'CREDIT' } as const;
const NO = (detail: Event['detailed_results'][number]): Part => ({
  result: 'DECLINED',
  detailed_results: [detail],
});

test.each<readonly [string, Transaction, readonly unknown[]]>([
  ['an approval', transactionOf(1800, [event('AUTHORIZATION', 1800)]), [opening(1800n)]],
  [
    'a check for nothing',
    transactionOf(0, [event('AUTHORIZATION', 0)]),
    [opening(0n, { purpose: 'verification' })],
  ],
  [
    'a balance inquiry',
    transactionOf(0, [event('BALANCE_INQUIRY', 0)]),
    [opening(0n, { purpose: 'balance_inquiry' })],
  ],
  [
    'a single message',
    transactionOf(0, [event('FINANCIAL_AUTHORIZATION', 500)]),
    [opening(500n, { purpose: 'financial' })],
  ],
  [
    'a single message that follows an authorization',
    transactionOf(0, [event('AUTHORIZATION', 500), event('FINANCIAL_AUTHORIZATION', 500)]),
    [opening(500n), clearing(2, 500n)],
  ],
  ['a stand-in', transactionOf(700, [event('AUTHORIZATION_ADVICE', 700)]), [opening(700n)]],
  [
    'an advice that raises what is pending',
    transactionOf(900, [event('AUTHORIZATION', 700), event('AUTHORIZATION_ADVICE', 900)]),
    [opening(700n), increment(2, 200n)],
  ],
  [
    'an advice that names the change, not the total: what is pending tells',
    transactionOf(900, [event('AUTHORIZATION', 700), event('AUTHORIZATION_ADVICE', 200)]),
    [opening(700n), increment(2, 200n)],
  ],
  [
    'an advice that lowers it',
    transactionOf(400, [event('AUTHORIZATION', 10_000), event('AUTHORIZATION_ADVICE', 400)]),
    [opening(10_000n), reversal(2, 9_600n)],
  ],
  [
    'an advice that changes nothing',
    transactionOf(700, [event('AUTHORIZATION', 700), event('AUTHORIZATION_ADVICE', 700)]),
    [opening(700n)],
  ],
  [
    'two advices',
    transactionOf(500, [
      event('AUTHORIZATION', 700),
      event('AUTHORIZATION_ADVICE', 900),
      event('AUTHORIZATION_ADVICE', 500),
    ]),
    [opening(700n), increment(2, 200n), reversal(3, 400n)],
  ],
  [
    'a second authorization of the same transaction',
    transactionOf(900, [event('AUTHORIZATION', 700), event('AUTHORIZATION', 200)]),
    [opening(700n), increment(2, 200n)],
  ],
  [
    'a second one that was declined',
    transactionOf(700, [event('AUTHORIZATION', 700), event('AUTHORIZATION', 200, NO('CARD_PAUSED'))]),
    [opening(700n)],
  ],
  [
    'a clearing in parts, the last above what was left',
    transactionOf(0, [event('AUTHORIZATION', 1000), event('CLEARING', 600), event('CLEARING', 500)]),
    [opening(1000n), clearing(2, 600n, { isFinal: false }), clearing(3, 500n)],
  ],
  [
    'a clearing that leaves something pending',
    transactionOf(400, [event('AUTHORIZATION', 1000), event('CLEARING', 600)]),
    [opening(1000n), clearing(2, 600n, { isFinal: false })],
  ],
  [
    'a clearing for less, after which nothing is pending',
    transactionOf(0, [event('AUTHORIZATION', 1000), event('CLEARING', 600)]),
    [opening(1000n), clearing(2, 600n)],
  ],
  [
    'what is left after a part expires',
    transactionOf(0, [
      event('AUTHORIZATION', 1000),
      event('CLEARING', 600),
      event('AUTHORIZATION_EXPIRY', 400),
    ]),
    [opening(1000n), clearing(2, 600n, { isFinal: false }), ['e3', { kind: 'expiry', auth: AUTH }]],
  ],
  [
    'a reversal in part, then the rest',
    transactionOf(0, [
      event('AUTHORIZATION', 1000),
      event('AUTHORIZATION_REVERSAL', 300, CREDIT),
      event('AUTHORIZATION_REVERSAL', 700, CREDIT),
    ]),
    [opening(1000n), reversal(2, 300n), reversal(3, null)],
  ],
  [
    'a reversal of too much, which was declined',
    transactionOf(1000, [
      event('AUTHORIZATION', 1000),
      event('AUTHORIZATION_REVERSAL', 3000, NO('OVER_REVERSAL_ATTEMPTED')),
    ]),
    [opening(1000n)],
  ],
  ['a force post', transactionOf(0, [event('CLEARING', 900)]), [clearing(1, 900n, { auth: null })]],
  [
    'a refund of a force post',
    transactionOf(0, [event('CLEARING', 900), event('RETURN', -900, CREDIT)]),
    [clearing(1, 900n, { auth: null }), refund(2, 900n, 'e1')],
  ],
  ['a refund that stands alone', transactionOf(0, [event('RETURN', -900, CREDIT)]), [refund(1, 900n, null)]],
  [
    'a refund that was authorized',
    transactionOf(0, [event('CREDIT_AUTHORIZATION', -900, CREDIT), event('CLEARING', -900, CREDIT)]),
    [refund(2, 900n, null)],
  ],
  [
    'a refund approved on our behalf, and given up',
    transactionOf(0, [
      event('CREDIT_AUTHORIZATION_ADVICE', -900, CREDIT),
      event('AUTHORIZATION_REVERSAL', -900, CREDIT),
    ]),
    [],
  ],
  [
    'a refund in a single message',
    transactionOf(0, [event('FINANCIAL_CREDIT_AUTHORIZATION', -900, CREDIT)]),
    [refund(1, 900n, null)],
  ],
  [
    'a refund that was declined',
    transactionOf(0, [event('FINANCIAL_CREDIT_AUTHORIZATION', -900, { ...CREDIT, ...NO('DECLINED') })]),
    [],
  ],
  [
    'a refund of a purchase, taken back',
    transactionOf(0, [
      event('AUTHORIZATION', 900),
      event('CLEARING', 900),
      event('RETURN', -400, CREDIT),
      event('RETURN', -200, CREDIT),
      event('RETURN_REVERSAL', 400),
    ]),
    [
      ...[opening(900n), clearing(2, 900n), refund(3, 400n, AUTH), refund(4, 200n, AUTH)],
      ['e5', { kind: 'refund_reversal', of: 'e3', amountUnits: 4_000_000n }],
    ],
  ],
  [
    'corrections',
    transactionOf(0, [event('CORRECTION_DEBIT', 50), event('CORRECTION_CREDIT', -50, CREDIT)]),
    [clearing(1, 50n, { auth: null }), refund(2, 50n, 'e1')],
  ],
  [
    'a decline of Lithic',
    transactionOf(0, [event('AUTHORIZATION', 900, NO('CARD_CLOSED'))]),
    [opening(900n, { mode: 'declined', decline: 'card_closed' })],
  ],
  [
    'a decline after our answer',
    transactionOf(0, [event('AUTHORIZATION', 900, NO('CUSTOMER_ASA_TIMEOUT'))]),
    [
      opening(900n, { mode: 'declined', decline: 'issuer_timeout' }),
      ['e1:timeout', { kind: 'timeout', auth: AUTH }],
    ],
  ],
  [
    'an approval that the network gave up',
    transactionOf(0, [event('AUTHORIZATION', 900), event('AUTHORIZATION_ADVICE', 0, NO('DECLINED'))]),
    [opening(900n), ['e2', { kind: 'timeout', auth: AUTH }]],
  ],
  [
    'a capture of what was declined',
    transactionOf(0, [event('AUTHORIZATION', 900, NO('CARD_SPEND_LIMIT_EXCEEDED')), event('CLEARING', 900)]),
    [
      opening(900n, { mode: 'declined', decline: 'amount_exceeds_locked' }),
      ['e1:timeout', { kind: 'timeout', auth: AUTH }],
      clearing(2, 900n),
    ],
  ],
])('%s', (_, transaction, messages) => {
  expect(read(transaction)).toEqual(messages);
});

test('an amount that is not in dollars, or not whole, is not read', () => {
  expect(() => read(transactionOf(0, [event('CLEARING', 100)], 'EUR'))).toThrow(RangeError);
  expect(() => read(transactionOf(0, [event('CLEARING', 0.5)]))).toThrow(RangeError);
});

test.each([
  ['CARD_SECURITY_CODE_INCORRECT', 'cvv_mismatch', false],
  ['CARD_EXPIRY_DATE_INCORRECT', 'expiry_mismatch', false],
  ['CARD_CLOSED', 'card_closed', false],
  // The word that our own answer is late in.
  ['CARD_PAUSED', 'card_frozen', true],
  ['CARD_SPEND_LIMIT_EXCEEDED', 'amount_exceeds_locked', true],
  ['AUTH_RULE_BLOCKED_MCC', 'mcc_not_allowed', true],
  ['CUSTOMER_ASA_TIMEOUT', 'issuer_timeout', true],
  ['MALFORMED_ASA_RESPONSE', 'issuer_timeout', true],
  ['DO_NOT_HONOR', null, true],
] as const)('%s is read as %s', (detail, reason, isUndone) => {
  expect([declineOf([detail]), mayUndo([detail])]).toEqual([reason, isUndone]);
});

test('a dispute tells its workflow, and no money that is only on its way', () => {
  const token = 'd';
  const dispute = {
    token,
    card_token: 'card',
    currency: 'USD',
    disposition: 'PARTIALLY_WON',
    transaction_series: { related_transaction_token: AUTH, related_transaction_event_token: null },
    liability_allocation: { original_amount: 900, recovered_amount: 400 },
    events: [
      {
        token: 'e1',
        created: '2026-01-01T00:00:00Z',
        data: { type: 'WORKFLOW', action: 'OPENED', amount: null },
      },
      { token: 'e2', created: '2026-01-02T00:00:00Z', data: { type: 'FINANCIAL', amount: 900 } },
      {
        token: 'e3',
        created: '2026-01-03T00:00:00Z',
        data: { type: 'WORKFLOW', action: 'CLOSED', amount: null, disposition: 'PARTIALLY_WON' },
      },
    ],
  } as unknown as Lithic.DisputeV2;
  expect(readDispute(dispute).map(({ message }) => message)).toEqual([
    {
      ...{ id: 'e1', sentAtMs: Date.UTC(2026, 0, 1), kind: 'dispute', step: 'opened' },
      ...{ of: AUTH, amountUnits: 9_000_000n },
    },
    {
      ...{ id: 'e3', sentAtMs: Date.UTC(2026, 0, 3), kind: 'dispute', step: 'won' },
      ...{ of: AUTH, amountUnits: 4_000_000n },
    },
  ]);
});

test.each([
  ['NEW', 'opened'],
  ['ARBITRATION', 'opened'],
  ['CASE_WON', 'won'],
  ['CASE_CLOSED', 'lost'],
] as const)('a dispute that was filed and is %s is %s', (status, step) => {
  const dispute = { token: 'd', transaction_token: AUTH, amount: 900, status, created: '' } as Lithic.Dispute;
  expect(readFiledDispute(dispute, 'card')).toEqual({
    token: 'card',
    message: { id: `d:${step}`, sentAtMs: null, kind: 'dispute', step, of: AUTH, amountUnits: 9_000_000n },
  });
});

test.each(['CREDIT_AUTHORIZATION', 'FINANCIAL_CREDIT_AUTHORIZATION'])(
  'money that is to come (%s) is always taken',
  async (status) => {
    const { adapter, desk, issuer } = await joinLithic();
    const body = JSON.stringify({ token: AUTH, status });
    const headers = signedHeaders(body, issuer.secrets.webhookSecret);
    const reply = await adapter.inbox.find(({ path }) => path === 'decisions')?.receive({ headers, body });
    expect(reply).toMatchObject({ status: 200, body: JSON.stringify({ token: AUTH, result: 'APPROVED' }) });
    expect(desk.asked).toEqual([]);
  },
);

test('a live program that answers with a number of the sandbox is refused, and the card closed', async () => {
  const patches: unknown[] = [];
  const card = { token: AUTH, last_four: '0000', exp_month: '01', exp_year: '2029', state: 'OPEN' };
  const api = new Hono()
    .get('/v1/cards', (c) => c.json({ data: [], has_more: false }))
    .post('/v1/cards', (c) => c.json({ ...card, pan: '9999990000000000' }))
    .patch('/v1/cards/:token', async (c) => {
      patches.push(await c.req.json());
      return c.json(card);
    });
  const { url, close } = await listen(api);
  onTestFinished(close);
  const client = new Lithic({ apiKey: 'key', baseURL: url });
  const options = { accountToken: undefined, cardProgramToken: undefined, sandboxNumbers: 'never' } as const;
  expect(await createCards(client, options).issue(ORDER)).toEqual({
    outcome: 'refused',
    code: 'issuer_refused',
    detail: 'A live program made a card with a number of the sandbox; it was closed',
  });
  expect(patches).toEqual([{ state: 'CLOSED' }]);
});

test('a program that may not send numbers makes cards, which cannot be shown', async () => {
  const card = { token: AUTH, last_four: '0000', exp_month: '01', exp_year: '2029', state: 'OPEN' };
  const api = new Hono()
    .get('/v1/cards', (c) => c.json({ data: [], has_more: false }))
    .on(['GET', 'POST'], ['/v1/cards', '/v1/cards/:token'], (c) => c.json(card));
  const { url, close } = await listen(api);
  onTestFinished(close);
  const client = new Lithic({ apiKey: 'key', baseURL: url });
  const options = { accountToken: undefined, cardProgramToken: undefined, sandboxNumbers: 'never' } as const;
  const cards = createCards(client, options);
  expect(await cards.issue(ORDER)).toEqual({
    token: AUTH,
    lastFour: '0000',
    expiry: '01/29',
    isPending: false,
  });
  expect(await cards.reveal(AUTH)).toBeNull();
});

test('countries have three letters at Lithic and two here', () => {
  expect(['USA', 'DEU', 'QZZ', 'XXX', ''].map(shortCountry)).toEqual(['US', 'DE', 'XK', null, null]);
  expect(['US', 'DE', 'XX'].map(longCountry)).toEqual(['USA', 'DEU', null]);
});

test("a card's UUID at Lithic leads back to the network's token", () => {
  const token = 'card_0123456789abcdef01234567';
  expect(cardUuid(token)).toBe('01234567-89ab-8cde-8f01-234567000000');
  expect(networkToken(cardUuid(token))).toBe(token);
  expect(networkToken(AUTH)).toBeNull();
});
