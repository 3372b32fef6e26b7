import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, expect, test } from 'vitest';
import { findFault } from '../../src/core/audit.ts';
import { DEFAULT_POLICY } from '../../src/core/policy.ts';
import { nodeHash } from '../../src/store/hash.ts';
import { lockDirectory } from '../../src/store/lock.ts';
import { openSqliteStore } from '../../src/store/sqlite/store.ts';
import { POISON } from './poison.ts';
import { type Place, storeSuite } from './suite.ts';
import * as World from './world.ts';

const worker = new URL('./worker.ts', import.meta.url);

async function makeDirectory(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'store-'));
}

storeSuite('SQLite', async (): Promise<Place> => {
  const directory = await makeDirectory();
  const path = join(directory, 'books.db');
  return {
    open: (options) => openSqliteStore({ path, policy: DEFAULT_POLICY, worker, ...options }),
    remove: () => rm(directory, { recursive: true }),
  };
});

const directories: string[] = [];
afterEach(async () => {
  for (const directory of directories.splice(0)) await rm(directory, { recursive: true });
});

async function fresh() {
  const directory = await makeDirectory();
  directories.push(directory);
  const path = join(directory, 'books.db');
  const open = () => openSqliteStore({ path, policy: DEFAULT_POLICY, clock: World.manualClock(), worker });
  return { directory, path, open };
}

test('a store whose writer ends rejects what is pending as unknown, closes, and loses nothing it answered', async () => {
  const { open } = await fresh();
  const store = await open();
  await World.play(store, [World.createWallet(1), World.createWallet(2)]);
  const pending = [World.registerAgent(1), World.registerAgent(2, POISON.kills), World.createWallet(3)];
  const answers = await Promise.allSettled(pending.map((command) => store.commit(command)));
  expect(answers.map((answer) => answer.status === 'rejected' && answer.reason.code)).toEqual(
    Array(3).fill('outcome_unknown'),
  );
  await expect(store.commit(World.createWallet(4))).rejects.toMatchObject({ code: 'store_closed' });
  await store.close();

  const again = await open();
  expect((await again.read.wallets()).map((wallet) => wallet.name)).toEqual(['Wallet 1', 'Wallet 2']);
  expect(await again.commit(World.registerAgent(1))).toMatchObject({ outcome: 'ok' });
  expect(findFault(await again.read.entries('system', { afterSeq: 0, limit: 10 }), nodeHash)).toBeNull();
  await again.close();
});

test('a directory is open once; the error names it; closing gives it free', async () => {
  const { directory, open } = await fresh();
  const store = await open();
  await expect(open()).rejects.toMatchObject({
    code: 'directory_locked',
    message: expect.stringContaining(directory),
  });
  await store.close();
  await (await open()).close();
});

test('a directory that another process has is refused, and free once that process is killed', async () => {
  const { directory, open } = await fresh();
  const other = fork(new URL('./lock-holder.ts', import.meta.url), [directory], { execArgv: [] });
  await once(other, 'message');
  await expect(open()).rejects.toMatchObject({ code: 'directory_locked' });
  expect(() => lockDirectory(directory)).toThrow('Another process uses the data directory');
  other.kill('SIGKILL');
  await once(other, 'exit');
  await (await open()).close();
});

test('a directory that is not there is not taken for a locked one', () => {
  expect(() => lockDirectory('/nowhere/at/all')).toThrow('unable to open database file');
});

test('a database of a newer program is refused and left alone', async () => {
  const { path, open } = await fresh();
  await (await open()).close();
  const db = new DatabaseSync(path);
  db.exec("insert into migration (number, name, sha256) values (999, '999-future.sql', '')");
  db.close();
  await expect(open()).rejects.toMatchObject({
    code: 'schema_unknown',
    message: expect.stringContaining('999-future'),
  });
});
