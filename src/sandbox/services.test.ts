import { HTTPFacilitatorClient } from '@x402/core/server';
import { ExactEvmScheme } from '@x402/evm/exact/client';
import { ExactEvmSchemeV1 } from '@x402/evm/exact/v1/client';
import { wrapFetchWithPayment, x402Client } from '@x402/fetch';
import { Hono } from 'hono';
import { privateKeyToAccount } from 'viem/accounts';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { checksumAddress } from '../protocol/address.ts';
import { decodeText, encodeText } from '../protocol/x402.ts';
import { HOSTS, sandboxOrigin, sandboxOrigins } from './hosts.ts';
import { priceUnitsOf } from './services/registrar.ts';
import { type Market, openMarket, PAYEES } from './services.fixture.ts';

const NAMES = sandboxOrigin(HOSTS.names);
const GIFTS = sandboxOrigin(HOSTS.gifts);
const TWIN = sandboxOrigin(HOSTS.twin);

let market: Market;
let count = 0;
beforeAll(async () => {
  market = await openMarket();
});
afterAll(() => market.close());
beforeEach(() => market.services.misbehave({}));

/** A name that no other test has registered. */
function newName(): string {
  count += 1;
  return `example-${count}.dev`;
}

const text = (body: Uint8Array) => Buffer.from(body).toString();

/** What the chain moved from the payer and to an address while this ran. */
async function moved<T>(to: string, run: () => Promise<T>): Promise<[T, bigint, bigint]> {
  const { balanceOf } = market.world;
  const before = [await balanceOf(market.payer.address), await balanceOf(to)] as const;
  const result = await run();
  const after = [await balanceOf(market.payer.address), await balanceOf(to)] as const;
  return [result, before[0] - after[0], after[1] - before[1]];
}

test('every virtual host is reached at the one address', () => {
  const at = { address: '127.0.0.1', port: 4021 };
  expect(sandboxOrigins(at)).toEqual(
    new Map([
      ['http://names.sandbox', at],
      ['http://nannes.sandbox', at],
      ['http://names-sandbox.test', at],
      ['http://gifts.sandbox', at],
      ['http://twin.sandbox', at],
    ]),
  );
});

test('prices of names are the same each time, and about what a name costs', () => {
  expect(['fluxa.dev', 'fluxa.com', 'abc.dev', 'fluxa.io'].map(priceUnitsOf)).toEqual([
    12_240_000n,
    11_740_000n,
    27_040_000n,
    34_240_000n,
  ]);
  expect(
    ['', 'fluxa', 'fluxa.', '.dev', 'fluxa.xyz', 'FLUXA.dev', '-a.dev', 'a b.dev', 'ä.dev'].map(priceUnitsOf),
  ).toEqual(Array(9).fill(null));
});

test('a search is free', async () => {
  const quote = await market.rail.quote(market.request(`${NAMES}/search?name=fluxa.dev`));
  expect(quote).toMatchObject({ kind: 'free', reply: { status: 200 } });
  expect('reply' in quote && JSON.parse(text(quote.reply.body))).toMatchObject({
    query: 'fluxa',
    domains: [{ domain: 'fluxa.dev', isAvailable: true, price: '12.24', currency: 'USD' }, {}, {}, {}],
  });
});

test.each(['GET', 'POST'])(
  'our wallet pays the reference seller by %s: 402, authorization, reply, money on chain',
  async (method) => {
    const name = newName();
    const url = `${NAMES}/register?name=${name}`;
    const price = priceUnitsOf(name);
    expect(await market.challenge(url)).toEqual({
      statedUrl: url,
      offers: [
        {
          rail: 'x402',
          scheme: 'exact',
          asset: market.world.usdc,
          payTo: PAYEES.names,
          priceUnits: price,
          timeoutSeconds: 60,
          wire: expect.any(String),
        },
      ],
    });
    const payment = await market.reserve(url);
    const header = await market.rail.present(payment);
    const pay = () => market.rail.pay(market.request(url, method), header);
    const [outcome, paid, received] = await moved(PAYEES.names, pay);
    expect([paid, received]).toEqual([price, price]);
    if (outcome.kind !== 'answered') throw new Error(outcome.detail);
    expect(outcome.reply.status).toBe(200);
    expect(JSON.parse(text(outcome.reply.body))).toMatchObject({ status: 'registered', domain: name });
    expect(JSON.parse(outcome.receipt ?? '')).toEqual({
      success: true,
      payer: checksumAddress(market.payer.address),
      network: 'eip155:84532',
      transaction: expect.stringMatching(/^0x[0-9a-f]{64}$/),
    });

    const [again, ...more] = await moved(PAYEES.names, pay);
    expect(again).toEqual({ ...outcome, reply: { ...outcome.reply, headers: expect.any(Object) } });
    expect(more).toEqual([0n, 0n]);
  },
);

