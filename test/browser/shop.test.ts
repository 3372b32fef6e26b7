import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { FormKind } from '../../src/sandbox/shop/till.ts';
import { fingerprint, RIGHT_CODE } from './recording-processor.ts';
import { type BrowserWorld, CARD, openBrowserWorld } from './world.ts';

let world: BrowserWorld;
beforeAll(async () => {
  world = await openBrowserWorld();
}, 300_000);
afterEach(() => world.clear());
afterAll(() => world.close());

const FORMS: readonly (readonly [FormKind, string])[] = [
  ['plain', 'plain'],
  ['fields', 'field_frames'],
  ['frame', 'one_frame'],
];

test.each(FORMS)(
  'a card is typed into a form of the kind "%s", paid with, and nothing of it stays',
  async (kind, form) => {
    const { heard } = world.recording;
    const before = heard.length;
    const page = await world.goToPayment('lamp', kind);
    const sight = await world.look(page);
    expect(sight).toEqual({
      host: 'shop.sandbox',
      url: page.url(),
      form,
      totalCents: 2484n,
      currency: 'USD',
    });
    expect(await world.fill(page, sight)).toEqual({ outcome: 'ok', isPressed: true });
    await page.waitForURL('**/orders/*');
    expect(await page.locator('main').innerText()).toContain('Thank you for your order');
    expect(await page.locator('main').innerText()).toContain('card ending 0048');
    expect(heard.slice(before)).toEqual([
      { kind: 'card', fingerprint: fingerprint(CARD) },
      { kind: 'charge', amountCents: 2484n, initiator: 'cardholder', challenge: null, wants3ds: false },
      { kind: 'capture', amountCents: 2484n, isFinal: true },
    ]);
  },
);

test.each(FORMS)(
  'a declined card is said to be declined in a form of the kind "%s", and nothing of it stays',
  async (kind) => {
    world.recording.isDeclining = true;
    const page = await world.goToPayment('report', kind);
    expect(await world.fill(page, await world.look(page))).toEqual({ outcome: 'ok', isPressed: true });
    await page.getByText('Your card was declined.').waitFor();
    world.recording.isDeclining = false;
    expect(page.url()).toContain('/pay');
    const values = await Promise.all(
      page
        .frames()
        .map((frame) =>
          frame
            .locator('input:visible')
            .evaluateAll((all) => all.map((field) => (field as unknown as { readonly value: string }).value)),
        ),
    );
    expect(values.flat().filter((value) => value !== '')).toEqual([]);
    expect(values.flat().length).toBeGreaterThanOrEqual(3);
  },
);

test('a payment goes through once the code of the bank is right', async () => {
  const before = world.recording.heard.length;
  const page = await world.goToPayment('watch', 'frame');
  const sight = await world.look(page);
  await world.fill(page, sight);
  const bank = page.frameLocator('iframe[name="three-ds"]');
  await bank.getByLabel('One-time code').fill('000000');
  await bank.getByRole('button', { name: 'Confirm' }).click();
  await bank.getByText('That code is wrong').waitFor();
  await bank.getByLabel('One-time code').fill(RIGHT_CODE);
  await bank.getByRole('button', { name: 'Confirm' }).click();
  await page.waitForURL('**/orders/*');
  const charge = { kind: 'charge', amountCents: 12960n, initiator: 'cardholder', wants3ds: true } as const;
  const challenge = expect.stringMatching(/^tds_/);
  expect(world.recording.heard.slice(before + 1)).toEqual([
    { ...charge, challenge: null },
    { ...charge, challenge },
    { kind: 'capture', amountCents: 12960n, isFinal: true },
  ]);
});

test('the third wrong code of the bank ends the payment', async () => {
  const page = await world.goToPayment('watch', 'plain');
  await world.fill(page, await world.look(page));
  const bank = page.frameLocator('iframe[name="three-ds"]');
  for (const code of ['000000', '111111', '222222']) {
    await bank.getByLabel('One-time code').fill(code);
    await bank.getByRole('button', { name: 'Confirm' }).click();
    if (code !== '222222') await bank.getByText('That code is wrong').waitFor();
  }
  await page.getByText('Your card was declined.').waitFor();
  expect(world.recording.heard.at(-1)).toMatchObject({ kind: 'charge', amountCents: 12960n });
});

test('a subscription checks the card first, and its renewal is charged by the merchant', async () => {
  const { heard } = world.recording;
  const before = heard.length;
  const page = await world.goToPayment('notes', 'plain');
  await world.fill(page, await world.look(page));
  await page.waitForURL('**/orders/*');
  const id = page.url().split('/').at(-1) ?? '';
  const renewal = await world.shop.till.renew(id);
  expect(renewal).toMatchObject({ outcome: 'paid', order: { renews: id, capturedCents: 1999n } });
  const charge = { kind: 'charge', challenge: null, wants3ds: false } as const;
  expect(heard.slice(before + 1)).toEqual([
    { ...charge, amountCents: 0n, initiator: 'cardholder' },
    { ...charge, amountCents: 1999n, initiator: 'cardholder' },
    { kind: 'capture', amountCents: 1999n, isFinal: true },
    { ...charge, amountCents: 1999n, initiator: 'merchant' },
    { kind: 'capture', amountCents: 1999n, isFinal: true },
  ]);
});

test('staff take an order in parts, add a tip, and give money back', async () => {
  const { heard } = world.recording;
  const page = await world.goToPayment('dinner', 'plain');
  await world.fill(page, await world.look(page));
  await page.waitForURL('**/orders/*');
  const id = page.url().split('/').at(-1) ?? '';
  const before = heard.length;
  await page.goto(world.shop.backofficeOrigin);
  const card = page.locator('.card', { hasText: `${id} ·` });
  const take = async (amount: string, button: string) => {
    const row = card.locator('form', { has: page.getByRole('button', { name: button, exact: true }) });
    await row.getByLabel('Amount').fill(amount);
    await row.getByRole('button').click();
    await page.getByText(`Done: `).waitFor();
  };
  await take('20.00', 'Take part');
  await take('28.20', 'Take, and no more');
  await take('48.20', 'Refund');
  expect(heard.slice(before)).toEqual([
    { kind: 'capture', amountCents: 2000n, isFinal: false },
    { kind: 'capture', amountCents: 2820n, isFinal: true },
    { kind: 'refund', amountCents: 4820n },
  ]);
  await page.goto(`${world.shop.origin}/orders/${id}`);
  expect(await page.locator('main').innerText()).toMatch(
    /Status\s+Paid\s+Charged so far\s+\$48\.20\s+Refunded\s+\$48\.20/,
  );
});
