// Made by `npm run generate` from the table of operations; do not edit.

/** The public codes a call can be refused with. */
export type RefusalCode =
  | 'host_not_allowed'
  | 'origin_not_allowed'
  | 'body_too_large'
  | 'media_type_unsupported'
  | 'json_invalid'
  | 'json_key_duplicate'
  | 'route_not_found'
  | 'method_not_allowed'
  | 'credential_missing'
  | 'credential_invalid'
  | 'agent_revoked'
  | 'operation_not_allowed'
  | 'input_invalid'
  | 'field_unknown'
  | 'amount_ambiguous'
  | 'amount_invalid'
  | 'duration_invalid'
  | 'idempotency_key_missing'
  | 'idempotency_key_invalid'
  | 'idempotency_key_reused'
  | 'request_in_progress'
  | 'wallet_not_found'
  | 'agent_not_found'
  | 'mandate_not_found'
  | 'card_not_found'
  | 'challenge_not_found'
  | 'payment_not_found'
  | 'approval_not_found'
  | 'audit_entry_not_found'
  | 'approval_signature_invalid'
  | 'approval_already_used'
  | 'approval_expired'
  | 'approval_stale'
  | 'cards_not_configured'
  | 'card_not_active'
  | 'card_not_rechargeable'
  | 'withdrawal_exceeds_unused'
  | 'card_option_not_allowed'
  | 'card_shortfall_open'
  | 'credentials_destroyed'
  | 'reveal_not_allowed'
  | 'reveal_token_used'
  | 'issuer_refused'
  | 'issuer_unavailable'
  | 'webhook_signature_invalid'
  | 'checkout_unreachable'
  | 'checkout_endpoint_not_allowed'
  | 'checkout_host_mismatch'
  | 'checkout_not_secure'
  | 'checkout_form_unknown'
  | 'checkout_total_unknown'
  | 'checkout_currency_mismatch'
  | 'checkout_total_exceeds_lock'
  | 'checkout_changed'
  | 'state_conflict'
  | 'wallet_frozen'
  | 'agent_frozen'
  | 'mandate_not_signed'
  | 'mandate_rejected'
  | 'mandate_revoked'
  | 'mandate_paused'
  | 'mandate_not_started'
  | 'mandate_expired'
  | 'url_invalid'
  | 'url_not_allowed'
  | 'header_not_allowed'
  | 'address_not_allowed'
  | 'redirect_not_allowed'
  | 'payee_unreachable'
  | 'response_too_large'
  | 'challenge_invalid'
  | 'resource_mismatch'
  | 'challenge_changed'
  | 'no_supported_payment_option'
  | 'rail_not_in_scope'
  | 'asset_not_in_scope'
  | 'amount_out_of_range'
  | 'authorization_window_invalid'
  | 'clock_skew'
  | 'payee_not_in_scope'
  | 'payee_changed'
  | 'price_changed'
  | 'payee_unverified'
  | 'max_amount_exceeded'
  | 'payment_limit_exceeded'
  | 'mandate_budget_exceeded'
  | 'period_limit_exceeded'
  | 'daily_limit_exceeded'
  | 'payee_limit_exceeded'
  | 'payment_count_exceeded'
  | 'velocity_exceeded'
  | 'resource_limit_exceeded'
  | 'insufficient_balance'
  | 'engine_unavailable'
  | 'internal_error';

export type Mandate = {
  readonly id: string;
  readonly agentId: string;
  readonly state: "pending_signature" | "signed" | "rejected" | "revoked" | "expired";
  readonly paused: boolean;
  readonly version: number;
  readonly intent: string;
  readonly scope: Scope;
  /** USD of settled payments */
  readonly spent: string;
  /** USD of payments under way */
  readonly reserved: string;
  /** USD as decimal text */
  readonly remaining: string;
  readonly payments: number;
  /** ISO 8601, UTC */
  readonly createdAt: string;
  /** ISO 8601, UTC */
  readonly updatedAt: string;
};

