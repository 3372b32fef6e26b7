import type { DatabaseSync } from 'node:sqlite';
import type { AuditHead } from '../../core/audit.ts';
import type { Books, TableName, Write } from '../../core/books.ts';
import type { Command } from '../../core/command.ts';
import { type Decide, decideBatch, type Env, type Verdict } from '../../core/commit.ts';
import { openCache, openView } from './cache.ts';
import { LAYOUTS } from './layout.ts';
import { openShelf, type Shelf } from './shelf.ts';

/** The one that changes the database. */
export type Writer = {
  /** Decides commands at one moment and makes them durable together; answers in their order. */
  readonly commit: (commands: readonly Command[], nowMs: number) => readonly Verdict[];
};

/** What a writer decides by. */
export type WriterOptions = Omit<Env, 'nowMs'> & {
  readonly decide: Decide;
  /** Most records to keep in memory. */
  readonly cacheMax?: number | undefined;
};

const RANK = new Map(Object.keys(LAYOUTS).map((table, rank) => [table as TableName, rank]));

/**
 * Opens a writer. Nobody else may write to the database while it is open: it keeps durable records in memory.
 *
 * A batch that fails in any way (a command throws, a constraint breaks, the commit's reply is lost) is rolled back as
 * far as it can be and decided again in halves, from what is durable by then. Every command is idempotent by the ids
 * it carries, so deciding it again *is* the look-up of what became of it: a command that did become durable answers
 * with its records and writes nothing. In the end only the command that fails alone is answered with its error.
 */
export function openWriter(
  db: DatabaseSync,
  { decide, hash, policy, cacheMax = 32_768 }: WriterOptions,
): Writer {
  const shelves = new Map<TableName, Shelf<TableName>>(
    [...RANK.keys()].map((table) => [table, openShelf(db, table) as unknown as Shelf<TableName>]),
  );
  const shelf = (table: TableName) => shelves.get(table) as Shelf<TableName>;
  const durable = { get: (table, id) => shelf(table).get(id) } as Books;
  const cache = openCache(cacheMax);
  const swap = db.prepare('update head set seq = ?, hash = ? where id = ? and seq = ? and hash = ?');
  const first = db.prepare('insert into head (id, seq, hash) values (?, ?, ?)');

  /** Moves a chain's head on from where this batch found it; throws when it is elsewhere by now. */
  const moveHead = (from: AuditHead | null, { id, seq, hash }: AuditHead) => {
    if (from === null) return void first.run(id, seq, hash);
    if (swap.run(seq, hash, id, from.seq, from.hash).changes !== 1)
      throw new Error(`The head of ${id} has moved`);
  };
  const write = (change: Write, base: Books) => {
    if (change.table === 'head') moveHead(base.get('head', change.record.id), change.record);
    else shelf(change.table).put(change.record);
  };

  const attempt = (commands: readonly Command[], nowMs: number): readonly Verdict[] => {
    try {
      db.exec('begin immediate');
    } catch (error) {
      return commands.map(() => ({ thrown: error }));
    }
    const view = openView(durable, cache);
    try {
      const { verdicts, writes } = decideBatch(view, commands, { decide, env: { nowMs, hash, policy } });
      for (const verdict of verdicts) if ('thrown' in verdict) throw verdict.thrown;
      for (const change of inOrder(writes)) write(change, view);
      db.exec('commit');
      view.keep();
      for (const { table, record } of writes) cache.set(table, record.id, record);
      return verdicts;
    } catch (error) {
      cache.clear();
      if (db.isTransaction) db.exec('rollback');
      throw error;
    }
  };

  /** Decides again, from the durable records, what failed together. */
  const again = (commands: readonly Command[], nowMs: number): readonly Verdict[] =>
    halves(commands).flatMap((half) => {
      try {
        return attempt(half, nowMs);
      } catch (error) {
        return half.length === 1 ? [{ thrown: error }] : again(half, nowMs);
      }
    });

  return {
    commit: (commands, nowMs) => {
      try {
        return attempt(commands, nowMs);
      } catch {
        return again(commands, nowMs);
      }
    },
  };
}

/** Records that others refer to go first; those of one table in the order in which they were touched. */
function inOrder(writes: readonly Write[]): readonly Write[] {
  const rank = (write: Write) => RANK.get(write.table) ?? 0;
  return writes.toSorted((a, b) => rank(a) - rank(b));
}

function halves<T>(items: readonly T[]): readonly (readonly T[])[] {
  if (items.length <= 1) return [items];
  const middle = items.length >> 1;
  return [items.slice(0, middle), items.slice(middle)];
}
