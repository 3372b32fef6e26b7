import { inspect } from 'node:util';
import { Hono } from 'hono';
import { expect, onTestFinished, test } from 'vitest';
import type { StripeOptions } from '../../src/rails/card/stripe/account.ts';
import { listen } from '../../src/sandbox/listener.ts';
import { authorization, open, post, request, SECONDS, transaction } from './stripe-post.ts';
import { messagesOf, NOW_MS, ORDER, storyOf } from './stripe-world.ts';

/** An adapter that is reached through its inbox alone, and what it says to the operator. */
function listening(options: Partial<StripeOptions> = {}) {
  const log: string[] = [];
  return { ...open({ log: (line: string) => void log.push(line), ...options }), log };
}

/** One whose calls are answered as this API answers. */
async function answering(api: Hono, options: Partial<StripeOptions> = {}) {
  const { url, close } = await listen(api);
  onTestFinished(close);
  return listening({ baseUrl: url, ...options });
}

const euros = { type: 'issuing_transaction.created', object: transaction({ id: 'ipi_2', currency: 'eur' }) };

test('what can never be read is said once and taken, and does not hold up anything else', async () => {
  const world = listening();
  const statuses: number[] = [];
  for (const event of [euros, euros, { ...euros, object: transaction({}) }]) {
    statuses.push((await post(world, event)).status);
  }
  expect(statuses).toEqual([200, 200, 200]);
  expect(storyOf(world.desk)).toEqual(['clearing 2000']);
  expect(world.log).toEqual([
    'Stripe: the issuing_transaction.created of ipi_2 cannot be read: Stripe speaks of "eur" where the cards are in usd',
  ]);
});

test('where nobody listens, what cannot be read is refused', async () => {
  await expect(post(open(), euros)).rejects.toThrow('in usd');
});

test('what could not be kept rejects, so that it is in the log and comes again', async () => {
  const world = listening();
  world.desk.isBroken = true;
  const event = { type: 'issuing_transaction.created', object: transaction({}) };
  await expect(post(world, event)).rejects.toThrow('The desk is broken');
});

const pending = { amount: 2500, amount_details: null, currency: 'usd', is_amount_controllable: false };

test.each([
  ['half a cent', { amount: 0.5 }],
  ['no number', { amount: 'all' }],
])('a question about %s is a no in words, and said to the operator', async (_, fields) => {
  const world = listening();
  const object = authorization({ amount: 0, approved: false, pending_request: { ...pending, ...fields } });
  const { status, body } = await post(world, { type: 'issuing_authorization.request', object });
  expect([status, body]).toEqual([
    200,
    '{"approved":false,"metadata":{"fluxa_reason":"merchant_not_allowed"}}',
  ]);
  expect(world.desk.asked).toEqual([]);
  expect(world.log).toEqual([expect.stringContaining('Stripe: the question about iauth_1 cannot be read: ')]);
});

const dispute = { id: 'idp_1', amount: 900, created: SECONDS, currency: 'usd', status: 'won' };

test('a question that cannot be read is a no where nobody listens, too', async () => {
  const object = authorization({ approved: false, pending_request: { ...pending, amount: 0.5 } });
  const { body } = await post(open(), { type: 'issuing_authorization.request', object });
  expect(JSON.parse(body)).toMatchObject({ approved: false });
});

test('a dispute about a transaction that is not there is said and not kept', async () => {
  const error = { type: 'invalid_request_error', code: 'resource_missing', message: 'No such transaction' };
  const world = await answering(new Hono().all('*', (c) => c.json({ error }, 404)));
  const object = { ...dispute, transaction: 'ipi_1' };
  expect((await post(world, { type: 'issuing_dispute.closed', object })).status).toBe(200);
  expect([storyOf(world.desk), world.log]).toEqual([
    [],
    ['Stripe: the issuing_dispute.closed of idp_1 cannot be read: Expected a transaction of this account'],
  ]);
});