export type Scope = {
  readonly currency: string;
  /** USD as decimal text */
  readonly total: string;
  /** USD as decimal text */
  readonly perPayment?: string;
  /** USD as decimal text */
  readonly perDay?: string;
  /** USD as decimal text */
  readonly perPayee?: string;
  readonly perPeriod?: {
    /** USD as decimal text */
    readonly limit: string;
    readonly every: string;
  };
  readonly paymentsMax?: number;
  readonly velocity?: {
    readonly count: number;
    readonly seconds: number;
  };
  /** ISO 8601, UTC */
  readonly notBefore: string;
  /** ISO 8601, UTC */
  readonly expiresAt: string;
  readonly rails: readonly string[];
  readonly assets: readonly string[];
  readonly hosts: readonly string[];
  readonly payees: readonly string[];
};

export type Payment = {
  readonly id: string;
  readonly mandateId: string;
  readonly agentId: string;
  /** settled and released are proved; unknown and confirmed are not yet */
  readonly state: "denied" | "reserved" | "unknown" | "confirmed" | "settled" | "released";
  readonly mode: "fetch" | "sign" | "card";
  /** The card it is for */
  readonly cardId?: string;
  readonly url: string;
  readonly method: string;
  /** USD as decimal text */
  readonly amount?: string;
  readonly asset?: string;
  readonly units?: string;
  readonly payTo?: string;
  readonly authorization?: {
    readonly nonce: string;
    /** ISO 8601, UTC */
    readonly validBefore: string;
  };
  readonly refusal?: Refusal;
  readonly proof?: Readonly<Record<string, string | number>>;
  /** Number of the decision's entry in the audit trail */
  readonly decisionSeq: number;
  readonly idempotencyKey: string;
  /** ISO 8601, UTC */
  readonly createdAt: string;
  /** ISO 8601, UTC */
  readonly updatedAt: string;
};

export type Refusal = {
  readonly code: string;
  readonly detail: string;
  readonly hint: string;
  readonly retryable: boolean;
  readonly numbers?: Readonly<Record<string, string>>;
};

export type Agent = {
  readonly id: string;
  readonly name: string;
  readonly state: "active" | "revoked";
  readonly frozen: boolean;
  /** ISO 8601, UTC */
  readonly createdAt: string;
};

export type Approval = {
  readonly id: string;
  readonly walletId: string;
  readonly action: string;
  readonly subjectId: string;
  /** Canonical JSON (RFC 8785) whose SHA-256 is the digest */
  readonly termsJson: string;
  readonly words: string;
  readonly wordsVersion: number;
  readonly digest: string;
  readonly nonce: string;
  /** ISO 8601, UTC */
  readonly expiresAt: string;
  readonly state: "open" | "signed";
  readonly signature: string | null;
  readonly signer: string | null;
};

export type Card = {
  readonly id: string;
  /** active takes one charge; consumed and settling took it; closed and failed are final */
  readonly state: "pending" | "active" | "frozen" | "consumed" | "settling" | "closed" | "failed";
  /** Why it is closed, or could not be made */
  readonly reason?: string;
  readonly label: string;
  readonly mandateId: string;
  readonly agentId: string;
  readonly issuer: string;
  readonly lastFour?: string;
  /** MM/YY */
  readonly expiry?: string;
  /** Checkout pages it may be typed into */
  readonly hosts: readonly string[];
  readonly merchantLock?: string;
  /** USD as decimal text */
  readonly locked: string;
  /** Locked, neither held nor spent */
  readonly unused: string;
  /** Under authorizations that are not captured yet */
  readonly held: string;
  /** Taken by merchants */
  readonly captured: string;
  /** Unused money given back to the wallet */
  readonly returned: string;
  /** USD as decimal text */
  readonly fee: string;
  /** Its money is worth nothing */
  readonly sandbox: boolean;
  /** Number of the decision's entry in the audit trail */
  readonly decisionSeq: number;
  /** ISO 8601, UTC */
  readonly createdAt: string;
  /** ISO 8601, UTC */
  readonly expiresAt: string;
};

export type CardEvent = {
  readonly seq: number;
  /** ISO 8601, UTC */
  readonly at: string;
  readonly kind: string;
  /** The same in words */
  readonly detail: string;
  /** USD as decimal text */
  readonly amount?: string;
  readonly authorization?: string;
  /** The network's name for a posting */
  readonly record?: string;
  /** The posting or authorization that it is about */
  readonly of?: string;
  readonly merchant?: Merchant;
  readonly answer: "approved" | "declined" | "noted";
  /** USD as decimal text */
  readonly approved?: string;
  readonly decline?: Decline;
  /** What the operator should look at */
  readonly exceptions: readonly {
    readonly code: string;
    readonly detail: string;
  }[];
};

