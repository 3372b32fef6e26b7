import { unitsOf } from '../../../core/card/cents.ts';

/** An amount as Lithic sends it: whole cents, below zero for credits. */
export type LithicAmount = { readonly amount: number; readonly currency: string };

/** The cents of an amount without its sign. Throws where it is not in dollars: cards hold nothing else. */
export function centsIn({ amount, currency }: LithicAmount): bigint {
  if (currency !== 'USD') throw new RangeError(`Expected an amount in USD, not in "${short(currency)}"`);
  if (!Number.isSafeInteger(amount)) throw new RangeError('Expected an amount in whole cents');
  return BigInt(Math.abs(amount));
}

/** A word of Lithic's as an error may quote it. */
export function short(word: string): string {
  return String(word).slice(0, 40);
}

/** The same in units of the card's asset. */
export function unitsIn(amount: LithicAmount): bigint {
  return unitsOf(centsIn(amount));
}
