import { readFileSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import type { CardSecrets, Checkout, CheckoutSight, Filler } from '../../src/core/card/ports.ts';
import { type Refusal, refuse } from '../../src/core/refusal.ts';
import { type CardWorld, codeOf, MERCHANT, openCardWorld, SHOP } from './cards.ts';

const ENDPOINT = 'http://127.0.0.1:9222';
const SIGHT: CheckoutSight = {
  host: SHOP,
  url: `https://${SHOP}/checkout`,
  form: 'plain',
  totalCents: 2_000n,
  currency: 'USD',
};

/** A browser that shows this page, and does this once the button is pressed. */
type Played = Filler & {
  readonly looked: Checkout[];
  readonly typed: { secrets: CardSecrets; holder: string; presses: boolean }[];
  sight: CheckoutSight | Refusal;
  onPress: (secrets: CardSecrets) => Promise<unknown>;
};

function playBrowser(): Played {
  const played: Played = {
    looked: [],
    typed: [],
    sight: SIGHT,
    onPress: async () => {},
    look: async (checkout) => {
      played.looked.push(checkout);
      return played.sight;
    },
    fill: async (_, { secrets, holder, presses }) => {
      played.typed.push({ secrets, holder, presses });
      if (presses) await played.onPress(secrets);
      return { outcome: 'ok', isPressed: presses };
    },
  };
  return played;
}

let open: CardWorld | null = null;
afterEach(async () => {
  await open?.close();
  open = null;
});

async function start() {
  const browser = playBrowser();
  open = await openCardWorld({ filler: browser });
  return { ...open, browser, id: await open.card('25.00') };
}

test('a card is typed in with its holder, and that the charge is authorized is read from the books', async () => {
  const { agent, browser, id, issuer } = await start();
  browser.onPress = (card) =>
    issuer.network.authorize({ card, ref: 'a1', amountCents: 2_000n, merchant: MERCHANT });
  const filled = await agent.card.fill({ card: id, endpoint: ENDPOINT, page: SIGHT.url });
  expect(filled).toEqual({ status: 'authorized', authorization: expect.any(String), total: '20.00' });
  expect(browser.looked).toEqual([{ endpoint: ENDPOINT, page: SIGHT.url }]);
  expect(browser.typed.map(({ holder, presses }) => [holder, presses])).toEqual([['Ada Example', true]]);
  expect(await codeOf(agent.card.fill({ card: id, endpoint: ENDPOINT }))).toBe('card_not_active');
});

test('nothing of what was typed is in an answer, a log, the trail or the books', async () => {
  const { agent, browser, id, issuer, logged, operator, world } = await start();
  browser.onPress = (card) =>
    issuer.network.authorize({ card, ref: 'a1', amountCents: 2_000n, merchant: MERCHANT });
  const filled = await agent.card.fill({ card: id, endpoint: ENDPOINT });
  const { store } = world.context;
  const texts = [
    JSON.stringify(filled),
    JSON.stringify(await agent.card.get({ card: id })),
    JSON.stringify(await agent.card.transactions({ card: id })),
    JSON.stringify(await operator.audit.entries({ chain: 'wallet', limit: 200 })),
    [...logged, ...world.logged].join('\n'),
    JSON.stringify(await store.read.get('card', id), (_, value) => String(value)),
  ];
  const [given] = browser.typed;
  expect(given?.secrets.number).toMatch(/^999999\d{10}$/);
  for (const text of texts) {
    expect(text.includes(given?.secrets.number ?? '?')).toBe(false);
    expect(/"(number|code|cvv)"\s*:\s*"\d+"/.test(text)).toBe(false);
  }
  for (const file of world.files()) {
    expect(readFileSync(file).includes(given?.secrets.number ?? '?')).toBe(false);
  }
});

test('a charge that is declined, and one that asks for a code, are told as such', async () => {
  const { agent, browser, id, issuer } = await start();
  browser.onPress = (card) =>
    issuer.network.authorize({ card, ref: 'a1', amountCents: 2_600n, merchant: MERCHANT });
  expect(await agent.card.fill({ card: id, endpoint: ENDPOINT })).toEqual({
    status: 'declined',
    authorization: expect.any(String),
    decline: {
      reason: 'amount_exceeds_locked',
      hint: expect.any(String),
      retry: 'lower_amount',
    },
    total: '20.00',
  });
  browser.onPress = () =>
    issuer.network.challenge({ card: { reference: id }, amountCents: 2_000n, merchant: MERCHANT });
  expect(await agent.card.fill({ card: id, endpoint: ENDPOINT })).toEqual({
    status: 'challenge',
    total: '20.00',
  });
});

test('a check of the card is not its charge, and where nothing more is heard that is said', async () => {
  const { agent, browser, clock, id, issuer } = await start();
  browser.onPress = async (card) => {
    await issuer.network.authorize({ card, ref: 'p', amountCents: 100n, merchant: MERCHANT });
    clock.advance(20_000);
  };
  expect(await agent.card.fill({ card: id, endpoint: ENDPOINT })).toEqual({
    status: 'pressed',
    total: '20.00',
  });
});

test('a probe that holds a dollar does not stand in the way of the whole lock', async () => {
  const { agent, browser, id, issuer } = await start();
  const card = { reference: id };
  await issuer.network.authorize({ card, ref: 'p', amountCents: 100n, merchant: MERCHANT });
  browser.sight = { ...SIGHT, totalCents: 2_500n };
  browser.onPress = (typed) =>
    issuer.network.authorize({ card: typed, ref: 'a1', amountCents: 2_500n, merchant: MERCHANT });
  expect(await agent.card.fill({ card: id, endpoint: ENDPOINT })).toMatchObject({ status: 'authorized' });
});

test('the button is left alone where the operator wants to press it; an agent could read what is typed', async () => {
  const { agent, browser, id, operator } = await start();
  const filled = await operator.card.fill({ card: id, endpoint: ENDPOINT, press: false });
  expect(filled).toEqual({ status: 'filled', total: '20.00' });
  expect(await codeOf(agent.card.fill({ card: id, endpoint: ENDPOINT, press: false }))).toBe(
    'reveal_not_allowed',
  );
  expect(browser.typed.map(({ presses }) => presses)).toEqual([false]);
});

test.each<[string, Partial<CheckoutSight>, string]>([
  ['a page over http', { url: `http://${SHOP}/checkout` }, 'checkout_not_secure'],
  ['a page that is no web page', { url: 'about:blank' }, 'checkout_not_secure'],
  ['another host', { host: 'evil.example', url: 'https://evil.example/' }, 'checkout_host_mismatch'],
  [
    'a host below a listed one',
    { host: `pay.${SHOP}`, url: `https://pay.${SHOP}/` },
    'checkout_host_mismatch',
  ],
  ['a host that only says it is', { url: 'https://evil.example/' }, 'checkout_host_mismatch'],
  ['a page without a form', { form: null }, 'checkout_form_unknown'],
  ['another currency', { currency: 'EUR' }, 'checkout_currency_mismatch'],
  ['no currency', { currency: null }, 'checkout_total_unknown'],
  ['no total', { totalCents: null }, 'checkout_total_unknown'],
  ['a cent more than the lock', { totalCents: 2_501n }, 'checkout_total_exceeds_lock'],
  [
    'another host, before all that is wrong with its total',
    { host: 'evil.example', totalCents: null },
    'checkout_host_mismatch',
  ],
])('a card is not typed into %s', async (_, change, code) => {
  const { agent, browser, id } = await start();
  browser.sight = { ...SIGHT, ...change };
  expect(await codeOf(agent.card.fill({ card: id, endpoint: ENDPOINT }))).toBe(code);
  expect(browser.typed).toEqual([]);
  expect((await agent.card.transactions({ card: id })).transactions.map(({ kind }) => kind)).not.toContain(
    'revealed',
  );
});

test('what the browser refuses is the answer, and another host of the mandate is as good', async () => {
  const { agent, browser, id, operator } = await start();
  browser.sight = refuse('checkout_endpoint_not_allowed', 'Not on this machine');
  expect(await codeOf(agent.card.fill({ card: id, endpoint: 'http://192.0.2.1:9222' }))).toBe(
    'checkout_endpoint_not_allowed',
  );
  browser.sight = { ...SIGHT, host: `www.${SHOP}`, url: `https://www.${SHOP}/` };
  expect(await operator.card.fill({ card: id, endpoint: ENDPOINT, press: false })).toMatchObject({
    status: 'filled',
  });
});

test('a card is typed in by one call at a time', async () => {
  const { agent, browser, id, operator } = await start();
  let second = '';
  browser.onPress = async () => {
    second = await codeOf(operator.card.fill({ card: id, endpoint: ENDPOINT }));
    throw new Error('The page went away');
  };
  expect(await codeOf(agent.card.fill({ card: id, endpoint: ENDPOINT }))).toBe('internal_error');
  expect(second).toBe('request_in_progress');
  browser.onPress = async () => {};
  expect(await operator.card.fill({ card: id, endpoint: ENDPOINT, press: false })).toMatchObject({
    status: 'filled',
  });
});
