import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import type { Decide } from '../../core/commit.ts';
import { nodeHash } from '../hash.ts';
import { openDatabase } from './connection.ts';
import {
  plainError,
  plainVerdict,
  type ThreadData,
  type ThreadReply,
  type ThreadRequest,
} from './message.ts';
import { migrate } from './migrations.ts';
import { openWriter } from './writer.ts';

/** Runs a writer in this worker thread until it is told to close. What breaks its connection ends the thread. */
export function serveWriter(decide: Decide): void {
  const port = parentPort as MessagePort;
  const reply = (message: ThreadReply) => port.postMessage(message);
  try {
    const { db, writer } = open(workerData as ThreadData, decide);
    port.on('messageerror', fail);
    port.on('message', (request: ThreadRequest) => {
      if (request.kind === 'close') {
        db.close();
        port.close();
        return;
      }
      const verdicts = writer.commit(request.commands, request.nowMs);
      if (db.isTransaction) fail(new Error('A transaction could not be ended'));
      reply({ kind: 'answered', verdicts: verdicts.map(plainVerdict) });
    });
    reply({ kind: 'opened' });
  } catch (error) {
    reply({ kind: 'failed', error: plainError(error) });
    port.close();
  }
}

function open({ path, policy }: ThreadData, decide: Decide) {
  const db = openDatabase(path);
  migrate(db);
  return { db, writer: openWriter(db, { decide, hash: nodeHash, policy }) };
}

function fail(error: Error): never {
  throw error;
}
