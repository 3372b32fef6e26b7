import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { ask } from './client.ts';
import type { Invocation } from './command.ts';
import { rejection } from './failure.ts';
import type { ExportedEntry } from './verification.ts';

/** Entries a request. */
const PAGE = 1000;

/** What the first line of an exported trail says it is. */
export const HEADER = { format: 'fluxa-audit', version: 1 } as const;

/** Every entry the server has, chain by chain: what has no wallet first, because it says who the operators are. */
export async function* entriesOfServer(call: Invocation): AsyncGenerator<ExportedEntry> {
  for (const chain of ['system', 'wallet'] as const) {
    let afterSeq = 0;
    while (true) {
      const { entries } = await ask(call, 'operator', 'audit.entries', { chain, afterSeq, limit: PAGE });
      for (const entry of entries) yield checkEntry(entry, `${entry.chain}/${entry.seq}`);
      const last = entries.at(-1);
      if (last === undefined || entries.length < PAGE) break;
      if (last.seq <= afterSeq) throw malformed('The server', 'answers the same entries again');
      afterSeq = last.seq;
    }
  }
}

/** Every entry of an exported file. */
export async function* entriesOfFile(path: string): AsyncGenerator<ExportedEntry> {
  let number = 0;
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
    number += 1;
    const value = parse(line);
    if (number === 1 && (value?.format !== HEADER.format || value.version !== HEADER.version)) {
      throw malformed(path, 'is not an audit trail that this program exported');
    }
    if (number > 1) yield checkEntry(value?.entry, `line ${number}`);
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

const TEXTS = ['chain', 'kind', 'subjectId', 'body', 'prevHash', 'hash'] as const;

function checkEntry(value: unknown, at: string): ExportedEntry {
  const entry = (value ?? {}) as Partial<ExportedEntry>;
  const hasTexts = TEXTS.every((name) => typeof entry[name] === 'string');
  const hasNumbers = Number.isSafeInteger(entry.seq) && Number.isSafeInteger(entry.atMs);
  const { kind, id } = (entry.actor ?? {}) as { kind?: unknown; id?: unknown };
  if (hasTexts && hasNumbers && typeof kind === 'string' && typeof id === 'string')
    return entry as ExportedEntry;
  throw malformed('The trail', `has no entry at ${at}`);
}

function malformed(what: string, flaw: string) {
  return rejection('audit_malformed', `${what} ${flaw}`, 'Export the trail again from the server');
}
