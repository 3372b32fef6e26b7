import type { Item } from './draft.ts';
import type { Finding } from './taxonomy/lexicon.ts';
import { isCognate, isStop, type Word, wordsOf } from './text.ts';

const QUOTED = /["“„«「『]([^"”“»」』]{2,80})["”“»」』]/gu;
const DOMAIN =
  /\b(?:[a-z0-9-]+\.)+(?:com|net|org|io|dev|app|ai|co|de|fr|es|it|nl|pl|pt|cn|jp|eu|uk|me|sh|xyz|shop|tech|cloud)\b/gi;
const COMMON = new Set(
  `monday tuesday wednesday thursday friday saturday sunday january february march april may june july august
  september october november december english german french spanish italian portuguese dutch polish chinese japanese
  european american british q1 q2 q3 q4 usd eur gpu api apis sms pdf csv ssl vpn usb ssd ram tv ev ai llm seo crm cv
  europe germany france spain italy portugal netherlands poland china japan uk us usa eu category`.split(
    /\s+/,
  ),
);

/** The things the words name: quoted titles, domain names, names with a capital. */
export function namedItems(text: string, isTaken: (name: string) => boolean): readonly Item[] {
  const quoted = [...text.matchAll(QUOTED)].map((match) => item(match[1] ?? '', 'name'));
  const hosts = [...text.matchAll(DOMAIN)].map((match) => item(match[0], 'host'));
  const rest = text.replace(QUOTED, ' . ').replace(DOMAIN, ' . ');
  return [...quoted, ...hosts, ...capitals(rest, isTaken)].filter(({ words }) => words.length > 0);
}

function item(name: string, kind: Item['kind']): Item {
  const words = wordsOf(name).map((word) => word.stem);
  const telling = words.filter((word) => !isStop(word));
  return { name, kind, words: telling.length > 0 ? telling : words };
}

function capitals(text: string, isTaken: (name: string) => boolean): readonly Item[] {
  const names = [
    ...text.matchAll(
      /(?<![.!?:]\s*|^\s*)(?<=\s|\()((?:\p{Lu}[\p{L}\p{N}+#’'-]*)(?: (?:\p{Lu}[\p{L}\p{N}+#’'-]*|\d+))*)/gu,
    ),
  ];
  return names
    .map((match) => match[1] ?? '')
    .filter((name) => !COMMON.has(name.toLowerCase()) && !isTaken(name) && name.length > 2)
    .map((name) => item(name, 'name'));
}

/** What something is about: the telling words that no category took. */
export function topicOf(text: string, found: readonly Finding[], taken: readonly string[]): Item | undefined {
  const isCovered = (word: Word) =>
    found.some((finding) => !finding.isWeak && word.at >= finding.at && word.at < finding.until);
  const isWeak = (word: Word) =>
    found.some((finding) => finding.isWeak && word.at >= finding.at && word.at < finding.until);
  const words = wordsOf(text).filter(
    (word) => !isStop(word.folded) && !isCovered(word) && !isWeak(word) && !taken.includes(word.stem),
  );
  if (words.length === 0) return undefined;
  return {
    name: words.map((word) => word.raw).join(' '),
    kind: 'topic',
    words: words.map((word) => word.stem),
  };
}

/** True when a text names the item: its domain name whole, of other names enough words, of a topic one. */
export function isFound(wanted: Item, text: string, words: readonly string[]): boolean {
  if (wanted.kind === 'host') return text.toLowerCase().includes(wanted.name.toLowerCase());
  const has = (word: string) =>
    words.some((other) => isCognate(word, other)) || (isHan(word) && text.includes(word));
  const count = wanted.words.filter(has).length;
  return wanted.kind === 'topic' ? count > 0 : count >= Math.max(1, Math.ceil(wanted.words.length * 0.6));
}

function isHan(word: string): boolean {
  return /\p{sc=Han}|\p{sc=Katakana}|\p{sc=Hiragana}/u.test(word);
}
