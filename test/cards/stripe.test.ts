import { Hono } from 'hono';
import { expect, onTestFinished, test } from 'vitest';
import type { Refusal } from '../../src/core/refusal.ts';
import { openAccount } from '../../src/rails/card/stripe/account.ts';
import { issueCard, revealCard } from '../../src/rails/card/stripe/card.ts';
import { listen } from '../../src/sandbox/listener.ts';
import { ORDER, openTestDesk, openWorld, type World } from './stripe-world.ts';

/** The card as Stripe's API has it. */
async function cardAt({ sandbox }: World, token: string) {
  const headers = { authorization: 'Bearer sk_test_sandbox' };
  const response = await fetch(`${sandbox.apiUrl}/v1/issuing/cards/${token}`, { headers });
  return (await response.json()) as { readonly spending_controls: object; readonly metadata: object };
}

const limits = (lock: number, headroom: number) => [
  { amount: lock, interval: 'per_authorization', categories: [] },
  { amount: lock + headroom, interval: 'all_time', categories: [] },
];

test('a card is made once, also when the answer is lost and the order is made again', async () => {
  const world = await openWorld();
  world.sandbox.network.faults.issue = 'timeout_after_create';
  const first = await world.issue();
  const again = await world.issue();
  const found = world.sandbox.network.find({ reference: ORDER.cardId });
  expect(again).toEqual(first);
  expect(found).toMatchObject({
    token: first.networkToken,
    state: 'open',
    lockCents: 2500n,

    label: 'A domain name',
  });
});

test('every try to make a card has the same idempotency key, made of its id', async () => {
  const keys: (string | undefined)[] = [];
  const stripe = new Hono().post('/v1/issuing/cards', (c) => {
    keys.push(c.req.header('idempotency-key'));
    return c.json({ error: { type: 'invalid_request_error', message: 'No' } }, 400);
  });
  const listener = await listen(stripe);
  onTestFinished(listener.close);
  for (let start = 0; start < 2; start += 1) {
    const { issuer } = await openWorld({ baseUrl: listener.url, cardholder: 'ich_1' });
    expect(await issuer.issue(ORDER)).toMatchObject({ code: 'issuer_refused' });
  }
  expect(keys).toEqual([`fluxa-issue-${ORDER.cardId}`, `fluxa-issue-${ORDER.cardId}`]);
});

test('an order that comes again with another lock finds the card that was made', async () => {
  const world = await openWorld();
  const first = await world.issue();
  expect(await world.issue({ lockCents: 2600n })).toEqual(first);
});

test('what the issuer refuses is refused, and so is a lock of nothing, which would be no limit', async () => {
  const world = await openWorld();
  expect(await world.issuer.issue({ ...ORDER, lockCents: 0n })).toEqual<Refusal>({
    outcome: 'refused',
    code: 'issuer_refused',
    detail: 'A card locks an amount above zero',
  });
  world.sandbox.network.faults.issue = 'error';
  expect(await world.issuer.issue(ORDER)).toEqual<Refusal>({
    outcome: 'refused',
    code: 'issuer_refused',
    detail: 'Stripe will not make the card: The issuer does not make this card',
  });
});

test('an answer that is no refusal leaves it open whether there is a card', async () => {
  const world = await openWorld({ apiKey: 'sk_test_another' });
  await expect(world.issuer.issue(ORDER)).rejects.toThrow('Stripe did not say whether it made the card');
});

test('a card that is made later is pending until its event, and one that is given up is refused', async () => {
  const world = await openWorld();
  world.sandbox.network.faults.issue = 'pending';
  expect(await world.issuer.issue(ORDER)).toMatchObject({ isPending: true });
  await world.sandbox.network.activate({ reference: ORDER.cardId });
  expect(await world.issuer.issue(ORDER)).toMatchObject({ isPending: false });
  world.sandbox.network.faults.issue = 'pending';
  const other = await world.issue({ cardId: 'card_other' });
  await world.sandbox.network.activate({ reference: 'card_other' }, 'failed');
  expect(world.desk.issuedCards).toEqual([
    { token: `ic_${world.sandbox.network.find({ reference: ORDER.cardId })?.token}`, result: 'active' },
    { token: other.token, result: 'failed' },
  ]);
  expect(await world.issuer.issue({ ...ORDER, cardId: 'card_other' })).toMatchObject({
    code: 'issuer_refused',
  });
});

