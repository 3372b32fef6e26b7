import type { Address, AssetId } from '../asset.ts';
import type { CardId, PaybackId, WalletId } from '../id.ts';

/** What comes back: the unused part, a merchant's refund, a dispute that was won, or all after a failed issuing. */
export type PaybackKind = 'unused' | 'refund' | 'dispute' | 'failed';

/**
 * Money on its way from the issuer's treasury to the wallet, by an EIP-3009 transfer whose nonce is made of this id:
 * the chain takes it once, however often it is asked for. Booked when its log is final.
 */
export type Payback = {
  readonly id: PaybackId;
  readonly walletId: WalletId;
  readonly cardId: CardId;
  readonly kind: PaybackKind;
  /** `due`: to be asked for; waits until the money that went in is final. `sent`: the treasury says it was sent. */
  readonly state: 'waiting' | 'due' | 'sent' | 'settled' | 'cancelled';
  readonly assetId: AssetId;
  readonly amountUnits: bigint;
  /** How much of that is a fee that is given back. */
  readonly feeUnits: bigint;
  /** The treasury's address, which sends it. */
  readonly from: Address;
  /** The wallet's. */
  readonly to: Address;
  readonly nonce: `0x${string}`;
  /** The treasury's claim. */
  readonly txHash: string | null;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
};

/** The id of a card's payback by its number: the same step makes the same one. */
export function paybackId(cardId: CardId, number: number): PaybackId {
  return `back_${cardId.slice('card_'.length)}_${number}`;
}