test('a payment sent to another resource of the same payee buys nothing there', async () => {
  const url = `${NAMES}/register?name=${newName()}`;
  const header = await market.rail.present(await market.reserve(url));
  expect(await market.rail.pay(market.request(url), header)).toMatchObject({
    kind: 'answered',
    reply: { status: 200 },
  });
  const other = market.request(`${NAMES}/register?name=${newName()}`);
  expect(await market.rail.pay(other, header)).toMatchObject({ kind: 'answered', reply: { status: 409 } });
});

test('what cannot be had costs nothing', async () => {
  const url = `${NAMES}/register?name=${newName()}`;
  const header = await market.rail.present(await market.reserve(url));
  await market.rail.pay(market.request(url), header);
  for (const [path, status] of [
    [url, 409],
    [`${NAMES}/register?name=x`, 400],
    [`${GIFTS}/buy?amount=7`, 400],
  ] as const) {
    expect(await market.rail.quote(market.request(path))).toMatchObject({ kind: 'free', reply: { status } });
  }
});

test('the gift shop sells to its own address', async () => {
  const url = `${GIFTS}/buy?amount=25`;
  const header = await market.rail.present(await market.reserve(url));
  const [outcome, paid, received] = await moved(PAYEES.gifts, () =>
    market.rail.pay(market.request(url, 'POST'), header),
  );
  expect([paid, received]).toEqual([25_000_000n, 25_000_000n]);
  if (outcome.kind !== 'answered') throw new Error(outcome.detail);
  expect(JSON.parse(text(outcome.reply.body))).toEqual({
    brand: 'Sandbox Gifts',
    amount: '25',
    currency: 'USD',
    code: expect.stringMatching(/^GIFT-[0-9A-F]{16}$/),
  });
});

test.each(HOSTS.lookalikes)('%s sells the same, for somebody else', async (host) => {
  const name = newName();
  const url = `${sandboxOrigin(host)}/register?name=${name}`;
  const { statedUrl, offers } = await market.challenge(url);
  expect(statedUrl).toBe(url);
  expect(offers).toMatchObject([{ payTo: PAYEES.attacker, priceUnits: priceUnitsOf(name) }]);
});

test('a host that is none of ours is not served', async () => {
  const reply = await market.services.app.request('http://other.sandbox/search?name=a');
  expect(reply.status).toBe(421);
});

test('the reference client pays our seller through our facilitator', async () => {
  const account = privateKeyToAccount(market.payer.privateKey);
  const client = new x402Client().register('eip155:*', new ExactEvmScheme(account)).setSpendControls(false);
  const pay = wrapFetchWithPayment(market.fetch, client);
  const name = newName();
  const [reply, paid] = await moved(PAYEES.names, () => pay(`${NAMES}/register?name=${name}`));
  expect(reply.status).toBe(200);
  expect(await reply.json()).toMatchObject({ status: 'registered', domain: name });
  expect(paid).toBe(priceUnitsOf(name));
  expect(JSON.parse(decodeText(reply.headers.get('payment-response') ?? '') ?? '')).toMatchObject({
    success: true,
  });
});

/** A seller of version 1: terms in the body, X-PAYMENT and X-PAYMENT-RESPONSE, the reference's facilitator client. */
function v1Seller(origin: string): Hono {
  const facilitator = new HTTPFacilitatorClient({ url: market.facilitatorUrl });
  const app = new Hono();
  app.get('/report', async (c) => {
    const requirements = {
      scheme: 'exact',
      network: 'base-sepolia',
      maxAmountRequired: '2500',
      resource: `${origin}/report`,
      description: 'A report',
      mimeType: 'application/json',
      payTo: checksumAddress(PAYEES.gifts),
      maxTimeoutSeconds: 60,
      asset: checksumAddress(market.world.usdc.address),
      extra: { name: 'USD Coin', version: '2' },
    };
    const refused = (error: string) => c.json({ x402Version: 1, error, accepts: [requirements] }, 402);
    const header = c.req.header('x-payment');
    if (header === undefined) return refused('X-PAYMENT header is required');
    const payment = JSON.parse(decodeText(header) ?? '{}');
    const verified = await facilitator.verify(payment, requirements as never);
    if (!verified.isValid) return refused(verified.invalidReason ?? 'invalid');
    const settled = await facilitator.settle(payment, requirements as never);
    if (!settled.success) return refused(settled.errorReason ?? 'not settled');
    return c.json({ report: 'sunny' }, 200, { 'x-payment-response': encodeText(JSON.stringify(settled)) });
  });
  return app;
}

