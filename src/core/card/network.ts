import type { CardId, WalletId } from '../id.ts';
import type { DeclineReason } from './decline.ts';
import type { Moved } from './moves.ts';

/** A merchant as the card network describes it. */
export type Merchant = {
  readonly name: string;
  /** The acceptor's id, where it is sent. */
  readonly id: string | null;
  /** Four digits; null where it is not sent. */
  readonly mcc: string | null;
  /** ISO 3166 alpha-2; null where it is not sent. */
  readonly country: string | null;
};

/** How an authorization came about. */
export type AuthorizationMode =
  /** Asked of us, now. */
  | 'ask'
  /** The network approved on our behalf. */
  | 'advice'
  /** A late copy of one that was decided; it decides nothing. */
  | 'notice'
  /** The network, or the vendor's own rules, declined it without asking us. */
  | 'declined';

type Authorization = {
  readonly kind: 'authorization';
  readonly mode: AuthorizationMode;
  /** The network's name for the authorization. */
  readonly auth: string;
  readonly purpose: 'purchase' | 'verification' | 'balance_inquiry' | 'financial' | 'cash';
  readonly amountUnits: bigint;
  readonly merchant: Merchant;
  readonly code: 'match' | 'mismatch' | 'absent' | 'unknown';
  readonly expiry: 'match' | 'mismatch' | 'unknown';
  readonly initiator: 'cardholder' | 'merchant' | 'unknown';
  readonly isPartialCapable: boolean;
  /** The challenge that the cardholder passed for this, by the issuer's name. */
  readonly challenge: string | null;
  /** When the network lets the hold end; null where it does not say. */
  readonly expiresAtMs: number | null;
  /** Why the network said no, where `mode` is `declined`. */
  readonly decline: DeclineReason | null;
};

/** What a message says. Amounts are in units of the card's asset. */
export type MessageBody =
  | Authorization
  /** More on top of an authorization; `ask` can be declined. */
  | {
      readonly kind: 'increment';
      readonly mode: 'ask' | 'advice';
      readonly auth: string;
      readonly amountUnits: bigint;
    }
  /** Without an amount: all that is left. */
  | { readonly kind: 'reversal'; readonly auth: string; readonly amountUnits: bigint | null }
  | { readonly kind: 'expiry'; readonly auth: string }
  /** The network declined what we approved: our answer was late. */
  | { readonly kind: 'timeout'; readonly auth: string }
  /** Money moved. `auth` null: a force post. */
  | {
      readonly kind: 'clearing';
      readonly auth: string | null;
      readonly record: string;
      readonly amountUnits: bigint;
      readonly isFinal: boolean;
      readonly merchant: Merchant;
    }
  /** A merchant's credit; `of` names a clearing record or an authorization, where it is linked at all. */
  | {
      readonly kind: 'refund';
      readonly record: string;
      readonly of: string | null;
      readonly amountUnits: bigint;
    }
  | { readonly kind: 'refund_reversal'; readonly of: string; readonly amountUnits: bigint }
  | {
      readonly kind: 'dispute';
      readonly step: 'opened' | 'won' | 'lost';
      readonly of: string;
      readonly amountUnits: bigint;
    }
  /** 3-D Secure: the cardholder must prove himself with a one-time code. */
  | {
      readonly kind: 'challenge';
      readonly ref: string;
      readonly amountUnits: bigint;
      readonly merchant: Merchant;
      /** The code, where the issuer lets us relay it. Kept out of log and trail. */
      readonly code: string | null;
      readonly expiresAtMs: number;
    }
  | {
      readonly kind: 'challenge_result';
      readonly ref: string;
      readonly result: 'passed' | 'failed' | 'expired';
    };

/** One message of the network about one card. The same id is the same message, however often it comes. */
export type NetworkMessage = {
  /** Unique per card. */
  readonly id: string;
  /** What the network says of the time; it decides nothing. */
  readonly sentAtMs: number | null;
} & MessageBody;

