import type { AgentId, WalletId } from './id.ts';

/** An idempotency key that was used: unique per agent over all operations. */
export type KeyedRequest = {
  /** `agt_…/<key>` */
  readonly id: string;
  readonly walletId: WalletId;
  readonly agentId: AgentId;
  readonly operation: string;
  /** SHA-256 of the canonical JSON of the operation and its input. */
  readonly inputHash: string;
  /** The payment or mandate it made; null where a *fetch* turned out to be free. */
  readonly subjectId: string | null;
  readonly createdAtMs: number;
};

/** The answer of a payee to a *fetch*, kept so that a repeated call gets the same bytes. */
export type Reply = {
  /** The id of the request it answers. */
  readonly id: string;
  readonly walletId: WalletId;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Null once a large body was dropped. */
  readonly bodyBase64: string | null;
  /** What the payee said of the settlement: a claim, as JSON text. */
  readonly receipt: string | null;
  readonly createdAtMs: number;
};

/** The id of a keyed request. */
export function requestId(agentId: AgentId, key: string): string {
  return `${agentId}/${key}`;
}
