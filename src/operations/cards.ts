import type { Address, AssetId } from '../core/asset.ts';
import type { Filler, Issuer, Treasury } from '../core/card/ports.ts';
import type { PaymentSigner } from '../core/ports.ts';

/** What cards need besides the books. */
export type CardParts = {
  readonly issuer: Issuer;
  readonly treasury: Treasury;
  /** Where the money behind the cards is kept, on chain. */
  readonly treasuryAddress: Address;
  /** What cards are paid with: a dollar asset of 6 decimals. */
  readonly assetId: AssetId;
  /** Signs what goes to the treasury. */
  readonly signer: PaymentSigner;
  /** Whose cards they are, as checkout forms ask for it. */
  readonly cardholder: Cardholder;
  /** Null where no browser can be driven. */
  readonly filler: Filler | null;
  /** Origins of http pages that a card may be typed into all the same, such as `http://127.0.0.1:8090`. */
  readonly plainOrigins: ReadonlySet<string>;
};

/** The name and address that cards are issued and typed in with. */
export type Cardholder = {
  readonly name: string;
  readonly email: string | null;
  readonly address: BillingAddress | null;
};

/** A postal address; `country` is ISO 3166 alpha-2. */
export type BillingAddress = {
  readonly line1: string;
  readonly city: string;
  readonly state: string | null;
  readonly postalCode: string;
  readonly country: string;
};
