import fc from 'fast-check';
import { expect, test } from 'vitest';
import { NumberText } from '../operations/number-text.ts';
import { parseObject } from './json.ts';

/** A parsed value with numbers as JSON itself reads them. */
function plain(value: unknown): unknown {
  if (value instanceof NumberText) return Number.parseFloat(value.source);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}

const fields = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 5 }));

test('every JSON object is read as what it says', () => {
  fc.assert(
    fc.property(fields, fc.constantFrom(0, 1, '\t'), (object, space) => {
      const text = JSON.stringify(object, null, space);
      const read = parseObject(text);
      expect(read).toMatchObject({ outcome: 'ok' });
      if (read.outcome === 'ok') expect(plain(read.fields)).toEqual(JSON.parse(text));
    }),
  );
});

test('a key that stands twice in one object is found, wherever and however it is written', () => {
  const spelling = fc.constantFrom(
    (key: string) => JSON.stringify(key),
    (key: string) =>
      `"${[...key].map((char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')}"`,
  );
  const key = fc.string({ unit: 'grapheme-ascii' });
  fc.assert(
    fc.property(
      fields,
      key,
      spelling,
      fc.jsonValue(),
      fc.nat({ max: 4 }),
      (object, key, spell, value, depth) => {
        const twice = `{"${'x'}":0,${JSON.stringify(key)}:1,"\\"}":[],${spell(key)}:${JSON.stringify(value)}}`;
        const nested = `${'{"a":['.repeat(depth)}${JSON.stringify(object)},${twice}${']}'.repeat(depth)}`;
        const text = depth === 0 ? twice : nested;
        expect(parseObject(text)).toMatchObject({ outcome: 'refused', code: 'json_key_duplicate' });
      },
    ),
  );
});

test('text that is no JSON is refused as such, whatever it is', () => {
  const pieces = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    '"',
    '\\',
    ':',
    ',',
    'a',
    '1',
    '-',
    '.',
    'e',
    ' ',
    '\\u',
    '\u0000',
  );
  const text = fc.array(pieces, { maxLength: 40 }).map((parts) => `{${parts.join('')}`);
  const isJson = (text: string) => {
    try {
      JSON.parse(text);
      return true;
    } catch {
      return false;
    }
  };
  fc.assert(
    fc.property(text, (text) => {
      const read = parseObject(text);
      if (!isJson(text)) expect(read).toMatchObject({ outcome: 'refused', code: 'json_invalid' });
    }),
    { numRuns: 2000 },
  );
});

test('numbers keep how they were written where a number would not', () => {
  const read = parseObject('{"a":100.00,"b":1e3,"c":12.5,"d":-0,"e":9007199254740993,"f":1e400}');
  expect(read).toEqual({
    outcome: 'ok',
    fields: {
      a: new NumberText('100.00'),
      b: new NumberText('1e3'),
      c: 12.5,
      d: new NumberText('-0'),
      e: new NumberText('9007199254740993'),
      f: new NumberText('1e400'),
    },
  });
});

test('a name that means something to JavaScript stays a plain field', () => {
  const read = parseObject('{"__proto__":{"amount":1},"outcome":"refused"}');
  expect(read.outcome).toBe('ok');
  if (read.outcome === 'refused') return;
  expect(Object.keys(read.fields)).toEqual(['__proto__', 'outcome']);
  expect(Object.getPrototypeOf(read.fields)).toBe(Object.prototype);
});
