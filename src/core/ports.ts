import type { Agent } from './agent.ts';
import type { Approval } from './approval.ts';
import type { Address, Asset, Network } from './asset.ts';
import type { AuditEntry } from './audit.ts';
import type { TableName, Tables } from './books.ts';
import type { Card, IssuerId } from './card/card.ts';
import type { CardEvent, Challenge3ds, Hold } from './card/network.ts';
import type { Payback } from './card/payback.ts';
import type { Command, CommandName, OutcomeOf } from './command.ts';
import type { AgentId, CardId, ChainId, MandateId, WalletId } from './id.ts';
import type { Account } from './ledger.ts';
import type { Mandate } from './mandate.ts';
import type { Authorization, Offer, Payment, Resource } from './payment.ts';
import type { Refusal } from './refusal.ts';
import type { RailId } from './scope.ts';

/** Time, for everything outside the core. */
export type Clock = {
  /** Milliseconds since 1970. Never goes back within a process. */
  readonly nowMs: () => number;
  /** Resolves after this long. */
  readonly wait: (ms: number) => Promise<void>;
};

/** Random bytes that nobody can guess. */
export type Random = (length: number) => Uint8Array;

/** A page of a listing: at most `limit` records whose id comes after `after`, in order of id. */
export type Page = { readonly after?: string | undefined; readonly limit: number };

/** Where records are kept. */
export type Store = {
  /**
   * The one way state changes: decided, durable, then answered. Concurrent calls share a commit. Rejects only when
   * the outcome cannot be known or the command is broken; the same command may then be sent again: every command is
   * idempotent by the ids it carries.
   */
  readonly commit: <K extends CommandName>(command: Command<K>) => Promise<OutcomeOf<K>>;
  readonly read: Reader;
  readonly close: () => Promise<void>;
};

/** Questions to the durable records. They see every commit that was answered before they were asked. */
export type Reader = {
  readonly get: <T extends TableName>(table: T, id: string) => Promise<Tables[T] | null>;
  readonly wallets: () => Promise<readonly Tables['wallet'][]>;
  readonly agentByTokenHash: (tokenHash: string) => Promise<Agent | null>;
  readonly agents: (walletId: WalletId, page: Page) => Promise<readonly Agent[]>;
  readonly mandates: (
    filter: { walletId: WalletId; agentId?: AgentId | undefined },
    page: Page,
  ) => Promise<readonly Mandate[]>;
  readonly payments: (filter: PaymentFilter, page: Page) => Promise<readonly Payment[]>;
  /** Payments that still need proof, oldest first. */
  readonly openPayments: (filter: OpenFilter, page: Page) => Promise<readonly Payment[]>;
  readonly paymentByNonce: (nonce: string) => Promise<Payment | null>;
  /** The card that an issuer calls by this token. */
  readonly cardByToken: (issuer: IssuerId, token: string) => Promise<Card | null>;
  readonly cards: (filter: PaymentFilter, page: Page) => Promise<readonly Card[]>;
  /** Cards that the issuer must be told something of, oldest first. */
  readonly cardsWithWork: (walletId: WalletId, page: Page) => Promise<readonly Card[]>;
  /** Cards that time has something to do with by now. */
  readonly cardsDue: (walletId: WalletId, nowMs: number, page: Page) => Promise<readonly Card[]>;
  /** A card's log, in order. */
  readonly events: (
    cardId: CardId,
    page: { readonly afterSeq: number; readonly limit: number },
  ) => Promise<readonly CardEvent[]>;
  readonly holds: (cardId: CardId, page: Page) => Promise<readonly Hold[]>;
  /** A card's challenges, the newest first. */
  readonly challenges: (cardId: CardId, limit: number) => Promise<readonly Challenge3ds[]>;
  /** Paybacks that are due or were sent and are not booked, oldest first. */
  readonly openPaybacks: (walletId: WalletId, page: Page) => Promise<readonly Payback[]>;
  readonly paybackByNonce: (nonce: string) => Promise<Payback | null>;
  /** A wallet's own accounts, then those of its cards that hold something. */
  readonly accounts: (walletId: WalletId) => Promise<readonly Account[]>;
  readonly approvals: (walletId: WalletId, page: Page) => Promise<readonly Approval[]>;
  /** Entries of a chain with a number above `afterSeq`, in order. */
  readonly entries: (
    chain: ChainId,
    page: { readonly afterSeq: number; readonly limit: number },
  ) => Promise<readonly AuditEntry[]>;
  readonly latestCheckpoint: (chain: ChainId) => Promise<Tables['checkpoint'] | null>;
};

/** Which payments to list. */
export type PaymentFilter = {
  readonly walletId: WalletId;
  readonly agentId?: AgentId | undefined;
  readonly mandateId?: MandateId | undefined;
};

/** Which payments without proof: all, those whose authorization has ended by a moment, or those seen on chain. */
export type OpenFilter = {
  readonly walletId: WalletId;
  readonly only?: { readonly endedBySeconds: number } | 'confirmed';
};

