import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Checkpoint } from '../core/checkpoint.ts';
import { ask, type Output } from './client.ts';
import type { Invocation } from './command.ts';
import { Failure, rejection } from './failure.ts';
import type { ExportedEntry, TrailItem } from './verification.ts';

/** Entries a request. */
const PAGE = 1000;

/** What the first line of an exported trail says it is. */
export const HEADER = { format: 'fluxa-audit', version: 1 } as const;

/**
 * Everything the server has, chain by chain: what has no wallet first, because it says who the operators are. After
 * the entries of a chain stands a checkpoint of them.
 */
export async function* itemsOfServer(call: Invocation): AsyncGenerator<TrailItem> {
  for (const chain of ['system', 'wallet'] as const) {
    // Sealed first, so that all it covers is there when the entries are read.
    const checkpoint = await sealed(call, chain);
    let afterSeq = 0;
    while (true) {
      const { entries } = await ask(call, 'operator', 'audit.entries', { chain, afterSeq, limit: PAGE });
      for (const entry of entries) yield checkItem({ entry }, `${entry.chain}/${entry.seq}`);
      const last = entries.at(-1);
      if (last === undefined || entries.length < PAGE) break;
      if (last.seq <= afterSeq) throw malformed('The server', 'answers the same entries again');
      afterSeq = last.seq;
    }
    if (checkpoint !== null) yield checkItem({ checkpoint }, `the checkpoint of ${checkpoint.chain}`);
  }
}

async function sealed(
  call: Invocation,
  chain: 'system' | 'wallet',
): Promise<Output<'audit.checkpoint'> | null> {
  return ask(call, 'operator', 'audit.checkpoint', { chain }).catch((error) => {
    if (error instanceof Failure && error.report.code === 'audit_entry_not_found') return null;
    throw error;
  });
}

/** Everything in an exported file. */
export async function* itemsOfFile(path: string): AsyncGenerator<TrailItem> {
  let number = 0;
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
    number += 1;
    const value = parse(line);
    if (number === 1 && (value?.format !== HEADER.format || value.version !== HEADER.version)) {
      throw malformed(path, 'is not an audit trail that this program exported');
    }
    if (number > 1) yield checkItem(value, `line ${number}`);
  }
  if (number === 0) throw malformed(path, 'is empty');
}

function parse(line: string): Readonly<Record<string, unknown>> | null {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

/** An item with every field of the right kind; what the fields say is the verifier's to check. */
function checkItem(value: unknown, at: string): TrailItem {
  const { entry, checkpoint } = (value ?? {}) as { entry?: unknown; checkpoint?: unknown };
  if (isEntry(entry) && checkpoint === undefined) return { entry };
  if (isCheckpoint(checkpoint) && entry === undefined) return { checkpoint };
  throw malformed('The trail', `has nothing that can be read at ${at}`);
}

function isEntry(value: unknown): value is ExportedEntry {
  const texts = ['chain', 'kind', 'subjectId', 'body', 'prevHash', 'hash'];
  const { actor } = (value ?? {}) as { actor?: unknown };
  return hasFields(value, texts, ['seq', 'atMs']) && hasFields(actor, ['kind', 'id'], []);
}

function isCheckpoint(value: unknown): value is Omit<Checkpoint, 'id'> {
  return hasFields(value, ['chain', 'rootHash', 'publicKey', 'signature'], ['size', 'atMs']);
}

function hasFields(value: unknown, texts: readonly string[], integers: readonly string[]): boolean {
  const fields = (value ?? {}) as Readonly<Record<string, unknown>>;
  return (
    texts.every((name) => typeof fields[name] === 'string') &&
    integers.every((name) => Number.isSafeInteger(fields[name]))
  );
}

function malformed(what: string, flaw: string) {
  return rejection('audit_malformed', `${what} ${flaw}`, 'Export the trail again from the server');
}
