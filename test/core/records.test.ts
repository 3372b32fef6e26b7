import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { TableName } from '../../src/core/books.ts';
import { canonicalJson, type Json, parseRecord } from '../../src/core/canonical.ts';
import { RECORDS } from './records.ts';

const TABLES = Object.keys(RECORDS) as TableName[];

test.each(TABLES)('a record of the table "%s" is read back as it was written', (table) => {
  fc.assert(
    fc.property(RECORDS[table], (record) => {
      expect(parseRecord(canonicalJson(record as Json))).toEqual(record);
    }),
  );
});

test.each(TABLES)('two records of the table "%s" that differ are never written alike', (table) => {
  fc.assert(
    fc.property(RECORDS[table], RECORDS[table], fc.nat(), (one, two, pick) => {
      const keys = Object.keys(one) as (keyof typeof one)[];
      const key = keys[pick % keys.length] as keyof typeof one;
      const mixed = { ...one, [key]: two[key] };
      const [a, b] = [canonicalJson(one as Json), canonicalJson(mixed as Json)];
      if (a === b) expect(mixed).toEqual(one);
    }),
  );
});
