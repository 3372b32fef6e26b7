import type { Address } from './asset.ts';
import { canonicalJson, type Json } from './canonical.ts';
import type { Hash } from './hash.ts';
import type { ApprovalId, WalletId } from './id.ts';

/** What an operator can sign. */
export const ACTIONS = [
  'mandate.approve',
  'mandate.reject',
  'mandate.revoke',
  'agent.freeze',
  'agent.unfreeze',
  'agent.revoke',
  'wallet.freeze',
  'wallet.unfreeze',
  'card.unfreeze',
] as const;
export type Action = (typeof ACTIONS)[number];

/** One thing put before the operator: exact terms, once, for a short time. */
export type Approval = {
  readonly id: ApprovalId;
  readonly walletId: WalletId;
  readonly action: Action;
  /** The mandate, agent, wallet or card it is about. */
  readonly subjectId: string;
  /** Canonical JSON of the terms. */
  readonly terms: string;
  /** SHA-256 of `terms`, hex. */
  readonly digest: string;
  /** The terms in words: a pure function of action and terms, by version. */
  readonly words: string;
  readonly wordsVersion: number;
  /** 32 random bytes, hex. */
  readonly nonce: string;
  /** A whole second: that is what is signed. */
  readonly expiresAtMs: number;
  readonly state: 'open' | 'signed';
  /** 65 bytes, hex with 0x. */
  readonly signature: string | null;
  readonly signer: Address | null;
  readonly signedAtMs: number | null;
};

/** The digest an approval signs: SHA-256 of the canonical JSON of the terms. */
export function digest(terms: Json, hash: Hash): string {
  return hash.sha256(canonicalJson(terms));
}
