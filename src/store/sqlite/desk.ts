import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import type { Command } from '../../core/command.ts';
import type { Decide, Verdict } from '../../core/commit.ts';
import type { Policy } from '../../core/policy.ts';
import { StoreError } from '../error.ts';
import { nodeHash } from '../hash.ts';
import { openDatabase } from './connection.ts';
import { migrate } from './migrations.ts';
import { openWriter } from './writer.ts';

/** What a writer's thread is started with. */
export type DeskData = { readonly path: string; readonly policy: Policy };

/** What a writer's thread is sent: one batch at a time, or word to end. */
export type DeskRequest =
  | { readonly kind: 'commit'; readonly commands: readonly Command[]; readonly nowMs: number }
  | { readonly kind: 'close' };

/** What it answers: that it is open, or could not be opened, or a batch's verdicts. */
export type DeskReply =
  | { readonly kind: 'opened' }
  | { readonly kind: 'failed'; readonly error: PlainError }
  | { readonly kind: 'answered'; readonly verdicts: readonly PlainVerdict[] };

/** An error as it crosses a thread. */
export type PlainError = {
  readonly name: string;
  readonly message: string;
  readonly code: string | null;
  readonly isStoreError: boolean;
};
export type PlainVerdict = Extract<Verdict, { outcome: unknown }> | { readonly thrown: PlainError };

/** Runs a writer in this worker thread until it is told to close. What breaks the database ends the thread. */
export function serveWriter(decide: Decide): void {
  const port = parentPort as MessagePort;
  const { path, policy } = workerData as DeskData;
  const reply = (message: DeskReply) => port.postMessage(message);
  try {
    const db = openDatabase(path);
    migrate(db);
    const writer = openWriter(db, { decide, hash: nodeHash, policy });
    port.on('message', (request: DeskRequest) => {
      if (request.kind === 'close') {
        db.close();
        port.close();
        return;
      }
      const verdicts = writer.commit(request.commands, request.nowMs);
      if (db.isTransaction) throw new Error('A transaction could not be ended');
      reply({ kind: 'answered', verdicts: verdicts.map(plainVerdict) });
    });
    port.on('messageerror', (error) => {
      throw error;
    });
    reply({ kind: 'opened' });
  } catch (error) {
    reply({ kind: 'failed', error: plainError(error) });
    port.close();
  }
}

function plainVerdict(verdict: Verdict): PlainVerdict {
  return 'outcome' in verdict ? verdict : { thrown: plainError(verdict.thrown) };
}

function plainError(error: unknown): PlainError {
  if (!(error instanceof Error))
    return { name: 'Error', message: String(error), code: null, isStoreError: false };
  const { name, message, code } = error as Error & { code?: unknown };
  const isStoreError = error instanceof StoreError;
  return { name, message, code: typeof code === 'string' ? code : null, isStoreError };
}
