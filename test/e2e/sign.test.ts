import { Hono } from 'hono';
import { verifyTypedData } from 'viem';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { listen } from '../../src/sandbox/listener.ts';
import { makeOperatorKey, operatorAddress } from '../../src/sandbox/operator.ts';
import { gist, isKeyTaken, openMandate, pay } from './calls.ts';
import {
  authorizationIn,
  challengeAt,
  decode,
  encode,
  encodeText,
  type Option,
  type Terms,
  visit,
} from './challenge.ts';
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
/** How many payments for one resource a mandate may make in a minute. */
const PER_MINUTE = 25;
/** Never seen at any payee; only in the signed scope. */
const LISTED = newAddress();
/** The agent's own. */
const CANARY = operatorAddress(makeOperatorKey());

const TRANSFER = [
  { name: 'from', type: 'address' },
  { name: 'to', type: 'address' },
  { name: 'value', type: 'uint256' },
  { name: 'validAfter', type: 'uint256' },
  { name: 'validBefore', type: 'uint256' },
  { name: 'nonce', type: 'bytes32' },
];

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
      policy: { resourcePaymentsPerMinute: PER_MINUTE },
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
function sign(
  terms: Terms | { header?: string; body?: string },
  of: { key: string; url?: string; by?: string },
) {
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
  const url = `${SHOP}/item/canary?price=2.00`;
  const terms = altered(await challengeAt(sandbox, url), { payTo: CANARY });
  const calls = asked(SHOP).length;
  const reply = await sign(terms, { key: 'canary' });
  expect([...gist(reply), reply.body.header]).toEqual([403, 'payee_unverified', undefined]);
  const probes = asked(SHOP).slice(calls);
  expect(probes.map(({ method, path }) => [method, path])).toEqual([['GET', '/item/canary?price=2.00']]);
  expect(Object.keys(probes[0]?.headers ?? {}).sort()).toEqual(['accept-encoding', 'connection', 'host']);
  // Where the payee says nothing of a price, there is nothing to compare with either.
  const silent = made(`${SHOP}/nothing`, { payTo: CANARY });
  expect(gist(await sign(silent, { key: 'canary-2' }))).toEqual([403, 'payee_unverified']);
  expect(gist(await sign(silent, { key: 'canary-2' }))).toEqual([403, 'payee_unverified']);

  const { payments } = await sandbox.agent.payment.list({ mandate, limit: 200 });
  const canaries = payments.filter(({ payTo }) => payTo === CANARY);
  expect(canaries.map(({ state, authorization }) => [state, authorization])).toEqual([
    ['denied', undefined],
    ['denied', undefined],
  ]);
  const trail = await trailOf(sandbox);
  const mentions = trail.filter(({ body }) => body.includes(CANARY.slice(2)));
  expect(mentions.map(({ kind }) => kind)).toEqual(['payment.denied', 'payment.denied']);
  expect(await unitsOf(sandbox, CANARY)).toBe(0n);
});

test('more than the payee asks for is refused with what would pass; as much or less is signed', async () => {
  const url = `${SHOP}/item/price?price=0.50`;
  const terms = await challengeAt(sandbox, url);
  const high = await sign(altered(terms, { amount: '500001' }), { key: 'high' });
  expect([...gist(high), high.body.numbers?.wouldPass]).toEqual([403, 'payee_unverified', '0.50']);
  for (const amount of ['500000', '499999']) {
    const { status, body } = await sign(altered(terms, { amount }), { key: `amount-${amount}` });
    expect([status, body.payment?.units]).toEqual([200, amount]);
    expect(authorizationIn(body.header?.value ?? '')).toMatchObject({
      to: body.payment?.payTo,
      value: amount,
    });
  }
});

