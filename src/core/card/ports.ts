import type { CardId } from '../id.ts';
import type { Authorization } from '../payment.ts';
import type { Refusal } from '../refusal.ts';
import type { CardControls, IssuerId } from './card.ts';
import type { MessageAnswer, NetworkMessage } from './network.ts';
import type { Payback } from './payback.ts';

/** A card to be issued. One cent is 10,000 units. */
export type IssueOrder = {
  readonly cardId: CardId;
  readonly label: string;
  readonly lockCents: bigint;
  /** See `CardMirror`. */
  readonly headroomCents: bigint;
  readonly controls: CardControls;
  readonly expiresAtMs: number;
};

/** What an issuer made; `pending`: it goes on working on it and says so later. */
export type Issued = {
  readonly token: string;
  readonly lastFour: string;
  /** MM/YY */
  readonly expiry: string;
  readonly isPending: boolean;
};

/** What is typed into a form. Never logged, kept or shown to an agent. */
export type CardSecrets = { readonly number: string; readonly code: string; readonly expiry: string };

/** What the issuer should have of a card. */
export type CardMirror = {
  readonly state: 'open' | 'paused' | 'closed';
  readonly lockCents: bigint;
  /**
   * What a limit of the issuer's own must let through beyond the lock: probes that are open when the whole lock is
   * charged. In our books they give way; an issuer goes on counting them.
   */
  readonly headroomCents: bigint;
};

/** A message of the network, with the issuer's name for the card. */
export type CardNotice = { readonly token: string; readonly message: NetworkMessage };

/** Who issues cards. Calls reject when the outcome is not known; they may then be made again. */
export type Issuer = {
  readonly id: IssuerId;
  readonly isSandbox: boolean;
  /** What making, or recharging, a card costs on top of the lock. */
  readonly feeCents: () => Promise<bigint>;
  /** Idempotent by `cardId`. A refusal is definite: there is no such card and never will be. */
  readonly issue: (order: IssueOrder) => Promise<Issued | Refusal>;
  /** Brings the issuer's card to this state and lock. Closing is final; a closed card stays as it is. */
  readonly mirror: (token: string, mirror: CardMirror) => Promise<void>;
  /** Null where they are gone. */
  readonly reveal: (token: string) => Promise<CardSecrets | null>;
  /** Everything the issuer knows to have happened on the card, oldest first: what reconciliation reads. */
  readonly history: (token: string) => Promise<readonly CardNotice[]>;
  /** The addresses at which the issuer reaches us. */
  readonly inbox: readonly InboxRoute[];
};

/** Something the issuer calls: a path below `/v1/issuers/<id>/`, and what is done with the raw request. */
export type InboxRoute = {
  readonly path: string;
  readonly receive: (request: RawRequest) => Promise<RawReply>;
};

/** A request whose signature is over its very bytes. Header names in lower case. */
export type RawRequest = { readonly headers: Readonly<Record<string, string>>; readonly body: string };
export type RawReply = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

/** Where an issuer's messages are decided and kept. */
export type CardDesk = {
  /**
   * Decides in time or says `issuer_timeout` and books nothing: an approval that came too late is undone. An unknown
   * card is declined as closed.
   */
  readonly decide: (issuer: IssuerId, notice: CardNotice) => Promise<MessageAnswer>;
  /** Keeps a message that asks nothing. One about an unknown card is passed over. Rejects when it could not be kept. */
  readonly record: (issuer: IssuerId, notice: CardNotice) => Promise<void>;
  /** The issuer finished making a card, or gave it up. */
  readonly issued: (issuer: IssuerId, token: string, result: 'active' | 'failed') => Promise<void>;
};

/** Who holds the money behind the cards, on chain. Calls reject when the outcome is not known. */
export type Treasury = {
  /** Takes the wallet's money by this authorization, once. Returns the transaction's hash: a claim, not proof. */
  readonly take: (
    authorization: Authorization,
    signature: `0x${string}`,
  ) => Promise<{ readonly txHash: string }>;
  /** Sends money back, once per nonce. A claim, not proof. */
  readonly payBack: (payback: Payback) => Promise<{ readonly txHash: string }>;
};

/** A checkout page in a browser that the agent drives. */
export type Checkout = {
  /** Chrome DevTools Protocol: `http://…` or `ws://…`. */
  readonly endpoint: string;
  /** The URL of the page, or the beginning of it; null takes the page in front. */
  readonly page: string | null;
};

/** What a page shows before anything is typed into it. */
export type CheckoutSight = {
  readonly host: string;
  readonly url: string;
  readonly form: 'plain' | 'field_frames' | 'one_frame' | null;
  /** What the page says is to be paid, in cents; null where it cannot be told. */
  readonly totalCents: bigint | null;
  readonly currency: string | null;
};

/** Types cards into checkout pages. Nothing it returns or throws holds the number. */
export type Filler = {
  readonly look: (checkout: Checkout) => Promise<CheckoutSight | Refusal>;
  /**
   * Looks again, and types only where host and total are still these; then presses the button that pays where it is
   * told to, and empties the fields again as far as the page lets it.
   */
  readonly fill: (
    checkout: Checkout,
    given: {
      readonly sight: CheckoutSight;
      readonly secrets: CardSecrets;
      readonly holder: string;
      readonly presses: boolean;
    },
  ) => Promise<{ readonly outcome: 'ok'; readonly isPressed: boolean } | Refusal>;
};

/** What may be spent on issuing: the policy of the operator for cards. */
export type CardPolicy = Omit<CardControls, 'hosts' | 'merchantLock' | 'allowedMccs' | 'allowedCountries'> & {
  /** How long the network waits for our answer at most; after that it books nothing. */
  readonly decisionMsMax: number;
  /** Whether an open shortfall of the wallet stops further cards. */
  readonly shortfallBlocks: boolean;
  /** Whether an agent may be shown a card's number. */
  readonly revealsToAgents: boolean;
  readonly revealMs: number;
};
