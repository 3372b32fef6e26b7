import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runHistory } from './history.ts';
import type { Tally } from './model.ts';
import { histories } from './steps.ts';

/** How many histories; with a number of one's own, what happened in them is shown. */
const RUNS = Number.parseInt(process.env.HISTORIES ?? '2000', 10);

/** What must have happened, in a run of this many histories, for it to say anything: at least so often in a thousand. */
const REACHED: Readonly<Record<string, number>> = {
  allowed: 1500,
  settled: 200,
  released: 50,
  replay: 200,
  stolen: 20,
  'wallet.freeze': 50,
  'agent.unfreeze': 10,
  'mandate.revoke': 5,
  'approval.sign approval_signature_invalid': 50,
  'denied daily_limit_exceeded': 100,
  'denied insufficient_balance': 5,
  'denied mandate_budget_exceeded': 50,
  'denied mandate_expired': 200,
  'denied payee_changed': 30,
  'denied payee_limit_exceeded': 50,
  'denied payee_unverified': 5,
  'denied payment_count_exceeded': 50,
  'denied period_limit_exceeded': 50,
  'denied resource_limit_exceeded': 1,
  'denied velocity_exceeded': 50,
  'denied wallet_frozen': 200,
  'payment.release state_conflict': 200,
  'payment.renew wallet_frozen': 20,
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
