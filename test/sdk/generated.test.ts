import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { sdkOperations } from '../../scripts/sdk-operations.ts';
import { typeText } from '../../scripts/type-text.ts';
import { operations } from '../../src/operations/table.ts';

const SOURCE = new URL('../../sdk/src/', import.meta.url);

test('the operations of the SDK are those of the table; if not, run `npm run generate`', () => {
  const text = readFileSync(new URL('operations.gen.ts', SOURCE), 'utf8');
  expect(text).toBe(sdkOperations(operations));
});

test('the SDK needs no package and no Node', () => {
  const files = readdirSync(SOURCE).map((name) => readFileSync(new URL(name, SOURCE), 'utf8'));
  expect(files.length).toBeGreaterThan(6);
  const imports = files.flatMap((text) => [...text.matchAll(/\bfrom '([^']+)'|\bimport\('([^']+)'\)/g)]);
  expect(imports.map((match) => match[1] ?? match[2]).filter((target) => !target?.startsWith('./'))).toEqual(
    [],
  );
  expect(files.filter((text) => /\b(process|Buffer|require|__dirname)\b[.(]/.test(text))).toEqual([]);
});

// A schema, and its type as input and as output.
const TYPES: readonly (readonly [object, string, string?])[] = [
  [{ type: 'string', maxLength: 5 }, 'string'],
  [{ type: 'integer' }, 'number'],
  [{ type: ['string', 'null'] }, 'string | null'],
  [{ enum: ['a', 'b'] }, '"a" | "b"'],
  [{ const: 'a', type: 'string' }, '"a"'],
  [{ $ref: '#/$defs/Mandate' }, 'Mandate'],
  [{ anyOf: [{ type: 'string' }, { type: 'number' }] }, 'string | number'],
  [{ type: 'array', items: { type: 'string' } }, 'readonly string[]'],
  [{ type: 'array', items: { enum: ['a', 'b'] } }, 'readonly ("a" | "b")[]'],
  [
    { type: 'array', items: { anyOf: [{ type: 'object', properties: {} }, { type: 'null' }] } },
    'readonly (Readonly<Record<string, never>> | null)[]',
  ],
  [{ type: 'object', additionalProperties: { type: 'number' } }, 'Readonly<Record<string, number>>'],
  [
    { type: 'object', properties: { a: { type: 'string' }, b: { type: 'null' } }, required: ['a'] },
    '{\n  readonly a: string;\n  readonly b?: null | undefined;\n}',
    '{\n  readonly a: string;\n  readonly b?: null;\n}',
  ],
];

test('a schema becomes its type', () => {
  for (const [schema, input, output = input] of TYPES) {
    expect(typeText({ ...schema }, { isInput: true })).toBe(input);
    expect(typeText({ ...schema }, { isInput: false })).toBe(output);
  }
});

test('a schema without a type of ours stops the generator', () => {
  const stops = [
    {},
    { not: {} },
    { type: 'array', prefixItems: [{ type: 'string' }] },
    { type: 'object', properties: { a: {} } },
  ];
  for (const schema of stops)
    expect(() => typeText(schema, { isInput: true })).toThrow(/There is no type for/);
});
