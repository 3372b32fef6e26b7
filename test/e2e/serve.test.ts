import { copyFileSync, cpSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type ConfigFile, readConfig, writeConfig } from '../../src/serve/config.ts';
import { dataDirectory } from '../../src/serve/directory.ts';
import { startServer } from '../../src/serve/server.ts';
import { gist, openMandate, pay, send } from './calls.ts';
import { challengeAt, encode } from './challenge.ts';
import { serve } from './child.ts';
import { expectBooksToMatchChain, outflows, trailOf } from './reckoning.ts';
import { ask } from './recorder.ts';
import { createShop, newAddress } from './shop.ts';
import { portOf } from './tap.ts';
import { openSandbox, type Sandbox } from './world.ts';

const SHOP = 'http://shop.e2e';

let sandbox: Sandbox;
let mandate: string;
/** Holds the payee's answers back until it is called. */
let release = (): void => {};
let held: Promise<void> = Promise.resolve();

beforeAll(async () => {
  sandbox = await openSandbox({
    payees: ({ seller }) => {
      const deliver = async () => {
        await held;
        return Response.json({ sold: true });
      };
      return { [SHOP]: createShop({ seller, payTo: newAddress(), deliver }) };
    },
  });
  mandate = await openMandate(sandbox, { hosts: ['shop.e2e'] });
});
afterAll(() => sandbox?.close());
beforeEach(async () => {
  await sandbox.chain.mine();
  await sandbox.server.sync();
});

const buy = (key: string) => pay(sandbox, { mandate, url: `${SHOP}/item?price=0.10&n=${key}` }, { key });

/** Starts a second server on a directory as it is; it must not get there. */
function start(directory: string, passphrase = sandbox.passphrase) {
  return startServer({ directory, passphrase, port: 0 }).then(async (server) => {
    await server.close();
    throw new Error('It started');
  });
}

test('one process serves a data directory at a time', async () => {
  await expect(start(sandbox.directory)).rejects.toThrow(/in use|locked|another|other process/i);
  await expect(serve(sandbox)).rejects.toThrow('The server did not start');
  expect(gist(await buy('alone'))).toEqual([200, 'finished']);
});

test('a wallet does not start with the wrong passphrase, chain, token, operator or payment key', async () => {
  const copy = join(sandbox.directory, 'copy');
  mkdirSync(copy, { mode: 0o700 });
  const source = dataDirectory(sandbox.directory);
  await sandbox.stopServer();
  try {
    for (const file of [
      'config.json',
      'fluxa.db',
      'payment-key.json',
      'checkpoint-key.pem',
      'operator.token',
    ]) {
      copyFileSync(join(sandbox.directory, file), join(copy, file));
    }
    const files = dataDirectory(copy);
    const config: ConfigFile = readConfig(source);
    const other = newAddress();
    const [chain] = config.chains;
    if (chain === undefined) throw new Error('There is no chain');
    const changes: Readonly<Record<string, readonly [Partial<ConfigFile>, RegExp]>> = {
      chain: [{ chains: [{ ...chain, network: 'eip155:1337' }] }, /is on eip155:31337, not on eip155:1337/],
      'real chain': [{ chains: [{ network: 'eip155:8453', rpcUrl: chain.rpcUrl }] }, /not on eip155:8453/],
      token: [{ chains: [{ ...chain, token: other }] }, /./],
      operator: [{ operatorAddress: other }, /other keys/],
      'nobody there': [{ chains: [{ ...chain, rpcUrl: 'http://127.0.0.1:1' }] }, /did not answer/],
    };
    for (const [name, [change, message]] of Object.entries(changes)) {
      writeConfig(files, { ...config, ...change });
      await expect(start(copy), name).rejects.toThrow(message);
    }
    writeConfig(files, config);
    await expect(start(copy, 'wrong')).rejects.toThrow(/passphrase/);
    copyFileSync(join(sandbox.directory, 'operator-key.json'), files.paymentKey);
    await expect(start(copy)).rejects.toThrow(/other keys/);
    expect(existsSync(files.server)).toBe(false);
  } finally {
    rmSync(copy, { recursive: true });
    await sandbox.startServer();
  }
  expect(gist(await buy('right'))).toEqual([200, 'finished']);
});

