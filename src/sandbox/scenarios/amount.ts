import { CENT_UNITS } from '../../core/card/cents.ts';

/** Whole cents as units of a dollar asset. Throws on a part of a cent. */
export function unitsOfCents(cents: number): bigint {
  return BigInt(cents) * CENT_UNITS;
}

/** Cents as dollars in decimal text, a part of a cent included: 10.5 is "0.105". */
export function dollarsOfCents(cents: number): string {
  const [whole = '0', part = ''] = Math.abs(cents).toString().split('.');
  const digits = whole.padStart(3, '0');
  return `${cents < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}${part}`;
}

/** Units as cents, exactly; text with its units where they are not whole cents, so that it equals no number. */
export function centsOfUnits(units: bigint): number | string {
  return units % CENT_UNITS === 0n ? Number(units / CENT_UNITS) : `${units} units`;
}
