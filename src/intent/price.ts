import { fold } from './text.ts';

/** A limit the words set on one thing, night or call, in the mandate's currency at 6 decimals. */
export type ItemLimit = { readonly units: bigint; readonly per: 'item' | 'night' | 'hour' | 'payment' };

const AMOUNT = String.raw`(?:(?:\$|€|£|usd|eur)\s?(\d+(?:[.,]\d{1,6})?)|(\d+(?:[.,]\d{1,6})?)\s?(\$|€|£|usd|eur|dollars?|euros?|bucks|cents?|ct|¢|zl|美元|ドル))`;
const PER = String.raw`\s?(?:(?:a|an|per|each|every|pro|par|por|al|a la|all|je|/|za|für|la)\s?)+\s?(night|call|request|query|piece|item|unit|ticket|person|head|hour|page|image|copy|book|ride|trip|message|payment|purchase|order|seat|nacht|stuck|stunde|aufruf|nuit|piece|appel|heure|noche|unidad|llamada|noite|unidade|chamada|notte|pezzo|nacht|stuk|sztuk\w*|noc)?`;
const LIMIT = new RegExp(`${AMOUNT}(?:${PER})`, 'g');

function unitsOf(text: string, isCents: boolean): bigint {
  const [whole = '0', part = ''] = text.replace(',', '.').split('.');
  const units = BigInt(whole) * 1_000_000n + BigInt(part.padEnd(6, '0').slice(0, 6));
  return isCents ? units / 100n : units;
}

function perOf(word: string): ItemLimit['per'] {
  if (/^(night|nacht|nuit|noche|noite|notte|noc)/.test(word)) return 'night';
  if (/^(hour|stunde|heure)/.test(word)) return 'hour';
  return /^(payment|purchase|order)/.test(word) ? 'payment' : 'item';
}

/** The limits per thing that the words name: `$300 a night`, `at most 2 cents a call`, `no more than $2 each`. */
export function itemLimitsOf(text: string): readonly ItemLimit[] {
  return [...fold(text).matchAll(LIMIT)].map((match) => {
    const isCents = /^(cent|ct|¢)/.test(match[3] ?? '');
    return { units: unitsOf(match[1] ?? match[2] ?? '0', isCents), per: perOf(match[4] ?? '') };
  });
}

/** The words without the money in them. */
export function withoutMoney(text: string): string {
  return text.replace(
    /(?:\b(?:budget|limit|max(?:imum)?|cap|total|up to|at most|under|below|no more than|not more than|höchstens|maximal|bis zu)\b[ :]*)*(?:[$€£]\s?\d[\d.,]*|\b\d[\d.,]*\s?(?:[$€£]|usd\b|eur\b|dollars?\b|euros?\b|cents?\b|usdc\b|美元|ドル))/gi,
    ' ',
  );
}
