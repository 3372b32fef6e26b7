import type { DatabaseSync } from 'node:sqlite';
import { openDatabase } from '../../src/store/sqlite/connection.ts';
import { migrate } from '../../src/store/sqlite/migrations.ts';

/** An empty database with the whole schema, in memory. */
export function memoryDatabase(): DatabaseSync {
  const db = openDatabase(':memory:');
  migrate(db);
  return db;
}
