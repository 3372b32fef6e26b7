import { type AuditEntry, type AuditHead, findFault } from '../../src/core/audit.ts';
import { APPEND_ONLY, type TableName } from '../../src/core/books.ts';
import type { ChainId } from '../../src/core/id.ts';
import { nodeHash } from '../../src/store/hash.ts';
import type { Memory } from './memory.ts';

/** Follows what is written once. */
export type Trail = {
  /** Throws when a new entry breaks its chain, or something that was there is another now. */
  readonly check: () => void;
  /** Throws unless one changed character, somewhere in the trail, is found. */
  readonly checkFlip: (flip: number) => void;
};

const FIELDS = ['id', 'chain', 'kind', 'subjectId', 'body', 'prevHash', 'hash'] as const;

/** Opens the trail of one history. */
export function openTrail(memory: Memory): Trail {
  const heads = new Map<ChainId, Pick<AuditHead, 'seq' | 'hash'>>();
  const written = new Map<TableName, readonly unknown[]>();
  let checked = 0;

  function check(): void {
    const fresh = memory.all('entry').slice(checked);
    checked += fresh.length;
    for (const [chain, own] of Map.groupBy(fresh, (entry) => entry.chain)) {
      const fault = findFault(own, nodeHash, heads.get(chain));
      const last = own.at(-1);
      if (fault !== null) throw new Error(`${chain} has a ${fault.fault} at ${fault.seq}`);
      if (last === undefined || memory.books.get('head', chain)?.hash !== last.hash) {
        throw new Error(`The head of ${chain} is not its last entry`);
      }
      heads.set(chain, last);
    }
    for (const table of APPEND_ONLY) {
      const [before, now] = [written.get(table) ?? [], memory.all(table)];
      if (before.some((record, i) => record !== now[i])) throw new Error(`A ${table} was changed`);
      written.set(table, now);
    }
  }

  function checkFlip(flip: number): void {
    const all = memory.all('entry');
    const entry = all[flip % all.length] as AuditEntry;
    const field = FIELDS[flip % FIELDS.length] ?? 'body';
    const [text, at] = [entry[field], flip % entry[field].length];
    const changed = text.slice(0, at) + (text[at] === '~' ? '!' : '~') + text.slice(at + 1);
    const own = all.filter(({ chain }) => chain === entry.chain);
    const flipped = own.map((one) => (one === entry ? { ...entry, [field]: changed } : one));
    if (findFault(own, nodeHash) !== null) throw new Error(`${entry.chain} is not whole`);
    if (findFault(flipped, nodeHash) === null)
      throw new Error(`A changed ${field} of ${entry.id} was not found`);
  }

  return { check, checkFlip };
}
