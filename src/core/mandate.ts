import type { Draft } from './books.ts';
import type { AgentId, ApprovalId, MandateId, WalletId } from './id.ts';
import type { Scope } from './scope.ts';

/** `expired` is also what a mandate past its window is shown as before that is recorded. */
export type MandateState = 'pending_signature' | 'signed' | 'rejected' | 'revoked' | 'expired';

/** A budget with a purpose. Its terms stand beside it, by version. */
export type Mandate = {
  readonly id: MandateId;
  readonly walletId: WalletId;
  readonly agentId: AgentId;
  readonly state: MandateState;
  readonly isPaused: boolean;
  /** The version of the terms in force. */
  readonly version: number;
  /** The operator's signed yes to that version. */
  readonly approvalId: ApprovalId | null;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
};

/** What was asked for and is signed: immutable, one record a version. */
export type Terms = {
  readonly id: TermsId;
  readonly mandateId: MandateId;
  readonly version: number;
  readonly walletId: WalletId;
  readonly agentId: AgentId;
  /** The purpose, as the agent worded it. A claim; it decides nothing. */
  readonly intent: string;
  /** Code points that were taken out of it, because they hide or reorder text. */
  readonly removed: readonly string[];
  readonly scope: Scope;
};

/** `mand_…/v1` */
export type TermsId = `${MandateId}/v${number}`;

/** The id of one version of a mandate's terms. */
export function termsId(mandateId: MandateId, version: number): TermsId {
  return `${mandateId}/v${version}`;
}

/** The terms in force of a mandate. */
export function termsOf(books: Pick<Draft, 'get'>, mandate: Mandate): Terms {
  const terms = books.get('terms', termsId(mandate.id, mandate.version));
  if (terms === null) throw new Error(`The mandate ${mandate.id} has no terms of version ${mandate.version}`);
  return terms;
}
