import { Hono } from 'hono';
import { privateKeyToAddress } from 'viem/accounts';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { listen } from '../../src/sandbox/listener.ts';
import { makeOperatorKey, operatorAddress } from '../../src/sandbox/operator.ts';
import { gist, isKeyTaken, openMandate, pay } from './calls.ts';
import { authorizationIn, challengeAt, decode, encode, encodeText, type Option, type Terms, visit } from './challenge.ts';
import { expectBooksToMatchChain, outflows, trailOf, unitsOf } from './reckoning.ts';
import { freePort } from './recorder.ts';
import { createShop, newAddress } from './shop.ts';
import { type Grounds, openSandbox, type Sandbox } from './world.ts';

const SHOP = 'http://shop.e2e';
const OLD = 'http://old.e2e';
const DOWN = 'http://down.e2e';
const DOWN_PORT = await freePort();
const SHOP_PAYEE = newAddress();
const OLD_PAYEE = newAddress();
/** Never seen at any payee; only in the signed scope. */
const LISTED = newAddress();
/** The agent's own. */
const CANARY = operatorAddress(makeOperatorKey());

let sandbox: Sandbox;
/** Allows hosts. */
let mandate: string;
/** Allows one address, and no host. */
let listed: string;

/** A payee that speaks x402 version 1 only. */
function createOld({ asset, world }: Grounds): Hono {
  const old = new Hono();
  old.all('*', async (c) => {
    const resource = c.req.url;
    const terms = {
      scheme: 'exact',
      network: `fluxa-${world.chain.chainId}`,
      maxAmountRequired: '250000',
      resource,
      description: 'Old',
      mimeType: 'application/json',
      payTo: OLD_PAYEE,
      maxTimeoutSeconds: 60,
      asset: asset.address,
      extra: { name: 'USD Coin', version: '2' },
    };
    const header = c.req.header('x-payment');
    if (header === undefined) {
      return c.json({ x402Version: 1, error: 'X-PAYMENT header is required', accepts: [terms] }, 402);
    }
    const body = { x402Version: 1, paymentPayload: decode(header), paymentRequirements: terms };
    const response = await fetch(`${world.market.facilitatorUrl}/settle`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const receipt = (await response.json()) as { success: boolean };
    return receipt.success ? c.json({ old: true }) : c.json(receipt, 402);
  });
  return old;
}

beforeAll(async () => {
  sandbox = await openSandbox({
    payees: (grounds) => ({
      [SHOP]: createShop({ seller: grounds.seller, payTo: SHOP_PAYEE }),
      [OLD]: createOld(grounds),
    }),
    configure: (config) => ({
      ...config,
      admittedOrigins: { ...config.admittedOrigins, [DOWN]: `127.0.0.1:${DOWN_PORT}` },
    }),
  });
  const hosts = ['shop.e2e', 'old.e2e', 'down.e2e', 'names.sandbox'];
  mandate = await openMandate(sandbox, { hosts });
  listed = await openMandate(sandbox, { payees: [LISTED] });
});
afterAll(() => sandbox?.close());
beforeEach(async () => {
  await sandbox.chain.mine();
  await sandbox.server.sync();
});

const asked = (origin: string) => sandbox.payees.get(origin)?.asked ?? [];

/** Asks for the header that pays this challenge. */
function sign(terms: Terms | { header?: string; body?: string }, of: { key: string; url?: string; by?: string }) {
  const { key, by = mandate } = of;
  const url = of.url ?? ('resource' in terms ? terms.resource.url : `${SHOP}/item?n=${key}`);
  const challenge = 'accepts' in terms ? { header: encode(terms) } : terms;
  return pay(sandbox, { mandate: by, url, mode: 'sign', challenge }, { key });
}

/** The challenge with its one option changed. */
function altered(terms: Terms, change: Partial<Option>): Terms {
  return { ...terms, accepts: terms.accepts.map((option) => ({ ...option, ...change })) };
}

/** A challenge for the listed payee, which no payee ever made. */
function made(url: string, ...options: readonly Partial<Option>[]): Terms {
  const { asset, chain } = sandbox;
  const base = {
    scheme: 'exact',
    network: `eip155:${chain.chainId}`,
    amount: '1000000',
    asset: asset.address,
    payTo: LISTED,
    maxTimeoutSeconds: 60,
  };
  return { x402Version: 2, resource: { url }, accepts: options.map((option) => ({ ...base, ...option })) };
}

test('the agent asks the payee itself, gets the header for its 402, sends it, and gets the resource', async () => {
  const url = `${SHOP}/item?price=1.25&n=official`;
  const terms = await challengeAt(sandbox, url);
  const { status, body } = await sign(terms, { key: 'official' });
  expect([status, body.status, body.header?.name]).toEqual([200, 'finished', 'PAYMENT-SIGNATURE']);
  expect(await outflows(sandbox)).toEqual([]);
  const header = body.header?.value ?? '';
  const got = await visit(sandbox, url, { headers: { 'payment-signature': header } });
  expect([got.status, JSON.parse(got.bytes.toString())]).toMatchObject([200, { sold: 'official' }]);
  const { nonce } = authorizationIn(header);
  expect(await outflows(sandbox)).toMatchObject([{ to: SHOP_PAYEE, units: 1_250_000n, nonce }]);
  const again = await sign(terms, { key: 'official' });
  expect([again.body.header, again.headers.get('idempotent-replayed')]).toEqual([body.header, 'true']);
  expect(decode(header)).toMatchObject({ accepted: terms.accepts[0], resource: terms.resource });
});

test('the same challenge under another key is another payment; another challenge under the key is refused', async () => {
  const terms = await challengeAt(sandbox, `${SHOP}/item?price=0.10&n=keys`);
  const [first, second] = [await sign(terms, { key: 'key-1' }), await sign(terms, { key: 'key-2' })];
  expect(first.body.payment?.authorization?.nonce).not.toBe(second.body.payment?.authorization?.nonce);
  const other = await sign(altered(terms, { amount: '99999' }), { key: 'key-1' });
  expect(gist(other)).toEqual([422, 'idempotency_key_reused']);
  const fetched = await pay(sandbox, { mandate, url: terms.resource.url }, { key: 'key-1' });
  expect(gist(fetched)).toEqual([422, 'idempotency_key_reused']);
});

test('a challenge with the agent’s own address is asked about at the payee, and signs nothing', async () => {
  const url = `${SHOP}/item?price=2.00&n=canary`;
  const terms = altered(await challengeAt(sandbox, url), { payTo: CANARY });
  const calls = asked(SHOP).length;
  const reply = await sign(terms, { key: 'canary' });
  // The payee is known from before at this path: that says it first.
  expect(gist(reply)).toEqual([403, 'payee_changed']);
  const fresh = `${SHOP.replace('shop', 'down')}/item?n=canary`;
  const up = await listen(new Hono().all('*', (c) => c.json({}, 402, { 'payment-required': encode(probed(fresh)) })), DOWN_PORT);
  const unverified = await sign(altered(probed(fresh), { payTo: CANARY }), { key: 'canary-2' });
  await up.close();
  expect(gist(unverified)).toEqual([403, 'payee_changed']);
  expect(asked(SHOP).slice(calls).every(({ headers }) => !('payment-signature' in headers))).toBe(true);
});

const probed = (url: string) => made(url, { payTo: SHOP_PAYEE });
