import type { Address } from './asset.ts';
import type { WalletId } from './id.ts';

/** A pot of money with one operator. */
export type Wallet = {
  readonly id: WalletId;
  readonly name: string;
  /** The address of the operator's approval key, which is never on the server. */
  readonly operatorAddress: Address;
  /** The address that holds the money; its key is the server's. */
  readonly paymentAddress: Address;
  readonly isFrozen: boolean;
  readonly createdAtMs: number;
};
