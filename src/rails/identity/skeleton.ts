import { domainToUnicode } from 'node:url';
import { LATIN_FOR } from './letters.ts';

/** How much is taken for the same. `tight` is for short names, in which a hyphen or another digit makes another name. */
export type Grip = 'loose' | 'tight';

/** Accents and what has no width. The vowel signs of other scripts stay: without them words would fall together. */
const MARKS = /[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\p{Cf}]/gu;
const SEPARATORS = /[-_.·・\s]+/gu;
const PAIRS = /rn|nn|vv|uu|cl/g;
const TIGHT_PAIRS = /rn|vv/g;
const ONE_FOR_PAIR: Readonly<Record<string, string>> = { rn: 'm', nn: 'm', vv: 'w', uu: 'w', cl: 'd' };
const LEET: Readonly<Record<string, string>> = { '3': 'e', '4': 'a', '5': 's', '7': 't' };

/**
 * What a host's label looks like at a glance, after the idea of UTS #39 §4: two labels with the same skeleton can be
 * taken for each other. A skeleton is for comparing only, never for showing. Takes a label encoded or decoded.
 */
export function skeleton(label: string, grip: Grip = 'loose'): string {
  const plain = fold(label).replace(/0/g, 'o').replace(/[1i|]/g, 'l');
  if (grip === 'tight') return plain.replace(TIGHT_PAIRS, single);
  return plain
    .replace(SEPARATORS, '')
    .replace(/[3457]/g, (digit) => LEET[digit] ?? digit)
    .replace(PAIRS, single);
}

/** A label in plain Latin letters: decoded, lower case, no accents, look-alikes replaced; digits and hyphens kept. */
export function fold(label: string): string {
  const text = label.startsWith('xn--') ? domainToUnicode(label) : label;
  if (/^[\0-\x7f]*$/.test(text)) return text.toLowerCase();
  const letters = [...text.normalize('NFKD').replace(MARKS, '')];
  return letters.map((letter) => LATIN_FOR.get(letter) ?? latinLower(letter)).join('');
}

function latinLower(letter: string): string {
  const lower = letter.toLowerCase();
  return LATIN_FOR.get(lower) ?? lower;
}

function single(pair: string): string {
  return ONE_FOR_PAIR[pair] ?? pair;
}
