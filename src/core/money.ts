import { currencyDecimals } from './currency.ts';

/** A number of atomic units and the thing they are units of. */
export type Money = { readonly asset: string; readonly units: bigint };

/** Decimal text that names an amount, read as units of `decimals` places. */
export type AmountReading =
  | { readonly outcome: 'ok'; readonly units: bigint }
  | { readonly outcome: 'refused'; readonly code: 'amount_invalid'; readonly detail: string };

/** ASCII digits, at most 12 before the point, no sign, no exponent, no leading zero, no bare point. */
const DECIMAL = /^(0|[1-9][0-9]{0,11})(?:\.([0-9]+))?$/;
/** The largest number of units a balance or a counter can hold: a signed 64-bit integer. */
export const MAX_UNITS = 2n ** 63n - 1n;
/** A mandate counts in its currency at this many decimals, whatever assets pay. */
export const BUDGET_DECIMALS = 6;

/** Reads a decimal amount above zero exactly; what does not fit `decimals` places is refused, never rounded. */
export function parse(text: string, decimals: number): AmountReading {
  const match = DECIMAL.exec(text);
  if (match === null) return refuse(text, 'is not a plain decimal such as "25.00"');
  const fraction = match[2] ?? '';
  if (fraction.length > decimals) return refuse(text, `has more than ${decimals} decimals`);
  const units = BigInt(`${match[1]}${fraction.padEnd(decimals, '0')}`);
  if (units === 0n) return refuse(text, 'is not above zero');
  if (units > MAX_UNITS) return refuse(text, 'is too large');
  return { outcome: 'ok', units };
}

/** Reads an amount in an ISO 4217 currency by that currency's own scale (JPY has no decimals). */
export function parseCurrency(text: string, code: string): AmountReading {
  const decimals = currencyDecimals(code);
  if (decimals === null) return refuse(text, `is in "${code}", which is not an ISO 4217 currency`);
  return parse(text, decimals);
}

/** Reads a count of atomic units as protocols send it: a decimal integer above zero that fits 64 bits. */
export function parseUnits(text: string): AmountReading {
  if (!/^[1-9][0-9]{0,77}$/.test(text)) return refuse(text, 'is not a whole number of units above zero');
  const units = BigInt(text);
  return units > MAX_UNITS ? refuse(text, 'is too large') : { outcome: 'ok', units };
}

function refuse(text: string, why: string): AmountReading {
  const shown = text.length > 40 ? `${text.slice(0, 40)}…` : text;
  return { outcome: 'refused', code: 'amount_invalid', detail: `The amount "${shown}" ${why}` };
}

/** Units as decimal text, with at least two decimals where the scale has them: `1500000n, 6` is "1.50". */
export function format(units: bigint, decimals: number): string {
  const sign = units < 0n ? '-' : '';
  const digits = (units < 0n ? -units : units).toString().padStart(decimals + 1, '0');
  if (decimals === 0) return sign + digits;
  const fraction = digits.slice(-decimals).replace(/0+$/, '').padEnd(Math.min(2, decimals), '0');
  return `${sign}${digits.slice(0, -decimals)}.${fraction}`;
}

/** Units of the mandate's currency as text: "12.50". */
export function formatBudget(units: bigint): string {
  return format(units, BUDGET_DECIMALS);
}

/** The sum of two amounts of one asset; throws when the assets differ. */
export function add(a: Money, b: Money): Money {
  if (a.asset !== b.asset) throw new TypeError(`Cannot add ${b.asset} to ${a.asset}`);
  return { asset: a.asset, units: a.units + b.units };
}

/** The difference of two amounts of one asset; throws when the assets differ. */
export function subtract(a: Money, b: Money): Money {
  return add(a, { asset: b.asset, units: -b.units });
}

/** Divides whole units, dropping the rest. Both above or equal to zero. */
export function divideDown(units: bigint, by: bigint): bigint {
  if (units < 0n || by <= 0n) throw new RangeError('Divides amounts from zero up by a number above zero');
  return units / by;
}

/** Divides whole units, counting a started unit as one. */
export function divideUp(units: bigint, by: bigint): bigint {
  const whole = divideDown(units, by);
  return whole * by === units ? whole : whole + 1n;
}

/** Splits units by whole weights; the parts add up to the whole, and the first parts take what does not divide. */
export function allocate(units: bigint, weights: readonly bigint[]): bigint[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0n);
  if (units < 0n || total <= 0n || weights.some((weight) => weight < 0n))
    throw new RangeError('Cannot split so');
  const parts = weights.map((weight) => (units * weight) / total);
  let rest = units - parts.reduce((sum, part) => sum + part, 0n);
  return parts.map((part, i) => {
    if (rest === 0n || weights[i] === 0n) return part;
    rest -= 1n;
    return part + 1n;
  });
}

/** Units of one scale as units of another, a started unit counting as one: never less than what was asked. */
export function rescaleUp(units: bigint, scale: { readonly from: number; readonly to: number }): bigint {
  if (scale.to >= scale.from) return units * 10n ** BigInt(scale.to - scale.from);
  return divideUp(units, 10n ** BigInt(scale.from - scale.to));
}
