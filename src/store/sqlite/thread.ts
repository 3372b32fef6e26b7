import { getCompileCacheDir } from 'node:module';
import { dirname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { StoreError } from '../error.ts';
import type { Flush } from '../group.ts';
import {
  reviveError,
  reviveVerdict,
  type ThreadData,
  type ThreadReply,
  type ThreadRequest,
} from './message.ts';

/** A writer in a thread of its own, so that a slow disk does not hold up the main thread. */
export type Thread = {
  /** One batch at a time. */
  readonly flush: Flush;
  /** Closes the database and ends the thread. */
  readonly close: () => Promise<void>;
};

/** How to start a thread: the file it runs, what that is given, and whom to tell if it ends by itself. */
export type ThreadOptions = {
  readonly entry: URL;
  readonly data: ThreadData;
  readonly onDeath: (error: StoreError) => void;
};

/** Starts a writer's thread; resolves once its database is open, rejects if it cannot be. */
export async function openThread({ entry, data, onDeath }: ThreadOptions): Promise<Thread> {
  const worker = new Worker(entry, { workerData: data, execArgv: [], env: environment() });
  const ended = Promise.withResolvers<void>();
  let waiting = Promise.withResolvers<ThreadReply>();
  let cause: unknown;
  let isEnding = true;

  worker.on('message', (reply: ThreadReply) => waiting.resolve(reply));
  worker.on('messageerror', () => void worker.terminate());
  worker.on('error', (error) => {
    cause = error;
  });
  worker.on('exit', () => {
    ended.resolve();
    const message = 'The writer ended; what it was doing may be durable or not';
    const error = new StoreError('outcome_unknown', message, { cause });
    waiting.reject(error);
    if (!isEnding) onDeath(error);
  });

  const opened = await waiting.promise;
  if (opened.kind === 'failed') {
    await ended.promise;
    throw reviveError(opened.error);
  }
  isEnding = false;

  const flush: Flush = async (commands, nowMs) => {
    waiting = Promise.withResolvers();
    worker.postMessage({ kind: 'commit', commands, nowMs } satisfies ThreadRequest);
    const reply = await waiting.promise;
    if (reply.kind !== 'answered') throw new Error(`The writer answered "${reply.kind}" to a batch`);
    return reply.verdicts.map(reviveVerdict);
  };
  const close = async () => {
    isEnding = true;
    worker.postMessage({ kind: 'close' } satisfies ThreadRequest);
    await ended.promise;
  };
  return { flush, close };
}

/** A thread starts without its process's compile cache, and would load the type stripper for itself. */
function environment(): NodeJS.ProcessEnv {
  const folder = getCompileCacheDir();
  return folder === undefined ? process.env : { ...process.env, NODE_COMPILE_CACHE: dirname(folder) };
}
