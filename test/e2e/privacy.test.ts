import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createWallet, type Wallet } from '../../sdk/src/index.ts';
import { openKeyFile } from '../../src/rails/evm/keystore.ts';
import { openSeller } from '../../src/sandbox/services/seller.ts';
import { gist, NAMES, openMandate, type Place, pay, send, TWIN } from './calls.ts';
import { challengeAt, encode, visit } from './challenge.ts';
import { createShop, newAddress } from './shop.ts';
import { portOf, startTap, type Tap } from './tap.ts';
import { openSandbox, type Sandbox } from './world.ts';

const SHOP = 'http://shop.e2e';
const NAME = 'quicksilver-procurement-agent';
const INTENT = 'Acquire Helvetica rights before the Zanzibar merger is announced';
const KEY = 'key-of-project-obsidian';

let sandbox: Sandbox;
let agent: Wallet;
let token: string;
let mandate: string;
/** What went to payees, to the facilitator and to the chain's node. */
const outside: Tap[] = [];
/** What went to the wallet and came back. */
let wallet: Tap;
let place: Place;

beforeAll(async () => {
  sandbox = await openSandbox({
    payees: async ({ world, asset }) => {
      const facilitatorUrl = await tapped(world.market.facilitatorUrl);
      const seller = await openSeller({ facilitatorUrl, asset });
      return { [SHOP]: createShop({ seller, payTo: newAddress() }) };
    },
    configure: async (config) => {
      const origins: Record<string, string> = {};
      for (const [origin, place] of Object.entries(config.admittedOrigins ?? {})) {
        origins[origin] = (await tapped(`http://${place}`)).slice('http://'.length);
      }
      const chains = [];
      for (const chain of config.chains) chains.push({ ...chain, rpcUrl: await tapped(chain.rpcUrl) });
      return { ...config, admittedOrigins: origins, chains };
    },
  });
  ({ token } = await sandbox.operatorClient.agent.register({ name: NAME }));
  wallet = await startTap(portOf(sandbox.url));
  const url = `http://127.0.0.1:${wallet.port}`;
  agent = createWallet({ url, token, attempts: 1 });
  place = { url, agentToken: token };
  mandate = await openMandate(
    sandbox,
    { intent: INTENT, hosts: ['shop.e2e', 'names.sandbox', 'twin.sandbox'] },
    agent,
  );
});
afterAll(async () => {
  await sandbox?.close();
  for (const tap of [...outside, wallet]) await tap?.close();
});

/** The same place behind a wire that remembers. */
async function tapped(url: string): Promise<string> {
  const tap = await startTap(portOf(url));
  outside.push(tap);
  return `http://127.0.0.1:${tap.port}`;
}

/** One of everything that makes the wallet talk to others. */
async function liveThroughIt(): Promise<void> {
  const as = (key: string) => ({ key: `${KEY}-${key}` });
  const shop = `${SHOP}/item?price=0.10`;
  await pay(place, { mandate, url: `${NAMES}/search?name=free.dev` }, as('free'));
  await pay(place, { mandate, url: `${shop}&n=get` }, as('get'));
  await pay(place, { mandate, url: `${shop}&n=get` }, as('get'));
  await pay(place, { mandate, url: `${shop}&n=post`, method: 'POST', body: 'plain' }, as('post'));
  sandbox.market.services.misbehave({ repliesToLose: 1 });
  const lost = { mandate, url: `${TWIN}/register?name=lost.dev` };
  expect(gist(await pay(place, lost, as('lost')))).toEqual([202, 'pending']);
  expect(gist(await pay(place, lost, as('lost')))).toEqual([200, 'finished']);
  const url = `${SHOP}/item/sign?price=0.20`;
  const challenge = { header: encode(await challengeAt(sandbox, url)) };
  const signed = await pay(place, { mandate, url, mode: 'sign', challenge }, as('sign'));
  const header = signed.body.header?.value ?? '';
  expect((await visit(sandbox, url, { headers: { 'payment-signature': header } })).status).toBe(200);
  const dear = { mandate, url: `${SHOP}/item?price=5000.00` };
  expect((await pay(place, dear, as('dear'))).status).toBe(403);
  await sandbox.chain.mine(3);
  await sandbox.server.sync();
  for (const name of ['mandate', 'payment'] as const) await agent[name].list({});
  await agent.wallet.status({});
  await agent.wallet.balance({});
}

/** Calls that go wrong in all ways, with the secrets in hand. */
async function goWrong(): Promise<void> {
  const attempts = [
    { token: `${token}x` },
    { token: token.slice(0, -1) },
    { token, body: `{"amount": ${token}}` },
    { token, body: '{"amount": 1, "intent": "x", "duration": "never"}' },
    { token: sandbox.operatorToken, body: { amount: '1', intent: 'x', duration: '1d' } },
    { headers: { authorization: `Basic ${token}` } },
  ];
  for (const attempt of attempts) {
    const { status } = await send(place, '/v1/mandates', attempt);
    expect(status).toBeGreaterThanOrEqual(400);
  }
}

