import { setTimeout as delay } from 'node:timers/promises';
import type { ChainId, WalletId } from '../core/id.ts';
import { termsId } from '../core/mandate.ts';
import type { Clock, Store } from '../core/ports.ts';
import type { CardRound } from '../operations/card-round.ts';
import type { Checkpointer } from '../operations/checkpoint.ts';

/** Something to do again and again while a server runs. */
export type Chore = { readonly name: string; readonly everyMs: number; readonly run: () => Promise<void> };

/** Starts chores; each runs once more when they are ended. One that fails is logged and comes again. */
export function startChores(chores: readonly Chore[], log: (line: string) => void): () => Promise<void> {
  const ending = new AbortController();
  const loops = chores.map(async ({ name, everyMs, run }) => {
    while (!ending.signal.aborted) {
      await delay(everyMs, undefined, { signal: ending.signal, ref: false }).catch(() => {});
      await run().catch((error: Error) => log(`${name}: ${error.message}`));
    }
  });
  return async () => {
    ending.abort();
    await Promise.all(loops);
  };
}

/** Seals the chains that have grown. */
export function sealing(checkpoints: Checkpointer, chains: readonly ChainId[]): Chore {
  const run = async () => {
    for (const chain of chains) await checkpoints.seal(chain);
  };
  return { name: 'Sealing the audit trail', everyMs: 60_000, run };
}

const PAGE = 100;

/** Records that mandates have ended. Decisions look at the time themselves and do not wait for this. */
export function expiring(of: { store: Store; clock: Pick<Clock, 'nowMs'>; walletId: WalletId }): Chore {
  const { store, clock, walletId } = of;
  const run = async () => {
    for (let after: string | undefined; ; ) {
      const page = await store.read.mandates({ walletId }, { after, limit: PAGE });
      for (const { id: mandateId, state, version } of page) {
        if (state !== 'signed' && state !== 'pending_signature') continue;
        const terms = await store.read.get('terms', termsId(mandateId, version));
        const isOver = terms !== null && terms.scope.expiresAtMs <= clock.nowMs();
        if (isOver) await store.commit({ type: 'mandate.expire', walletId, mandateId });
      }
      after = page.at(-1)?.id;
      if (page.length < PAGE) return;
    }
  };
  return { name: 'Ending mandates', everyMs: 10 * 60_000, run };
}

/** Does for cards what is to be done: takes money in, has them issued, tells the issuer, sends money back. */
export function workingOnCards(round: CardRound): Chore {
  return { name: 'Working on cards', everyMs: 1000, run: round.settle };
}

/** Reads what the issuer knows of open cards, in case something that it told was lost. */
export function reconciling(round: CardRound): Chore {
  return { name: 'Reconciling cards', everyMs: 3 * 60_000, run: round.reconcile };
}
