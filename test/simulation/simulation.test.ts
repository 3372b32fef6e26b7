import { expect, test } from 'vitest';
import type { RefusalCode } from '../../src/core/refusal.ts';
import { runHistory } from './history.ts';
import { PLANTED_BUGS } from './plants.ts';
import { openDice } from './random.ts';
import { replayAfterClockBack, settledWhileLookedAt } from './regression.ts';
import { everyCrash, runScenario, SCENARIOS } from './scenario.ts';
import { SEEDS } from './seeds.ts';
import { signOldReplays } from './stop-plants.ts';
import { EMPTY, join, missingFaults, type Summary, show, summaryOf } from './summary.ts';

/** `SIM_SEED=27 SIM_RUNS=1` plays one history again; more and longer runs are made with run.ts. */
const SEED = Number.parseInt(process.env.SIM_SEED ?? '1', 10);
const RUNS = Number.parseInt(process.env.SIM_RUNS ?? '1000', 10);
/** From so many histories on, every fault there is must have happened in one of them. */
const RUNS_WITH_ALL = 600;
const PLANT_SEEDS = 1500;
const CRASH_PAIRS = 300;

/** Refusals that random histories must lead to: each limit, each stop and each change of terms is really reached. */
const REACHED: readonly RefusalCode[] = [
  ...(['wallet_frozen', 'agent_frozen', 'agent_revoked', 'mandate_revoked', 'mandate_expired'] as const),
  ...(['mandate_budget_exceeded', 'payment_limit_exceeded', 'daily_limit_exceeded'] as const),
  ...([
    'period_limit_exceeded',
    'payee_limit_exceeded',
    'payment_count_exceeded',
    'velocity_exceeded',
  ] as const),
  ...(['resource_limit_exceeded', 'max_amount_exceeded', 'insufficient_balance'] as const),
  ...(['payee_changed', 'payee_unverified', 'challenge_changed', 'payee_unreachable', 'clock_skew'] as const),
  ...(['idempotency_key_reused', 'request_in_progress', 'engine_unavailable', 'internal_error'] as const),
];

test('the same seed plays the same history, whatever was played before', async () => {
  const play = async (seed: number) => {
    const { tail: _, ...report } = await runHistory({ seed, mix: 'swarm' });
    return report;
  };
  const first = [await play(11), await play(12), await play(13)];
  const again = [await play(13), await play(12), await play(11)].reverse();
  expect(again).toStrictEqual(first);
  expect(new Set(first.map(({ traceHash }) => traceHash)).size).toBe(3);
});

test(`no promise breaks in ${RUNS} histories from seed ${SEED} on, with everything going wrong`, {
  timeout: 60_000 + RUNS * 500,
}, async () => {
  let sum: Summary = EMPTY;
  const startMs = performance.now();
  for (let seed = SEED; seed < SEED + RUNS; seed += 1) {
    sum = join(sum, summaryOf(await runHistory({ seed, mix: 'swarm' })));
  }
  console.log(show(sum, (performance.now() - startMs) / 1000));
  expect(sum.broken).toStrictEqual([]);
  if (RUNS < RUNS_WITH_ALL) return;
  expect(missingFaults(sum)).toStrictEqual([]);
  expect(Object.keys(sum.payments).sort()).toStrictEqual(['denied', 'released', 'settled']);
  expect(REACHED.filter((code) => sum.refusals[code] === undefined)).toStrictEqual([]);
});

test('seeds that broke a promise once break none', async () => {
  for (const { seed } of SEEDS) {
    const { violations } = await runHistory({ seed, mix: 'swarm' });
    expect({ seed, violations }).toStrictEqual({ seed, violations: [] });
  }
});

test.each(SCENARIOS)('a crash at any wait of the server breaks no promise: $name', async (scenario) => {
  const clean = await runScenario(scenario);
  expect(clean.violations).toStrictEqual([]);
  expect(Object.fromEntries(clean.payments)).toStrictEqual(scenario.ends);
  for (const point of everyCrash(clean.waits)) {
    const { violations } = await runScenario(scenario, { crashAt: [point] });
    expect({ point, violations }).toStrictEqual({ point, violations: [] });
  }
});

test('a second crash, during what the first one left behind, breaks no promise', async () => {
  const dice = openDice(SEED);
  const clean = await Promise.all(SCENARIOS.map(async (scenario) => (await runScenario(scenario)).waits));
  for (let n = 0; n < CRASH_PAIRS; n += 1) {
    const which = dice.below(SCENARIOS.length);
    const scenario = SCENARIOS[which] as (typeof SCENARIOS)[number];
    const points = everyCrash((clean[which] ?? 0) * 2);
    const crashAt = [dice.pick(points), dice.pick(points)];
    const { violations } = await runScenario(scenario, { crashAt });
    expect({ name: scenario.name, crashAt, violations }).toStrictEqual({
      ...{ name: scenario.name, crashAt },
      violations: [],
    });
  }
});

test.each(PLANTED_BUGS)('a planted bug is found: $name', async ({ name, breaks, plant }) => {
  for (let seed = 1; seed <= PLANT_SEEDS; seed += 1) {
    const { violations } = await runHistory({ seed, mix: 'swarm', plant: plant() });
    const found = violations.find((violation) => breaks.test(violation));
    if (found === undefined) continue;
    console.log(`${name}: found in history ${seed} (${found.slice(0, 90)})`);
    expect((await runHistory({ seed, mix: 'swarm' })).violations).toStrictEqual([]);
    return;
  }
  expect.fail(`Not found in ${PLANT_SEEDS} histories`);
});

test.each([true, false])(
  'a clock that is set back brings no signature back after a freeze (while the server is down: %s)',
  async (isDown) => {
    const { answers, violations } = await replayAfterClockBack({ isDown });
    expect(violations).toStrictEqual([]);
    const headers = answers.map((answer) => answer?.outcome === 'ok' && answer.output.header !== undefined);
    expect(headers).toStrictEqual([true, false]);
    const plant = { ...signOldReplays(), isClockRaw: true };
    const broken = await replayAfterClockBack({ isDown, plant });
    expect(broken.violations[0]).toMatch(/^G11/);
  },
);

test('a payment that is settled while a retry looks at it is answered as settled', async () => {
  const { answers, violations } = await settledWhileLookedAt();
  expect(violations).toStrictEqual([]);
  const states = answers.map(
    (answer) => answer?.outcome === 'ok' && [answer.output.status, answer.output.payment?.state],
  );
  expect(states).toStrictEqual([
    ['pending', 'unknown'],
    ['finished', 'settled'],
  ]);
});
