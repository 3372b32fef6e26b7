import type { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { findFault } from '../../src/core/audit.ts';
import type { Command } from '../../src/core/command.ts';
import type { Decide, Verdict } from '../../src/core/commit.ts';
import { decide } from '../../src/core/decide.ts';
import { DEFAULT_POLICY } from '../../src/core/policy.ts';
import { nodeHash } from '../../src/store/hash.ts';
import { openReader } from '../../src/store/sqlite/reader.ts';
import { openWriter } from '../../src/store/sqlite/writer.ts';
import { POISON, poisonedDecide } from './poison.ts';
import { memoryDatabase } from './sqlite-memory.ts';
import * as World from './world.ts';

const settings = { decide, hash: nodeHash, policy: DEFAULT_POLICY };
const amounts = { totalUnits: 1_000_000n, depositUnits: 1_000_000n };

/** A database whose nth `commit` (from 1) fails: before it did anything, or after it was really done. */
function faulty(db: DatabaseSync, fault: { nth: number; when: 'before' | 'after' }): DatabaseSync {
  let commits = 0;
  const exec = (sql: string) => {
    if (sql !== 'commit') return db.exec(sql);
    commits += 1;
    if (commits === fault.nth && fault.when === 'before') throw new Error('disk I/O error');
    db.exec(sql);
    if (commits === fault.nth) throw new Error('the reply was lost');
  };
  return new Proxy(db, {
    get: (target, key) => {
      if (key === 'exec') return exec;
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

function outcomes(verdicts: readonly Verdict[]) {
  return verdicts.map((verdict) => ('outcome' in verdict ? verdict.outcome.outcome : String(verdict.thrown)));
}

test.each([
  ['before', 'a commit that failed is decided again and becomes durable'],
  ['after', 'a commit whose reply was lost is looked up, and nothing is booked twice'],
] as const)('%s: %s', async (when, _promise) => {
  const db = memoryDatabase();
  openWriter(db, settings).commit(World.enrol(1, amounts), World.START_MS);
  const writer = openWriter(faulty(db, { nth: 1, when }), settings);
  const payments = [1, 2, 3].map((k) => World.authorize(1, k));
  const verdicts = writer.commit(payments, World.START_MS + 1000);

  expect(outcomes(verdicts)).toEqual(['ok', 'ok', 'ok']);
  const read = openReader(db);
  const { walletId, mandateId } = World.cast(1);
  const stored = await read.payments({ walletId }, { limit: 10 });
  expect(verdicts.map((verdict) => 'outcome' in verdict && verdict.outcome)).toEqual(
    stored.map((payment) => ({ outcome: 'ok', payment, isReplay: when === 'after' })),
  );
  expect(await read.get('counter', `${mandateId}/total`)).toMatchObject({ reservedUnits: 3000n, count: 3 });
  expect((await read.accounts(walletId))[0]).toMatchObject({ debitsPendingUnits: 3000n });
  const entries = await read.entries(walletId, { afterSeq: 0, limit: 100 });
  expect(entries.filter((entry) => entry.kind === 'payment.reserved')).toHaveLength(3);
  expect(findFault(entries, nodeHash)).toBeNull();
  expect(outcomes(writer.commit([World.authorize(1, 4)], World.START_MS + 2000))).toEqual(['ok']);
});

test('when a database takes nothing any more, every command is rejected and none is half done', async () => {
  const db = memoryDatabase();
  const writer = openWriter(db, settings);
  writer.commit(World.enrol(1, amounts), World.START_MS);
  db.exec('pragma query_only = on');
  const verdicts = writer.commit([World.createWallet(2), World.authorize(1, 1)], World.START_MS);
  expect(outcomes(verdicts)).toEqual(Array(2).fill('Error: attempt to write a readonly database'));
  expect(db.isTransaction).toBe(false);
  db.exec('pragma query_only = off');
  expect((await openReader(db).wallets()).map((wallet) => wallet.name)).toEqual(['Wallet 1']);
  expect(outcomes(writer.commit([World.createWallet(2)], World.START_MS))).toEqual(['ok']);
});

test('a writer whose memory is behind the database fails on the head of the chain, reads anew and goes on', async () => {
  const db = memoryDatabase();
  const stale = openWriter(db, settings);
  stale.commit(World.enrol(1, amounts), World.START_MS);
  stale.commit([World.authorize(1, 1)], World.START_MS);
  openWriter(db, settings).commit([World.authorize(1, 2)], World.START_MS);
  expect(outcomes(stale.commit([World.authorize(1, 3)], World.START_MS))).toEqual(['ok']);
  const { walletId, mandateId } = World.cast(1);
  const entries = await openReader(db).entries(walletId, { afterSeq: 0, limit: 100 });
  expect(findFault(entries, nodeHash)).toBeNull();
  expect(await openReader(db).get('counter', `${mandateId}/total`)).toMatchObject({ reservedUnits: 3000n });
});

test('a batch is not written over a head that moved since it was read', async () => {
  const db = memoryDatabase();
  openWriter(db, settings).commit([World.createWallet(1)], World.START_MS);
  let decisions = 0;
  const meddling: Decide = (draft, command, env) => {
    const outcome = decide(draft, command, env);
    decisions += 1;
    if (decisions === 1) db.prepare("update head set hash = ? where id = 'system'").run('f'.repeat(64));
    return outcome;
  };
  const writer = openWriter(db, { ...settings, decide: meddling });
  expect(outcomes(writer.commit([World.createWallet(2)], World.START_MS))).toEqual(['ok']);
  expect(decisions).toBe(2);
  expect(findFault(await openReader(db).entries('system', { afterSeq: 0, limit: 10 }), nodeHash)).toBeNull();
});

test('of a large batch with several poisoned commands only those are rejected, in place', () => {
  const writer = openWriter(memoryDatabase(), { ...settings, decide: poisonedDecide });
  const numbers = Array.from({ length: 100 }, (_, n) => n);
  writer.commit(
    numbers.map((n) => World.createWallet(n)),
    World.START_MS,
  );
  const nameOf = (n: number) => (n % 33 === 0 ? POISON.throws : n === 50 ? POISON.breaks : undefined);
  const verdicts = writer.commit(
    numbers.map((n) => World.registerAgent(n, nameOf(n))),
    World.START_MS,
  );
  expect(outcomes(verdicts).flatMap((outcome, n) => (outcome === 'ok' ? [] : [n]))).toEqual([
    0, 33, 50, 66, 99,
  ]);
});

test('each command of a batch sees those before it', () => {
  const writer = openWriter(memoryDatabase(), settings);
  const all: readonly Command[] = [...World.enrol(1, amounts), World.authorize(1, 1), World.authorize(1, 1)];
  const verdicts = writer.commit(all, World.START_MS);
  expect(outcomes(verdicts)).toEqual(Array(8).fill('ok'));
  expect(verdicts.slice(6)).toMatchObject([
    { outcome: { isReplay: false } },
    { outcome: { isReplay: true } },
  ]);
});

test('a small memory changes no answer', async () => {
  const [small, large] = [2, 10_000].map((cacheMax) => {
    const db = memoryDatabase();
    const writer = openWriter(db, { ...settings, cacheMax });
    for (const n of [1, 2, 3]) writer.commit(World.enrol(n, amounts), World.START_MS);
    const batch = (k: number) => [1, 2, 3].map((n) => World.authorize(n, k, 200_000n));
    return [1, 2, 3, 4, 5, 6].map((k) => writer.commit(batch(k), World.START_MS + k));
  });
  expect(small).toEqual(large);
  expect(small?.[5]).toMatchObject([1, 2, 3].map(() => ({ outcome: { payment: { state: 'denied' } } })));
});
