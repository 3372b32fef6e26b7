import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { SHOP_MERCHANT } from '../../src/sandbox/shop/shop.ts';
import { authorized, paid, refusalOf } from './checkout-answer.ts';
import { changeOf } from './checkout-money.ts';
import { expectNoTraces } from './checkout-search.ts';
import type { KnownCard } from './checkout-traces.ts';
import { type CheckoutWorld, openCheckoutWorld } from './checkout-world.ts';

let world: CheckoutWorld;
beforeAll(async () => {
  world = await openCheckoutWorld();
}, 300_000);
afterEach(() => world.clear());
afterAll(() => world.close());

const PATIENCE = { timeout: 20_000 };
const NOTHING = { refunded: '0.00', disputed: '0.00', shortfall: '0.00', suspense: '0.00', fee: '0.00' };

test('a subscription is checked, charged once and paid back; its renewal and a stolen number get nothing', async () => {
  const before = await world.purse();
  const id = await world.card('25.00', { merchantLock: SHOP_MERCHANT.name });
  const page = await world.toPayment('notes', 'frame');
  expect(await world.fill(id, page)).toEqual(authorized('19.99'));
  const order = await orderOn(page);
  await world.settle();
  const money = { locked: '25.00', unused: '0.00', held: '0.00', captured: '19.99', returned: '5.01' };
  expect(await world.stand(id)).toEqual({ state: 'closed', ...money, ...NOTHING });
  expect(changeOf(before, await world.purse())).toEqual(paid('19.99'));

  expect(await world.world.shop.till.renew(order)).toEqual({ outcome: 'declined' });
  expect(await steal(knownCard(id), 500n)).toMatchObject({ outcome: 'declined', reason: 'card_closed' });
  expect((await world.story(id)).filter((line) => /auth|clearing/.test(line))).toEqual([
    'authorization 0.00 approved',
    'authorization 19.99 approved',
    'clearing 19.99',
    'authorization 19.99 card_closed',
    'authorization 5.00 card_closed',
  ]);
  const { transactions } = await world.agent.card.transactions({ card: id });
  expect(transactions.at(-1)?.decline?.retry).toBe('never');
  expect(changeOf(before, await world.purse())).toEqual(paid('19.99'));
});

test('two parcels are charged on one card, and what is left comes back after the second alone', async () => {
  const { orders } = world.world.shop.till;
  const before = await world.purse();
  const id = await world.card('90.00');
  const page = await world.toPayment('shelf', 'plain');
  expect(await world.fill(id, page)).toEqual(authorized('86.40'));
  const order = await orderOn(page);
  expect(await stateOf(id)).toEqual(['consumed', '3.60', '86.40', '0.00', '0.00']);

  await orders.capture(order, { amountCents: 4_000n, isFinal: false });
  await expect.poll(() => stateOf(id), PATIENCE).toEqual(['settling', '3.60', '46.40', '40.00', '0.00']);
  expect(await steal(knownCard(id), 300n)).toMatchObject({ outcome: 'declined', reason: 'card_used' });
  expect(await world.purse()).toMatchObject({ wallet: before.wallet - 90_000_000n, returning: 0n });

  await orders.capture(order, { amountCents: 4_640n, isFinal: true });
  await expect.poll(() => stateOf(id), PATIENCE).toEqual(['closed', '0.00', '0.00', '86.40', '3.60']);
  expect(changeOf(before, await world.purse())).toEqual(paid('86.40'));
  await page.reload();
  expect(await world.read(page)).toMatch(/Charged so far\s+\$86\.40/);
});

test('a tip goes above the authorization, and is paid of what the card still has', async () => {
  const before = await world.purse();
  const id = await world.card('50.00');
  const page = await world.toPayment('dinner', 'fields');
  expect(await world.fill(id, page)).toEqual(authorized('43.20'));
  await world.world.shop.till.orders.capture(await orderOn(page), { amountCents: 4_820n, isFinal: true });
  await world.settle();
  const money = { locked: '50.00', unused: '0.00', held: '0.00', captured: '48.20', returned: '1.80' };
  expect(await world.stand(id)).toEqual({ state: 'closed', ...money, ...NOTHING });
  expect(changeOf(before, await world.purse())).toEqual(paid('48.20'));
  expect(await exceptionsOf(id)).toEqual(['over_capture']);
});

