import { readdirSync, readFileSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { StoreError } from '../error.ts';
import { nodeHash } from '../hash.ts';

const SCHEMA = new URL('./schema/', import.meta.url);

/** One step of the schema: a numbered file, never edited after its release. */
export type Migration = { readonly number: number; readonly name: string; readonly sql: string };

/** The steps this program knows, in order. */
export function knownMigrations(): readonly Migration[] {
  const names = readdirSync(SCHEMA)
    .filter((name) => name.endsWith('.sql'))
    .sort();
  return names.map((name, i) => {
    if (!name.startsWith(`${String(i + 1).padStart(3, '0')}-`))
      throw new Error(`The schema has no step ${i + 1}`);
    return { number: i + 1, name, sql: readFileSync(new URL(name, SCHEMA), 'utf8') };
  });
}

/** Brings a database up to the steps given. Refuses one that has other steps than these. */
export function migrate(db: DatabaseSync, migrations: readonly Migration[] = knownMigrations()): void {
  db.exec(
    'create table if not exists migration (number integer primary key, name text not null, sha256 text not null) strict',
  );
  const applied = db.prepare('select number, name, sha256 from migration order by number').all();
  for (const row of applied) {
    const known = migrations.find((migration) => migration.number === row.number);
    if (known === undefined)
      throw unknown(`has step "${row.name}", which this program does not know; run a newer one`);
    if (nodeHash.sha256(known.sql) !== row.sha256)
      throw unknown(`was made by another "${row.name}" than this one`);
  }
  for (const migration of migrations.slice(applied.length)) apply(db, migration);
}

function apply(db: DatabaseSync, { number, name, sql }: Migration): void {
  db.exec('begin immediate');
  try {
    db.exec(sql);
    db.prepare('insert into migration (number, name, sha256) values (?, ?, ?)').run(
      number,
      name,
      nodeHash.sha256(sql),
    );
    db.exec('commit');
  } catch (error) {
    if (db.isTransaction) db.exec('rollback');
    throw new Error(`The schema step "${name}" failed`, { cause: error });
  }
}

function unknown(what: string): StoreError {
  return new StoreError('schema_unknown', `The database ${what}`);
}
