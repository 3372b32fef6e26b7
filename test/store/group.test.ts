import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Command } from '../../src/core/command.ts';
import type { Verdict } from '../../src/core/commit.ts';
import { type GroupOptions, openGroup } from '../../src/store/group.ts';
import * as World from './world.ts';

const REFUSED = { outcome: 'refused', code: 'state_conflict', detail: '' } as const;

/** A group whose batches are held back until the test answers them. */
function held(options: Partial<GroupOptions> = {}) {
  const batches: {
    ids: string[];
    nowMs: number;
    answer: (verdicts?: Verdict[]) => void;
    fail: (error: Error) => void;
  }[] = [];
  const flush = (commands: readonly Command[], nowMs: number) =>
    new Promise<readonly Verdict[]>((resolve, reject) => {
      const ids = commands.map((command) => ('id' in command ? command.id : ''));
      const answer = (verdicts = commands.map((): Verdict => ({ outcome: REFUSED }))) => resolve(verdicts);
      batches.push({ ids, nowMs, answer, fail: reject });
    });
  const group = openGroup(flush, { clock: World.manualClock(), ...options });
  return { batches, group };
}

function ids(...numbers: readonly number[]): readonly string[] {
  return numbers.map((n) => World.cast(n).walletId);
}

test('one batch is under way at a time, and what arrives meanwhile is the next one', async () => {
  const { batches, group } = held();
  const answers = [1, 2].map((n) => group.commit(World.createWallet(n)));
  await turn();
  answers.push(...[3, 4, 5].map((n) => group.commit(World.createWallet(n))));
  await turn();
  expect(batches.map((batch) => batch.ids)).toEqual([ids(1, 2)]);
  batches[0]?.answer();
  await Promise.all(answers.slice(0, 2));
  await turn();
  expect(batches.map((batch) => batch.ids)).toEqual([ids(1, 2), ids(3, 4, 5)]);
  batches[1]?.answer();
  expect(await Promise.all(answers)).toEqual(Array(5).fill(REFUSED));
});

test('a batch is no larger than its bound, and keeps the order', async () => {
  const { batches, group } = held({ batchMax: 2 });
  const answers = [1, 2, 3].map((n) => group.commit(World.createWallet(n)));
  await turn();
  batches[0]?.answer();
  await Promise.all(answers.slice(0, 2));
  await turn();
  expect(batches.map((batch) => batch.ids)).toEqual([ids(1, 2), ids(3)]);
});

test('a batch that fails as a whole rejects its own commands, and the next one goes on', async () => {
  const { batches, group } = held();
  const first = group.commit(World.createWallet(1));
  await turn();
  const second = group.commit(World.createWallet(2));
  batches[0]?.fail(new Error('The disk is gone'));
  await expect(first).rejects.toThrow('The disk is gone');
  await turn();
  batches[1]?.answer();
  expect(await second).toEqual(REFUSED);
});

test('a command that a batch gives no answer to is not taken for answered', async () => {
  const { batches, group } = held();
  const answers = Promise.allSettled([1, 2].map((n) => group.commit(World.createWallet(n))));
  await turn();
  batches[0]?.answer([{ outcome: REFUSED }]);
  expect((await answers).map((answer) => answer.status)).toEqual(['fulfilled', 'rejected']);
});

test('a failure ends the group: what waits and what is under way is rejected, and nothing more is taken', async () => {
  const { batches, group } = held();
  const first = group.commit(World.createWallet(1));
  await turn();
  const second = group.commit(World.createWallet(2));
  group.fail(new Error('The writer ended'));
  await expect(first).rejects.toThrow('The writer ended');
  await expect(second).rejects.toThrow('The writer ended');
  await expect(group.commit(World.createWallet(3))).rejects.toMatchObject({ code: 'store_closed' });
  batches[0]?.fail(new Error('The writer ended'));
  await group.drain();
  expect(batches).toHaveLength(1);
});
