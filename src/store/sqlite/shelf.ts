import type { DatabaseSync, SQLInputValue, SQLOutputValue } from 'node:sqlite';
import { APPEND_ONLY, type TableName, type Tables } from '../../core/books.ts';
import { rowShape } from './row.ts';

/** One table's records, by prepared statements. */
export type Shelf<T extends TableName> = {
  readonly get: (id: string) => Tables[T] | null;
  /** Writes a record whole; a second one with the id of an append-only record throws. */
  readonly put: (record: Tables[T]) => void;
};

/** A question to one table, in SQL after the `select` of its columns; it answers with records. */
export type Question<T extends TableName> = (...values: readonly SQLInputValue[]) => Tables[T][];

/** Prepares reading and writing of one table. */
export function openShelf<T extends TableName>(db: DatabaseSync, table: T): Shelf<T> {
  const { columns, encode } = rowShape(table);
  const one = ask(db, table, 'where id = ?');
  const changes = columns.filter((name) => name !== 'id').map((name) => `${name} = excluded.${name}`);
  const onConflict = APPEND_ONLY.has(table) ? '' : ` on conflict (id) do update set ${changes.join(', ')}`;
  const places = columns.map(() => '?').join(', ');
  const put = db.prepare(`insert into ${table} (${columns.join(', ')}) values (${places})${onConflict}`);
  return { get: (id) => one(id)[0] ?? null, put: (record) => void put.run(...encode(record)) };
}

/** Prepares a question to one table. */
export function ask<T extends TableName>(db: DatabaseSync, table: T, rest: string): Question<T> {
  const { columns, decode } = rowShape(table);
  const statement = db.prepare(`select ${columns.join(', ')} from ${table} ${rest}`);
  statement.setReturnArrays(true);
  statement.setReadBigInts(true);
  return (...values) => statement.all(...values).map((row) => decode(row as unknown as SQLOutputValue[]));
}
