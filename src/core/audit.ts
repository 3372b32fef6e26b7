import type { Draft } from './books.ts';
import { canonicalJson, type Json } from './canonical.ts';
import type { Hash } from './hash.ts';
import type { ChainId } from './id.ts';

/** Who caused an entry: an agent by its credential, the operator by a signature, or the system by a proof or by what it was told with the operator's token. */
export type Actor = { readonly kind: 'agent' | 'operator' | 'system'; readonly id: string };

/** One entry of a chain. Its hash covers everything but itself, the body by the body's own hash. */
export type AuditEntry = {
  /** `wal_…/17` */
  readonly id: string;
  readonly chain: ChainId;
  /** From 1, without gaps. */
  readonly seq: number;
  /** What happened: `payment.reserved`, `mandate.signed` … */
  readonly kind: string;
  readonly subjectId: string;
  readonly actor: Actor;
  readonly atMs: number;
  /** Canonical JSON of everything that makes the entry re-checkable. */
  readonly body: string;
  readonly prevHash: string;
  readonly hash: string;
};

/** Where a chain ends. */
export type AuditHead = { readonly id: ChainId; readonly seq: number; readonly hash: string };

/** What goes into an entry. */
export type AuditNote = {
  readonly chain: ChainId;
  readonly kind: string;
  readonly subjectId: string;
  readonly actor: Actor;
  readonly body: Json;
};

/** The hash that stands before the first entry. */
export const GENESIS_HASH = '0'.repeat(64);

/** Appends an entry to its chain, and returns it. */
export function append(
  draft: Draft,
  env: { readonly nowMs: number; readonly hash: Hash },
  note: AuditNote,
): AuditEntry {
  const head = draft.get('head', note.chain) ?? { id: note.chain, seq: 0, hash: GENESIS_HASH };
  const seq = head.seq + 1;
  const open = {
    chain: note.chain,
    seq,
    kind: note.kind,
    subjectId: note.subjectId,
    actor: note.actor,
    atMs: env.nowMs,
    body: canonicalJson(note.body),
    prevHash: head.hash,
  };
  const entry: AuditEntry = { id: entryId(note.chain, seq), ...open, hash: entryHash(open, env.hash) };
  draft.put('entry', entry);
  draft.put('head', { id: note.chain, seq, hash: entry.hash });
  return entry;
}

/** The id of an entry. */
export function entryId(chain: ChainId, seq: number): string {
  return `${chain}/${seq}`;
}

/** SHA-256 of the canonical JSON of the entry with its body replaced by the body's SHA-256. */
export function entryHash(entry: Omit<AuditEntry, 'id' | 'hash'>, hash: Hash): string {
  const { actor, atMs, body, chain, kind, prevHash, seq, subjectId } = entry;
  const bodyHash = hash.sha256(body);
  return hash.sha256(canonicalJson({ actor, atMs, bodyHash, chain, kind, prevHash, seq, subjectId }));
}

/** What is wrong with a run of entries of one chain, the first fault first; null when it is whole. */
export type ChainFault = { readonly seq: number; readonly fault: 'gap' | 'broken_link' | 'hash_mismatch' };

/** Checks that entries follow `after` (the chain's start by default) without a gap, each linked and hashed right. */
export function findFault(
  entries: readonly AuditEntry[],
  hash: Hash,
  after: Pick<AuditHead, 'seq' | 'hash'> = { seq: 0, hash: GENESIS_HASH },
): ChainFault | null {
  let last = after;
  for (const entry of entries) {
    if (entry.seq !== last.seq + 1) return { seq: entry.seq, fault: 'gap' };
    if (entry.prevHash !== last.hash) return { seq: entry.seq, fault: 'broken_link' };
    const isItself = entry.chain === entries[0]?.chain && entry.id === entryId(entry.chain, entry.seq);
    if (!isItself || entryHash(entry, hash) !== entry.hash) return { seq: entry.seq, fault: 'hash_mismatch' };
    last = entry;
  }
  return null;
}