test('what the wallet saw once it does not ask for again', async () => {
  const terms = await challengeAt(sandbox, `${SHOP}/item/pinned?price=0.01`);
  const before = asked(SHOP).length;
  expect(gist(await sign(terms, { key: 'pin-1' }))).toEqual([200, 'finished']);
  expect(asked(SHOP)).toHaveLength(before + 1);
  expect(gist(await sign(terms, { key: 'pin-2' }))).toEqual([200, 'finished']);
  expect(asked(SHOP)).toHaveLength(before + 1);
  // An address that changes at a path it knows is held without asking either.
  const moved = altered(terms, { payTo: CANARY });
  expect(gist(await sign(moved, { key: 'pin-3' }))).toEqual([403, 'payee_changed']);
  expect(asked(SHOP)).toHaveLength(before + 1);
});

test('an address in the signed scope needs no asking, whatever host is named', async () => {
  const before = asked(SHOP).length;
  const terms = made(`${SHOP}/item/listed`, {});
  const { status, body } = await sign(terms, { key: 'listed', by: listed });
  expect([status, authorizationIn(body.header?.value ?? '').to]).toEqual([200, LISTED]);
  expect(asked(SHOP)).toHaveLength(before);
  const other = altered(terms, { payTo: SHOP_PAYEE });
  expect(gist(await sign(other, { key: 'unlisted', by: listed }))).toEqual([403, 'payee_not_in_scope']);
});

test('where the payee cannot be asked nothing is signed and nothing is kept; later the same key passes', async () => {
  const url = `${DOWN}/item/down?price=0.05`;
  const terms = made(url, { payTo: SHOP_PAYEE, amount: '50000' });
  const reply = await sign(terms, { key: 'down' });
  expect([gist(reply), reply.body.retryable]).toEqual([[502, 'payee_unreachable'], true]);
  expect(await isKeyTaken(sandbox, 'down')).toBe(false);
  const shop = sandbox.payees.get(SHOP);
  if (shop === undefined) throw new Error('There is no shop');
  const up = await listen(shop, DOWN_PORT);
  try {
    expect(gist(await sign(terms, { key: 'down' }))).toEqual([200, 'finished']);
  } finally {
    await up.close();
  }
});

test('a challenge of version 1 is in the body, and is paid by its own header', async () => {
  const url = `${OLD}/thing`;
  const { status, bytes } = await visit(sandbox, url);
  expect(status).toBe(402);
  const signed = await sign({ body: bytes.toString() }, { key: 'v1', url });
  expect([gist(signed), signed.body.header?.name]).toEqual([[200, 'finished'], 'X-PAYMENT']);
  const header = signed.body.header?.value ?? '';
  const got = await visit(sandbox, url, { headers: { 'x-payment': header } });
  expect([got.status, JSON.parse(got.bytes.toString())]).toEqual([200, { old: true }]);
  const fetched = await pay(sandbox, { mandate, url }, { key: 'v1-fetch' });
  expect([gist(fetched), fetched.body.response?.body]).toEqual([[200, 'finished'], '{"old":true}']);
  expect(await unitsOf(sandbox, OLD_PAYEE)).toBe(500_000n);
});

test('another chain, token, scheme or way to move money than admitted is not signed', async () => {
  const others: Readonly<Record<string, Partial<Option>>> = {
    base: { network: 'eip155:8453', asset: '0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913' },
    chain: { network: 'eip155:8453' },
    name: { network: 'base' },
    token: { asset: newAddress(), extra: { name: 'USD Coin', version: '2', decimals: 6 } },
    scheme: { scheme: 'upto' },
    permit2: { extra: { assetTransferMethod: 'permit2' } },
    batch: { scheme: 'batch-settlement' },
  };
  for (const [key, change] of Object.entries(others)) {
    const reply = await sign(made(`${SHOP}/item`, change), { key: `other-${key}`, by: listed });
    const code = key === 'name' ? 'challenge_invalid' : 'no_supported_payment_option';
    expect([key, reply.body.code, reply.body.header]).toEqual([key, code, undefined]);
  }
});