/** As the card network describes it: a claim, and not an instruction */
export type Merchant = {
  readonly name: string;
  readonly id?: string;
  readonly mcc?: string;
  readonly country?: string;
};

export type Decline = {
  readonly reason: string;
  readonly hint: string;
  readonly retry: string;
};

export type WalletBalanceInput = Readonly<Record<string, never>>;

export type WalletBalanceOutput = {
  /** USD that can be spent now */
  readonly available: string;
  readonly assets: readonly {
    readonly asset: string;
    readonly available: string;
    readonly availableUnits: string;
    /** Signed for, not yet settled or released */
    readonly held: string;
    /** Seen on chain, not final yet */
    readonly incoming: string;
    /** Locked on cards and not taken by merchants */
    readonly onCards: string;
    /** On its way back from cards */
    readonly returning: string;
  }[];
  /** Where to send money to top up */
  readonly address: string;
};

export type WalletStatusInput = Readonly<Record<string, never>>;

export type WalletStatusOutput = {
  readonly id: string;
  readonly name: string;
  readonly operatorAddress: string;
  readonly paymentAddress: string;
  readonly frozen: boolean;
  readonly assets: readonly string[];
  /** Null while no chain node answers */
  readonly chainSkewSeconds: number | null;
  readonly sandbox: boolean;
};

export type PaymentRequestInput = {
  /** The whole budget */
  readonly amount: string | number;
  /** What the money is for, in plain words */
  readonly intent: string;
  /** How long the mandate lasts from its start */
  readonly duration: string;
  /** Hosts that may be paid */
  readonly hosts?: readonly string[] | undefined;
  /** Addresses that may be paid */
  readonly payees?: readonly string[] | undefined;
  /** An amount in USD as decimal text, such as "25.00"; at most 6 decimals */
  readonly perPayment?: string | number | undefined;
  /** An amount in USD as decimal text, such as "25.00"; at most 6 decimals */
  readonly perDay?: string | number | undefined;
  /** An amount in USD as decimal text, such as "25.00"; at most 6 decimals */
  readonly perPayee?: string | number | undefined;
  readonly perPeriod?: {
    /** An amount in USD as decimal text, such as "25.00"; at most 6 decimals */
    readonly limit: string | number;
    readonly every: "day" | "week" | "month";
  } | undefined;
  readonly paymentsMax?: number | undefined;
  readonly velocity?: {
    readonly count: number;
    readonly seconds: number;
  } | undefined;
  readonly notBefore?: string | undefined;
  readonly rails?: readonly ("x402" | "card")[] | undefined;
  readonly assets?: readonly string[] | undefined;
};

export type PaymentRequestOutput = {
  readonly mandate: Mandate;
  /** What the operator is asked, in plain words */
  readonly asks: string;
  /** Where the operator approves */
  readonly approve: {
    readonly command: string;
  };
};

export type MandateGetInput = {
  readonly mandate: string;
};

export type MandateGetOutput = Mandate;

export type MandateListInput = {
  readonly after?: string | undefined;
  readonly limit?: number | undefined;
};

export type MandateListOutput = {
  readonly mandates: readonly Mandate[];
};

export type PaymentExecuteInput = {
  /** The mandate to pay under */
  readonly mandate: string;
  /** The resource to pay for */
  readonly url: string;
  readonly method?: "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | undefined;
  /** fetch: the wallet makes the request and pays. sign: you get the header and make it */
  readonly mode?: "fetch" | "sign" | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** The body as text */
  readonly body?: string | undefined;
  /** The body as base64 */
  readonly bodyBase64?: string | undefined;
  /** sign: the 402 you got: the PAYMENT-REQUIRED header, or the body of x402 version 1 */
  readonly challenge?: {
    readonly header?: string | undefined;
    readonly body?: string | undefined;
  } | undefined;
  /** The most to pay for this */
  readonly maxAmount?: string | number | undefined;
};

export type PaymentExecuteOutput = {
  /** pending: ask again with the same key */
  readonly status: "finished" | "pending";
  /** Null where the resource turned out to be free */
  readonly payment: Payment | null;
  readonly detail?: string;
  /** sign: send this */
  readonly header?: {
    readonly name: string;
    readonly value: string;
  };
  /** fetch: what the payee answered */
  readonly response?: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    /** The body, where it is text */
    readonly body?: string;
    /** The body, where it is not text */
    readonly bodyBase64?: string;
    /** The body was too large to be kept */
    readonly isDropped?: boolean;
  };
  /** The payee's claim of settlement, as JSON; not proof */
  readonly receipt?: string;
};