/** A request to a payee. */
export type PayeeRequest = {
  readonly resource: Resource;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | null;
};

/** What a payee answered. */
export type PayeeReply = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
};

/** A payee's terms, read from a protocol challenge. */
export type Challenge = {
  /** The URL the challenge itself names, where it names one. */
  readonly statedUrl: string | null;
  readonly offers: readonly Offer[];
};

/** A way to pay. It turns an authorization into something a payee accepts, and says what became of it. */
export type Rail = {
  readonly id: RailId;
  /** Reads a URL into the resource it names, or says why the wallet does not go there. */
  readonly locate: (url: string, method: string) => Resource | Refusal;
  /** Takes over the headers a caller wants sent, or says which one it may not send. */
  readonly cleanHeaders: (
    headers: Readonly<Record<string, string>>,
  ) => { readonly outcome: 'ok'; readonly headers: Readonly<Record<string, string>> } | Refusal;
  /** Asks the payee, without paying. */
  readonly quote: (request: PayeeRequest) => Promise<Quote | Refusal>;
  /** Reads a challenge somebody hands in: a header's text or a decoded body. */
  readonly readChallenge: (given: ChallengeText) => Challenge | Refusal;
  /** The header that pays: the same bytes for the same payment, each time. */
  readonly present: (payment: Payment) => Promise<PaymentHeader>;
  /** Sends the request with the header that pays. */
  readonly pay: (request: PayeeRequest, header: PaymentHeader) => Promise<PayOutcome>;
};

/** A challenge as text: the value of a v2 header (base64) or the JSON body of a v1 reply. */
export type ChallengeText = { readonly header?: string | undefined; readonly body?: string | undefined };

/** A header of a request. */
export type PaymentHeader = { readonly name: string; readonly value: string };

/** What an unpaid request led to. The resource is the one reached after redirects. */
export type Quote =
  | { readonly kind: 'free'; readonly resource: Resource; readonly reply: PayeeReply }
  | { readonly kind: 'challenge'; readonly resource: Resource; readonly challenge: Challenge };

/** What a paid request led to. Nothing here is proof of payment or of non-payment. */
export type PayOutcome =
  | { readonly kind: 'answered'; readonly reply: PayeeReply; readonly receipt: string | null }
  /** Asked to pay again; `challenge` is what is asked now. */
  | { readonly kind: 'asked_again'; readonly challenge: Challenge | null; readonly detail: string }
  | { readonly kind: 'unknown'; readonly detail: string };

/** The key that pays. It signs nothing but EIP-3009 transfer authorizations from its own address. */
export type PaymentSigner = {
  readonly address: Address;
  /** 65 bytes, hex with 0x; the same for the same authorization. Throws for an asset or sender that is not its own. */
  readonly sign: (authorization: Authorization) => `0x${string}`;
};

/** The key that signs checkpoints, and nothing else (Ed25519). */
export type CheckpointSigner = {
  /** 32 bytes, hex. */
  readonly publicKey: string;
  /** The signature over the text's UTF-8 bytes, hex. */
  readonly sign: (text: string) => string;
};

/** A block, by number, hash and timestamp. */
export type Block = { readonly number: number; readonly hash: string; readonly seconds: number };

/** A transfer out of a watched address by an authorization: both logs decoded, of one transaction. */
export type SettlementLog = {
  readonly assetId: Asset['id'];
  readonly from: Address;
  readonly to: Address;
  readonly valueUnits: bigint;
  /** Null for a transfer that no authorization explains. */
  readonly nonce: `0x${string}` | null;
  readonly txHash: string;
  readonly logIndex: number;
  readonly blockNumber: number;
  readonly blockHash: string;
};

/** A transfer to a watched address; the nonce is that of a known payer's authorization. */
export type DepositLog = Omit<SettlementLog, 'nonce'> & { readonly nonce?: `0x${string}` };

/** What moved an address's money: out of it, and to it. */
export type Activity = { readonly out: readonly SettlementLog[]; readonly in: readonly DepositLog[] };

/** A chain as one node tells it. What the node cannot vouch for makes a call reject. */
export type Chain = {
  readonly network: Network;
  /** The assets that are admitted there. */
  readonly assets: readonly Asset[];
  readonly blocks: () => Promise<{ readonly latest: Block; readonly finalized: Block }>;
  /** The block of this number; rejects where there is none yet. */
  readonly block: (number: number) => Promise<Block>;
  /**
   * Logs of admitted assets that move money of this address, in blocks `from` to `to`, both included; and which block
   * `to` was when they were read.
   */
  readonly activity: (
    address: Address,
    range: { readonly from: number; readonly to: number },
  ) => Promise<Activity & { readonly to: Block }>;
  readonly isNonceUsed: (authorization: Authorization, atBlock: number) => Promise<boolean>;
  /** Atomic units the address holds at the end of a block. */
  readonly balance: (asset: Asset, address: Address, atBlock: number) => Promise<bigint>;
};
