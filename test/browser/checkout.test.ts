import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { SHOP_MERCHANT } from '../../src/sandbox/shop/shop.ts';
import type { FormKind } from '../../src/sandbox/shop/till.ts';
import { authorized, paid, refusalOf } from './checkout-answer.ts';
import { changeOf } from './checkout-money.ts';
import { expectNoTraces } from './checkout-search.ts';
import { findInTexts, findNumbers, holdsText } from './checkout-traces.ts';
import { enterCode, readPage, valuesIn } from './checkout-walk.ts';
import { type CheckoutWorld, openCheckoutWorld } from './checkout-world.ts';

let world: CheckoutWorld;
beforeAll(async () => {
  world = await openCheckoutWorld();
}, 300_000);
afterEach(() => world.clear());
afterAll(() => world.close());

const FORMS: readonly FormKind[] = ['plain', 'fields', 'frame'];
const NOTHING = { refunded: '0.00', disputed: '0.00', shortfall: '0.00', suspense: '0.00', fee: '0.00' };
const DECLINED = 'Your card was declined.';
const THANKS = 'Thank you for your order';

test.each(FORMS)('a card pays in a form of the kind "%s", and every cent is accounted for', async (kind) => {
  const before = await world.purse();
  const id = await world.card('25.00');
  await world.settle();
  const locked = {
    wallet: '-25.00',
    treasury: '25.00',
    available: '-25.00',
    onCards: '25.00',
    spent: '25.00',
  };
  expect(changeOf(before, await world.purse())).toEqual(locked);

  const page = await world.toPayment('lamp', kind);
  expect(await world.fill(id, page)).toEqual(authorized('24.84'));
  await page.waitForURL('**/orders/*');
  const { lastFour } = await world.agent.card.get({ card: id });
  expect(await world.read(page)).toContain(`card ending ${lastFour}`);
  expect(await valuesIn(page)).toEqual([]);

  await world.settle();
  const money = { locked: '25.00', unused: '0.00', held: '0.00', captured: '24.84', returned: '0.16' };
  expect(await world.stand(id)).toEqual({ state: 'closed', ...money, ...NOTHING });
  expect(changeOf(before, await world.purse())).toEqual(paid('24.84'));
  const story = await world.story(id);
  expect(story.filter((line) => !line.startsWith('payback_sent'))).toEqual([
    'created 25.00',
    'funded 25.00',
    'issued',
    'funding_settled 25.00',
    'reveal_granted',
    'revealed',
    'authorization 24.84 approved',
    'clearing 24.84',
    'payback_settled 0.16',
  ]);
});

test('tax on the last step goes above the lock: nothing is typed, and the recharged card pays', async () => {
  const before = await world.purse();
  const id = await world.card('23.00');
  const page = await world.toPayment('lamp', 'fields');
  expect(await refusalOf(world.fill(id, page))).toMatchObject({
    code: 'checkout_total_exceeds_lock',
    numbers: { total: '24.84', unused: '23.00' },
  });
  expect(await valuesIn(page)).toEqual([]);
  expect(await world.story(id)).not.toContain('revealed');

  const { card } = await world.agent.card.recharge({ card: id, amount: '1.84' });
  expect([card.locked, card.unused]).toEqual(['24.84', '24.84']);
  expect(await world.fill(id, page)).toEqual(authorized('24.84'));
  await page.waitForURL('**/orders/*');
  await world.settle();
  const money = { locked: '24.84', unused: '0.00', held: '0.00', captured: '24.84', returned: '0.00' };
  expect(await world.stand(id)).toEqual({ state: 'closed', ...money, ...NOTHING });
  expect(changeOf(before, await world.purse())).toEqual(paid('24.84'));
});

