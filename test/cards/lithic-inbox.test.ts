import { inspect } from 'node:util';
import { Hono } from 'hono';
import type { Lithic } from 'lithic';
import { expect, onTestFinished, test } from 'vitest';
import { unitsOf } from '../../src/core/card/cents.ts';
import type { Issuer, RawReply } from '../../src/core/card/ports.ts';
import { createLithicIssuer, type LithicOptions } from '../../src/rails/card/lithic.ts';
import { ORDER, openDesk } from '../../src/sandbox/issuer/issuer.fixture.ts';
import { signedHeaders } from '../../src/sandbox/issuer/lithic/signature.ts';
import { listen } from '../../src/sandbox/listener.ts';

const SECRETS = {
  webhookSecret: `whsec_${Buffer.alloc(24, 1).toString('base64')}`,
  decisionSecret: `whsec_${Buffer.alloc(24, 2).toString('base64')}`,
};
const AUTH = 'aaaaaaaa-0000-4000-8000-000000000000';
const MERCHANT = { descriptor: 'SHOP', acceptor_id: '123', mcc: '5812', country: 'USA' };
const POS = {
  entry_mode: { cardholder: 'NOT_PRESENT' },
  terminal: { partial_approval_capable: true },
};

/** An adapter of Lithic that is reached through its inbox alone, and what it says to the operator. */
function open(options: Partial<LithicOptions> = {}) {
  const desk = openDesk();
  const log: string[] = [];
  const adapter = createLithicIssuer({
    ...{ apiKey: 'key', ...SECRETS, environment: 'sandbox', desk, log: (line) => void log.push(line) },
    ...options,
  });
  return { adapter, desk, log };
}

/** Hands in a signed body. */
async function post(
  { adapter }: ReturnType<typeof open>,
  path: 'decisions' | 'events',
  value: object,
): Promise<RawReply> {
  const body = JSON.stringify(value);
  const secret = path === 'decisions' ? SECRETS.decisionSecret : SECRETS.webhookSecret;
  const route = adapter.inbox.find((each) => each.path === path);
  const reply = await route?.receive({ headers: signedHeaders(body, secret), body });
  if (reply === undefined) throw new Error('There is no such address');
  return reply;
}

/** A question about so many cents. */
const question = (amount: number, fields: object = {}) => ({
  ...{ event_type: 'card_authorization.approval_request', token: AUTH, status: 'AUTHORIZATION' },
  ...{ created: '2026-01-01T00:00:00Z', card: { token: 'card' }, merchant: MERCHANT, pos: POS },
  amounts: { cardholder: { amount, currency: 'USD' } },
  ...{ cash_amount: 0, transaction_initiator: 'CARDHOLDER', ...fields },
});

/** A transaction in which so many cents were cleared by events of these types. */
function transaction(types: readonly string[], currency = 'USD') {
  return {
    ...{ event_type: 'card_transaction.updated', token: AUTH, card_token: 'card', merchant: MERCHANT },
    ...{ pos: POS, cardholder_authentication: null, amounts: { hold: { amount: 0, currency } } },
    events: types.map((type, i) => ({
      ...{ token: `e${i + 1}`, type, created: `2026-01-01T00:00:0${i}Z`, result: 'APPROVED' },
      ...{ detailed_results: ['APPROVED'], effective_polarity: 'DEBIT' },
      amounts: { cardholder: { amount: 900, currency } },
    })),
  };
}

test.each([
  [500, 'less than was approved under the same token', { approvedUnits: unitsOf(900n), isPartial: false }],
  [300, 'less than the part that was approved', { approvedUnits: unitsOf(900n), isPartial: true }],
  [900, 'no more than the part', { approvedUnits: unitsOf(900n), isPartial: true }],
])('a yes to another amount is no yes to %d cents: %s', async (cents, _, approved) => {
  const world = open();
  world.desk.answer = () => ({ kind: 'approved', ...approved });
  const { status, body } = await post(world, 'decisions', question(cents));
  expect([status, JSON.parse(body)]).toEqual([200, { token: AUTH, result: 'INSUFFICIENT_FUNDS' }]);
});

