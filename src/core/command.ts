import type { Agent } from './agent.ts';
import type { Action, Approval } from './approval.ts';
import type { Address, AssetId, Network } from './asset.ts';
import type { Actor } from './audit.ts';
import type { Card, CardOrder } from './card/card.ts';
import type { CardEvent, MessageAnswer, NetworkMessage } from './card/network.ts';
import type { Payback } from './card/payback.ts';
import type { Reveal } from './card/reveal.ts';
import type { Checkpoint } from './checkpoint.ts';
import type { Cursor } from './deposit.ts';
import type {
  AgentId,
  ApprovalId,
  CardId,
  ChainId,
  MandateId,
  PaybackId,
  PaymentId,
  WalletId,
} from './id.ts';
import type { Mandate, Terms } from './mandate.ts';
import type { Evidence, Offer, Payment, PaymentMode, ReleaseProof, Resource } from './payment.ts';
import type { Price } from './pin.ts';
import type { DepositLog, SettlementLog } from './ports.ts';
import type { Refusal } from './refusal.ts';
import type { KeyedRequest, Reply } from './request.ts';
import type { Scope } from './scope.ts';
import type { Wallet } from './wallet.ts';

/** Everything that can change state: what each takes, and what it answers when it is not refused. */
export type Commands = {
  'wallet.create': {
    input: Pick<Wallet, 'id' | 'name' | 'operatorAddress' | 'paymentAddress'>;
    answer: { wallet: Wallet };
  };
  'agent.register': {
    input: { walletId: WalletId; agentId: AgentId; name: string; tokenHash: string };
    answer: { agent: Agent };
  };
  'mandate.request': {
    input: {
      walletId: WalletId;
      agentId: AgentId;
      mandateId: MandateId;
      intent: string;
      removed: readonly string[];
      scope: Scope;
      /** Absent where the caller does not mind asking twice. */
      idempotencyKey: string | null;
      inputHash: string;
    };
    answer: { mandate: Mandate; terms: Terms };
  };
  'mandate.expire': { input: { walletId: WalletId; mandateId: MandateId }; answer: { mandate: Mandate } };
  'approval.open': {
    input: { walletId: WalletId; approvalId: ApprovalId; action: Action; subjectId: string; nonce: string };
    answer: { approval: Approval };
  };
  'approval.sign': {
    input: {
      walletId: WalletId;
      approvalId: ApprovalId;
      signature: string;
      /** A fact: the address the signature was recovered to; null where it is none. */
      signer: Address | null;
    };
    answer: { approval: Approval };
  };
  'payment.authorize': { input: PaymentRequest; answer: { payment: Payment; isReplay: boolean } };
  /** Looks at freezes again for a payment whose time to sign has passed. */
  'payment.renew': { input: { walletId: WalletId; paymentId: PaymentId }; answer: { payment: Payment } };
  'payment.note': {
    input: { walletId: WalletId; paymentId: PaymentId; evidence: Exclude<Evidence, 'none'>; detail: string };
    answer: { payment: Payment };
  };
  /** Keeps a payee's answer, and so finishes its request. The first one stays. */
  'request.conclude': {
    input: {
      walletId: WalletId;
      agentId: AgentId;
      idempotencyKey: string;
      inputHash: string;
      operation: string;
      /** What was asked for, where it turned out to be free; null for what was paid for. */
      freeResource: Resource | null;
      reply: Omit<Reply, 'id' | 'walletId' | 'createdAtMs'>;
    };
    answer: { request: KeyedRequest; reply: Reply };
  };
  'payment.release': {
    input: { walletId: WalletId; paymentId: PaymentId; proof: ReleaseProof };
    answer: { payment: Payment };
  };
  /** Starts to follow a chain: what the address held at this finalized block is its opening balance. */
  'chain.open': {
    input: {
      walletId: WalletId;
      network: Network;
      block: { number: number; hash: string; seconds: number };
      balances: readonly { assetId: AssetId; amountUnits: bigint }[];
    };
    answer: { cursor: Cursor };
  };
  /** Books what finalized blocks say, in one step with how far they were read. */
  'chain.observe': {
    input: {
      walletId: WalletId;
      network: Network;
      fromBlock: number;
      to: { number: number; hash: string; seconds: number };
      out: readonly (SettlementLog & { paymentId: PaymentId | null })[];
      in: readonly (DepositLog & { paybackId?: PaybackId })[];
    };
    answer: { cursor: Cursor };
  };
  /** The treasury says that it took a payment into a card: a claim. The card can be issued, or has its new lock. */
  'card.funded': {
    input: { walletId: WalletId; cardId: CardId; paymentId: PaymentId; txHash: string };
    answer: { card: Card };
  };
  /** The issuer made the card; `pending`: it goes on working on it. */
  'card.issued': {
    input: {
      walletId: WalletId;
      cardId: CardId;
      token: string;
      lastFour: string;
      expiry: string;
      isPending: boolean;
    };
    answer: { card: Card };
  };
  /** The issuer will not make it: everything goes back, the fee too. */
  'card.fail': { input: { walletId: WalletId; cardId: CardId; reason: string }; answer: { card: Card } };
  /** The issuer has the state and lock that this version of the card asks for. */
  'card.mirrored': {
    input: { walletId: WalletId; cardId: CardId; mirrorVersion: number };
    answer: { card: Card };
  };
  /** A message of the network. After `deadlineMs` one that asks is refused with `engine_unavailable` and books nothing. */
  'card.message': {
    input: { walletId: WalletId; cardId: CardId; message: NetworkMessage; deadlineMs: number | null };
    answer: { card: Card; event: CardEvent; answer: MessageAnswer };
  };
  /** Closes or freezes a card, or takes back some of what is unused. Doing it again changes nothing. */
  'card.control': {
    input: {
      walletId: WalletId;
      cardId: CardId;
      /** Unique per card, for each thing that is asked. */
      actId: string;
      actor: Actor;
      /** `amountUnits` null: all of it, which closes the card. */
      act: { kind: 'close' } | { kind: 'freeze' } | { kind: 'withdraw'; amountUnits: bigint | null };
    };
    answer: { card: Card };
  };
  /** Does what time alone brings: the card's end, a hold's end, the end of what is kept for late captures. */
  'card.tick': { input: { walletId: WalletId; cardId: CardId }; answer: { card: Card } };
  'payback.sent': {
    input: { walletId: WalletId; paybackId: PaybackId; txHash: string };
    answer: { payback: Payback };
  };
  /** Lets a card's number be shown, or typed into a form, once and soon. */
  'reveal.grant': {
    input: Pick<Reveal, 'walletId' | 'cardId' | 'tokenHash' | 'purpose' | 'origin'> & { actor: Actor };
    answer: { reveal: Reveal; card: Card };
  };
  /** Uses that up. Only the first use is answered with ok. */
  'reveal.use': {
    input: { walletId: WalletId; tokenHash: string; actor: Actor; origin: string | null };
    answer: { reveal: Reveal; card: Card };
  };
  'checkpoint.add': { input: { chain: ChainId; checkpoint: Checkpoint }; answer: { checkpoint: Checkpoint } };
};
export type CommandName = keyof Commands;

