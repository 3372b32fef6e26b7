import type { AssetId } from '../asset.ts';
import type { AgentId, CardId, MandateId, PaymentId, WalletId } from '../id.ts';

/** Who issues cards. `sandbox` is the card network in small; its money is worth nothing. */
export const ISSUERS = ['sandbox', 'lithic', 'stripe'] as const;
export type IssuerId = (typeof ISSUERS)[number];

/**
 * `pending`: paid for, not issued. `active`: takes one charge. `consumed`: took it. `settling`: captured in part, more
 * may come. `closed` and `failed` are final; messages about money still post to a closed card.
 */
export type CardState = 'pending' | 'active' | 'frozen' | 'consumed' | 'settling' | 'closed' | 'failed';

/** Why a card is closed. */
export type CloseReason =
  | 'settled'
  | 'voided'
  | 'auth_expired'
  | 'ttl'
  | 'user_closed'
  | 'mandate_revoked'
  | 'withdrawn';

/** What a card takes: fixed when it is made, from the operator's policy and what the agent narrowed. */
export type CardControls = {
  /** Hosts whose checkout pages it may be typed into. */
  readonly hosts: readonly string[];
  /** The merchant's name or id as the network words it; null takes any. */
  readonly merchantLock: string | null;
  /** Merchant category codes, four digits. */
  readonly blockedMccs: readonly string[];
  readonly allowedMccs: readonly string[] | null;
  /** ISO 3166 alpha-2. */
  readonly allowedCountries: readonly string[] | null;
  readonly requires3ds: boolean;
  readonly allowsPartialApproval: boolean;
  readonly reopensOnFullReversal: boolean;
  /** How long the money of an authorization that expired is kept for a late capture. */
  readonly lateReserveMs: number;
  readonly ttlMs: number;
  /** How long a hold lasts where the network does not say, and for merchants that settle late. */
  readonly holdMs: number;
  readonly holdLongMs: number;
  readonly longMccs: readonly string[];
  /** The most an authorization may be to count as a probe and not as the use. */
  readonly probeMaxUnits: bigint;
  readonly probesOpenMax: number;
  readonly probesMax: number;
  readonly verificationsMax: number;
  readonly credentialFailuresMax: number;
};

/** What the issuer must be told next: to take the money, to issue the card, or the state and lock that hold now. */
export type CardWork = 'fund' | 'issue' | 'mirror' | 'none';

/** A payment of the wallet into a card: its making, or a recharge. */
export type CardFunding = {
  readonly paymentId: PaymentId;
  /** What was locked by it, without the fee. */
  readonly lockUnits: bigint;
  readonly feeUnits: bigint;
  /** Whether its money is on the card: at once for the making, once the treasury took it for a recharge. */
  readonly isLoaded: boolean;
  /** Proved by a log in a final block, or proved never to happen. */
  readonly state: 'open' | 'settled' | 'released';
  /** What came back to the mandate's budget of it. */
  readonly restoredUnits: bigint;
};

/**
 * One card. Money is in units of its asset: locked = (captured − shortfall) + released + held + reserved, always.
 */
export type Card = {
  readonly id: CardId;
  readonly walletId: WalletId;
  readonly agentId: AgentId;
  readonly mandateId: MandateId;
  readonly issuer: IssuerId;
  /** The issuer's name for it; null until it is issued. */
  readonly token: string | null;
  readonly state: CardState;
  readonly closeReason: CloseReason | null;
  /** Why it could not be issued. */
  readonly failure: string | null;
  /** What it is for, as the agent worded it; cleaned. */
  readonly label: string;
  readonly lastFour: string | null;
  /** MM/YY */
  readonly expiry: string | null;
  readonly controls: CardControls;
  readonly assetId: AssetId;
  /** All that was ever locked. */
  readonly lockedUnits: bigint;
  readonly feeUnits: bigint;
  /** Locked, neither held nor spent. */
  readonly reservedUnits: bigint;
  /** Under open holds. */
  readonly heldUnits: bigint;
  /** Posted by merchants, also above the lock. */
  readonly capturedUnits: bigint;
  /** Captured above the lock, less what the unused part repaid. */
  readonly shortfallUnits: bigint;
  /** Unused money given back. */
  readonly releasedUnits: bigint;
  /** What the issuer carries: shortfall and refunds taken back, less what credits repaid. */
  readonly receivableUnits: bigint;
  /** Credits that match no capture. */
  readonly suspenseUnits: bigint;
  /** Merchants' credits that went to the wallet. */
  readonly refundedUnits: bigint;
  readonly disputeCreditUnits: bigint;
  /**
   * Credits of any kind set against captures, repaid shortfall included: never above `capturedUnits`. Below zero where
   * more was taken back than had come.
   */
  readonly creditedUnits: bigint;
  readonly verifications: number;
  readonly probes: number;
  readonly credentialFailures: number;
  /** Ids of the holds that are open, oldest first. */
  readonly openHolds: readonly string[];
  /** The hold that was the one use. */
  readonly useHold: string | null;
  /** Refs of the 3-D Secure challenges that are open, or passed and not used; oldest first. */
  readonly challenges: readonly string[];
  readonly fundings: readonly CardFunding[];
  readonly isFeeReturned: boolean;
  /** How many paybacks there were: their ids are made of this number. */
  readonly paybacks: number;
  /** How many entries its log has. */
  readonly events: number;
  /** The security code, and the number, can no longer be shown. */
  readonly isCodeGone: boolean;
  readonly isNumberGone: boolean;
  readonly reveals: number;
  readonly work: CardWork;
  /** Counts the changes the issuer must be told of. */
  readonly mirrorVersion: number;
  /** Nothing is authorized from here on. */
  readonly expiresAtMs: number;
  /** When time alone changes it next; null where nothing is due. */
  readonly dueAtMs: number | null;
  /** Until when money is kept for a late capture; null where none is. */
  readonly lateUntilMs: number | null;
  /** Number of the decision's entry in the wallet's audit trail. */
  readonly decisionSeq: number;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
};

/** What a payment into a card is to do: part of the request that is decided. Money in units of the asset. */
export type CardOrder =
  | {
      readonly kind: 'create';
      readonly cardId: CardId;
      readonly issuer: IssuerId;
      readonly label: string;
      /** `hosts` empty: those of the mandate. */
      readonly controls: CardControls;
      readonly lockUnits: bigint;
      readonly feeUnits: bigint;
    }
  | {
      readonly kind: 'recharge';
      readonly cardId: CardId;
      readonly lockUnits: bigint;
      readonly feeUnits: bigint;
    };

/** The unused cards of a mandate: what dies with it. */
export type Roster = {
  readonly id: MandateId;
  readonly walletId: WalletId;
  readonly cardIds: readonly CardId[];
};
