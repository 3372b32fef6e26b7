import type { Command, CommandName, Outcome, OutcomeOf } from '../core/command.ts';
import type { Verdict } from '../core/commit.ts';
import type { Clock, Store } from '../core/ports.ts';
import { StoreError } from './error.ts';

/** Decides a batch and makes it durable, all at one moment; answers in the order of the commands. */
export type Flush = (commands: readonly Command[], nowMs: number) => Promise<readonly Verdict[]>;

/** Gathers concurrent commands into batches. */
export type Group = {
  readonly commit: Store['commit'];
  /** Takes no more commands, and resolves once those it took are answered. */
  readonly drain: () => Promise<void>;
  /** Takes no more commands, and rejects those that wait or are under way. */
  readonly fail: (error: Error) => void;
};

/** Where batches come from and how large they and their queue may grow. */
export type GroupOptions = {
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly batchMax?: number | undefined;
  readonly queueMax?: number | undefined;
};

type Waiter = {
  readonly command: Command;
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (reason: unknown) => void;
};

/**
 * Natural group commit, without a timer: one flush is in flight, and what arrives meanwhile is the next batch. Each
 * batch has one reading of the clock, never before the last one's. Above `queueMax` waiting a command is refused.
 */
export function openGroup(flush: Flush, options: GroupOptions): Group {
  const { clock, batchMax = 32, queueMax = 4096 } = options;
  const queue: Waiter[] = [];
  let flying: readonly Waiter[] = [];
  let isScheduled = false;
  let lastMs = 0;
  let ended: Error | null = null;
  let onIdle: (() => void) | null = null;

  const depart = () => {
    if (flying.length > 0 || queue.length === 0) return;
    lastMs = Math.max(lastMs, clock.nowMs());
    const batch = queue.splice(0, batchMax);
    flying = batch;
    const commands = batch.map((waiter) => waiter.command);
    flush(commands, lastMs).then(
      (verdicts) => land(() => answer(batch, verdicts)),
      (error: unknown) => land(() => rejectAll(batch, error)),
    );
  };
  // What waits goes out before those who are answered go on: the writer works meanwhile.
  const land = (settle: () => void) => {
    flying = [];
    depart();
    settle();
    if (isIdle()) onIdle?.();
  };
  // A turn of the event loop lets everything that is ready to be asked join the batch, up to a whole one.
  const schedule = () => {
    if (isScheduled) return;
    isScheduled = true;
    setImmediate(() => {
      isScheduled = false;
      depart();
      if (isIdle()) onIdle?.();
    });
  };
  const isIdle = () => flying.length === 0 && queue.length === 0;

  return {
    commit: <K extends CommandName>(command: Command<K>) =>
      new Promise<OutcomeOf<K>>((resolve, reject) => {
        if (ended !== null) return reject(ended);
        if (queue.length >= queueMax) return reject(busy(queueMax));
        queue.push({ command: command as unknown as Command, resolve: resolve as Waiter['resolve'], reject });
        if (queue.length >= batchMax) depart();
        else schedule();
      }),
    drain: () => {
      ended ??= new StoreError('store_closed', 'The store is closed');
      return new Promise((resolve) => {
        if (isIdle()) return resolve();
        onIdle = resolve;
      });
    },
    fail: (error) => {
      ended = new StoreError('store_closed', 'The store closed itself; it must be opened again', {
        cause: error,
      });
      rejectAll([...flying, ...queue.splice(0)], error);
    },
  };
}

function answer(batch: readonly Waiter[], verdicts: readonly Verdict[]): void {
  for (const [i, waiter] of batch.entries()) {
    const verdict = verdicts[i] ?? { thrown: new Error('The flush gave no answer to this command') };
    if ('outcome' in verdict) waiter.resolve(verdict.outcome);
    else waiter.reject(verdict.thrown);
  }
}

function rejectAll(waiters: readonly Waiter[], error: unknown): void {
  for (const waiter of waiters) waiter.reject(error);
}

function busy(queueMax: number): StoreError {
  return new StoreError('store_busy', `${queueMax} commands wait already; nothing was done`);
}