/** What is done to a card by its holder, its operator, its issuer, the treasury or time. */
export const ACTS = [
  'created',
  'funded',
  'recharged',
  'issued',
  'failed',
  'closed',
  'frozen',
  'unfrozen',
  'withdrawn',
  'expired',
  'reserve_released',
  'challenge_ended',
  'funding_settled',
  'funding_released',
  'payback_sent',
  'payback_settled',
  'reveal_granted',
  'revealed',
] as const;

/** An act on a card, where a message would stand in its log. */
export type CardAct = {
  /** Begins with `own:`, which no message of the network does. */
  readonly id: string;
  readonly sentAtMs: null;
  readonly kind: 'act';
  readonly act: (typeof ACTS)[number];
  readonly amountUnits: bigint | null;
  /** What it was about, by id or hash. */
  readonly detail: string | null;
};

/** What is answered to a message; one that asks nothing is answered with `noted`. */
export type MessageAnswer =
  | { readonly kind: 'approved'; readonly approvedUnits: bigint; readonly isPartial: boolean }
  | { readonly kind: 'declined'; readonly reason: DeclineReason }
  | { readonly kind: 'noted' };

/** What the operator should look at. */
export const EXCEPTIONS = [
  'over_capture',
  'shortfall',
  'late_clearing',
  'force_post',
  'clearing_after_decline',
  'clearing_unmatched',
  'standin_uncovered',
  'reversal_unmatched',
  'unmatched_credit',
  'early_credit',
  'refund_reversed',
  'dispute_already_credited',
  'merchant_mismatch',
  'funding_lost',
] as const;
export type CardException = (typeof EXCEPTIONS)[number];

/** One entry of a card's log: a message or an act, and what came of it. Never changed. */
export type CardEvent = {
  /** `card_…/<message id>` */
  readonly id: string;
  readonly walletId: WalletId;
  readonly cardId: CardId;
  /** From 1, without gaps. */
  readonly seq: number;
  /** Without a challenge's code. */
  readonly message: NetworkMessage | CardAct;
  readonly answer: MessageAnswer;
  readonly exceptions: readonly CardException[];
  /** The money it moved, in this order: the card's totals and its part of the ledger are the sum of these. */
  readonly moves: readonly Moved[];
  readonly atMs: number;
};

/** An authorization as the books know it. */
export type Hold = {
  /** `card_…/<auth>` */
  readonly id: string;
  readonly walletId: WalletId;
  readonly cardId: CardId;
  readonly auth: string;
  /** `unseen`: money moved on it before it was heard of. */
  readonly state: 'open' | 'ended' | 'declined' | 'unseen';
  /** How it ended; null while it is open. */
  readonly end: 'captured' | 'reversed' | 'expired' | 'timeout' | 'superseded' | 'closed' | null;
  readonly isProbe: boolean;
  /** Authorized and captured in one message. */
  readonly isFinancial: boolean;
  /** Approved by us or by the network. */
  readonly authorizedUnits: bigint;
  /** Still held. */
  readonly heldUnits: bigint;
  readonly capturedUnits: bigint;
  readonly merchant: Merchant;
  readonly decline: DeclineReason | null;
  readonly expiresAtMs: number;
  readonly createdAtMs: number;
};

/** A 3-D Secure challenge. Bound to its merchant, good for up to its amount, once. */
export type Challenge3ds = {
  /** `card_…/<ref>` */
  readonly id: string;
  readonly walletId: WalletId;
  readonly cardId: CardId;
  readonly ref: string;
  readonly amountUnits: bigint;
  readonly merchant: Merchant;
  /** Wiped once it is passed, failed or over. */
  readonly code: string | null;
  readonly state: 'open' | 'passed' | 'used' | 'failed' | 'expired';
  readonly expiresAtMs: number;
  readonly createdAtMs: number;
};

/** The id of a hold, an event or a challenge of a card. */
export function ofCard(cardId: CardId, name: string): string {
  return `${cardId}/${name}`;
}