test.each([
  ['another currency', { amounts: { cardholder: { amount: 900, currency: 'EUR' } } }],
  ['a fraction of a cent', { amounts: { cardholder: { amount: 0.5, currency: 'USD' } } }],
  ['less than nothing', { amounts: { cardholder: { amount: -900, currency: 'USD' } } }],
  ['a kind that nobody knows', { status: 'SOMETHING_NEW' }],
  ['no amounts', { amounts: undefined }],
  ['no card', { card: undefined }],
])('a question about %s is a no in words, and said to the operator', async (_, fields) => {
  const world = open();
  const { status, body } = await post(world, 'decisions', question(900, fields));
  expect([status, JSON.parse(body)]).toEqual([200, { token: AUTH, result: 'UNAUTHORIZED_MERCHANT' }]);
  expect(world.desk.asked).toEqual([]);
  expect(world.log).toEqual([expect.stringContaining(`Lithic: the question about ${AUTH} cannot be read: `)]);
});

test('what can never be read is said once and taken, and does not hold up anything else', async () => {
  const world = open();
  for (let i = 0; i < 2; i += 1) {
    expect((await post(world, 'events', transaction(['CLEARING'], 'EUR'))).status).toBe(200);
  }
  expect((await post(world, 'events', transaction(['CLEARING']))).status).toBe(200);
  expect(world.desk.told.map(({ message }) => message.id)).toEqual(['e1']);
  expect(world.log).toEqual([
    `Lithic: the transaction ${AUTH} cannot be read: Expected an amount in USD, not in "EUR"`,
  ]);
});

test('an event of a kind that nobody knows is said, and the others of its transaction are kept', async () => {
  const world = open();
  const sent = transaction(['CLEARING', 'SOMETHING_NEW', 'CORRECTION_DEBIT']);
  expect((await post(world, 'events', sent)).status).toBe(200);
  expect(world.desk.told.map(({ message }) => message.id)).toEqual(['e1', 'e3']);
  expect(world.log).toEqual([
    'Lithic: the event e2 cannot be read: Expected an event of a known kind, not "SOMETHING_NEW"',
  ]);
});

test('where nobody listens, what cannot be read is refused', async () => {
  const desk = openDesk();
  const adapter = createLithicIssuer({ apiKey: 'key', ...SECRETS, environment: 'sandbox', desk });
  const world = { adapter, desk, log: [] };
  await expect(post(world, 'events', transaction(['CLEARING'], 'EUR'))).rejects.toThrow('in USD');
});

const CHALLENGE = {
  event_type: 'three_ds_authentication.challenge',
  challenge: { start_time: '2026-01-01T00:00:00Z', expiry_time: '2026-01-01T00:10:00Z' },
  authentication_object: {
    token: AUTH,
    card_token: 'card',
    merchant: { name: 'SHOP' },
    transaction: { amount: 900, currency: 'USD', cardholder_amount: null },
  },
};

test.each([
  ['whose end is no time', { challenge: { start_time: '', expiry_time: 'soon' } }],
  [
    'whose amount in dollars is not said',
    {
      authentication_object: {
        ...CHALLENGE.authentication_object,
        transaction: { amount: 900, currency: 'EUR', cardholder_amount: null },
      },
    },
  ],
])('a challenge %s is said and not kept', async (_, fields) => {
  const world = open();
  expect((await post(world, 'events', CHALLENGE)).status).toBe(200);
  expect((await post(world, 'events', { ...CHALLENGE, ...fields })).status).toBe(200);
  expect([world.desk.told.length, world.log.length]).toEqual([1, 1]);
});

test.each([undefined, null, {}])('a card that changed from %o tells nothing', async (previous_fields) => {
  const world = open();
  const sent = { event_type: 'card.updated', card_token: 'card', state: 'OPEN', previous_fields };
  expect((await post(world, 'events', sent)).status).toBe(200);
  expect([world.desk.issuedCards, world.log]).toEqual([[], []]);
});

/** An API of Lithic that answers as it is told. */
async function answering(api: Hono) {
  const { url, close } = await listen(api);
  onTestFinished(close);
  return open({ baseUrl: url });
}

test('a dispute about a transaction that is not there is said and not kept', async () => {
  const world = await answering(new Hono().notFound((c) => c.json({ message: 'No such transaction' }, 404)));
  const sent = {
    event_type: 'dispute.updated',
    token: 'd',
    transaction_token: AUTH,
    amount: 1,
    status: 'NEW',
  };
  expect((await post(world, 'events', sent)).status).toBe(200);
  expect(world.log).toEqual(['Lithic: the dispute d cannot be read: Expected a transaction of this program']);
});

