import { fold, stemOf, type Word, wordsOf } from '../text.ts';
import { DE } from './de.ts';
import { EN_BUSINESS } from './en.ts';
import { EN_CONSUMER } from './en-consumer.ts';
import { ES } from './es.ts';
import { FR } from './fr.ts';
import { IT } from './it.ts';
import { JA } from './ja.ts';
import { NL } from './nl.ts';
import { PL } from './pl.ts';
import { PT } from './pt.ts';
import { ZH } from './zh.ts';

/** The word lists, by language. */
export const LANGUAGES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  en: { ...EN_BUSINESS, ...EN_CONSUMER },
  de: DE,
  fr: FR,
  es: ES,
  pt: PT,
  it: IT,
  nl: NL,
  pl: PL,
  zh: ZH,
  ja: JA,
};

/**
 * A phrase found in a text. One of several concepts: the tie rule is that it counts for the one the scope holds, and
 * against the scope only if it holds none of them.
 */
export type Finding = {
  readonly concepts: readonly string[];
  readonly phrase: string;
  /** Too common to say by itself what is bought. */
  readonly isWeak: boolean;
  readonly at: number;
  readonly until: number;
};

type Entry = {
  readonly concept: string;
  readonly language: string;
  readonly words: readonly string[];
  readonly how: 'whole' | 'prefix' | 'suffix';
  readonly isWeak: boolean;
};

type Index = {
  readonly whole: ReadonlyMap<string, readonly Entry[]>;
  readonly prefix: ReadonlyMap<string, readonly Entry[]>;
  readonly suffix: ReadonlyMap<string, readonly Entry[]>;
  readonly han: ReadonlyMap<string, readonly Entry[]>;
};

const HAN_RUN = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}ー]+/u;
const EDGE = 3;
const HAN_MAX = 10;

/** The phrases of one line of a word list. */
export function phrasesOf(line: string): readonly string[] {
  return line
    .split(',')
    .map((phrase) => phrase.trim())
    .filter((phrase) => phrase !== '');
}

/** One character stands in many words; only these say by themselves what is bought. */
function isSlight(han: string): boolean {
  return han.length === 1 && !/[酒肉鱼魚鞋靴花药薬]/.test(han);
}

function entryOf(given: string, concept: string, language: string): Entry {
  const isWeak = given.startsWith('~');
  const text = isWeak ? given.slice(1) : given;
  const how = text.endsWith('*') ? 'prefix' : text.startsWith('*') ? 'suffix' : 'whole';
  const folded = wordsOf(text.replaceAll('*', '')).map((word) => word.folded);
  const words = folded.map((word, i) => (how !== 'whole' && i === folded.length - 1 ? word : stemOf(word)));
  return { concept, language, words, how, isWeak };
}

function buildIndex(): Index {
  const index = { whole: new Map(), prefix: new Map(), suffix: new Map(), han: new Map() } satisfies Record<
    string,
    Map<string, Entry[]>
  >;
  const put = (map: Map<string, Entry[]>, key: string, entry: Entry) => {
    const list = map.get(key);
    if (list === undefined) map.set(key, [entry]);
    else list.push(entry);
  };
  for (const [language, lines] of Object.entries(LANGUAGES)) {
    for (const [concept, line] of Object.entries(lines)) {
      for (const phrase of phrasesOf(line)) {
        const entry = entryOf(phrase, concept, language);
        const [first = ''] = entry.words;
        const han = HAN_RUN.exec(phrase)?.[0];
        if (han !== undefined) put(index.han, fold(han), { ...entry, isWeak: entry.isWeak || isSlight(han) });
        else if (entry.how === 'suffix') put(index.suffix, first.slice(-EDGE), entry);
        else if (entry.how === 'prefix' && entry.words.length === 1)
          put(index.prefix, first.slice(0, EDGE), entry);
        else put(index.whole, first, entry);
      }
    }
  }
  return index;
}

const INDEX = buildIndex();

function matches(entry: Entry, words: readonly Word[], i: number): boolean {
  const last = entry.words.length - 1;
  return entry.words.every((expected, k) => {
    const word = words[i + k];
    if (word === undefined) return false;
    if (k !== last || entry.how === 'whole') return word.stem === expected || word.folded === expected;
    return entry.how === 'prefix' ? word.folded.startsWith(expected) : word.folded.endsWith(expected);
  });
}

/** How well an entry fits: more words first, then the whole word, then the longer part of it. */
function weight(entry: Entry): number {
  const length = entry.words.reduce((sum, word) => sum + word.length, 0);
  return entry.words.length * 1000 + (entry.how === 'whole' ? 500 : 0) + (entry.how === 'whole' ? 0 : length);
}

/** Where the language is known, its words and English ones count; a text of unknown language is read in all. */
function isRead(entry: Entry, language: string | undefined): boolean {
  return language === undefined || entry.language === language || entry.language === 'en';
}

function bestAt(words: readonly Word[], i: number, language: string | undefined): readonly Entry[] {
  const word = words[i];
  if (word === undefined) return [];
  const candidates = [
    ...(INDEX.whole.get(word.stem) ?? []),
    ...(word.stem === word.folded ? [] : (INDEX.whole.get(word.folded) ?? [])),
    ...(INDEX.prefix.get(word.folded.slice(0, EDGE)) ?? []),
    ...(INDEX.suffix.get(word.folded.slice(-EDGE)) ?? []),
  ].filter((entry) => isRead(entry, language) && matches(entry, words, i));
  const best = Math.max(...candidates.map(weight));
  const fitting = candidates.filter((entry) => weight(entry) === best);
  const own = fitting.filter((entry) => entry.language === language);
  return own.length > 0 ? own : fitting;
}

function findingOf(entries: readonly Entry[], phrase: string, at: number, until: number): Finding {
  const strong = entries.filter((entry) => !entry.isWeak);
  const counted = strong.length > 0 ? strong : entries;
  const concepts = [...new Set(counted.map((entry) => entry.concept))];
  return { concepts, phrase, isWeak: strong.length === 0, at, until };
}

function scanHan(word: Word): readonly Finding[] {
  const found: Finding[] = [];
  for (let i = 0; i < word.folded.length; ) {
    let step = 1;
    for (let length = Math.min(HAN_MAX, word.folded.length - i); length > 0; length -= 1) {
      const part = word.folded.slice(i, i + length);
      const entries = INDEX.han.get(part);
      if (entries === undefined) continue;
      found.push(findingOf(entries, part, word.at + i, word.at + i + length));
      step = length;
      break;
    }
    i += step;
  }
  return found;
}

/** Everything of the taxonomy that a text names, the longest phrase first wherever two overlap; a known language wins ties. */
export function scan(text: string, language?: string): readonly Finding[] {
  const words = wordsOf(text);
  const found: Finding[] = [];
  for (let i = 0; i < words.length; ) {
    const word = words[i];
    if (word === undefined) break;
    if (word.isHan) found.push(...scanHan(word));
    const best = word.isHan ? [] : bestAt(words, i, language);
    const length = best[0]?.words.length ?? 1;
    const last = words[i + length - 1] ?? word;
    if (best.length > 0) {
      const phrase = words.slice(i, i + length).map((part) => part.folded);
      found.push(findingOf(best, phrase.join(' '), word.at, last.at + last.raw.length));
    }
    i += length;
  }
  return found;
}
