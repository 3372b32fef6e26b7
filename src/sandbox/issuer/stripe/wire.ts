import { centsOf } from '../../../core/card/cents.ts';
import type { Merchant } from '../../../core/card/network.ts';
import { categoryOf } from '../../../rails/card/stripe/controls.ts';

/** An object of Stripe's, as it goes out. */
export type Wire = Readonly<Record<string, unknown>> & { readonly id: string };

/** Units as the number of cents that goes out. */
export function cents(units: bigint): number {
  return Number(centsOf(units));
}

/** Milliseconds as Stripe's seconds. */
export function seconds(ms: number): number {
  return Math.floor(ms / 1000);
}

/** A merchant as Stripe describes it. Nobody is left out: what the network did not send is empty. */
export function merchantData(merchant: Merchant) {
  const { name, id, mcc, country } = merchant;
  return {
    category: (mcc === null ? null : categoryOf(mcc)) ?? 'miscellaneous',
    category_code: mcc ?? '',
    city: null,
    country,
    name,
    network_id: id ?? '',
    postal_code: null,
    state: null,
    terminal_id: null,
  };
}

/** Of a merchant that nobody named. */
export const NOBODY: Merchant = { name: '', id: null, mcc: null, country: null };
