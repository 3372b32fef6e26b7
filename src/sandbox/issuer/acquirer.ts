import type { DeclineReason } from '../../core/card/decline.ts';

/** A card as whoever speaks of it knows it: the issuer's token, the wallet's id of it, or its number. */
export type CardName =
  | { readonly token: string }
  | { readonly reference: string }
  | { readonly number: string };

/** A card as a shop's form has it. The issuer compares expiry and code itself; a code that was not asked for is null. */
export type TypedCard = { readonly number: string; readonly expiry: string; readonly code: string | null };

/** A merchant as an acquirer names it; what is left out is not sent. */
export type MerchantName = {
  readonly name: string;
  readonly id?: string | null;
  readonly mcc?: string | null;
  readonly country?: string | null;
};

/**
 * What every message of an acquirer may carry. The same `networkRef` on a card is the same message, which is sent again;
 * without one the message is known by its `ref`, and by neither it is new each time.
 */
type Sent = { readonly card: CardName; readonly networkRef?: string };

/** An authorization. `ref` is how later messages name it; the latest of two with one `ref` is meant. */
export type AuthorizeRequest = Omit<Sent, 'card'> & {
  readonly card: CardName | TypedCard;
  readonly ref?: string;
  readonly amountCents: bigint;
  readonly merchant: MerchantName;
  /** `purchase` where it is not said. */
  readonly kind?: 'purchase' | 'verification' | 'balance_inquiry' | 'financial' | 'cash';
  /** What comparing comes to; for a card that was typed the issuer knows itself. `match` where it is not said. */
  readonly code?: 'match' | 'mismatch' | 'absent';
  readonly expiry?: 'match' | 'mismatch';
  readonly initiator?: 'cardholder' | 'merchant';
  readonly isPartialCapable?: boolean;
  /** The challenge that was passed for it; where it is not said, the latest that no authorization used yet. */
  readonly challenge?: string | null;
  /** How long the hold lasts, where the network says so; the network then sends its end. */
  readonly validHours?: number;
};

/** More on top of an authorization. */
export type IncrementRequest = Sent & {
  readonly ref?: string;
  readonly auth: string;
  readonly amountCents: bigint;
  /** Whether the network asks, or only says so. `ask` where it is not said. */
  readonly mode?: 'ask' | 'advice';
};

/** About an authorization; without an amount, about all that is left of it. */
export type AuthRequest = Sent & { readonly auth: string; readonly amountCents?: bigint };

/** A clearing record; `auth` null is a force post. The same `ref` is the same record, which is sent again. */
export type ClearRequest = Sent & {
  readonly ref?: string;
  readonly auth: string | null;
  readonly amountCents: bigint;
  /** True where it is not said. */
  readonly isFinal?: boolean;
  /** That of the authorization where it is not said. */
  readonly merchant?: MerchantName;
};

/** A merchant's credit; `of` names a clearing or an authorization, or nothing. */
export type RefundRequest = Sent & {
  readonly ref?: string;
  readonly of: string | null;
  readonly amountCents: bigint;
};

/** About a record: a refund that is taken back, a clearing that is disputed. */
export type RecordRequest = Sent & { readonly of: string; readonly amountCents: bigint };

/** A 3-D Secure challenge. The code is made here where none is given. */
export type ChallengeRequest = Sent & {
  readonly ref?: string;
  readonly amountCents: bigint;
  readonly merchant: MerchantName;
  readonly code?: string;
  /** A tenth where it is not said. */
  readonly expiresHours?: number;
};

/** What became of an authorization or an increment, as the shop hears it. `auth` is the network's name for it. */
export type Verdict =
  | {
      readonly outcome: 'approved';
      readonly auth: string;
      readonly approvedCents: bigint;
      readonly isPartial: boolean;
    }
  | {
      readonly outcome: 'declined';
      readonly auth: string | null;
      /** `card_unknown`: no card has this number. */
      readonly reason: DeclineReason | 'card_unknown';
    };

/** A message that asked nothing: its id, and the network's name for what it is about. */
export type Receipt = { readonly token: string; readonly messageId: string; readonly name: string | null };

/** What became of a code that was typed: `wrong` may be tried again; `none`: no challenge is open. */
export type CodeResult = 'passed' | 'wrong' | 'failed' | 'expired' | 'none';

/** The side of the network that shops and their banks see. Amounts in cents. Throws on a card nobody knows. */
export type Acquirer = {
  /** Asks the wallet, and declines where no answer came in time. A number nobody has is declined. */
  readonly authorize: (request: AuthorizeRequest) => Promise<Verdict>;
  /** The network approved in the wallet's place. */
  readonly advise: (request: AuthorizeRequest) => Promise<Receipt>;
  /** A late copy of an authorization; it decides nothing. */
  readonly notice: (request: AuthorizeRequest) => Promise<Receipt>;
  readonly increment: (request: IncrementRequest) => Promise<Verdict>;
  readonly reverse: (request: AuthRequest) => Promise<Receipt>;
  readonly expire: (request: AuthRequest) => Promise<Receipt>;
  /** The network declined what the wallet approved. */
  readonly timeOut: (request: AuthRequest) => Promise<Receipt>;
  readonly clear: (request: ClearRequest) => Promise<Receipt>;
  readonly refund: (request: RefundRequest) => Promise<Receipt>;
  readonly reverseRefund: (request: RecordRequest) => Promise<Receipt>;
  readonly dispute: (step: 'opened' | 'won' | 'lost', request: RecordRequest) => Promise<Receipt>;
  /** Opens a challenge and sends its code to the wallet; `name` names it. */
  readonly challenge: (request: ChallengeRequest) => Promise<Receipt>;
  /** The cardholder types a code, for the latest challenge of the card that is open, or the one named. */
  readonly enterCode: (entry: {
    readonly card: CardName;
    readonly code: string;
    readonly challenge?: string;
  }) => Promise<CodeResult>;
};
