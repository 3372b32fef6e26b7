import { DatabaseSync } from 'node:sqlite';

/** Opens the database to write: what was committed survives kill -9 and power loss. */
export function openDatabase(path: string): DatabaseSync {
  const db = new DatabaseSync(path, { timeout: 5000, enableForeignKeyConstraints: true });
  // `recursive_triggers` makes `insert or replace` fire the delete triggers of append-only tables too.
  db.exec(`
    pragma journal_mode = wal;
    pragma synchronous = full;
    pragma recursive_triggers = on;
    pragma trusted_schema = off;
    pragma cache_size = -65536;
    pragma wal_autocheckpoint = 4000;
  `);
  return db;
}

/** Opens the database to read, beside its writer. */
export function openReadOnly(path: string): DatabaseSync {
  const db = new DatabaseSync(path, { timeout: 5000, readOnly: true });
  db.exec('pragma trusted_schema = off');
  return db;
}
