import { setTimeout as delay } from 'node:timers/promises';
import type { World } from './world.ts';

const EVERY_MS = 200;

/** Signs every mandate that waits for a signature, with the sandbox operator's key. There is no such thing outside. */
export function approveAll(
  world: World,
  log: (line: string) => void,
): { readonly stop: () => Promise<void> } {
  const ending = new AbortController();
  const done = new Set<string>();
  const loop = (async () => {
    while (!ending.signal.aborted) {
      for (const id of await waiting(world)) {
        if (done.has(id)) continue;
        done.add(id);
        await world.operator.decide('mandate.approve', id).then(
          () => log(`The sandbox's operator signed ${id}`),
          (error: Error) => log(`The sandbox's operator could not sign ${id}: ${error.message}`),
        );
      }
      await delay(EVERY_MS, undefined, { signal: ending.signal }).catch(() => {});
    }
  })();
  return {
    stop: async () => {
      ending.abort();
      await loop;
    },
  };
}

async function waiting({ server }: World): Promise<readonly string[]> {
  const { store, walletId } = server.context;
  const mandates = await store.read.mandates({ walletId }, { limit: 200 });
  return mandates.filter((mandate) => mandate.state === 'pending_signature').map((mandate) => mandate.id);
}
