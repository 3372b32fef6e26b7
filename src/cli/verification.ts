import type { Approval } from '../core/approval.ts';
import type { Address } from '../core/asset.ts';
import { type AuditEntry, entryId, findFault, GENESIS_HASH } from '../core/audit.ts';
import { messageOf, verifyApproval } from '../protocol/approval.ts';
import { nodeHash } from '../store/hash.ts';
import { findMismatch, readTerms } from './terms.ts';

/** An entry as it is exported: its id follows from its chain and number. */
export type ExportedEntry = Omit<AuditEntry, 'id'>;

/** What was checked, or the first entry that is wrong and why. */
export type Verdict =
  | {
      readonly outcome: 'ok';
      readonly chains: readonly { readonly chain: string; readonly entries: number; readonly head: string }[];
      readonly approvals: number;
      readonly operators: Readonly<Record<string, string>>;
    }
  | { readonly outcome: 'fault'; readonly entry: string; readonly fault: string };

/** What each kind of entry an operator causes says was approved. */
const ACTIONS: Readonly<Record<string, string>> = {
  'mandate.signed': 'mandate.approve',
  'mandate.rejected': 'mandate.reject',
  'mandate.revoked': 'mandate.revoke',
  'agent.frozen': 'agent.freeze',
  'agent.unfrozen': 'agent.unfreeze',
  'agent.revoked': 'agent.revoke',
  'wallet.frozen': 'wallet.freeze',
  'wallet.unfrozen': 'wallet.unfreeze',
};

const LINKS = {
  gap: 'An entry before it is missing',
  broken_link: 'It does not follow from the entry before it',
  hash_mismatch: 'Its hash is not that of its content',
};

/**
 * Checks an audit trail from its own content: every chain is whole from its first entry on, and whatever an operator
 * is said to have done was signed, once, over these very terms, by the key the wallet was opened with.
 */
export function verifyTrail(entries: readonly ExportedEntry[], pinned: Address | null): Verdict {
  const chains = new Map<string, AuditEntry[]>();
  for (const entry of entries) {
    const whole: AuditEntry = { ...entry, id: entryId(entry.chain, entry.seq) };
    chains.set(entry.chain, [...(chains.get(entry.chain) ?? []), whole]);
  }
  for (const [chain, its] of chains) {
    const found = findFault(its, nodeHash);
    if (found !== null) return fault(`${chain}/${found.seq}`, LINKS[found.fault]);
  }
  ...
}
