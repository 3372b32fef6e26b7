import type { Merchant } from '../../../core/card/network.ts';
import { shortCountry } from './country.ts';

/** A merchant as Lithic describes it. */
export type LithicMerchant = {
  readonly descriptor: string;
  readonly acceptor_id: string;
  readonly mcc: string;
  readonly country: string;
};

/** Reads a merchant; what is empty was not sent. */
export function readMerchant(merchant: LithicMerchant): Merchant {
  const { descriptor, acceptor_id, mcc, country } = merchant;
  return {
    name: descriptor.trim(),
    id: acceptor_id.trim() || null,
    mcc: /^\d{4}$/.test(mcc) ? mcc : null,
    country: shortCountry(country),
  };
}
