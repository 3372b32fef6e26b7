import { type Checkpoint, checkpointText } from '../core/checkpoint.ts';
import type { Hash } from '../core/hash.ts';
import type { ChainId } from '../core/id.ts';
import { EMPTY_FRONTIER, type Frontier, frontierRoot, push } from '../core/merkle.ts';
import type { CheckpointSigner, Clock, Store } from '../core/ports.ts';

/** Seals chains with signed checkpoints. */
export type Checkpointer = {
  /** A checkpoint of the chain as it stands: a new one if it has grown since the last; null while it is empty. */
  readonly seal: (chain: ChainId) => Promise<Checkpoint | null>;
};

type Parts = {
  readonly store: Store;
  readonly hash: Hash;
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly signer: CheckpointSigner;
};

const PAGE = 1000;

/** Makes the checkpointer of a store. It reads each entry once while it runs. */
export function createCheckpointer(parts: Parts): Checkpointer {
  const { store, hash, clock, signer } = parts;
  const frontiers = new Map<ChainId, Promise<Frontier>>();

  async function grow(chain: ChainId, from: Frontier): Promise<Frontier> {
    const hashes = await readHashes({ store }, chain, { afterSeq: from.size, upTo: Number.MAX_SAFE_INTEGER });
    return hashes.reduce((frontier, leaf) => push(frontier, leaf, hash), from);
  }

  /** One after the other, so that no entry is read twice; a failed reading starts from where the last good one ended. */
  function advance(chain: ChainId): Promise<Frontier> {
    const last = frontiers.get(chain) ?? Promise.resolve(EMPTY_FRONTIER);
    const next = last.then((frontier) => grow(chain, frontier));
    frontiers.set(
      chain,
      next.catch(() => last),
    );
    return next;
  }

  async function seal(chain: ChainId): Promise<Checkpoint | null> {
    const [frontier, latest] = [await advance(chain), await store.read.latestCheckpoint(chain)];
    if (frontier.size === 0 || latest?.size === frontier.size) return latest;
    const open = { atMs: clock.nowMs(), chain, rootHash: frontierRoot(frontier, hash), size: frontier.size };
    const { publicKey } = signer;
    const signature = signer.sign(checkpointText(open));
    const checkpoint: Checkpoint = { id: `${chain}/${frontier.size}`, ...open, publicKey, signature };
    const outcome = await store.commit({ type: 'checkpoint.add', chain, checkpoint });
    if (outcome.outcome === 'refused') throw new Error(outcome.detail);
    return outcome.checkpoint;
  }

  return { seal };
}

/** The hashes of a run of entries, in order. */
export async function readHashes(
  { store }: { readonly store: Pick<Store, 'read'> },
  chain: ChainId,
  run: { readonly afterSeq: number; readonly upTo: number },
): Promise<readonly string[]> {
  const hashes: string[] = [];
  for (let afterSeq = run.afterSeq; afterSeq < run.upTo; ) {
    const limit = Math.min(PAGE, run.upTo - afterSeq);
    const entries = await store.read.entries(chain, { afterSeq, limit });
    hashes.push(...entries.map((entry) => entry.hash));
    if (entries.length < limit) break;
    afterSeq += entries.length;
  }
  return hashes;
}