export type PaymentGetInput = {
  readonly payment: string;
};

export type PaymentGetOutput = Payment;

export type PaymentListInput = {
  readonly after?: string | undefined;
  readonly limit?: number | undefined;
  readonly mandate?: string | undefined;
};

export type PaymentListOutput = {
  readonly payments: readonly Payment[];
};

export type AgentRegisterInput = {
  readonly name: string;
};

export type AgentRegisterOutput = {
  readonly agent: Agent;
  readonly token: string;
};

export type AgentListInput = {
  readonly after?: string | undefined;
  readonly limit?: number | undefined;
};

export type AgentListOutput = {
  readonly agents: readonly Agent[];
};

export type ApprovalOpenInput = {
  readonly action: "mandate.approve" | "mandate.reject" | "mandate.revoke" | "agent.freeze" | "agent.unfreeze" | "agent.revoke" | "wallet.freeze" | "wallet.unfreeze" | "card.unfreeze";
  readonly subject: string;
};

export type ApprovalOpenOutput = Approval;

export type ApprovalGetInput = {
  readonly approval: string;
};

export type ApprovalGetOutput = Approval;

export type ApprovalListInput = {
  readonly after?: string | undefined;
  readonly limit?: number | undefined;
};

export type ApprovalListOutput = {
  readonly approvals: readonly Approval[];
};

export type ApprovalSignInput = {
  readonly approval: string;
  readonly signature: string;
};

export type ApprovalSignOutput = Approval;

export type AuditEntriesInput = {
  readonly chain?: "wallet" | "system" | undefined;
  readonly afterSeq?: number | undefined;
  readonly limit?: number | undefined;
};

export type AuditEntriesOutput = {
  readonly entries: readonly {
    readonly chain: string;
    readonly seq: number;
    readonly kind: string;
    readonly subjectId: string;
    readonly actor: {
      readonly kind: string;
      readonly id: string;
    };
    readonly atMs: number;
    /** Canonical JSON of what was recorded */
    readonly body: string;
    readonly prevHash: string;
    readonly hash: string;
  }[];
};

export type AuditCheckpointInput = {
  readonly chain?: "wallet" | "system" | undefined;
};

export type AuditCheckpointOutput = {
  readonly chain: string;
  /** How many entries, from the first, it covers */
  readonly size: number;
  /** Merkle tree hash (RFC 6962) over the entries' hashes */
  readonly rootHash: string;
  readonly atMs: number;
  /** Ed25519, hex */
  readonly publicKey: string;
  /** Over the canonical JSON of atMs, chain, rootHash and size */
  readonly signature: string;
};

export type AuditProofInput = {
  readonly chain?: "wallet" | "system" | undefined;
  readonly seq: number;
};

export type AuditProofOutput = {
  readonly entry: {
    readonly chain: string;
    readonly seq: number;
    readonly kind: string;
    readonly subjectId: string;
    readonly actor: {
      readonly kind: string;
      readonly id: string;
    };
    readonly atMs: number;
    /** Canonical JSON of what was recorded */
    readonly body: string;
    readonly prevHash: string;
    readonly hash: string;
  };
  readonly checkpoint: {
    readonly chain: string;
    /** How many entries, from the first, it covers */
    readonly size: number;
    /** Merkle tree hash (RFC 6962) over the entries' hashes */
    readonly rootHash: string;
    readonly atMs: number;
    /** Ed25519, hex */
    readonly publicKey: string;
    /** Over the canonical JSON of atMs, chain, rootHash and size */
    readonly signature: string;
  };
  readonly proof: readonly string[];
};

export type CardCreateInput = {
  /** The whole charge with tax and shipping, such as "25.00" */
  readonly amount: string | number;
  /** The mandate to pay under */
  readonly mandate: string;
  /** The host of the checkout page; without it, those of the mandate */
  readonly merchant?: string | undefined;
  /** What the card is for */
  readonly label?: string | undefined;
  /** The merchant's name or id as the card network words it; others are declined */
  readonly merchantLock?: string | undefined;
  /** Only merchants of these categories */
  readonly mccs?: readonly string[] | undefined;
  /** Only merchants of these countries */
  readonly countries?: readonly string[] | undefined;
  /** How long it can be charged, such as "2h" */
  readonly ttl?: string | undefined;
  /** Only charges with a passed 3-D Secure challenge */
  readonly require3ds?: boolean | undefined;
};

