import fc from 'fast-check';
import { expect, test } from 'vitest';
import { histories, runHistory, type Tally } from './card-history.ts';

/** How many histories; with a number of one's own, what happened in them is shown. */
const RUNS = Number.parseInt(process.env.HISTORIES ?? '300', 10);

/** What must have happened, in a run of this many histories, for it to say anything: at least so often in a hundred. */
const REACHED: Readonly<Record<string, number>> = {
  'closed settled': 50,
  'closed voided': 0.3,
  'closed auth_expired': 3,
  'closed ttl': 20,
  'closed user_closed': 8,
  'closed mandate_revoked': 2,
  'failed null': 4,
  card_used: 40,
  amount_exceeds_locked: 5,
  threeds_required: 5,
  shortfall: 80,
  funding_lost: 4,
  late_clearing: 15,
  clearing_after_decline: 15,
  over_capture: 2,
  standin_uncovered: 30,
  unmatched_credit: 15,
  early_credit: 3,
  refund_reversed: 15,
  dispute_already_credited: 8,
};

test('whatever a network says in whatever order, a card takes one charge, and no money appears or is lost', () => {
  const tally: Tally = new Map();
  fc.assert(
    fc.property(histories, (history) => void runHistory(history, tally)),
    { numRuns: RUNS },
  );
  const missed = Object.entries(REACHED).filter(
    ([name, times]) => (tally.get(name) ?? 0) < (times * RUNS) / 100,
  );
  if (process.env.HISTORIES !== undefined)
    console.log(RUNS, 'histories:', Object.fromEntries([...tally].sort()));
  expect(missed).toEqual([]);
});