test('an API that cannot be asked is asked again, not passed over', async () => {
  const world = await answering(new Hono().notFound((c) => c.json({}, 403)));
  const sent = {
    event_type: 'dispute.updated',
    token: 'd',
    transaction_token: AUTH,
    amount: 1,
    status: 'NEW',
  };
  await expect(post(world, 'events', sent)).rejects.toThrow('403');
});

test('one transaction that cannot be read does not hide the others of the history', async () => {
  const [bad, good] = [
    { ...transaction(['CLEARING'], 'EUR'), token: 'bad' },
    transaction(['CLEARING']),
  ] as unknown as readonly Lithic.Transaction[];
  const api = new Hono()
    .get('/v1/transactions', (c) => c.json({ data: [bad, good], has_more: false }))
    .notFound((c) => c.json({}, 404));
  const world = await answering(api);
  expect((await world.adapter.history('card')).map(({ message }) => message.id)).toEqual(['e1']);
  expect(world.log).toEqual([
    'Lithic: the transaction bad cannot be read: Expected an amount in USD, not in "EUR"',
  ]);
});

const CARD = { token: AUTH, last_four: '0000', exp_month: '01', exp_year: '2029', state: 'OPEN' };
const CLOSED = { state: 'closed', lockCents: 0n, headroomCents: 0n } as const;

test.each([
  ['GET', '/v1/cards/:token', (adapter: Issuer) => adapter.reveal(AUTH)],
  ['POST', '/v1/cards', (adapter: Issuer) => adapter.issue(ORDER)],
  ['PATCH', '/v1/cards/:token', (adapter: Issuer) => adapter.mirror(AUTH, CLOSED)],
] as const)(
  'a reply to a %s of %s that cannot be read leaves no number in the error',
  async (method, path, call) => {
    const text = '{"pan":"9999990000000006"x,"cvv":"123"}';
    const broken = () => new Response(text, { headers: { 'content-type': 'application/json' } });
    const api = new Hono().on(method, path, broken);
    api.get('/v1/cards', (c) => c.json({ data: [], has_more: false }));
    api.get('/v1/cards/:token', (c) => c.json(CARD));
    const world = await answering(api);
    const error = await call(world.adapter).catch((thrown: unknown) => thrown);
    expect(error).toEqual(new Error('Lithic answered with something that cannot be read'));
    expect(inspect(error, { showHidden: true, depth: 9 })).not.toMatch(/9999|123"/);
  },
);

test('a call is not sent on to where Lithic points', async () => {
  const reached: string[] = [];
  const elsewhere = await listen(
    new Hono().all('*', (c) => {
      reached.push(c.req.path);
      return c.json(CARD);
    }),
  );
  onTestFinished(elsewhere.close);
  const world = await answering(new Hono().all('*', (c) => c.redirect(`${elsewhere.url}/cards`, 307)));
  await expect(world.adapter.reveal(AUTH)).rejects.toThrow();
  await expect(world.adapter.mirror(AUTH, CLOSED)).rejects.toThrow();
  expect(reached).toEqual([]);
});

test('a card of this id that was closed at Lithic is no card, and no other is made', async () => {
  const closed = { ...CARD, memo: `A domain name [${ORDER.cardId}]`, state: 'CLOSED' };
  const made: string[] = [];
  const api = new Hono()
    .get('/v1/cards', (c) => c.json({ data: [closed], has_more: false }))
    .get('/v1/cards/:token', (c) => c.json(closed))
    .post('/v1/cards', (c) => {
      made.push('one');
      return c.json(CARD);
    });
  const world = await answering(api);
  expect(await world.adapter.issue(ORDER)).toEqual({
    outcome: 'refused',
    code: 'issuer_refused',
    detail: 'The card was closed at Lithic',
  });
  expect(made).toEqual([]);
});

test.each([
  ['http://issuer.test', 'sandbox', 'must be https, or on this machine'],
  ['https://sandbox.lithic.com', 'production', 'worth nothing'],
] as const)('the address %s in %s is said when the issuer is opened', (baseUrl, environment, words) => {
  expect(() => open({ baseUrl, environment })).toThrow(words);
});
