import { canonicalJson } from './canonical.ts';
import type { ChainId } from './id.ts';

/** A signed statement of a chain's length and Merkle root (RFC 6962 over the entries' hashes). */
export type Checkpoint = {
  /** `wal_…/17`, where 17 is the number of entries it covers. */
  readonly id: string;
  readonly chain: ChainId;
  readonly size: number;
  readonly rootHash: string;
  readonly atMs: number;
  /** The Ed25519 public key it is signed with, hex. */
  readonly publicKey: string;
  /** Over the canonical JSON of `{atMs, chain, rootHash, size}`, hex. */
  readonly signature: string;
};

/** What a checkpoint's signature is over, as text: the bytes are its UTF-8. */
export function checkpointText(checkpoint: Pick<Checkpoint, 'atMs' | 'chain' | 'rootHash' | 'size'>): string {
  const { atMs, chain, rootHash, size } = checkpoint;
  return canonicalJson({ atMs, chain, rootHash, size });
}