export type CardCreateOutput = {
  /** pending: ask again with the same key */
  readonly status: "finished" | "pending";
  readonly card: Card;
  /** The payment into the card */
  readonly payment: string;
  readonly detail?: string;
};

export type CardListInput = {
  readonly after?: string | undefined;
  readonly limit?: number | undefined;
  readonly mandate?: string | undefined;
};

export type CardListOutput = {
  readonly cards: readonly Card[];
};

export type CardGetInput = {
  /** The card */
  readonly card: string;
};

export type CardGetOutput = Card;

export type CardBalanceInput = {
  /** The card */
  readonly card: string;
};

export type CardBalanceOutput = {
  readonly card: string;
  readonly state: string;
  /** USD as decimal text */
  readonly locked: string;
  /** Locked, neither held nor spent */
  readonly unused: string;
  /** Under authorizations that are not captured yet */
  readonly held: string;
  /** Taken by merchants, also above the lock */
  readonly captured: string;
  /** Unused money given back to the wallet */
  readonly returned: string;
  /** Merchants' credits given to the wallet */
  readonly refunded: string;
  /** Credits of disputes that were won */
  readonly disputed: string;
  /** Taken above the lock; the issuer carries it, never the wallet */
  readonly shortfall: string;
  /** Credits that match no charge; the operator must look */
  readonly suspense: string;
  /** USD as decimal text */
  readonly fee: string;
};

export type CardTransactionsInput = {
  /** The card */
  readonly card: string;
  /** Only later entries */
  readonly after?: number | undefined;
  readonly limit?: number | undefined;
};

export type CardTransactionsOutput = {
  readonly transactions: readonly CardEvent[];
};

export type CardFillInput = {
  /** The card */
  readonly card: string;
  /** The debugging endpoint (CDP) of the browser, such as "http://127.0.0.1:9222" */
  readonly endpoint: string;
  /** The URL of the checkout page, or its beginning; the page in front without this */
  readonly page?: string | undefined;
  /** Whether to press the button that pays; false is for the operator, who then sees the card */
  readonly press?: boolean | undefined;
};

export type CardFillOutput = {
  /** authorized and declined: by the books, not by the page. challenge: get the code with card.challenge */
  readonly status: "authorized" | "declined" | "challenge" | "pressed" | "filled";
  readonly authorization?: string;
  readonly decline?: Decline;
  /** What the page said is to be paid, in USD */
  readonly total: string;
};

export type CardChallengeInput = {
  /** The card */
  readonly card: string;
};

export type CardChallengeOutput = {
  readonly ref: string;
  /** Type it only where this merchant asks for this amount */
  readonly code: string;
  readonly merchant: Merchant;
  /** USD as decimal text */
  readonly amount: string;
  /** ISO 8601, UTC */
  readonly expiresAt: string;
};

export type CardCloseInput = {
  /** The card */
  readonly card: string;
};

export type CardCloseOutput = {
  readonly card: Card;
  /** Whether the issuer has it too; where not, it is told again */
  readonly isDone: boolean;
};

export type CardFreezeInput = {
  /** The card */
  readonly card: string;
};

export type CardFreezeOutput = {
  readonly card: Card;
  /** Whether the issuer has it too; where not, it is told again */
  readonly isDone: boolean;
};

export type CardWithdrawInput = {
  /** The card */
  readonly card: string;
  /** How much; all without this */
  readonly amount?: string | number | undefined;
};

export type CardWithdrawOutput = {
  readonly card: Card;
  /** Whether the issuer has it too; where not, it is told again */
  readonly isDone: boolean;
};

export type CardRechargeInput = {
  /** The card */
  readonly card: string;
  /** How much more */
  readonly amount: string | number;
};

export type CardRechargeOutput = {
  /** pending: ask again with the same key */
  readonly status: "finished" | "pending";
  readonly card: Card;
  /** The payment into the card */
  readonly payment: string;
  readonly detail?: string;
};

export type CardRevealInput = {
  /** The card */
  readonly card: string;
};

