/** An amount of money as a page words it. `currency` null: it does not say, or its sign stands for several. */
export type PageAmount = {
  readonly cents: bigint;
  readonly currency: string | null;
  /** A bare dollar sign: US dollars, unless the page speaks of other dollars. */
  readonly isBareDollar: boolean;
};

const SIGNS: Readonly<Record<string, string>> = {
  US$: 'USD',
  U$S: 'USD',
  CA$: 'CAD',
  C$: 'CAD',
  AU$: 'AUD',
  A$: 'AUD',
  NZ$: 'NZD',
  HK$: 'HKD',
  S$: 'SGD',
  MX$: 'MXN',
  NT$: 'TWD',
  R$: 'BRL',
  $: '$',
  '€': 'EUR',
  '£': 'GBP',
  '¥': '¥',
  '￥': '¥',
  '₹': 'INR',
  '₩': 'KRW',
  zł: 'PLN',
};
const CODES =
  'USD CAD AUD NZD HKD SGD MXN TWD BRL EUR GBP JPY CNY INR KRW PLN CHF SEK NOK DKK CZK HUF RON TRY ILS ZAR AED SAR THB ' +
  'IDR MYR PHP VND COP CLP ARS PEN UYU';
const CODE = `(?:${CODES.replaceAll(' ', '|')})`;
const SIGN = `(?:${Object.keys(SIGNS)
  .map((sign) => sign.replaceAll('$', '\\$'))
  .join('|')})`;
const GROUP = String.raw`[.,'’\u00a0\u202f\u2009 ]`;
const NUMBER = String.raw`(?:\d{1,3}(?:${GROUP}\d{3})+|\d+)(?:[.,]\d+)*(?!\d)`;
const WHOLE = new RegExp(
  String.raw`^(?:(${CODE}) ?)?(${SIGN})? ?(${NUMBER}) ?(${SIGN})?(?: ?\(?(${CODE})\)?)?$`,
  'u',
);
const WITHIN = new RegExp(
  String.raw`(?<![\p{L}\d.,'’$%#/+–—-])(?:${CODE} ?)?(?:${SIGN} ?${NUMBER}|${NUMBER} ?(?:${SIGN}|${CODE}\b))(?: ?${CODE}\b)?`,
  'gu',
);

/** Reads text that is one amount and nothing else. Null for anything that could be read in two ways. */
export function parsePageAmount(text: string): PageAmount | null {
  const found = WHOLE.exec(text.trim());
  if (found === null) return null;
  const [, codeBefore, signBefore, number = '', signAfter, codeAfter] = found;
  if (signBefore !== undefined && signAfter !== undefined) return null;
  if (codeBefore !== undefined && codeAfter !== undefined && codeBefore !== codeAfter) return null;
  const sign = SIGNS[signBefore ?? signAfter ?? ''] ?? null;
  const code = codeBefore ?? codeAfter ?? null;
  const currency = currencyOf(sign, code);
  const cents = parseCents(number.trim(), currency === '?' ? null : (code ?? sign));
  if (cents === null || currency === '?') return null;
  return { cents, currency, isBareDollar: sign === '$' && code === null };
}

/** The amounts with a currency that stand somewhere in a text; null for one that could be read in two ways. */
export function amountsWithin(text: string): readonly (PageAmount | null)[] {
  return Array.from(text.matchAll(WITHIN), ([found]) => parsePageAmount(found));
}

/** A currency's code that stands alone, or in parentheses. */
export function currencyIn(text: string): string | null {
  return new RegExp(`^\\(?(${CODE})\\)?$`, 'u').exec(text.trim())?.[1] ?? null;
}

/** `?` where sign and code contradict each other. */
function currencyOf(sign: string | null, code: string | null): string | null {
  if (sign === null) return code;
  if (sign === '$') return code === null ? 'USD' : / ?(?:D|MXN|COP|CLP|ARS|UYU)$/.test(code) ? code : '?';
  if (sign === '¥') return code ?? null;
  return code === null || code === sign ? sign : '?';
}

const SHAPE = new RegExp(
  String.raw`^(?:(\d+)|(\d{1,3})(?:(${GROUP})\d{3})(?:\3\d{3})*)(?:([.,])(\d{2}))?$`,
  'u',
);

/**
 * Strict: groups of three with one kind of separator, then none or two decimals after another one. A single group of
 * three after a comma or a point is a group only where the currency is written so.
 */
function parseCents(number: string, currency: string | null): bigint | null {
  const found = SHAPE.exec(number);
  if (found === null) return null;
  const [, , , group, point, decimals] = found;
  if (group !== undefined && group === point) return null;
  if (group !== undefined && point === undefined && !groupsBy(group, currency)) {
    if (number.split(group).length === 2) return null;
  }
  const whole = (point === undefined ? number : number.slice(0, -3)).replace(/\D/g, '');
  if (whole.length > 12) return null;
  return BigInt(whole) * 100n + BigInt(decimals ?? '0');
}

function groupsBy(group: string, currency: string | null): boolean {
  if (group === ',') return currency === '$' || currency === 'USD' || currency === 'GBP' || currency === '¥';
  return group !== '.' || currency === 'EUR';
}
