import type { Expectation, Figures } from './scenario.ts';
import { isException, isMeant } from './words.ts';

/** One card as it came out, in the words of the files. Money in cents; text where it is no whole number of them. */
export type CardOutcome = Readonly<Record<keyof Figures, string | number | null>>;

/** What came of a scenario, so far or in the end. */
export type Outcome = {
  /** A message that is sent again may be listed again or not. */
  readonly declines: readonly { readonly ref: string; readonly reason: string; readonly isRepeat: boolean }[];
  readonly apiErrors: readonly { readonly name: string; readonly code: string }[];
  readonly exceptions: readonly string[];
  readonly walletDelta: number | string;
  /** By the scenario's name of it. */
  readonly cards: ReadonlyMap<string, CardOutcome>;
};

/** The card that a scenario means where it names none. */
export const MAIN_CARD = 'card';

/** The first way in which an outcome is not as expected; null where it is. `name`: the card that is meant. */
export function findDifference(expected: Expectation, outcome: Outcome, name = MAIN_CARD): string | null {
  const { declines, api_errors, exceptions, wallet_delta, cards, ...main } = expected;
  return (
    (declines && differentDeclines(declines, outcome.declines)) ??
    (api_errors && differentErrors(api_errors, outcome.apiErrors)) ??
    differentCard(main, { name, cards: outcome.cards }) ??
    differentCards(cards, outcome.cards) ??
    differentExceptions(exceptions ?? [], outcome.exceptions) ??
    (wallet_delta === undefined || wallet_delta === outcome.walletDelta
      ? null
      : unlike('wallet_delta', wallet_delta, outcome.walletDelta))
  );
}

/** What is expected at the end of a scenario: nothing is refused that is not listed. */
export function atTheEnd(expected: Expectation): Expectation {
  return { ...expected, declines: expected.declines ?? [], api_errors: expected.api_errors ?? [] };
}

/** A decline by a late answer may always happen; one that is listed must. */
function differentDeclines(
  expected: NonNullable<Expectation['declines']>,
  actual: Outcome['declines'],
): string | null {
  const wanted = expected.map(({ ref, reason }) => `${ref} ${reason}`);
  const found = (isCounted: (one: Outcome['declines'][number]) => boolean) =>
    actual
      .filter(isCounted)
      .map(({ ref, reason }) => `${ref} ${reason}`)
      .filter((line) => wanted.includes(line) || !line.endsWith(' issuer_timeout'));
  const difference = firstUnlike(
    'declines',
    wanted,
    found(({ isRepeat }) => !isRepeat),
  );
  return difference === null ||
    firstUnlike(
      'declines',
      wanted,
      found(() => true),
    ) === null
    ? null
    : difference;
}

function differentErrors(
  expected: NonNullable<Expectation['api_errors']>,
  actual: Outcome['apiErrors'],
): string | null {
  const wanted = expected.map(({ name, error }) => `${name} ${error}`);
  const found = actual.map(({ name, code }, index) => {
    const word = expected[index]?.error;
    return `${name} ${word !== undefined && isMeant(word, code) ? word : code}`;
  });
  return firstUnlike('api_errors', wanted, found);
}

function firstUnlike(what: string, wanted: readonly string[], found: readonly string[]): string | null {
  const at = Array.from({ length: Math.max(wanted.length, found.length) }, (_, index) => index).find(
    (index) => wanted[index] !== found[index],
  );
  if (at === undefined) return null;
  return unlike(`${what}[${at}]`, wanted[at] ?? 'nothing', found[at] ?? 'nothing');
}

function differentCards(expected: Expectation['cards'], actual: Outcome['cards']): string | null {
  if (expected === undefined) return null;
  const names = Object.keys(expected);
  const [stray] = names.length === 0 ? actual.keys() : [];
  if (stray !== undefined) return unlike('cards', 'none', stray);
  for (const [name, figures] of Object.entries(expected)) {
    const difference = differentCard(figures, { name, cards: actual });
    if (difference !== null) return difference;
  }
  return null;
}

function differentCard(
  expected: Figures,
  { name, cards }: { readonly name: string; readonly cards: Outcome['cards'] },
): string | null {
  const fields = Object.entries(expected).filter(([, value]) => value !== undefined);
  if (fields.length === 0) return null;
  const card = cards.get(name);
  if (card === undefined) return unlike(name, 'a card', 'none');
  for (const [field, value] of fields) {
    const actual = card[field as keyof Figures];
    if (actual !== value) return unlike(name === MAIN_CARD ? field : `${name}.${field}`, value, actual);
  }
  return null;
}

/** The kinds that are listed are there in this order; others between them are not looked at. */
function differentExceptions(expected: readonly string[], actual: readonly string[]): string | null {
  let from = 0;
  for (const kind of expected) {
    const at = actual.findIndex((one, i) => i >= from && isException(kind, one));
    if (at < 0) return unlike('exceptions', expected.join(', '), actual.join(', ') || 'none');
    from = at + 1;
  }
  return null;
}

function unlike(what: string, expected: unknown, actual: unknown): string {
  return `${what}: expected ${String(expected)}, got ${String(actual)}`;
}
