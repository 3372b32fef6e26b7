import { type Bait, baitOf } from './bait.ts';
import { type KnownSite, type KnownSites, SHORT } from './known.ts';
import { fold, skeleton } from './skeleton.ts';

/** One way to read a label: a name, and the words around it. All are skeletons. */
export type Reading = {
  readonly name: string;
  readonly rest: readonly Word[];
  /** Where a word is written as one with the name, at which end: `paypallogin`, `securepaypal`. */
  readonly joint: 'none' | 'before' | 'after';
};

type Word = { readonly text: string; readonly bait: Bait | null };

const NAME_MIN = 3;

/** Every way to read a label as a name among other words, by its hyphens and by bait at either end of a part. */
export function readingsOf(label: string): readonly Reading[] {
  const parts = fold(label)
    .split('-')
    .filter((part) => part !== '');
  const words = parts.map(wordOf);
  const without = (from: number, to: number) => [...words.slice(0, from), ...words.slice(to)];
  return parts.flatMap((part, at) => [
    ...groupsAt(parts, at).map(({ name, to }) => ({ name, rest: without(at, to), joint: 'none' as const })),
    ...cuts(part).map(({ name, word, joint }) => ({ name, rest: [word, ...without(at, at + 1)], joint })),
  ]);
}

const PARTS_MAX = 3;

/** The parts from one on, taken together as a name: `pay-pal-login` has pay and paypal at its start. */
function groupsAt(
  parts: readonly string[],
  at: number,
): readonly { readonly name: string; readonly to: number }[] {
  return parts
    .slice(at, at + PARTS_MAX)
    .map((_part, more) => at + more + 1)
    .filter((to) => to - at < parts.length)
    .map((to) => ({ name: skeleton(parts.slice(at, to).join('')), to }));
}

type Cut = Pick<Reading, 'name' | 'joint'> & { readonly word: Word };

/** A part with bait at its start or its end: what is left is the name. */
function cuts(part: string): readonly Cut[] {
  const sizes = Array.from({ length: Math.max(0, part.length - NAME_MIN) }, (_, index) => index + 1);
  return sizes.flatMap((size) => {
    const [start, end] = [wordOf(part.slice(0, size)), wordOf(part.slice(-size))];
    return [
      ...(start.bait === null ? [] : [cut(part.slice(size), start, 'before')]),
      ...(end.bait === null ? [] : [cut(part.slice(0, -size), end, 'after')]),
    ];
  });
}

function cut(name: string, word: Word, joint: 'before' | 'after'): Cut {
  return { name: skeleton(name), word, joint };
}

function wordOf(part: string): Word {
  const text = skeleton(part);
  return { text, bait: baitOf(text) };
}

/** The first site whose name stands among bait. */
export function baited(
  readings: readonly Reading[],
  sites: KnownSites,
  isRisky: boolean,
): KnownSite | undefined {
  for (const reading of readings) {
    const site = sites.bySkeleton.get(reading.name)?.find((one) => isBaited(reading, one, isRisky));
    if (site !== undefined) return site;
  }
  return undefined;
}

/** A short name, or one that others bear too, needs bait of the strong kind, or a suffix that no brand trades under. */
function isBaited({ rest, joint }: Reading, site: KnownSite, isRisky: boolean): boolean {
  const isShort = site.label.length <= SHORT;
  if ((isShort && joint !== 'none') || (site.kind === 'word' && joint === 'before')) return false;
  const isNobodyElses = site.kind !== 'word' && !isShort;
  if (isNobodyElses && isRisky) return true;
  const [own = ''] = site.suffixes;
  return rest.some(
    ({ text, bait }) =>
      bait === 'strong' ||
      (joint === 'none' && text === skeleton(own)) ||
      (bait === 'weak' && (isNobodyElses || isRisky)),
  );
}