/** A command by name. */
export type Command<K extends CommandName = CommandName> = {
  readonly [N in K]: { readonly type: N } & Readonly<Commands[N]['input']>;
}[K];

/** What a command leads to: its answer, or a planned refusal. */
export type OutcomeOf<K extends CommandName> =
  | ({ readonly outcome: 'ok' } & Readonly<Commands[K]['answer']>)
  | Refusal;
export type Outcome = OutcomeOf<CommandName>;

/** A payment to decide: the request, and the facts that were found out before. */
export type PaymentRequest = {
  readonly walletId: WalletId;
  readonly agentId: AgentId;
  readonly mandateId: MandateId;
  readonly paymentId: PaymentId;
  readonly idempotencyKey: string;
  readonly operation: string;
  readonly inputHash: string;
  readonly mode: PaymentMode;
  /** *fetch*: what the wallet reached, after redirects. *sign*: what the agent says it will reach. */
  readonly resource: Resource;
  readonly challenge: {
    /** The wallet's own request got it, or the agent handed it in. */
    readonly source: 'wallet' | 'agent';
    /** Origin of the URL the challenge names; null where it names none. */
    readonly statedOrigin: string | null;
    readonly offers: readonly Offer[];
  };
  /** Whether the wallet made its own request to the resource for this decision. */
  readonly isProbed: boolean;
  /** What that request was asked for. */
  readonly seen: readonly Price[];
  /** Derived from the payment's id, so that no retry can have another. */
  readonly nonce: `0x${string}`;
  /** The most the caller wants to pay, in the mandate's currency; null where it does not say. */
  readonly maxUnits: bigint | null;
  /** How far the chain's newest block is from our clock; null where the chain did not answer. */
  readonly chainSkewSeconds: number | null;
  /** What the payment is to do where it goes into a card. */
  readonly card?: CardOrder;
};
