import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DEFAULT_POLICY } from '../../src/core/policy.ts';
import type { Store } from '../../src/core/ports.ts';
import { expiring, startChores } from '../../src/serve/chores.ts';
import { openSqliteStore } from '../../src/store/sqlite/store.ts';
import { cast, enrol, manualClock, play, START_MS } from '../store/world.ts';

const clock = manualClock();
let directory: string;
let store: Store;

beforeEach(async () => {
  clock.set(START_MS);
  directory = await mkdtemp(join(tmpdir(), 'fluxa-chores-'));
  store = await openSqliteStore({ path: join(directory, 'fluxa.db'), clock, policy: DEFAULT_POLICY });
});
afterEach(async () => {
  await store.close();
  await rm(directory, { recursive: true, force: true });
});

test('a mandate whose time is over is recorded as ended, once, and no other is', async () => {
  const { walletId, mandateId } = cast(1);
  await play(store, enrol(1, { totalUnits: 1000n, depositUnits: 1000n }));
  const terms = await store.read.get('terms', `${mandateId}/v1`);
  const chore = expiring({ store, clock, walletId });
  await chore.run();
  expect((await store.read.get('mandate', mandateId))?.state).toBe('signed');
  clock.set(terms?.scope.expiresAtMs ?? 0);
  await chore.run();
  await chore.run();
  expect((await store.read.get('mandate', mandateId))?.state).toBe('expired');
  const entries = await store.read.entries(walletId, { afterSeq: 0, limit: 100 });
  expect(entries.filter((entry) => entry.kind === 'mandate.expired').length).toBe(1);
});

test('a chore runs once more when it is ended, and one that fails is logged', async () => {
  const lines: string[] = [];
  let runs = 0;
  const run = async () => {
    runs += 1;
    throw new Error('broken');
  };
  await startChores([{ name: 'Testing', everyMs: 3_600_000, run }], (line) => lines.push(line))();
  expect([runs, lines]).toEqual([1, ['Testing: broken']]);
});