test('a version 1 seller is paid by our wallet, and by the reference client', async () => {
  const origin = 'http://v1.sandbox';
  await market.open(origin, v1Seller(origin));
  const url = `${origin}/report`;
  const header = await market.rail.present(await market.reserve(url));
  expect(header.name).toBe('X-PAYMENT');
  const [outcome, ...amounts] = await moved(PAYEES.gifts, () => market.rail.pay(market.request(url), header));
  expect(amounts).toEqual([2_500n, 2_500n]);
  if (outcome.kind !== 'answered') throw new Error(outcome.detail);
  expect(text(outcome.reply.body)).toBe('{"report":"sunny"}');
  expect(JSON.parse(outcome.receipt ?? '')).toMatchObject({ success: true, network: 'base-sepolia' });
  expect(await market.rail.pay(market.request(url), header)).toMatchObject({
    kind: 'asked_again',
    challenge: { statedUrl: url, offers: [{ priceUnits: 2_500n }] },
  });

  const scheme = new ExactEvmSchemeV1(privateKeyToAccount(market.payer.privateKey));
  const client = new x402Client().registerV1('base-sepolia', scheme).setSpendControls(false);
  const [reply, paid] = await moved(PAYEES.gifts, () => wrapFetchWithPayment(market.fetch, client)(url));
  expect(await reply.json()).toEqual({ report: 'sunny' });
  expect(paid).toBe(2_500n);
});

test('the twin that loses its reply has the money; the same bytes get the answer and pay nothing more', async () => {
  market.services.misbehave({ repliesToLose: 1 });
  const name = newName();
  const url = `${TWIN}/register?name=${name}`;
  const header = await market.rail.present(await market.reserve(url));
  const pay = () => market.rail.pay(market.request(url), header);
  const [lost, paid, received] = await moved(PAYEES.names, pay);
  expect(lost).toMatchObject({ kind: 'unknown' });
  expect([paid, received]).toEqual([priceUnitsOf(name), priceUnitsOf(name)]);
  const [found, ...more] = await moved(PAYEES.names, pay);
  expect(found).toMatchObject({ kind: 'answered', reply: { status: 200 } });
  expect(more).toEqual([0n, 0n]);
});

test('the twin that raises its price asks for one unit more than what was signed, and gets nothing', async () => {
  market.services.misbehave({ isPriceRaised: true });
  const name = newName();
  const url = `${TWIN}/register?name=${name}`;
  const payment = await market.reserve(url);
  expect(payment.offer?.priceUnits).toBe(priceUnitsOf(name));
  const header = await market.rail.present(payment);
  const [outcome, ...amounts] = await moved(PAYEES.names, () => market.rail.pay(market.request(url), header));
  expect(outcome).toMatchObject({
    kind: 'asked_again',
    challenge: { offers: [{ priceUnits: (priceUnitsOf(name) ?? 0n) + 1n }] },
  });
  expect(amounts).toEqual([0n, 0n]);
});

test('the twin that changes its address asks for another one each time', async () => {
  market.services.misbehave({ isPayeeRotated: true });
  const url = `${TWIN}/register?name=${newName()}`;
  const asked = [await market.challenge(url), await market.challenge(url), await market.challenge(url)];
  expect(asked.map(({ offers }) => offers[0]?.payTo)).toEqual([PAYEES.names, PAYEES.attacker, PAYEES.names]);
});

test('the twin that asks again has the money and wants it once more', async () => {
  market.services.misbehave({ isAskingAgain: true });
  const name = newName();
  const url = `${TWIN}/register?name=${name}`;
  const header = await market.rail.present(await market.reserve(url));
  const [outcome, paid] = await moved(PAYEES.names, () => market.rail.pay(market.request(url), header));
  expect(outcome).toMatchObject({
    kind: 'asked_again',
    challenge: { offers: [{ payTo: PAYEES.names, priceUnits: priceUnitsOf(name) }] },
  });
  expect(paid).toBe(priceUnitsOf(name));
});

test('the twin that lies about the resource is read as it says', async () => {
  market.services.misbehave({ spoofedUrl: 'https://bank.example/transfer' });
  const { statedUrl } = await market.challenge(`${TWIN}/register?name=${newName()}`);
  expect(statedUrl).toBe('https://bank.example/transfer');
});

test('nothing but the payment and the request leaves', async () => {
  const url = `${NAMES}/register?name=${newName()}`;
  const payment = {
    ...(await market.reserve(url)),
    agentId: 'agt_secretagent',
    walletId: 'wal_secret',
  } as const;
  const { value } = await market.rail.present(payment);
  const sent = decodeText(value) ?? '';
  expect(Object.keys(JSON.parse(sent)).sort()).toEqual([
    'accepted',
    'extensions',
    'payload',
    'resource',
    'x402Version',
  ]);
  expect(sent).not.toMatch(/secret|mand_|idempotency/);
  expect(JSON.parse(sent).extensions['payment-identifier'].info).toEqual({ required: false, id: payment.id });
});
