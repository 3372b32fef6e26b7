/** Units of a dollar asset of 6 decimals in one cent: issuers count in cents. */
export const CENT_UNITS = 10_000n;

/** Cents as units. */
export function unitsOf(cents: bigint): bigint {
  return cents * CENT_UNITS;
}

/** Units as cents; throws where they are not whole cents, which no card ever holds. */
export function centsOf(units: bigint): bigint {
  if (units % CENT_UNITS !== 0n) throw new RangeError(`${units} units are not whole cents`);
  return units / CENT_UNITS;
}