export type CardRevealOutput = {
  /** Good once, and soon over */
  readonly token: string;
  /** ISO 8601, UTC */
  readonly expiresAt: string;
};

export type CardShowInput = {
  /** The card */
  readonly card: string;
  readonly token: string;
};

export type CardShowOutput = {
  readonly number: string;
  readonly code: string;
  /** MM/YY */
  readonly expiry: string;
};

export type CardholderGetInput = Readonly<Record<string, never>>;

export type CardholderGetOutput = {
  readonly name: string;
  readonly email?: string;
  readonly address?: {
    readonly line1: string;
    readonly city: string;
    readonly state?: string;
    readonly postalCode: string;
    /** ISO 3166 alpha-2 */
    readonly country: string;
  };
};

/** What each operation takes and gives, by its name. */
export type Operations = {
  readonly 'wallet.balance': { readonly input: WalletBalanceInput; readonly output: WalletBalanceOutput };
  readonly 'wallet.status': { readonly input: WalletStatusInput; readonly output: WalletStatusOutput };
  readonly 'payment.request': { readonly input: PaymentRequestInput; readonly output: PaymentRequestOutput };
  readonly 'mandate.get': { readonly input: MandateGetInput; readonly output: MandateGetOutput };
  readonly 'mandate.list': { readonly input: MandateListInput; readonly output: MandateListOutput };
  readonly 'payment.execute': { readonly input: PaymentExecuteInput; readonly output: PaymentExecuteOutput };
  readonly 'payment.get': { readonly input: PaymentGetInput; readonly output: PaymentGetOutput };
  readonly 'payment.list': { readonly input: PaymentListInput; readonly output: PaymentListOutput };
  readonly 'agent.register': { readonly input: AgentRegisterInput; readonly output: AgentRegisterOutput };
  readonly 'agent.list': { readonly input: AgentListInput; readonly output: AgentListOutput };
  readonly 'approval.open': { readonly input: ApprovalOpenInput; readonly output: ApprovalOpenOutput };
  readonly 'approval.get': { readonly input: ApprovalGetInput; readonly output: ApprovalGetOutput };
  readonly 'approval.list': { readonly input: ApprovalListInput; readonly output: ApprovalListOutput };
  readonly 'approval.sign': { readonly input: ApprovalSignInput; readonly output: ApprovalSignOutput };
  readonly 'audit.entries': { readonly input: AuditEntriesInput; readonly output: AuditEntriesOutput };
  readonly 'audit.checkpoint': { readonly input: AuditCheckpointInput; readonly output: AuditCheckpointOutput };
  readonly 'audit.proof': { readonly input: AuditProofInput; readonly output: AuditProofOutput };
  readonly 'card.create': { readonly input: CardCreateInput; readonly output: CardCreateOutput };
  readonly 'card.list': { readonly input: CardListInput; readonly output: CardListOutput };
  readonly 'card.get': { readonly input: CardGetInput; readonly output: CardGetOutput };
  readonly 'card.balance': { readonly input: CardBalanceInput; readonly output: CardBalanceOutput };
  readonly 'card.transactions': { readonly input: CardTransactionsInput; readonly output: CardTransactionsOutput };
  readonly 'card.fill': { readonly input: CardFillInput; readonly output: CardFillOutput };
  readonly 'card.challenge': { readonly input: CardChallengeInput; readonly output: CardChallengeOutput };
  readonly 'card.close': { readonly input: CardCloseInput; readonly output: CardCloseOutput };
  readonly 'card.freeze': { readonly input: CardFreezeInput; readonly output: CardFreezeOutput };
  readonly 'card.withdraw': { readonly input: CardWithdrawInput; readonly output: CardWithdrawOutput };
  readonly 'card.recharge': { readonly input: CardRechargeInput; readonly output: CardRechargeOutput };
  readonly 'card.reveal': { readonly input: CardRevealInput; readonly output: CardRevealOutput };
  readonly 'card.show': { readonly input: CardShowInput; readonly output: CardShowOutput };
  readonly 'cardholder.get': { readonly input: CardholderGetInput; readonly output: CardholderGetOutput };
};

