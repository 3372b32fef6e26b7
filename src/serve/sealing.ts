import { setTimeout as delay } from 'node:timers/promises';
import type { ChainId } from '../core/id.ts';
import type { Checkpointer } from '../operations/checkpoint.ts';

const EVERY_MS = 60_000;

/** Seals chains again and again, those that have grown. Returns how to end it; it seals once more then. */
export function sealRegularly(
  checkpoints: Checkpointer,
  of: { readonly chains: readonly ChainId[]; readonly log: (line: string) => void },
): () => Promise<void> {
  const ending = new AbortController();
  const seal = async () => {
    for (const chain of of.chains) {
      await checkpoints
        .seal(chain)
        .catch((error: Error) => of.log(`No checkpoint of ${chain}: ${error.message}`));
    }
  };
  const loop = (async () => {
    while (!ending.signal.aborted) {
      await delay(EVERY_MS, undefined, { signal: ending.signal, ref: false }).catch(() => {});
      await seal();
    }
  })();
  return async () => {
    ending.abort();
    await loop;
  };
}
