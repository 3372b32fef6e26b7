import type { Address, Asset, AssetId } from './asset.ts';
import type { AgentId, CardId, MandateId, PaymentId, WalletId } from './id.ts';
import type { Refusal } from './refusal.ts';
import type { RailId } from './scope.ts';

/** *fetch*: the wallet makes the request itself. *sign*: the agent gets the header. *card*: it goes into a card. */
export type PaymentMode = 'fetch' | 'sign' | 'card';

/** From `reserved` on a payment counts as signed, and leaves that state only on proof. */
export type PaymentState = 'denied' | 'reserved' | 'settled' | 'released';

/** What is known of a reserved payment short of proof: nothing special, in doubt, or its log was seen. */
export type Evidence = 'none' | 'unknown' | 'confirmed';

/** The request that is paid for. The host is as compared everywhere: lower case, punycode, no final dot. */
export type Resource = {
  readonly url: string;
  readonly origin: string;
  readonly host: string;
  readonly method: string;
};

/** One way to pay that a payee offers, read from its challenge by the rail. */
export type Offer = {
  readonly rail: RailId;
  readonly scheme: string;
  /** The admitted asset that network and token address name, or null where they name none. */
  readonly asset: Asset | null;
  readonly payTo: Address;
  /** Atomic units of the asset; null where the amount is not one the wallet can pay. */
  readonly priceUnits: bigint | null;
  readonly timeoutSeconds: number;
  /** What the rail needs to make the same bytes again: JSON text, opaque here. */
  readonly wire: string;
};

/** A one-time right to move money, fixed in the decision's commit. Signing it again gives the same bytes. */
export type Authorization = {
  readonly assetId: AssetId;
  readonly from: Address;
  readonly to: Address;
  readonly valueUnits: bigint;
  readonly validAfterSeconds: number;
  readonly validBeforeSeconds: number;
  readonly nonce: `0x${string}`;
};

/** A decoded pair of `AuthorizationUsed` and `Transfer` in one transaction of a finalized block. */
export type SettlementProof = {
  readonly kind: 'settled';
  readonly txHash: string;
  readonly logIndex: number;
  readonly blockNumber: number;
  readonly blockHash: string;
};

/** A finalized block at or past `validBefore` in which the nonce is unused. */
export type ReleaseProof = {
  readonly kind: 'released';
  readonly blockNumber: number;
  readonly blockHash: string;
  readonly blockSeconds: number;
};

/** One payment: fixed, for ever, by the commit that first saw its key. */
export type Payment = {
  readonly id: PaymentId;
  readonly walletId: WalletId;
  readonly agentId: AgentId;
  readonly mandateId: MandateId;
  readonly mandateVersion: number;
  /** The card it is for. */
  readonly cardId?: CardId;
  readonly idempotencyKey: string;
  readonly mode: PaymentMode;
  readonly state: PaymentState;
  readonly evidence: Evidence;
  readonly resource: Resource;
  /** What was chosen and is owed; null where no offer could be chosen. */
  readonly offer: ChosenOffer | null;
  readonly authorization: Authorization | null;
  /** Until when the signer may sign without another commit having looked at freezes again. */
  readonly signByMs: number;
  /** The counters of the mandate it took from, given back on release. */
  readonly counterIds: readonly string[];
  readonly refusal: Refusal | null;
  readonly proof: SettlementProof | ReleaseProof | null;
  /** The number, in the wallet's chain, of the audit entry that holds the decision and its trace. */
  readonly decisionSeq: number;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
};

/** An offer that was chosen, in the words of the books. */
export type ChosenOffer = {
  readonly rail: RailId;
  readonly scheme: string;
  readonly assetId: AssetId;
  readonly payTo: Address;
  readonly priceUnits: bigint;
  /** The price in the mandate's currency. */
  readonly budgetUnits: bigint;
  readonly wire: string;
};