/** The operations as methods, `<noun>.<verb>`, each with the options a call takes. */
export type Methods<Options> = {
  readonly wallet: {
    /** What the wallet can spend, what is held for payments under way, on cards, and coming in */
    readonly balance: (input?: WalletBalanceInput, options?: Options) => Promise<WalletBalanceOutput>;
    /** The wallet, its operator, its assets, and whether it is frozen or out of touch with the chain */
    readonly status: (input?: WalletStatusInput, options?: Options) => Promise<WalletStatusOutput>;
  };
  readonly payment: {
    /** Ask the operator for a budget with a purpose (a mandate); returns at once, before it is approved */
    readonly request: (input: PaymentRequestInput, options?: Options) => Promise<PaymentRequestOutput>;
    /** Pay for a resource inside a mandate; the same idempotency key never pays twice */
    readonly execute: (input: PaymentExecuteInput, options?: Options) => Promise<PaymentExecuteOutput>;
    /** A payment: what was decided and why, and what is proved of its settlement */
    readonly get: (input: PaymentGetInput, options?: Options) => Promise<PaymentGetOutput>;
    /** Payments, oldest first; an agent sees its own */
    readonly list: (input?: PaymentListInput, options?: Options) => Promise<PaymentListOutput>;
  };
  readonly mandate: {
    /** A mandate: its state, its signed scope, and how much of its budget is left */
    readonly get: (input: MandateGetInput, options?: Options) => Promise<MandateGetOutput>;
    /** Mandates, oldest first; an agent sees its own */
    readonly list: (input?: MandateListInput, options?: Options) => Promise<MandateListOutput>;
  };
  readonly agent: {
    /** Register an agent; its token is shown this once and kept nowhere */
    readonly register: (input: AgentRegisterInput, options?: Options) => Promise<AgentRegisterOutput>;
    /** The agents of the wallet; an agent sees itself only */
    readonly list: (input?: AgentListInput, options?: Options) => Promise<AgentListOutput>;
  };
  readonly approval: {
    /** Put exact terms before the operator to sign; valid once, for five minutes */
    readonly open: (input: ApprovalOpenInput, options?: Options) => Promise<ApprovalOpenOutput>;
    /** An approval: its exact terms, their words and digest, and its signature */
    readonly get: (input: ApprovalGetInput, options?: Options) => Promise<ApprovalGetOutput>;
    /** Approvals, oldest first: what the operator was asked, and what was signed */
    readonly list: (input?: ApprovalListInput, options?: Options) => Promise<ApprovalListOutput>;
    /** Hand in the operator's signature over an approval; what it says is done at once */
    readonly sign: (input: ApprovalSignInput, options?: Options) => Promise<ApprovalSignOutput>;
  };
  readonly audit: {
    /** The audit trail in order: every entry is hash-chained to the one before */
    readonly entries: (input?: AuditEntriesInput, options?: Options) => Promise<AuditEntriesOutput>;
    /** Sign a statement of how long a chain is and what it holds; keep it elsewhere to prove that nothing changed */
    readonly checkpoint: (input?: AuditCheckpointInput, options?: Options) => Promise<AuditCheckpointOutput>;
    /** An entry with the proof that the latest checkpoint of its chain covers it */
    readonly proof: (input: AuditProofInput, options?: Options) => Promise<AuditProofOutput>;
  };
  readonly card: {
    /** Make a card for one charge up to an exact amount, inside a mandate; what is not used comes back */
    readonly create: (input: CardCreateInput, options?: Options) => Promise<CardCreateOutput>;
    /** Cards, oldest first; an agent sees its own */
    readonly list: (input?: CardListInput, options?: Options) => Promise<CardListOutput>;
    /** A card: its state, what it is for, what is left of it; never its number */
    readonly get: (input: CardGetInput, options?: Options) => Promise<CardGetOutput>;
    /** Where the money of a card stands: unused, held, captured, returned, refunded, and any shortfall */
    readonly balance: (input: CardBalanceInput, options?: Options) => Promise<CardBalanceOutput>;
    /** A card's log: every message of the network, every act, what came of it, and what needs a look */
    readonly transactions: (input: CardTransactionsInput, options?: Options) => Promise<CardTransactionsOutput>;
    /** Type a card into the checkout page of its merchant in your browser, and pay; you never see the number */
    readonly fill: (input: CardFillInput, options?: Options) => Promise<CardFillOutput>;
    /** The one-time code (3-D Secure) that a checkout asks for now, with its merchant and amount */
    readonly challenge: (input: CardChallengeInput, options?: Options) => Promise<CardChallengeOutput>;
    /** Close a card for good; what is unused goes back to the wallet, what was charged still posts */
    readonly close: (input: CardCloseInput, options?: Options) => Promise<CardCloseOutput>;
    /** Stop a card from being charged; only the operator can lift that, with a signature */
    readonly freeze: (input: CardFreezeInput, options?: Options) => Promise<CardFreezeOutput>;
    /** Take unused money back from a card; all of it closes the card */
    readonly withdraw: (input: CardWithdrawInput, options?: Options) => Promise<CardWithdrawOutput>;
    /** Lock more money on a card that was not used yet, inside its mandate */
    readonly recharge: (input: CardRechargeInput, options?: Options) => Promise<CardRechargeOutput>;
    /** Get a token that shows a card's number once; for the operator, unless its policy says otherwise */
    readonly reveal: (input: CardRevealInput, options?: Options) => Promise<CardRevealOutput>;
    /** Trade a token of card.reveal for the card's number, code and expiry; no answer is kept anywhere */
    readonly show: (input: CardShowInput, options?: Options) => Promise<CardShowOutput>;
  };
  readonly cardholder: {
    /** The name and billing address to give at a checkout that takes a card of this wallet */
    readonly get: (input?: CardholderGetInput, options?: Options) => Promise<CardholderGetOutput>;
  };
};