test('an amount that is none is not signed', async () => {
  const amounts = [
    '0',
    '-1',
    '1.0',
    '1e6',
    '0x10',
    '',
    ' 1',
    '01',
    `1${'0'.repeat(80)}`,
    '9223372036854775808',
  ];
  for (const [n, amount] of amounts.entries()) {
    const reply = await sign(made(`${SHOP}/item`, { amount }), { key: `amount-${n}`, by: listed });
    expect([amount, reply.body.code, reply.body.header]).toEqual([
      amount,
      expect.stringMatching(/^(amount_out_of_range|challenge_invalid)$/),
      undefined,
    ]);
  }
});

test('what is no challenge is refused and leaves no trace', async () => {
  const good = JSON.stringify(made(`${SHOP}/item`, {}));
  const headers: Readonly<Record<string, string>> = {
    text: 'not base64!',
    unpadded: encodeText(good).replace(/=*$/, 'A'),
    json: encodeText('{'),
    list: encodeText('[]'),
    utf8: Buffer.from([0x7b, 0xff, 0x7d]).toString('base64'),
    version: encodeText(good.replace('"x402Version":2', '"x402Version":3')),
    duplicate: encodeText(good.replace('"amount":', '"amount":"1","amount":')),
    escaped: encodeText(good.replace('"amount":', '"\\u0061mount":"1","amount":')),
    proto: encodeText(good.replace('"amount":', '"__proto__":{"payTo":"0x0"},"amount":')),
    deep: encodeText(good.replace('"amount":', `"deep":${'['.repeat(60)}${']'.repeat(60)},"amount":`)),
    many: encode(made(`${SHOP}/item`, ...Array.from({ length: 100 }, () => ({})))),
    none: encode(made(`${SHOP}/item`)),
    empty: '',
  };
  for (const [key, header] of Object.entries(headers)) {
    const reply = await sign({ header }, { key: `bad-${key}`, by: listed });
    expect([key, ...gist(reply)]).toEqual([key, 400, 'challenge_invalid']);
    expect(await isKeyTaken(sandbox, `bad-${key}`)).toBe(false);
  }
  const none = await pay(
    sandbox,
    { mandate: listed, url: `${SHOP}/item`, mode: 'sign' },
    { key: 'no-challenge' },
  );
  expect(gist(none)).toEqual([400, 'input_invalid']);
});

test('the cheapest option that is allowed is taken, in whatever order they come', async () => {
  const url = `${SHOP}/item/order`;
  const options: readonly Partial<Option>[] = [
    { amount: '300' },
    { amount: '100' },
    { amount: '200' },
    { amount: '1', asset: newAddress() },
    { amount: '2', network: 'eip155:8453' },
    { amount: '3', payTo: CANARY },
    { amount: '4', scheme: 'upto' },
    { amount: '5', maxTimeoutSeconds: 1 },
  ];
  for (let turn = 0; turn < options.length; turn += 1) {
    const turned = [...options.slice(turn), ...options.slice(0, turn)];
    for (const [n, order] of [turned, turned.toReversed()].entries()) {
      const { status, body } = await sign(made(url, ...order), { key: `order-${turn}-${n}`, by: listed });
      const { to, value } = authorizationIn(body.header?.value ?? '');
      expect([status, value, to]).toEqual([200, '100', LISTED]);
    }
  }
});

test('an authorization holds for two minutes at most, from a little before now, whatever the payee wants', async () => {
  const year = 31_536_000;
  for (const [maxTimeoutSeconds, seconds] of [
    [year, 120],
    [60, 60],
    [5, 5],
  ] as const) {
    const beforeMs = Date.now();
    const key = `life-${maxTimeoutSeconds}`;
    const { body } = await sign(made(`${SHOP}/item`, { maxTimeoutSeconds }), { key, by: listed });
    const { validAfter, validBefore } = authorizationIn(body.header?.value ?? '');
    const signedAt = Number(validBefore) - seconds;
    expect(signedAt).toBeGreaterThanOrEqual(Math.floor(beforeMs / 1000));
    expect(signedAt).toBeLessThanOrEqual(Math.floor(Date.now() / 1000));
    expect(signedAt - Number(validAfter)).toBe(60);
  }
  const short = await sign(made(`${SHOP}/item`, { maxTimeoutSeconds: 4 }), { key: 'life-4', by: listed });
  expect(gist(short)).toEqual([403, 'authorization_window_invalid']);
});