test('a tip above the lock never reaches the wallet, blocks further cards, and is what a refund repays first', async () => {
  const { orders } = world.world.shop.till;
  const before = await world.purse();
  const id = await world.card('45.00');
  const page = await world.toPayment('dinner', 'plain');
  expect(await world.fill(id, page)).toEqual(authorized('43.20'));
  const order = await orderOn(page);
  await orders.capture(order, { amountCents: 4_820n, isFinal: true });
  await world.settle();
  const money = { locked: '45.00', unused: '0.00', held: '0.00', captured: '48.20', returned: '0.00' };
  expect(await world.stand(id)).toEqual({ state: 'closed', ...money, ...NOTHING, shortfall: '3.20' });
  expect(changeOf(before, await world.purse())).toEqual(paid('45.00'));
  expect(await exceptionsOf(id)).toEqual(['over_capture', 'shortfall']);
  expect(await refusalOf(world.card('12.00'))).toMatchObject({ code: 'card_shortfall_open' });

  await orders.refund(order);
  await expect.poll(async () => (await world.stand(id)).shortfall, PATIENCE).toBe('0.00');
  await world.settle();
  expect(await world.stand(id)).toMatchObject({ state: 'closed', refunded: '45.00', suspense: '0.00' });
  expect(changeOf(before, await world.purse())).toEqual({});
  await world.agent.card.close({ card: await world.card('12.00') });
});

test('a refund after the close reaches the wallet on chain and the budget of the mandate', async () => {
  const { orders } = world.world.shop.till;
  const before = await world.purse();
  const id = await world.card('25.00');
  const page = await world.toPayment('report', 'frame');
  expect(await world.fill(id, page)).toEqual(authorized('25.00'));
  const order = await orderOn(page);
  await world.settle();
  expect(await stateOf(id)).toEqual(['closed', '0.00', '0.00', '25.00', '0.00']);
  expect(changeOf(before, await world.purse())).toEqual(paid('25.00'));

  await orders.refund(order, 1_000n);
  await expect.poll(async () => (await world.stand(id)).refunded, PATIENCE).toBe('10.00');
  expect(changeOf(before, await world.purse())).toEqual(paid('15.00'));
  await orders.refund(order);
  await expect.poll(async () => (await world.stand(id)).refunded, PATIENCE).toBe('25.00');
  expect(changeOf(before, await world.purse())).toEqual({});
  expect((await world.agent.card.get({ card: id })).state).toBe('closed');
  await page.reload();
  expect(await world.read(page)).toMatch(/Refunded\s+\$25\.00/);
});

test('closing a card leaves the others of its mandate as they are', async () => {
  const before = await world.purse();
  const [first, second, third] = [
    await world.card('25.00'),
    await world.card('25.00'),
    await world.card('19.00'),
  ];
  await world.tools.call('card_close', { card: first });
  const page = await world.toPayment('lamp', 'fields');
  expect(await refusalOf(world.fill(first, page))).toMatchObject({ code: 'card_not_active' });
  expect(await steal(knownCard(first), 2_484n)).toMatchObject({ reason: 'card_closed' });
  expect(await stateOf(second)).toEqual(['active', '25.00', '0.00', '0.00', '0.00']);
  expect(await world.fill(second, page)).toEqual(authorized('24.84'));
  await orderOn(page);
  await world.settle();
  expect(await stateOf(first)).toEqual(['closed', '0.00', '0.00', '0.00', '25.00']);
  expect(await stateOf(second)).toEqual(['closed', '0.00', '0.00', '24.84', '0.16']);
  expect(await stateOf(third)).toEqual(['active', '19.00', '0.00', '0.00', '0.00']);
  await world.agent.card.close({ card: third });
  expect(changeOf(before, await world.purse())).toEqual(paid('24.84'));
});

test('no number and no code of all these cards is anywhere but with the issuer', () => expectNoTraces(world));

/** The order whose receipt a page shows. */
async function orderOn(page: Page): Promise<string> {
  await page.waitForURL('**/orders/*');
  expect(await world.read(page)).toContain('Thank you for your order');
  return new URL(page.url()).pathname.split('/').at(-1) ?? '';
}

function knownCard(id: string): KnownCard {
  const card = world.cards.find((known) => known.id === id);
  if (card === undefined) throw new Error(`The card ${id} is not known`);
  return card;
}

/** Somebody who has number, expiry and code of a card tries to pay with it. */
function steal({ secrets }: KnownCard, amountCents: bigint) {
  return world.world.bank.issuer.network.authorize({ card: secrets, amountCents, merchant: SHOP_MERCHANT });
}

/** State, unused, held, captured, returned. */
async function stateOf(id: string): Promise<readonly string[]> {
  const { state, unused, held, captured, returned } = await world.stand(id);
  return [state, unused, held, captured, returned];
}

async function exceptionsOf(id: string): Promise<readonly string[]> {
  const { transactions } = await world.agent.card.transactions({ card: id });
  return transactions.flatMap(({ exceptions }) => exceptions.map(({ code }) => code));
}