test('a charge above what the page said is declined, and told as declined though the page says thank you', async () => {
  const before = await world.purse();
  const id = await world.card('20.00');
  const page = await world.toPayment('lamp', 'plain');
  await replaceText(page, '$24.84', '$19.00');
  await thankForEverything(page);
  expect(await world.fill(id, page)).toEqual({
    status: 'declined',
    authorization: expect.any(String),
    decline: { reason: 'amount_exceeds_locked', hint: expect.any(String), retry: 'lower_amount' },
    total: '19.00',
  });
  await page.getByText(THANKS).waitFor();
  expect(await world.read(page)).not.toContain('declined');
  expect(await valuesIn(page)).toEqual([]);
  expect(await world.agent.card.get({ card: id })).toMatchObject({ state: 'active', unused: '20.00' });

  await world.agent.card.close({ card: id });
  expect(changeOf(before, await world.purse())).toEqual({});
});

test('a card that is locked to another merchant is declined, whatever the page says', async () => {
  const before = await world.purse();
  const id = await world.card('25.00', { merchantLock: 'Harbor Books' });
  const page = await world.toPayment('lamp', 'frame');
  await thankForEverything(page);
  expect(await world.fill(id, page)).toEqual({
    status: 'declined',
    authorization: expect.any(String),
    decline: { reason: 'merchant_not_allowed', hint: expect.any(String), retry: 'never' },
    total: '24.84',
  });
  await page.getByText(THANKS).waitFor();
  expect(await world.read(page)).not.toContain('declined');
  await world.agent.card.close({ card: id });
  expect(changeOf(before, await world.purse())).toEqual({});
});

test('a dollar that only tries the card gives way to the charge, where the lock is exact', async () => {
  const before = await world.purse();
  const id = await world.card('15.00');
  const page = await world.toPayment('credits', 'plain');
  expect(await world.fill(id, page)).toEqual(authorized('15.00'));
  await page.waitForURL('**/orders/*');
  await world.settle();
  expect((await world.story(id)).filter((line) => /auth|reversal|clearing/.test(line))).toEqual([
    'authorization 1.00 approved',
    'reversal',
    'authorization 15.00 approved',
    'clearing 15.00',
  ]);
  expect(changeOf(before, await world.purse())).toEqual(paid('15.00'));
});

test('two cards are typed in at the same time, in two tabs of one browser', async () => {
  const before = await world.purse();
  const cards = [await world.card('25.00'), await world.card('15.00')] as const;
  const pages = [await world.toPayment('lamp', 'plain'), await world.toPayment('credits', 'frame')] as const;
  const filled = await Promise.all([world.fill(cards[0], pages[0]), world.fill(cards[1], pages[1])]);
  expect(filled).toEqual([authorized('24.84'), authorized('15.00')]);
  for (const page of pages) await page.waitForURL('**/orders/*');
  expect(changeOf(before, await world.purse())).toEqual(paid('39.84'));
});

test('the browser writes down what stands in a form, but not the card', async () => {
  const profile = await world.profile();
  const card = await world.card('25.00');
  const page = await world.toPayment('lamp', 'plain');
  await page.evaluate(`document.querySelector('#pay').append(document.createElement('textarea'))`);
  const { agent, endpoint, operator } = world;
  const place = { card, endpoint, page: page.url() };
  await expect(agent.card.fill({ ...place, press: false })).rejects.toMatchObject({
    code: 'reveal_not_allowed',
  });
  const filled = await operator.card.fill({ ...place, press: false });
  expect(filled).toEqual({ status: 'filled', total: '24.84' });
  // Whoever reads the page now sees it, until somebody sends it off: the search would find that.
  const seen = new Set(findInTexts(world.cards, await readPage(page)));
  const what = `the page ${page.url()}`;
  expect(seen).toEqual(new Set([`${what}: the number of ${card}`, `${what}: the code of ${card}`]));
  const note = `Ring twice, ${card}`;
  await page.locator('textarea').fill(note);
  await expect.poll(() => holdsText(profile, note), { timeout: 20_000 }).toBe(true);
  expect(findNumbers(world.cards, profile)).toEqual([]);
  await agent.card.close({ card });
});