test('freezing, unfreezing, another lock and closing reach the card; a closed card stays as it is', async () => {
  const world = await openWorld();
  const { token, networkToken } = await world.issue();
  const seen = () => {
    const card = world.sandbox.network.find({ token: networkToken });
    return [card?.state, card?.lockCents];
  };
  await world.issuer.mirror(token, { state: 'paused', lockCents: 2500n, headroomCents: 100n });
  expect(seen()).toEqual(['paused', 2500n]);
  await world.issuer.mirror(token, { state: 'open', lockCents: 4000n, headroomCents: 100n });
  expect(seen()).toEqual(['open', 4000n]);
  await world.issuer.mirror(token, { state: 'open', lockCents: 0n, headroomCents: 100n });
  expect(seen()).toEqual(['paused', 4000n]);
  await world.issuer.mirror(token, { state: 'closed', lockCents: 0n, headroomCents: 100n });
  expect(seen()).toEqual(['closed', 4000n]);
  await world.issuer.mirror(token, { state: 'open', lockCents: 4000n, headroomCents: 100n });
  expect(seen()).toEqual(['closed', 4000n]);
});

test('number and code are revealed until they are gone', async () => {
  const world = await openWorld();
  const { token } = await world.issue();
  const secrets = await world.issuer.reveal(token);
  const issued = await world.issuer.issue(ORDER);
  expect([secrets?.number.slice(0, 6), secrets?.number.length, secrets?.code.length]).toEqual([
    '999999',
    16,
    3,
  ]);
  expect(issued).toMatchObject({ lastFour: secrets?.number.slice(-4), expiry: secrets?.expiry });
  await world.issuer.mirror(token, { state: 'closed', lockCents: 0n, headroomCents: 100n });
  expect(await world.issuer.reveal(token)).toBeNull();
});

test('Stripe is told the lock, room for one open probe beyond it, and the kinds of merchant that it can block', async () => {
  const world = await openWorld();
  const { token } = await world.issue();
  const blocked_categories = [
    'manual_cash_disburse',
    'automated_cash_disburse',
    'non_fi_money_orders',
    'wires_money_orders',
    'betting_casino_gambling',
    'automated_fuel_dispensers',
    'non_fi_stored_value_card_purchase_load',
  ];
  const first = await cardAt(world, token);
  expect(first.metadata).toEqual({
    fluxa_card: ORDER.cardId,
    fluxa_label: 'A domain name',
  });
  expect(first.spending_controls).toMatchObject({ spending_limits: limits(2500, 100), blocked_categories });
  await world.issuer.mirror(token, { state: 'open', lockCents: 4000n, headroomCents: 100n });
  const second = await cardAt(world, token);
  expect(second.spending_controls).toMatchObject({ spending_limits: limits(4000, 100), blocked_categories });
});

test('live mode takes neither a test card nor a number of the sandbox', async () => {
  const world = await openWorld();
  const account = openAccount({
    apiKey: 'sk_test_sandbox',
    baseUrl: world.sandbox.apiUrl,
    decisionSecret: 'whsec_1',
    webhookSecret: 'whsec_1',
    cardholder: 'ich_1',
    desk: openTestDesk(),
  });
  const { token } = await world.issue();
  const live = { ...account, isSandbox: false };
  await expect(revealCard(live, token)).rejects.toThrow('a number of the sandbox where live is configured');
  const order = { ...ORDER, cardId: 'card_live' } as const;
  expect(await issueCard(live, { order, holder: async () => 'ich_1' })).toMatchObject<Partial<Refusal>>({
    code: 'issuer_refused',
    detail: 'Stripe made a test card; it was cancelled',
  });
  expect(world.sandbox.network.find({ reference: 'card_live' })?.state).toBe('closed');
});
