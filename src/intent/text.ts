/** A word of a text: as it is compared (folded, singular), as it stood, and where. */
export type Word = {
  readonly stem: string;
  readonly folded: string;
  readonly raw: string;
  readonly at: number;
  readonly isHan: boolean;
};

const WORD =
  /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}ー]+|[^\P{L}\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}]+|\p{N}+/gu;
const HAN = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}]/u;
const SPECIAL: Readonly<Record<string, string>> = {
  ß: 'ss',
  ø: 'o',
  ł: 'l',
  æ: 'ae',
  œ: 'oe',
  đ: 'd',
  ı: 'i',
};

/** Lower case, one form per character, accents of Latin letters taken off. */
export function fold(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .normalize('NFC')
    .replace(/[ßøłæœđı]/g, (letter) => SPECIAL[letter] ?? letter);
}

/** A word without its plural ending. Crude on purpose: the same on both sides of every comparison. */
export function stemOf(word: string): string {
  if (word.length <= 3 || word === 'news' || word === 'glasses') return word;
  if (word.endsWith('ies')) return `${word.slice(0, -3)}y`;
  if (/(ss|x|ch|sh)es$/.test(word)) return word.slice(0, -2);
  return /[^suia]s$|[ai]s$/.test(word) && !word.endsWith('is') ? word.slice(0, -1) : word;
}

/** The words of a text in order; numbers stand apart from letters, a run of Chinese or Japanese is one word. */
export function wordsOf(text: string): readonly Word[] {
  const shown = text.normalize('NFKC');
  return [...shown.matchAll(WORD)].map((match) => {
    const raw = match[0];
    const folded = fold(raw);
    return { stem: stemOf(folded), folded, raw, at: match.index, isHan: HAN.test(raw) };
  });
}

/** True for two words of one origin: `distributed` and `distribuidos`, `Berlin` and `Berliner`. */
export function isCognate(a: string, b: string): boolean {
  if (a === b) return true;
  const least = Math.min(a.length, b.length);
  if (least < 5) return false;
  let same = 0;
  while (same < least && a[same] === b[same]) same += 1;
  return same >= Math.max(5, Math.ceil(0.7 * least));
}

/** A text as one string of words with a space around each: what patterns of words are looked for in. */
export function flatten(text: string): string {
  return ` ${wordsOf(text)
    .map((word) => word.folded)
    .join(' ')} `;
}

const STOP = new Set(
  fold(`a an the of and or in on at to for from by with without our my your his her their this that these those it its
  we us i you me is are be was were will would can may must should not no up per each than more less least most any all
  some one two three four five six seven eight nine ten dozen into until before after during while about only other
  else nothing anything new existing please buy order get find book pay purchase rent renew hire send top use keep make
  need want spend spending budget total maximum max min cost price cheap best good within under over as so if when
  also both either next last day days week weeks month months year years hour hours minute minutes today tomorrow
  usd eur dollars dollar euros cents cent amount limit research choose pick subscribe cover run running every time
  der die das den dem des ein eine einen einem einer und oder fur mit ohne von zu zum zur im am an auf bei nach aus fuer
  le la les un une des du de et ou pour avec sans dans sur au aux mon ma mes notre nos el los las una unos y o para con
  sin en por mi mis su del al um uma os e ou com sem no na dos das meu minha il lo gli i di da per che nel della het een
  en van voor met op te zonder onze mijn i w na do z dla bez oraz lub kaufe kaufen buche bestelle acheter achete
  compra comprar reserva reservar kup kopen koop boek acquista prenota let enrol enroll human visiting via endpoint restock replace book per pay access tables table file files internal automate work job task thing stuff delivered
  delivery online them him she he they who which what where how list set go going like likes reading category cheaper quality want wants team company
  project saturday sunday monday tuesday wednesday thursday friday january february march april june july august
  september october november december weekly monthly daily yearly annual`).split(/\s+/),
);

/** True for a word that says nothing about what is bought. */
export function isStop(word: string): boolean {
  return word.length < 2 || STOP.has(word) || /^\p{N}+$/u.test(word);
}
