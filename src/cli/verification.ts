import type { Approval } from '../core/approval.ts';
import type { Address } from '../core/asset.ts';
import { type AuditEntry, entryId, findFault, GENESIS_HASH } from '../core/audit.ts';
import { canonicalJson, type Json } from '../core/canonical.ts';
import type { Checkpoint } from '../core/checkpoint.ts';
import type { ChainId } from '../core/id.ts';
import { messageOf, verifyApproval } from '../protocol/approval.ts';
import { nodeHash } from '../store/hash.ts';
import { sealFlaw } from './seal.ts';
import { findMismatch, readCanonical, readTerms } from './terms.ts';

/** An entry as it is exported: its id follows from its chain and number. */
export type ExportedEntry = Omit<AuditEntry, 'id'>;

/** What a trail is made of. A checkpoint stands after the entries it covers. */
export type TrailItem = { readonly entry: ExportedEntry } | { readonly checkpoint: Omit<Checkpoint, 'id'> };

/** The first thing that is wrong with a trail, and the entry it is wrong with. */
export type Fault = { readonly entry: string; readonly fault: string };

/** What was checked and found right. */
export type Findings = {
  /** Each chain with its length and the hash of its last entry: two trails that agree here are the same. */
  readonly chains: readonly { readonly chain: string; readonly entries: number; readonly head: string }[];
  readonly approvals: number;
  /** The keys that checkpoints are signed with, each with how many. */
  readonly checkpoints: Readonly<Record<string, number>>;
  /** The operator's address of each wallet. */
  readonly operators: Readonly<Record<string, string>>;
};

/** Checks items one after the other. After a fault the rest means nothing. */
export type Verifier = {
  readonly take: (item: TrailItem) => Fault | null;
  readonly findings: () => Findings;
};

/** What the operator approved in an entry of each kind that only an operator causes. */
const APPROVED: Readonly<Record<string, Approval['action']>> = {
  'mandate.signed': 'mandate.approve',
  'mandate.rejected': 'mandate.reject',
  'mandate.revoked': 'mandate.revoke',
  'agent.frozen': 'agent.freeze',
  'agent.unfrozen': 'agent.unfreeze',
  'agent.revoked': 'agent.revoke',
  'wallet.frozen': 'wallet.freeze',
  'wallet.unfrozen': 'wallet.unfreeze',
  'card.unfrozen': 'card.unfreeze',
};

const BROKEN = {
  gap: 'an entry before it is missing',
  broken_link: 'it does not follow from the entry before it',
  hash_mismatch: 'its hash is not that of its content',
} as const;

/**
 * Checks an audit trail from nothing but its own content: every chain is whole from its first entry on, and whatever
 * an operator is said to have done was signed, once and in time, over these very terms, by the key the wallet was
 * opened with. `pinned` is who that must be, where the caller knows it from elsewhere.
 */
export function createVerifier(pinned: Address | null): Verifier {
  const hashes = new Map<ChainId, string[]>();
  const checkpoints = new Map<string, number>();
  const operators = new Map<string, Address>();
  const requested = new Map<string, string>();
  const used = new Set<string>();
  let approvals = 0;

  function opened({ chain, subjectId, body }: AuditEntry): string | null {
    const wallet = readCanonical(body) as { id?: string; operatorAddress?: Address } | null;
    const operator = wallet?.operatorAddress;
    if (chain !== 'system' || wallet?.id !== subjectId || operator === undefined) return 'it opens no wallet';
    if (operators.has(subjectId)) return `the wallet ${subjectId} was opened before`;
    if (pinned !== null && operator !== pinned) return `the operator is ${operator}, not ${pinned}`;
    operators.set(subjectId, operator);
    return null;
  }

  function approved(entry: AuditEntry): string | null {
    const approval = readCanonical(entry.body) as Approval | null;
    if (approval === null || typeof approval.terms !== 'string') return 'it holds no approval';
    const operator = operators.get(entry.chain);
    if (operator === undefined) return `nothing before it says who the operator of ${entry.chain} is`;
    const flaw = linkFlaw(entry, approval) ?? findMismatch(approval);
    if (flaw !== null) return flaw;
    if (!isSignedBy(operator, approval, entry))
      return `its signature is not that of the operator ${operator}`;
    if (used.has(approval.nonce)) return `the approval ${approval.id} was used before`;
    used.add(approval.nonce);
    const { terms } = readTerms(approval.terms) ?? {};
    if (entry.kind === 'mandate.signed' && canonicalJson(terms as Json) !== requested.get(entry.subjectId)) {
      return 'the terms that were signed are not those that were requested';
    }
    approvals += 1;
    return null;
  }

  function findFlaw(entry: AuditEntry): string | null {
    if (entry.kind === 'wallet.created') return opened(entry);
    if (entry.kind === 'mandate.requested') requested.set(entry.subjectId, entry.body);
    if (entry.kind in APPROVED) return approved(entry);
    return entry.actor.kind === 'operator' ? 'it names an operator, but holds no approval' : null;
  }

  function takeEntry(given: ExportedEntry): Fault | null {
    const entry: AuditEntry = { ...given, id: entryId(given.chain, given.seq) };
    const its = hashes.get(entry.chain) ?? [];
    const last = { seq: its.length, hash: its.at(-1) ?? GENESIS_HASH };
    const broken = findFault([entry], nodeHash, last);
    const flaw = broken === null ? findFlaw(entry) : BROKEN[broken.fault];
    its.push(entry.hash);
    hashes.set(entry.chain, its);
    return flaw === null ? null : { entry: entry.id, fault: flaw };
  }

  function takeCheckpoint(checkpoint: Omit<Checkpoint, 'id'>): Fault | null {
    const { chain, publicKey, size } = checkpoint;
    const flaw = sealFlaw(checkpoint, hashes.get(chain) ?? []);
    checkpoints.set(publicKey, (checkpoints.get(publicKey) ?? 0) + 1);
    return flaw === null ? null : { entry: entryId(chain, size), fault: `of the checkpoint there: ${flaw}` };
  }

  return {
    take: (item) => ('entry' in item ? takeEntry(item.entry) : takeCheckpoint(item.checkpoint)),
    findings: () => ({
      chains: [...hashes].map(([chain, its]) => ({ chain, entries: its.length, head: its.at(-1) ?? '' })),
      approvals,
      checkpoints: Object.fromEntries(checkpoints),
      operators: Object.fromEntries(operators),
    }),
  };
}

/** What an approval says that its entry does not, or the other way round. */
function linkFlaw(entry: AuditEntry, approval: Approval): string | null {
  if (approval.action !== APPROVED[entry.kind]) return `what was approved is "${approval.action}"`;
  if (approval.subjectId !== entry.subjectId) return `what was approved is about ${approval.subjectId}`;
  if (approval.walletId !== entry.chain) return `what was approved is about the wallet ${approval.walletId}`;
  if (approval.signedAtMs !== entry.atMs) return 'it was not recorded when it was signed';
  return entry.atMs < approval.expiresAtMs ? null : 'it was signed after its time';
}

function isSignedBy(operator: Address, approval: Approval, { actor }: AuditEntry): boolean {
  const { signature, signer } = approval;
  if (actor.kind !== 'operator' || actor.id !== operator || signer !== operator || signature === null)
    return false;
  return verifyApproval(messageOf(approval), signature, operator);
}
