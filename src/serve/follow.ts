import type { Clock } from '../core/ports.ts';
import type { Wallet } from '../core/wallet.ts';
import type { ChainFacts } from '../operations/context.ts';
import type { StepReport, Watcher } from '../rails/evm/watcher.ts';

/** Follows chains in the background, and knows the facts that decisions need of them. */
export type Follower = {
  readonly facts: ChainFacts;
  /** Resolves when every chain was read once more. */
  readonly sync: () => Promise<void>;
  readonly stop: () => Promise<void>;
};

export type FollowerOptions = {
  readonly watchers: readonly Watcher[];
  readonly wallet: Pick<Wallet, 'id' | 'paymentAddress'>;
  readonly clock: Clock;
  /** Null: only when it is asked to. */
  readonly everyMs: number | null;
  readonly log: (line: string) => void;
};

/** Reads each chain again and again. A failed reading is logged, and the last good one ages: decisions see that. */
export function followChains(options: FollowerOptions): Follower {
  const { watchers, wallet, clock, everyMs, log } = options;
  const reports = new Map<Watcher, StepReport>();
  const state = { isStopping: false, problem: '' };

  async function step(watcher: Watcher): Promise<void> {
    try {
      const report = await watcher.step(wallet.id, wallet.paymentAddress);
      reports.set(watcher, report);
      if (!report.isExplained) throw new Error('money leaves that the books do not know of; payments wait');
      state.problem = '';
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      if (problem !== state.problem) log(`The chain could not be read: ${problem}`);
      state.problem = problem;
    }
  }

  let running: Promise<unknown> = Promise.resolve();
  const sync = async () => {
    running = running.then(() => Promise.all(watchers.map(step)));
    await running;
  };
  const loop = (async () => {
    while (everyMs !== null && !state.isStopping) {
      await sync();
      await clock.wait(everyMs);
    }
  })();

  return {
    facts: {
      skewSeconds: () => worstSkew(watchers, reports, clock.nowMs()),
      incoming: () => [...reports.values()].flatMap((report) => report.incoming),
    },
    sync,
    stop: async () => {
      state.isStopping = true;
      await loop;
    },
  };
}

/**
 * How far the oldest of the newest blocks is from now; null until every chain was read, and while money leaves that
 * the books do not know of: after a restored backup nothing is signed before that is final and freezes the wallet.
 */
function worstSkew(
  watchers: readonly Watcher[],
  reports: ReadonlyMap<Watcher, StepReport>,
  nowMs: number,
): number | null {
  const isKnown = [...reports.values()].every((report) => report.isExplained);
  if (reports.size < watchers.length || !isKnown) return null;
  const skews = [...reports.values()].map(({ latest }) => Math.trunc(nowMs / 1000 - latest.seconds));
  return skews.reduce((worst, skew) => (Math.abs(skew) > Math.abs(worst) ? skew : worst), 0);
}