test('an agent with tools gets the code of the bank, types it into the frame of the bank, and has paid', async () => {
  const { tools, mandate, endpoint } = world;
  const before = await world.purse();
  const order = { amount: '129.60', mandate, merchant: 'shop.sandbox', require3ds: true };
  const made = await tools.call('card_create', { ...order, idempotency_key: 'watch-1' });
  expect(made).toMatchObject({ outcome: 'ok', output: { status: 'finished', card: { state: 'active' } } });
  const card = (made as { output: { card: { id: string } } }).output.card.id;
  world.learn(card);
  const page = await world.toPayment('watch', 'fields');
  expect(await tools.call('card_fill', { card, endpoint, page: page.url() })).toEqual({
    outcome: 'ok',
    output: { status: 'challenge', total: '129.60' },
  });
  await page.getByText('One more step').waitFor();
  const asked = await tools.call('card_challenge', { card });
  expect(asked).toEqual({
    outcome: 'ok',
    output: {
      ref: expect.any(String),
      code: expect.stringMatching(/^\d{6}$/),
      merchant: SHOP_MERCHANT,
      amount: '129.60',
      expiresAt: expect.any(String),
    },
  });
  await enterCode(page, (asked as { output: { code: string } }).output.code);
  await page.waitForURL('**/orders/*');
  expect(await world.read(page)).toContain(THANKS);

  await world.settle();
  expect(await tools.call('card_challenge', { card })).toMatchObject({
    error: { code: 'challenge_not_found' },
  });
  expect(await tools.call('card_get', { card })).toMatchObject({
    output: { state: 'closed', reason: 'settled', captured: '129.60', returned: '0.00' },
  });
  expect(changeOf(before, await world.purse())).toEqual(paid('129.60'));
});

test('the third wrong code ends the payment and nothing is charged; the next try has a code of its own', async () => {
  const { agent } = world;
  const before = await world.purse();
  const id = await world.card('129.60');
  const page = await world.toPayment('watch', 'plain');
  expect(await world.fill(id, page)).toEqual({ status: 'challenge', total: '129.60' });
  const { code } = await agent.card.challenge({ card: id });
  const wrong = String((Number(code) + 1) % 1_000_000).padStart(6, '0');
  for (const left of [2, 1, 0]) {
    await enterCode(page, wrong);
    if (left > 0) await page.frameLocator('iframe').getByText('That code is wrong').waitFor();
  }
  await page.getByText(DECLINED).waitFor();
  expect(await refusalOf(agent.card.challenge({ card: id }))).toMatchObject({ code: 'challenge_not_found' });
  expect(await agent.card.get({ card: id })).toMatchObject({ state: 'active', unused: '129.60' });
  expect((await world.story(id)).filter((line) => line.startsWith('authorization'))).toEqual([]);

  expect(await world.fill(id, page)).toEqual({ status: 'challenge', total: '129.60' });
  await page.getByText('One more step').waitFor();
  await enterCode(page, (await agent.card.challenge({ card: id })).code);
  await page.waitForURL('**/orders/*');
  await world.read(page);
  await world.settle();
  expect(await agent.card.get({ card: id })).toMatchObject({ state: 'closed', captured: '129.60' });
  expect(changeOf(before, await world.purse())).toEqual(paid('129.60'));
});

test('no number and no code of all these cards is anywhere but with the issuer', async () => {
  await expectNoTraces(world);
});

/** Changes the words of a page. */
async function replaceText(page: Page, from: string, to: string): Promise<void> {
  await page.evaluate(`{
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const node = walker.currentNode;
      node.data = node.data.replaceAll(${JSON.stringify(from)}, ${JSON.stringify(to)});
    }
  }`);
}

/** Has every later document in this tab say thank you where it says no. */
async function thankForEverything(page: Page): Promise<void> {
  await page.addInitScript(`addEventListener('DOMContentLoaded', () => {
    const error = document.querySelector('#error');
    if (error?.textContent.includes('declined')) error.textContent = ${JSON.stringify(THANKS)};
  });`);
}
