import { dirname } from 'node:path';
import type { Policy } from '../../core/policy.ts';
import type { Clock, Store } from '../../core/ports.ts';
import { openGroup } from '../group.ts';
import { lockDirectory } from '../lock.ts';
import { openReadOnly } from './connection.ts';
import { openReader } from './reader.ts';
import { openThread } from './thread.ts';

/** Where the database is, and what it is run with. */
export type SqliteOptions = {
  /** The database file. The directory it is in is taken for this process alone. */
  readonly path: string;
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly policy: Policy;
  /** Most commands that may wait. */
  readonly queueMax?: number | undefined;
  /** Another entry file for the writer's thread. */
  readonly worker?: URL | undefined;
};

const WORKER = new URL('./worker.ts', import.meta.url);

/**
 * Opens the store in one SQLite file; throws `directory_locked` while another process has its directory. A store
 * whose writer ends by itself closes, so that nothing is decided without it.
 */
export async function openSqliteStore(options: SqliteOptions): Promise<Store> {
  const { path, clock, policy, queueMax, worker = WORKER } = options;
  const steps: Step[] = [];
  let closing: Promise<void> | undefined;
  const close = () => {
    closing ??= unwind(steps);
    return closing;
  };
  try {
    steps.push(lockDirectory(dirname(path)).release);
    const onDeath = (error: Error) => {
      group.fail(error);
      void close();
    };
    const thread = await openThread({ entry: worker, data: { path, policy }, onDeath });
    steps.push(thread.close);
    const db = openReadOnly(path);
    steps.push(() => db.close());
    const group = openGroup(thread.flush, { clock, queueMax });
    steps.push(group.drain);
    return { commit: group.commit, read: openReader(db), close };
  } catch (error) {
    await close();
    throw error;
  }
}

type Step = () => Promise<void> | void;

/** Undoes what was opened, the last first. */
async function unwind(steps: readonly Step[]): Promise<void> {
  for (const step of steps.toReversed()) await step();
}
