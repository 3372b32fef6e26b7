import { DatabaseSync, type SQLInputValue, type SQLOutputValue } from 'node:sqlite';

/** A row as the database gives it. */
export type Row = Readonly<Record<string, SQLOutputValue>>;

/** The network's database: one connection, statements prepared once. */
export type Books = {
  readonly run: (sql: string, values?: Values) => number;
  readonly one: (sql: string, values?: Values) => Row | null;
  readonly all: (sql: string, values?: Values) => readonly Row[];
  /** Makes all of it happen or nothing; inside of another, it is part of that one. */
  readonly together: <T>(work: () => T) => T;
  /** Takes what was overwritten out of the write-ahead log too. */
  readonly wipe: () => void;
  readonly close: () => void;
};

type Values = Readonly<Record<string, SQLInputValue>>;

const SCHEMA = `
create table if not exists card (
  token text primary key,
  reference text not null unique,
  state text not null check (state in ('pending', 'open', 'paused', 'closed')),
  lock_cents text not null,
  label text not null,
  last_four text not null,
  expiry text not null,
  number_hash blob not null unique,
  number_box blob,
  data_key_box blob,
  code_key_box blob,
  created_at_ms integer not null
) strict;

create table if not exists refused_card (reference text primary key, detail text not null) strict;

create table if not exists counter (name text primary key, value integer not null) strict;

-- What an acquirer's ref names: the authorization as the network calls it; the latest of several.
create table if not exists authorization (
  seq integer primary key autoincrement,
  token text not null references card,
  ref text not null,
  name text not null,
  is_requested integer not null,
  merchant text,
  unique (token, name)
) strict;

create table if not exists movement (
  seq integer primary key autoincrement,
  token text not null references card,
  message_id text not null,
  message text not null,
  answer text,
  at_ms integer not null,
  unique (token, message_id)
) strict;

-- What the wallet did not take yet: a movement, or what became of making a card.
create table if not exists delivery (
  seq integer primary key autoincrement,
  token text not null references card,
  movement_seq integer references movement,
  result text check (result in ('active', 'failed')),
  check ((movement_seq is null) <> (result is null))
) strict;

-- Holds whose end the network named.
create table if not exists hold_end (
  token text not null references card,
  auth text not null,
  at_ms integer not null,
  primary key (token, auth)
) strict;

create table if not exists challenge (
  seq integer primary key autoincrement,
  token text not null references card,
  name text not null,
  code text,
  tries_left integer not null,
  state text not null check (state in ('open', 'passed', 'used', 'failed', 'expired')),
  expires_at_ms integer not null,
  unique (token, name)
) strict;
`;

/** Opens the database of a network: a file, or `:memory:`. What is deleted is overwritten. */
export function openBooks(path: string): Books {
  const db = new DatabaseSync(path, { timeout: 5000, enableForeignKeyConstraints: true });
  db.exec('pragma journal_mode = wal; pragma synchronous = full; pragma secure_delete = on;');
  db.exec(SCHEMA);
  const prepared = new Map<string, ReturnType<DatabaseSync['prepare']>>();
  const statement = (sql: string) => {
    const known = prepared.get(sql) ?? db.prepare(sql);
    prepared.set(sql, known);
    return known;
  };
  return {
    run: (sql, values = {}) => Number(statement(sql).run(values).lastInsertRowid),
    one: (sql, values = {}) => statement(sql).get(values) ?? null,
    all: (sql, values = {}) => statement(sql).all(values),
    together(work) {
      if (db.isTransaction) return work();
      db.exec('begin immediate');
      try {
        const result = work();
        db.exec('commit');
        return result;
      } catch (error) {
        db.exec('rollback');
        throw error;
      }
    },
    wipe: () => db.exec('pragma wal_checkpoint(truncate)'),
    close: () => db.close(),
  };
}

/** The text in a column that is never null. */
export function textOf(row: Row, column: string): string {
  const value = row[column];
  if (typeof value === 'string') return value;
  throw new TypeError(`Column ${column} holds no text`);
}

/** The number in a column that is never null. */
export function numberIn(row: Row, column: string): number {
  const value = row[column];
  if (typeof value === 'number') return value;
  throw new TypeError(`Column ${column} holds no number`);
}

/** The bytes in a column, or null. */
export function bytesOf(row: Row, column: string): Uint8Array | null {
  const value = row[column];
  if (value === null || value instanceof Uint8Array) return value;
  throw new TypeError(`Column ${column} holds no bytes`);
}