/** Bytes and, after them, what all base64 among them says. */
function unfolded(bytes: Buffer): Buffer {
  const runs = bytes.toString('latin1').match(/[A-Za-z0-9+/_-]{16,}/g) ?? [];
  return Buffer.concat([bytes, ...runs.map((run) => Buffer.from(run, 'base64'))]);
}

/** The ways in which something can be written. */
function writings(secret: Buffer): readonly Buffer[] {
  const hex = secret.toString('hex');
  const texts = [
    hex,
    hex.toUpperCase(),
    secret.toString('base64url'),
    encodeURIComponent(secret.toString('latin1')),
  ];
  return [secret, ...texts.map((text) => Buffer.from(text))];
}

/** The names of the secrets that are there. */
function found(bytes: Buffer, secrets: Readonly<Record<string, Buffer>>): readonly string[] {
  const haystack = unfolded(bytes);
  return Object.entries(secrets).flatMap(([name, secret]) =>
    writings(secret).some((writing) => haystack.includes(writing)) ? [name] : [],
  );
}

const bytesOf = (texts: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, Buffer.from(text)]));

/** What nobody but its owner has. */
async function secretsOf({ directory, passphrase, operatorToken, agentToken }: Sandbox) {
  const keys = ['payment-key', 'operator-key'].map((name) =>
    openKeyFile(join(directory, `${name}.json`), passphrase),
  );
  const [payment, operator] = (await Promise.all(keys)).map(({ privateKey }) => Buffer.from(privateKey));
  if (payment === undefined || operator === undefined) throw new Error('There are no keys');
  return { ...bytesOf({ token, operatorToken, agentToken, passphrase }), payment, operator };
}

test('payees, the facilitator and the chain’s node get nothing of the purpose, the agent or the mandate', async () => {
  await liveThroughIt();
  const { id: agentId } = (await agent.agent.list({})).agents[0] ?? { id: '' };
  const { id: walletId, operatorAddress } = await agent.wallet.status({});
  const told = bytesOf({
    ...Object.fromEntries(
      INTENT.split(' ')
        .filter((word) => word.length > 6)
        .map((word) => [word, word]),
    ),
    NAME,
    KEY,
    agentId,
    walletId,
    mandate,
    operatorAddress: operatorAddress.slice(2),
    sandboxName: 'Sandbox',
  });
  expect(outside.length).toBeGreaterThanOrEqual(8);
  const busy = outside.filter((tap) => tap.sent().length > 0);
  expect(busy.length).toBeGreaterThanOrEqual(5);
  const secrets = await secretsOf(sandbox);
  for (const tap of busy) expect(found(tap.sent(), { ...told, ...secrets })).toEqual([]);
  // The search finds what is there: the payments themselves, inside base64.
  const paid = Buffer.concat(busy.map((tap) => tap.sent()));
  const { payments } = await agent.payment.list({});
  const nonces = bytesOf(
    Object.fromEntries(payments.map((one) => [one.id, one.authorization?.nonce ?? one.id])),
  );
  expect(found(paid, nonces).length).toBeGreaterThanOrEqual(4);
});

test('no token, passphrase or private key is in any answer', async () => {
  await goWrong();
  const secrets = await secretsOf(sandbox);
  expect(wallet.answered().length).toBeGreaterThan(10_000);
  expect(found(wallet.answered(), secrets)).toEqual([]);
  expect(found(wallet.sent(), secrets)).toEqual(['token', 'operatorToken']);
});

test('no token, passphrase or private key is in the log or in any file but its own', async () => {
  const secrets = await secretsOf(sandbox);
  await sandbox.chain.stop();
  await sandbox.server.sync();
  await pay(place, { mandate, url: `${SHOP}/item?n=dark` }, { key: 'dark' });
  const { directory } = sandbox;
  const whileRunning = filesWith(directory, secrets);
  await sandbox.stopServer();
  expect(sandbox.log.length).toBeGreaterThan(0);
  expect(found(Buffer.from(sandbox.log.join('\n')), secrets)).toEqual([]);
  const own = {
    'agents/research-bot.token': ['agentToken'],
    'operator.token': ['operatorToken'],
    // The sandbox remembers its own passphrase; there is no such file outside.
    'sandbox.json': ['passphrase'],
  };
  expect(whileRunning).toEqual(own);
  expect(filesWith(directory, secrets)).toEqual(own);
  expect(statSync(directory).mode & 0o077).toBe(0);
  for (const name of [
    ...Object.keys(own),
    'payment-key.json',
    'operator-key.json',
    'checkpoint-key.pem',
    'config.json',
  ]) {
    expect([name, statSync(join(directory, name)).mode & 0o077]).toEqual([name, 0]);
  }
});

/** The files that hold a secret, with which. */
function filesWith(directory: string, secrets: Readonly<Record<string, Buffer>>) {
  const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  expect(files.some(({ name }) => name === 'fluxa.db')).toBe(true);
  const hits = files.map((file) => {
    const path = join(file.parentPath, file.name);
    return [relative(directory, path), found(readFileSync(path), secrets)] as const;
  });
  return Object.fromEntries(hits.filter(([, names]) => names.length > 0).sort());
}
