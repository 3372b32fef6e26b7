import type { AgentId, WalletId } from './id.ts';

/** A program that spends. */
export type Agent = {
  readonly id: AgentId;
  readonly walletId: WalletId;
  readonly name: string;
  /** SHA-256 of its token, hex. The token itself is kept nowhere. */
  readonly tokenHash: string;
  readonly state: 'active' | 'revoked';
  readonly isFrozen: boolean;
  readonly createdAtMs: number;
};
