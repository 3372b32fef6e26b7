import { paybackId } from '../../core/card/payback.ts';
import { spendable } from '../../core/ledger.ts';
import { findBreach } from './breach.ts';
import { drain } from './drain.ts';
import type { Embedded } from './embedded.ts';
import { isFaultAct, playFault } from './fault-act.ts';
import type { Ground } from './ground.ts';
import { isNetworkAct } from './network-act.ts';
import { atTheEnd, findDifference, type Outcome } from './outcome.ts';
import { exchange, nameOf } from './race.ts';
import { readCards, readOutcome } from './reading.ts';
import type { Act, Scenario, Step } from './scenario.ts';
import { type ActResult, cardNameOf, type Stage } from './stage.ts';
import { enterCode } from './three-ds.ts';
import { hear, judge, lengthsOf } from './verdict.ts';
import { isWalletAct, playOnWallet, prepare } from './wallet-act.ts';

/** How a scenario ended: as expected, or not and how; and what came of it, where it came to its end. */
export type Played = {
  readonly difference: string | null;
  readonly outcome: Outcome | null;
  /** Whether an answer of the wallet came too late without the scenario's doing. */
  readonly isLate: boolean;
};

/** What was refused so far. */
type Refusals = {
  readonly declines: { ref: string; reason: string; isRepeat: boolean; isOwn: boolean }[];
  readonly apiErrors: { name: string; code: string }[];
};

/** Plays a scenario on a wallet that nothing happened to yet, and compares what comes of it after every step. */
export async function play(scenario: Scenario, on: { wallet: Embedded; ground: Ground }): Promise<Played> {
  const stage = await openStage(scenario, on);
  const refusals: Refusals = { declines: [], apiErrors: [] };
  const isHeldBack = scenario.steps.some(({ event }) => event === 'wallet.return_fail');
  if (isHeldBack) on.wallet.treasury.failNext('payback', Number.MAX_SAFE_INTEGER);
  const isLate = () => refusals.declines.some(({ reason, isOwn }) => isOwn && reason === 'issuer_timeout');
  for (const [index, step] of scenario.steps.entries()) {
    const problem = (await playStep(stage, step, refusals)) ?? (await lookAt(stage));
    if (problem === null) continue;
    const difference = `step ${index + 1} (${step.event}): ${problem}`;
    return { difference, outcome: null, isLate: isLate() };
  }
  const outcome = { ...(await readOutcome(stage)), ...refusals };
  const difference = findDifference(atTheEnd(scenario.expect), outcome);
  return { difference, outcome, isLate: isLate() };
}

async function openStage(scenario: Scenario, on: { wallet: Embedded; ground: Ground }): Promise<Stage> {
  const { assets } = await on.wallet.operatorClient().wallet.balance({});
  return {
    scenario,
    ...on,
    openingUnits: BigInt(assets[0]?.availableUnits ?? 0),
    cards: new Map(),
    mandates: new Map(),
    owners: new Map(),
    told: new Map(),
    aliases: new Map(),
    answers: new Map(),
  };
}

/** Takes a step and lets everything that follows from it happen. The difference it shows, or null. */
async function playStep(stage: Stage, step: Step, refusals: Refusals): Promise<string | null> {
  if (step.event === 'assert') {
    const outcome = { ...(await readOutcome(stage)), ...refusals };
    return findDifference(step.expect, outcome, step.card);
  }
  const acts = step.event === 'parallel' ? step.steps : [step];
  for (const act of acts) await prepare(stage, act);
  const results = await playAtOnce(stage, acts);
  await drain(stage);
  const flaw = results.find((result) => result.kind === 'broken');
  if (flaw !== undefined) return flaw.detail;
  if (step.event === 'parallel') exchangeNames(stage, acts, results);
  return note(stage, refusals, inNamedOrder(stage, acts, results));
}

async function playAtOnce(stage: Stage, acts: readonly Act[]): Promise<readonly ActResult[]> {
  const reviewed = { lengths: await lengthsOf(stage, acts), taken: new Set<string>() };
  const heard = await Promise.all(
    acts.map((act) => {
      if (isNetworkAct(act)) return hear(stage, act);
      if (isWalletAct(act)) return playOnWallet(stage, act);
      return isFaultAct(act) ? playFault(stage, act) : enterCode(stage, act);
    }),
  );
  const results: ActResult[] = [];
  for (const one of heard) results.push('said' in one ? await judge(stage, one, reviewed) : one);
  return results;
}

type Named = { readonly act: Act; readonly name: string | undefined; readonly result: ActResult };

/** After a race the winner goes by the name of the winner that is listed. */
function exchangeNames(stage: Stage, acts: readonly Act[], results: readonly ActResult[]): void {
  const isRefused = (i: number) => results[i]?.kind !== 'done';
  const names = exchange(
    stage.scenario.expect,
    acts.map((act, i) => ({ act, isRefused: isRefused(i) })),
  );
  const cards = new Map(stage.cards);
  for (const [name, other] of names) {
    stage.aliases.set(name, other);
    stage.cards.delete(name);
    const card = cards.get(other);
    if (card !== undefined) stage.cards.set(name, card);
  }
}

/** Steps with their names, after a race in the order of the names they have now. */
function inNamedOrder(stage: Stage, acts: readonly Act[], results: readonly ActResult[]): readonly Named[] {
  const listed = acts.map(nameOf);
  const named = acts.flatMap((act, i): readonly Named[] => {
    const result = results[i];
    const own = nameOf(act);
    return result === undefined ? [] : [{ act, name: stage.aliases.get(own ?? '') ?? own, result }];
  });
  return named.toSorted((a, b) => listed.indexOf(a.name) - listed.indexOf(b.name));
}

/** Notes what was refused. A refusal of the wallet's that has no name in the scenario is a difference. */
function note(stage: Stage, refusals: Refusals, steps: readonly Named[]): string | null {
  for (const { act, name, result } of steps) {
    if (result.kind === 'declined') {
      const isOwn = act.event !== 'auth.timeout';
      const ref = (isOwn ? name : act.auth) ?? cardNameOf(stage, act);
      refusals.declines.push({ ref, reason: result.reason, isRepeat: result.isRepeat, isOwn });
    }
    if (result.kind !== 'refused') continue;
    if (name === undefined) return `was refused with ${result.code}`;
    refusals.apiErrors.push({ name, code: result.code });
  }
  return null;
}

/** What must hold after every step. */
async function lookAt(stage: Stage): Promise<string | null> {
  const { wallet, ground, openingUnits } = stage;
  const { walletId } = wallet.server().context;
  const { read } = wallet.store();
  const [accounts, cards] = await Promise.all([read.accounts(walletId), readCards(stage)]);
  const ids = cards.flatMap((card) =>
    Array.from({ length: card.paybacks }, (_, i) => [card.id, i + 1] as const),
  );
  const paybacks = await Promise.all(ids.map(([id, number]) => read.get('payback', paybackId(id, number))));
  const known = paybacks.flatMap((payback) => payback ?? []);
  if (wallet.issuer.network.faults.forgeriesTaken > 0) return 'a message with a forged signature was taken';
  const breach = findBreach({ accounts, cards, paybacks: known, openingUnits });
  if (breach !== null) return breach;
  const account = accounts.find(({ kind }) => kind === 'wallet');
  const booked = account === undefined ? 0n : spendable(account) + account.debitsPendingUnits;
  const onChain = await ground.balanceOf(wallet.paymentAddress);
  return booked === onChain ? null : `the books hold ${booked} units, and the chain ${onChain}`;
}
