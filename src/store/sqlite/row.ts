import type { SQLInputValue, SQLOutputValue } from 'node:sqlite';
import type { TableName, Tables } from '../../core/books.ts';
import { canonicalJson, type Json, parseRecord } from '../../core/canonical.ts';
import { type ColumnKind, LAYOUTS } from './layout.ts';

/** A table's columns and the way between its records and rows; rows are read as arrays with integers as bigints. */
export type RowShape<T extends TableName> = {
  /** Names in SQL, in the order in which `decode` takes their values. */
  readonly columns: readonly string[];
  /** Those that are written, in the order in which `encode` gives their values. */
  readonly written: readonly string[];
  readonly encode: (record: Tables[T]) => SQLInputValue[];
  readonly decode: (row: readonly SQLOutputValue[]) => Tables[T];
};

/** The shape of a table's rows. */
export function rowShape<T extends TableName>(table: T): RowShape<T> {
  const { columns, hasBody } = LAYOUTS[table];
  const fields = Object.entries(columns as Readonly<Record<string, ColumnKind>>);
  const names = fields.map(([name]) => name);
  const written = fields.filter(([, kind]) => kind !== 'made');
  const body = hasBody ? ['body'] : [];
  return {
    columns: [...names, ...body].map(snakeCase),
    written: [...written.map(([name]) => name), ...body].map(snakeCase),
    encode: (record) => {
      const given = record as Readonly<Record<string, unknown>>;
      const values = written.map(([name, kind]) => encodeValue(given[name], kind));
      if (hasBody) values.push(canonicalJson(without(given, names)));
      else if (Object.keys(given).length !== names.length)
        throw new TypeError(`A ${table} has a field too many`);
      return values;
    },
    decode: (row) => {
      const record = (hasBody ? parseRecord(String(row[names.length])) : {}) as Record<string, unknown>;
      for (const [i, [name, kind]] of fields.entries()) record[name] = decodeValue(row[i] ?? null, kind);
      return record as Tables[T];
    },
  };
}

function encodeValue(value: unknown, kind: ColumnKind): SQLInputValue {
  return kind === 'json' && value !== null ? canonicalJson(value as Json) : (value as SQLInputValue);
}

function decodeValue(value: SQLOutputValue, kind: ColumnKind): unknown {
  if (value === null) return null;
  if (kind === 'json') return JSON.parse(String(value));
  return kind === 'integer' ? Number(value) : value;
}

function without(record: Readonly<Record<string, unknown>>, names: readonly string[]): Json {
  const rest: Record<string, unknown> = {};
  for (const key of Object.keys(record)) if (!names.includes(key)) rest[key] = record[key];
  return rest as Json;
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