test.each([
  ['insufficient_funds', true],
  ['not_allowed', true],
  ['suspected_fraud', true],
  ['a_word_of_tomorrow', true],
  ['webhook_timeout', true],
  ['webhook_declined', false],
  ['verification_failed', false],
  ['spending_controls', false],
  ['card_inactive', false],
])('a decline for %s undoes a yes of ours that may stand behind it: %s', async (reason, isUndone) => {
  const world = listening();
  const object = authorization({
    approved: false,
    status: 'closed',
    request_history: [request(false, reason)],
  });
  await post(world, { type: 'issuing_authorization.created', object });
  expect(storyOf(world.desk)).toEqual(['authorization declined 2000', ...(isUndone ? ['timeout'] : [])]);
});

test('the end of an authorization comes after all that was asked on it, in the history as well', async () => {
  const history = [request(true, 'webhook_approved'), request(true, 'webhook_approved', 500, SECONDS + 60)];
  const object = authorization({ status: 'expired', request_history: history });
  const api = new Hono()
    .get('/v1/issuing/authorizations', (c) => c.json({ object: 'list', data: [object], has_more: false }))
    .get('/v1/issuing/transactions', (c) => c.json({ object: 'list', data: [], has_more: false }));
  const world = await answering(api);
  const told = await world.issuer.history('ic_1');
  expect(told.map(({ message }) => message.kind)).toEqual(['authorization', 'increment', 'expiry']);
});

test('one thing that cannot be read does not hide the others of the history', async () => {
  const list = (data: readonly object[]) => ({ object: 'list', data, has_more: false });
  const bad = authorization({ id: 'iauth_2', request_history: [{ ...request(true, 'x'), currency: 'eur' }] });
  const api = new Hono()
    .get('/v1/issuing/authorizations', (c) => c.json(list([bad])))
    .get('/v1/issuing/transactions', (c) => c.json(list([euros.object, transaction({})])));
  const world = await answering(api);
  expect((await world.issuer.history('ic_1')).map(({ message }) => message.id)).toEqual(['ipi_1']);
  expect(world.log.map((line) => line.split(' cannot')[0])).toEqual([
    'Stripe: the authorization iauth_2',
    'Stripe: the transaction ipi_2',
  ]);
});

test('a reply with the number that cannot be read leaves nothing of it in the error', async () => {
  const body = '{"number":"9999990000000006"x,"cvc":"123"}';
  const world = await answering(
    new Hono().get('*', (c) => c.body(body, 200, { 'content-type': 'application/json' })),
  );
  const error = await world.issuer.reveal('ic_1').catch((thrown: unknown) => thrown);
  expect(error).toEqual(new Error('Stripe did not show the card'));
  expect(inspect(error, { showHidden: true, depth: 9 })).not.toMatch(/9999|123"/);
});

/** Cards of an account that has made one for the order, and what was asked for. */
function cards(calls: string[]) {
  const made = {
    ...{ id: 'ic_9', object: 'issuing.card', livemode: false, last4: '0006', exp_month: 1, exp_year: 2029 },
    ...{ status: 'active', metadata: { fluxa_card: ORDER.cardId } },
  };
  return new Hono()
    .get('/v1/issuing/cards', (c) => {
      calls.push(`GET ${c.req.query('created[gte]') ?? ''}`);
      return c.json({ object: 'list', data: [made], has_more: false });
    })
    .post('/v1/issuing/cards', (c) => {
      calls.push('POST');
      return c.json({ ...made, id: 'ic_10' });
    });
}

test.each([
  ['younger than the keys that Stripe remembers is simply made', 3_600_000, 'ic_10', ['POST']],
  ['older is looked for before another is made', 25 * 3_600_000, 'ic_9', [`GET ${SECONDS - 25 * 3600}`]],
])('an order %s', async (_, ageMs, token, asked) => {
  const calls: string[] = [];
  const world = await answering(cards(calls));
  const order = { ...ORDER, expiresAtMs: NOW_MS - ageMs + ORDER.controls.ttlMs };
  expect(await world.issuer.issue(order)).toMatchObject({ token });
  expect(calls).toEqual(asked);
  expect(messagesOf(world.desk)).toEqual([]);
});