test('decimals and names are the registry’s, whatever the payee says of its token', async () => {
  const extra = { name: 'Tether', version: '9', decimals: 18 };
  const { body } = await sign(made(`${SHOP}/item/units`, { extra }), { key: 'units', by: listed });
  expect([body.payment?.amount, body.payment?.units]).toEqual(['1.00', '1000000']);
  const [of, data] = [authorizationIn(body.header?.value ?? ''), sandbox.asset];
  const message = { ...of, value: BigInt(of.value), validAfter: BigInt(of.validAfter) };
  const domain = { name: data.domainName, version: data.domainVersion, chainId: sandbox.chain.chainId };
  const isOurs = await verifyTypedData({
    address: sandbox.paymentAddress,
    domain: { ...domain, verifyingContract: data.address },
    types: { TransferWithAuthorization: TRANSFER },
    primaryType: 'TransferWithAuthorization',
    message: { ...message, validBefore: BigInt(of.validBefore) },
    signature: of.signature,
  } as never);
  expect(isOurs).toBe(true);
});

test('one resource is paid so often a minute and no more, under however many keys', async () => {
  const url = `${SHOP}/item/storm`;
  const results: (string | undefined)[] = [];
  // Twice the limit would pass if the minute ended meanwhile.
  for (let n = 0; n <= 2 * PER_MINUTE && results.at(-1) !== 'resource_limit_exceeded'; n += 1) {
    const terms = made(`${url}?n=${n}`, { amount: '1' });
    results.push(gist(await sign(terms, { key: `storm-${n}`, by: listed }))[1]);
  }
  expect(results.at(-1)).toBe('resource_limit_exceeded');
  expect(results.length).toBeGreaterThan(PER_MINUTE);
});

test('a challenge for another host than the one it is said to be of is not signed', async () => {
  const terms = await challengeAt(sandbox, `${SHOP}/item/elsewhere?price=0.02`);
  const reply = await sign(terms, { key: 'elsewhere', url: 'http://names.sandbox/register?name=a.dev' });
  expect(gist(reply)).toEqual([403, 'resource_mismatch']);
});

test('a header buys nothing at another resource of the same payee', async () => {
  const terms = await challengeAt(sandbox, `${SHOP}/item/mine?price=0.03`);
  const { body } = await sign(terms, { key: 'mine' });
  const header = body.header?.value ?? '';
  const dearer = await visit(sandbox, `${SHOP}/item/other?price=3.00`, {
    headers: { 'payment-signature': header },
  });
  expect(dearer.status).toBe(402);
});

test('of calls at once for more than the wallet holds, as many are signed as it can pay', async () => {
  const wide = await openMandate(sandbox, { amount: '100000.00', payees: [LISTED] });
  const { assets } = await sandbox.agent.wallet.balance({});
  const available = BigInt(assets[0]?.availableUnits ?? 0);
  const amount = 30_000_000n;
  const replies = await Promise.all(
    Array.from({ length: 12 }, (_, n) => {
      const terms = made(`${SHOP}/item/rush?n=${n}`, { amount: String(amount) });
      return sign(terms, { key: `rush-${n}`, by: wide });
    }),
  );
  const results = replies.map((reply) => gist(reply)[1]);
  expect(results.filter((result) => result === 'finished')).toHaveLength(Number(available / amount));
  expect(new Set(results)).toEqual(new Set(['finished', 'insufficient_balance']));
  const { assets: after } = await sandbox.agent.wallet.balance({});
  expect(after[0]?.availableUnits).toBe(String(available % amount));
});

test('in the end the books are the chain’s: what was signed and never used is released', async () => {
  await sandbox.chain.increaseTime(200);
  await sandbox.chain.mine(3);
  await expectBooksToMatchChain(sandbox);
});
