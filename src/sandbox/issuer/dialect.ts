import type { Hono } from 'hono';
import type { MessageAnswer, NetworkMessage } from '../../core/card/network.ts';
import type { CardSecrets } from '../../core/card/ports.ts';

/** Something that happened on a card, as the network remembers it. */
export type Movement = {
  readonly message: NetworkMessage;
  /** What the wallet, or the network for it, answered; null where nothing was asked. */
  readonly answer: MessageAnswer | null;
  readonly atMs: number;
};

/** A card as the issuer has it. */
export type NetworkCard = {
  /** The issuer's name: `card_…` of a vendor's form is the dialect's business. */
  readonly token: string;
  /** The wallet's id of the card, as it was handed in. */
  readonly reference: string;
  readonly state: 'pending' | 'open' | 'paused' | 'closed';
  readonly lockCents: bigint;
  readonly label: string;
  readonly lastFour: string;
  /** MM/YY */
  readonly expiry: string;
  readonly createdAtMs: number;
  readonly movements: readonly Movement[];
};

/** What a vendor's API can do with cards; the network behind every dialect. */
export type CardRegistry = {
  /** Idempotent by `reference`; rejects or refuses where a fault was asked for. */
  readonly issue: (order: IssueRequest) => Promise<NetworkCard | { readonly refused: string }>;
  readonly find: (token: string) => NetworkCard | null;
  readonly setState: (token: string, state: 'open' | 'paused' | 'closed') => void;
  readonly setLock: (token: string, cents: bigint) => void;
  /** Null where number or code are gone. */
  readonly reveal: (token: string) => CardSecrets | null;
  readonly feeCents: () => bigint;
};

export type IssueRequest = {
  readonly reference: string;
  readonly lockCents: bigint;
  readonly label: string;
};

/** How the issuer talks with a wallet: its API, its questions and its webhooks, in a vendor's words and signatures. */
export type Dialect = {
  /** The vendor's API, as its official client calls it. */
  readonly api: Hono;
  /** Asks the wallet to decide, now. Null where no usable answer came in the time the vendor gives. */
  readonly ask: (card: NetworkCard, message: NetworkMessage) => Promise<MessageAnswer | null>;
  /** Tells the wallet what happened; the card's movements already hold it. Rejects unless it was taken. */
  readonly tell: (card: NetworkCard, movement: Movement, how?: Delivery) => Promise<void>;
  /** Tells it that the card is made, or given up. */
  readonly tellIssued: (card: NetworkCard, result: 'active' | 'failed') => Promise<void>;
  /** Why the vendor's words cannot say this; null where they can. */
  readonly cannot: (message: NetworkMessage) => string | null;
};

/** Faults of one delivery. */
export type Delivery = { readonly signature?: 'bad' | 'old' };

/** Where the wallet is reached: the base of its inbox, such as `http://127.0.0.1:8460/v1/issuers/lithic`. */
export type DialectOptions = {
  readonly registry: CardRegistry;
  readonly inboxUrl: () => string;
  /** The vendor's API key that the wallet must send, and the secret that signs what it is sent. */
  readonly apiKey: string;
  readonly webhookSecret: string;
  readonly clock: { readonly nowMs: () => number };
};
