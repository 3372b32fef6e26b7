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
  const { written, encode } = rowShape(table);
  const places = written.map(() => '?').join(', ');
  const insert = `insert into ${table} (${written.join(', ')}) values (${places})`;
  const put = db.prepare(
    APPEND_ONLY.has(table) || table === 'head' ? insert : `${insert} ${orUpdate(written)}`,
  );
  return {
    get: finder(db, table),
    put: (record) => {
      if (put.run(...encode(record)).changes !== 1)
        throw new Error(`The ${table} ${record.id} is somebody else's`);
    },
  };
}

/** Prepares finding one record. An entry's id is made of its chain and number, which are its key. */
export function finder<T extends TableName>(db: DatabaseSync, table: T): (id: string) => Tables[T] | null {
  const slash = "instr(?1, '/')";
  const entry = `chain = substr(?1, 1, ${slash} - 1) and seq = cast(substr(?1, ${slash} + 1) as integer) and id = ?1`;
  const one = ask(db, table, `where ${table === 'entry' ? entry : 'id = ?'}`);
  return (id) => one(id)[0] ?? null;
}

/** Whose a record is never changes: columns that name another record stay, and must be the same. */
function orUpdate(columns: readonly string[]): string {
  const fixed = columns.filter((name) => name.endsWith('_id'));
  const changes = columns.filter((name) => name !== 'id' && !fixed.includes(name));
  const same = fixed.map((name) => `${name} is excluded.${name}`).join(' and ');
  const set = changes.map((name) => `${name} = excluded.${name}`).join(', ');
  return `on conflict (id) do update set ${set}${same === '' ? '' : ` where ${same}`}`;
}

/** Prepares a question to one table. */
export function ask<T extends TableName>(db: DatabaseSync, table: T, rest: string): Question<T> {
  const { columns, decode } = rowShape(table);
  const statement = db.prepare(`select ${columns.join(', ')} from ${table} ${rest}`);
  statement.setReturnArrays(true);
  statement.setReadBigInts(true);
  return (...values) => statement.all(...values).map((row) => decode(row as unknown as SQLOutputValue[]));
}