/** Where each operation is. Fields in braces go into the path. */
export const ROUTES = {
  'wallet.balance': { method: 'GET', path: '/v1/wallet/balance', movesMoney: false },
  'wallet.status': { method: 'GET', path: '/v1/wallet', movesMoney: false },
  'payment.request': { method: 'POST', path: '/v1/mandates', movesMoney: false },
  'mandate.get': { method: 'GET', path: '/v1/mandates/{mandate}', movesMoney: false },
  'mandate.list': { method: 'GET', path: '/v1/mandates', movesMoney: false },
  'payment.execute': { method: 'POST', path: '/v1/payments', movesMoney: true },
  'payment.get': { method: 'GET', path: '/v1/payments/{payment}', movesMoney: false },
  'payment.list': { method: 'GET', path: '/v1/payments', movesMoney: false },
  'agent.register': { method: 'POST', path: '/v1/agents', movesMoney: false },
  'agent.list': { method: 'GET', path: '/v1/agents', movesMoney: false },
  'approval.open': { method: 'POST', path: '/v1/approvals', movesMoney: false },
  'approval.get': { method: 'GET', path: '/v1/approvals/{approval}', movesMoney: false },
  'approval.list': { method: 'GET', path: '/v1/approvals', movesMoney: false },
  'approval.sign': { method: 'POST', path: '/v1/approvals/{approval}/signature', movesMoney: false },
  'audit.entries': { method: 'GET', path: '/v1/audit', movesMoney: false },
  'audit.checkpoint': { method: 'POST', path: '/v1/audit/checkpoints', movesMoney: false },
  'audit.proof': { method: 'GET', path: '/v1/audit/{seq}/proof', movesMoney: false },
  'card.create': { method: 'POST', path: '/v1/cards', movesMoney: true },
  'card.list': { method: 'GET', path: '/v1/cards', movesMoney: false },
  'card.get': { method: 'GET', path: '/v1/cards/{card}', movesMoney: false },
  'card.balance': { method: 'GET', path: '/v1/cards/{card}/balance', movesMoney: false },
  'card.transactions': { method: 'GET', path: '/v1/cards/{card}/transactions', movesMoney: false },
  'card.fill': { method: 'POST', path: '/v1/cards/{card}/fill', movesMoney: false },
  'card.challenge': { method: 'GET', path: '/v1/cards/{card}/3ds', movesMoney: false },
  'card.close': { method: 'POST', path: '/v1/cards/{card}/close', movesMoney: false },
  'card.freeze': { method: 'POST', path: '/v1/cards/{card}/freeze', movesMoney: false },
  'card.withdraw': { method: 'POST', path: '/v1/cards/{card}/withdraw', movesMoney: true },
  'card.recharge': { method: 'POST', path: '/v1/cards/{card}/recharge', movesMoney: true },
  'card.reveal': { method: 'POST', path: '/v1/cards/{card}/reveal', movesMoney: false },
  'card.show': { method: 'POST', path: '/v1/cards/{card}/show', movesMoney: false },
  'cardholder.get': { method: 'GET', path: '/v1/cardholder', movesMoney: false },
} as const;
