import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runHistory } from './history.ts';
import type { Tally } from './model.ts';
import { histories } from './steps.ts';

/** How many histories; with a number of one's own, what happened in them is shown. */
const RUNS = Number.parseInt(process.env.HISTORIES ?? '2000', 10);

/** What must have happened, in a run of this many histories, for it to say anything: at least so often in a thousand. */
const REACHED: Readonly<Record<string, number>> = {
  allowed: 1000,
  replay: 100,
  'payment.release': 50,
  stolen: 30,
  'wallet.freeze': 20,
  'agent.freeze': 20,
  'agent.unfreeze': 20,
  'mandate.revoke': 5,
};

test('whatever happens in whatever order, no limit is passed, no money appears or is lost, and the trail is whole', () => {
  const tally: Tally = new Map();
  fc.assert(
    fc.property(histories, (history) => runHistory(history, tally)),
    { numRuns: RUNS },
  );
  const missed = Object.entries(REACHED).filter(
    ([name, times]) => (tally.get(name) ?? 0) < (times * RUNS) / 1000,
  );
  expect(missed).toEqual([]);
  if (process.env.HISTORIES !== undefined)
    console.log(RUNS, 'histories:', Object.fromEntries([...tally].sort()));
});
