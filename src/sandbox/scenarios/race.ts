import type { Act, Expectation, Scenario, Step } from './scenario.ts';

/** Names of a scenario that stand for each other: the winner of a race is not always the one that is listed. */
export type Renaming = ReadonlyMap<string, string>;

/** One thing that was done at the same time as others, and whether it was refused. */
export type Contestant = { readonly act: Act; readonly isRefused: boolean };

/** The name by which a scenario's expectations know what is done. */
export function nameOf(act: Act): string | undefined {
  return 'ref' in act && act.event !== 'card.create' && act.event !== 'mandate.create' ? act.ref : act.name;
}

/**
 * Who is to be called by whose name after a race: those that were to win and lost are paired with those that were to
 * lose and won, if they did the same kind of thing. Empty where it ended as listed, or in a way that no exchange of
 * names explains.
 */
export function exchange(expected: Expectation, contestants: readonly Contestant[]): Renaming {
  const losers = new Set([
    ...(expected.declines ?? []).map(({ ref }) => ref),
    ...(expected.api_errors ?? []).map(({ name }) => name),
  ]);
  const isListed = ({ act }: Contestant) => losers.has(nameOf(act) ?? '');
  const lost = contestants.filter((one) => one.isRefused && !isListed(one));
  const won = contestants.filter((one) => !one.isRefused && isListed(one));
  const isFair = lost.length === won.length && lost.every(({ act }, i) => act.event === won[i]?.act.event);
  if (!isFair) return new Map();
  return new Map(
    lost.flatMap((loser, i) => {
      const winner = won[i];
      return winner === undefined ? [] : swaps(loser.act, winner.act);
    }),
  );
}

function swaps(a: Act, b: Act): readonly (readonly [string, string])[] {
  const pairs = [
    ['ref' in a ? a.ref : undefined, 'ref' in b ? b.ref : undefined],
    [a.name, b.name],
  ] as const;
  return pairs.flatMap(([x, y]) => {
    if (x === undefined || y === undefined) return [];
    return [
      [x, y],
      [y, x],
    ];
  });
}

/** Whether a scenario has a race, whose outcome may then differ from the one that is listed. */
export function hasRace({ steps }: Scenario): boolean {
  return steps.some(({ event }) => event === 'parallel');
}

/** The same scenario with its races in one order: as listed, or the other way round. */
export function inOrder(scenario: Scenario, order: 'listed' | 'reversed'): Scenario {
  const steps = scenario.steps.flatMap((step): readonly Step[] => {
    if (step.event !== 'parallel') return [step];
    return order === 'listed' ? step.steps : step.steps.toReversed();
  });
  return { ...scenario, steps };
}
