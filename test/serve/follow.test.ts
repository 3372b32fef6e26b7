import { expect, test } from 'vitest';
import type { StepReport, Watcher } from '../../src/rails/evm/watcher.ts';
import { followChains } from '../../src/serve/follow.ts';

const NOW_MS = 1_000_000_000;
const block = { number: 1, hash: '0x01', seconds: NOW_MS / 1000 - 7 };
const report: StepReport = {
  latest: block,
  finalized: block,
  readAtMs: NOW_MS,
  incoming: [],
  isExplained: true,
  oldestOpen: null,
};

/** Follows a chain whose watcher answers with these reports, one a step, null being a node that does not answer. */
async function skewAfter(reports: readonly (StepReport | null)[]): Promise<number | null> {
  const left = [...reports];
  const watcher: Watcher = {
    step: async () => {
      const next = left.length > 1 ? left.shift() : left[0];
      if (next === null || next === undefined) throw new Error('no answer');
      return next;
    },
  };
  const end = Promise.withResolvers<void>();
  const follower = followChains({
    watchers: [watcher],
    wallet: { id: 'wal_1', paymentAddress: '0x01' },
    clock: { nowMs: () => NOW_MS, wait: () => end.promise },
    everyMs: 1,
    log: () => {},
  });
  for (const _ of reports) await follower.sync();
  const skew = follower.facts.skewSeconds();
  end.resolve();
  await follower.stop();
  return skew;
}

test.each([
  ['a chain that was read', [report], 7],
  ['a chain that was never read', [null], null],
  ['a chain whose node went away keeps its last reading, which ages', [report, null], 7],
  ['money that leaves without the books knowing', [report, { ...report, isExplained: false }], null],
  ['money that was explained later', [{ ...report, isExplained: false }, report], 7],
] as const)('the fact of time after %s', async (_, reports, expected) => {
  expect(await skewAfter(reports)).toBe(expected);
});