test('a server that is told to stop finishes what is under way, and goes on with it afterwards', async () => {
  held = new Promise((open) => {
    release = open;
  });
  const paying = buy('graceful');
  await until(() => (sandbox.payees.get(SHOP)?.paid() ?? []).some(({ path }) => path.endsWith('graceful')));
  const stopping = sandbox.stopServer();
  release();
  const first = await paying;
  await stopping;
  await sandbox.startServer();
  expect(gist(first)).toEqual([200, 'finished']);
  expect((await buy('graceful')).text).toBe(first.text);
});

async function until(isSo: () => boolean): Promise<void> {
  for (let turn = 0; turn < 2000 && !isSo(); turn += 1) await new Promise((next) => setTimeout(next, 5));
  expect(isSo()).toBe(true);
}

test('pages of other names and origins reach nothing', async () => {
  const place = `127.0.0.1:${portOf(sandbox.url)}`;
  const authorization = `Bearer ${sandbox.agentToken}`;
  for (const path of ['/v1/wallet', '/health', '/openapi.json', '/nowhere']) {
    const rebound = await ask(place, { path, headers: { host: 'attacker.example', authorization } });
    expect([path, rebound.status, JSON.parse(rebound.bytes.toString()).code]).toEqual([
      path,
      403,
      'host_not_allowed',
    ]);
    const host = place;
    const foreign = await ask(place, {
      path,
      headers: { host, authorization, origin: 'https://attacker.example' },
    });
    expect([path, foreign.status]).toEqual([path, 403]);
    expect(foreign.headers['access-control-allow-origin']).toBeUndefined();
  }
  const plain = await ask(place, { path: '/v1/wallet', headers: { host: place } });
  expect([plain.status, JSON.parse(plain.bytes.toString()).code]).toEqual([401, 'credential_missing']);
  expect((await send(sandbox, '/v1/wallet', { token: sandbox.agentToken })).status).toBe(200);
});

/** Pays once, then puts back the books of just before: they have forgotten that payment. */
async function forget(name: string, isFinal: boolean): Promise<void> {
  const backup = join(sandbox.directory, `backup-${name}`);
  const database = join(sandbox.directory, 'fluxa.db');
  await sandbox.chain.mine(3);
  await sandbox.server.sync();
  await sandbox.stopServer();
  cpSync(database, backup);
  await sandbox.startServer();
  expect(gist(await buy(name))).toEqual([200, 'finished']);
  if (isFinal) await sandbox.chain.mine(3);
  await sandbox.stopServer();
  for (const end of ['', '-wal', '-shm']) rmSync(`${database}${end}`, { force: true });
  cpSync(backup, database);
}

async function unfreeze(): Promise<void> {
  const { id } = await sandbox.agent.wallet.status({});
  await sandbox.operator.decide('wallet.unfreeze', id);
}

test('after a backup is put back, money that the books do not know of freezes the wallet before it serves', async () => {
  await forget('forgotten', true);
  const before = (await outflows(sandbox)).length;
  await sandbox.startServer();
  expect(gist(await buy('forgotten'))).toEqual([403, 'wallet_frozen']);
  expect(await outflows(sandbox)).toHaveLength(before);
  await unfreeze();
  expect(gist(await buy('remembered'))).toEqual([200, 'finished']);
});

test('after a backup is put back, a forgotten transfer that may not be final yet is not paid again', async () => {
  await forget('forgotten-again', false);
  const before = (await outflows(sandbox)).length;
  await sandbox.startServer();
  // The chain goes on meanwhile: until the transfer is final nothing is signed, from then on the wallet is frozen.
  expect(['engine_unavailable', 'wallet_frozen']).toContain(gist(await buy('forgotten-again'))[1]);
  expect(await outflows(sandbox)).toHaveLength(before);
  await sandbox.chain.mine(3);
  await sandbox.server.sync();
  expect(gist(await buy('forgotten-once-more'))).toEqual([403, 'wallet_frozen']);
  await unfreeze();
});

test('in the end the books are the chain’s, but for what was forgotten', async () => {
  const noticed = (await trailOf(sandbox)).filter(({ kind }) => kind === 'chain.unexplained');
  expect(noticed).toHaveLength(2);
  const { status } = await pay(
    sandbox,
    {
      mandate,
      url: `${SHOP}/item?price=0.10&n=last`,
      mode: 'sign',
      challenge: { header: encode(await challengeAt(sandbox, `${SHOP}/item?price=0.10&n=last`)) },
    },
    { key: 'last' },
  );
  expect(status).toBe(200);
  await sandbox.chain.increaseTime(200);
  await sandbox.chain.mine(3);
  await expectBooksToMatchChain(sandbox);
});
