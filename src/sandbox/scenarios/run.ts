import type { IssuerId } from '../../core/card/card.ts';
import { unitsOfCents } from './amount.ts';
import { openEmbedded } from './embedded.ts';
import { type Ground, openGround } from './ground.ts';
import { atTheEnd, findDifference, type Outcome } from './outcome.ts';
import { type Played, play } from './play.ts';
import { hasRace, inOrder } from './race.ts';
import type { Reading, Scenario } from './scenario.ts';
import { whyUnsaid } from './stage.ts';

/** How a scenario of a file came out. */
export type Result =
  | { readonly id: string; readonly kind: 'passed'; readonly ms: number }
  | { readonly id: string; readonly kind: 'failed'; readonly difference: string; readonly ms: number }
  /** The vendor's words cannot say what happens in it. */
  | { readonly id: string; readonly kind: 'not_expressible'; readonly reason: string; readonly ms: number };

export type RunOptions = {
  readonly issuer: IssuerId;
  /** Told each result as it is there. */
  readonly report: (result: Result) => void;
};

/** What a wallet holds where a scenario does not say it. */
const OPENING_CENTS = 10_000_000;

/** Plays scenarios one after the other, each on a wallet of its own, all on one chain and in one time. */
export async function runScenarios(
  readings: readonly Reading[],
  { issuer, report }: RunOptions,
): Promise<readonly Result[]> {
  const ground = await openGround();
  const results: Result[] = [];
  try {
    for (const reading of readings) {
      const result = await runOne(reading, { ground, issuer });
      results.push(result);
      report(result);
    }
  } finally {
    await ground.close();
  }
  return results;
}

type Place = { readonly ground: Ground; readonly issuer: IssuerId };

async function runOne(reading: Reading, place: Place): Promise<Result> {
  const { id } = reading;
  const startMs = performance.now();
  const ms = () => Math.round(performance.now() - startMs);
  if ('problem' in reading) return { id, kind: 'failed', difference: reading.problem, ms: ms() };
  try {
    const difference = await findOut(reading.scenario, place);
    return difference === null
      ? { id, kind: 'passed', ms: ms() }
      : { id, kind: 'failed', difference, ms: ms() };
  } catch (error) {
    const reason = whyUnsaid(error);
    if (reason !== null) return { id, kind: 'not_expressible', reason, ms: ms() };
    const message = error instanceof Error ? error.message : String(error);
    return { id, kind: 'failed', difference: `broke: ${message}`, ms: ms() };
  }
}

/** How often a scenario is played once more where the machine was too slow to answer the network in time. */
const SLOW_MAX = 2;

/**
 * Plays a scenario. Where a race in it came out otherwise than listed, that must be how it comes out in another order
 * of the same steps, and the listed order must lead to what is listed.
 */
async function findOut(scenario: Scenario, place: Place): Promise<string | null> {
  const { difference, outcome } = await playInTime(scenario, place);
  if (difference === null || outcome === null) return difference;
  const others = scenario.expect_alternatives.map((other) => atTheEnd({ ...scenario.expect, ...other }));
  if (others.some((other) => findDifference(other, outcome) === null)) return null;
  if (!hasRace(scenario)) return difference;
  const orders = [
    await playInTime(inOrder(scenario, 'listed'), place),
    await playInTime(inOrder(scenario, 'reversed'), place),
  ];
  const isRight = orders.some((order) => order.difference === null);
  const isExplained = orders.some((order) => order.outcome !== null && isSame(order.outcome, outcome));
  return isRight && isExplained ? null : difference;
}

/** Plays it, and again where an answer came too late that the scenario does not list: that is another story. */
async function playInTime(scenario: Scenario, place: Place): Promise<Played> {
  for (let slow = 0; ; slow += 1) {
    const played = await playFresh(scenario, place);
    if (played.difference === null || !played.isLate || slow >= SLOW_MAX) return played;
  }
}

async function playFresh(scenario: Scenario, { ground, issuer }: Place): Promise<Played> {
  const fund = scenario.steps.find((step) => step.event === 'wallet.fund');
  const openingUnits = unitsOfCents(fund?.amount_cents ?? OPENING_CENTS);
  const wallet = await openEmbedded({ ground, issuer, openingUnits });
  try {
    return await play(scenario, { wallet, ground });
  } finally {
    await wallet.close();
  }
}

function isSame(a: Outcome, b: Outcome): boolean {
  const plain = ({ cards, ...rest }: Outcome) => JSON.stringify({ ...rest, cards: [...cards] });
  return plain(a) === plain(b);
}
