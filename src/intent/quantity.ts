import { fold } from './text.ts';

/** A measured amount: how many of what. Durations are in hours, the rest in pieces. */
export type Quantity = { readonly unit: 'hour' | 'night' | 'piece'; readonly count: number };

// biome-ignore format: a table
const NUMBER_WORDS: Readonly<Record<string, number>> = {
  one: 1, two: 2, three: 3, four: 4, five: 5, six: 6, seven: 7, eight: 8, nine: 9, ten: 10, twelve: 12, dozen: 12,
  fifteen: 15, twenty: 20, thirty: 30, fifty: 50, hundred: 100, ein: 1, eine: 1, zwei: 2, drei: 3, vier: 4, funf: 5,
  sechs: 6, zehn: 10, zwolf: 12, deux: 2, trois: 3, quatre: 4, cinq: 5, dix: 10, dos: 2, tres: 3, cuatro: 4, cinco: 5,
  diez: 10, dois: 2, duas: 2, due: 2, tre: 3, quattro: 4, twee: 2, drie: 3, dwa: 2, trzy: 3, 两: 2, 三: 3,
};

const HOURS: readonly (readonly [RegExp, number])[] = [
  [/^(h|hr|hrs|hours?|stunden?|heures?|horas?|ore|ora|uur|godzin\w*|小时|時間)$/, 1],
  [/^(days?|tage?n?|jours?|dias?|giorni|giorno|dagen|dag|dni|dzien|天|日間)$/, 24],
  [/^(weeks?|wochen?|semaines?|semanas?|settiman\w+|weken|tygodni\w*|周|週間)$/, 168],
  [/^(months?|mo|monate?n?|mois|mes|meses|mese|mesi|maanden?|miesi\w+|个月|ヶ月|か月)$/, 730],
  [/^(years?|yr|yrs|jahre?n?|ans?|annees?|anos?|anno|anni|jaar|rok|lata?|年)$/, 8760],
];
const NIGHT = /^(nights?|nachte?n?|nuits?|noches?|noites?|notti|notte|nachten|noc\w*|晚|泊)$/;
const PIECE =
  /^(copies|copy|pieces?|pcs|pc|units?|items?|tickets?|seats?|pax|licen[cs]es?|stuck|karten?|exemplare?|x|pack|packs|persons?|people|adults?|passes|pass|billets?|entradas?|bilhetes?|biglietti|kaartjes|bilety?|bottles?|rooms?|reams?|cartridges?|张|枚|本|个|件)$/;

/** Overlapping pairs of a number and the word after it. */
const PAIR = /(?=(?<![\p{L}\p{N}.,])(\d+(?:[.,]\d+)*|\p{L}+)[\s-]?(\p{L}+)(?!\p{L}))/gu;

function countOf(text: string): number | undefined {
  const word = NUMBER_WORDS[fold(text)];
  if (word !== undefined) return word;
  if (!/^\d/.test(text)) return undefined;
  return Number(text.replace(/[.,](?=\d{3}\b)/g, '').replace(',', '.'));
}

function unitOf(word: string): { readonly unit: Quantity['unit']; readonly factor: number } | undefined {
  const folded = fold(word);
  if (NIGHT.test(folded)) return { unit: 'night', factor: 1 };
  const hours = HOURS.find(([pattern]) => pattern.test(folded));
  if (hours !== undefined) return { unit: 'hour', factor: hours[1] };
  return PIECE.test(folded) ? { unit: 'piece', factor: 1 } : undefined;
}

/** What a text says of quantity: `6 h`, `3 nights`, `x12`, `2 tickets`. */
export function quantitiesOf(text: string): readonly Quantity[] {
  const pairs = [...text.matchAll(PAIR)];
  const found = pairs.flatMap((match): readonly Quantity[] => {
    const isProtocol = /^x$/i.test(match[2] ?? '') || (match[1] ?? '') === 'x';
    const count = isProtocol ? undefined : countOf(match[1] ?? '');
    const unit = unitOf(match[2] ?? '');
    return count === undefined || unit === undefined ? [] : [{ unit: unit.unit, count: count * unit.factor }];
  });
  const times = [...text.matchAll(/(?:^|\s)(?:[x×]\s?(?!402\b)(\d{1,4})|(\d{1,4})\s?[x×](?=\s))/g)];
  const pieces = times.map((match): Quantity => ({ unit: 'piece', count: Number(match[1] ?? match[2]) }));
  return [...found, ...pieces];
}

/** The most of a unit that is named. */
export function mostOf(quantities: readonly Quantity[], unit: Quantity['unit']): number | undefined {
  const counts = quantities.filter((quantity) => quantity.unit === unit).map(({ count }) => count);
  return counts.length === 0 ? undefined : Math.max(...counts);
}
