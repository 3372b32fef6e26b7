import type Stripe from 'stripe';
import { unitsOf } from '../../../core/card/cents.ts';
import type { Merchant } from '../../../core/card/network.ts';

/** Whole cents of Stripe's as units. Throws for another currency: no card of ours has one. */
export function unitsIn(currency: string, cents: number): bigint {
  if (currency !== 'usd') throw new RangeError(`Stripe speaks of "${currency}" where the cards are in usd`);
  return unitsOf(BigInt(cents));
}

/** Stripe's seconds as milliseconds. */
export function atMs(seconds: number): number {
  return seconds * 1000;
}

/** The id of a thing that Stripe names or writes out. */
export function idOf(thing: string | { readonly id: string } | null): string | null {
  return typeof thing === 'string' || thing === null ? thing : thing.id;
}

/** The merchant, from an authorization or a transaction. */
export function merchantOf(data: Stripe.Issuing.Authorization.MerchantData): Merchant {
  const { name, network_id, category_code, country } = data;
  return {
    name: name ?? '',
    id: network_id === '' ? null : network_id,
    mcc: /^\d{4}$/.test(category_code) ? category_code : null,
    country: country !== null && /^[A-Z]{2}$/.test(country) ? country : null,
  };
}

/** Oldest first, whichever way Stripe lists them; of one second, in the order in which they stand. */
export function oldestFirst<T extends { readonly created: number }>(list: readonly T[]): readonly T[] {
  const isReversed = (list[0]?.created ?? 0) > (list.at(-1)?.created ?? 0);
  return (isReversed ? list.toReversed() : [...list]).sort((a, b) => a.created - b.created);
}
