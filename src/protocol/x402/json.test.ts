import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type JsonNode, objectText, parseJson } from './json.ts';

function plain(node: JsonNode): unknown {
  switch (node.kind) {
    case 'object':
      return Object.fromEntries(Array.from(node.members, ([key, item]) => [key, plain(item)]));
    case 'array':
      return node.items.map(plain);
    case 'null':
      return null;
    default:
      return node.value;
  }
}

function parsedByPlatform(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const safeKeys = fc.string({ unit: 'grapheme' }).filter((key) => key !== '__proto__');
const { json } = fc.letrec((tie) => ({
  json: fc.oneof(
    { maxDepth: 5 },
    fc.constantFrom(null, true, false),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (Object.is(value, -0) ? 0 : value)),
    fc.string({ unit: 'grapheme' }),
    fc.array(tie('json'), { maxLength: 5 }),
    fc.dictionary(safeKeys, tie('json'), { maxKeys: 5, noNullPrototype: true }),
  ),
}));

test('what JSON.stringify writes is read as JSON.parse reads it, and keeps its text', () => {
  fc.assert(
    fc.property(json, fc.constantFrom(undefined, 1, '\t'), (value, indent) => {
      const text = JSON.stringify(value, null, indent);
      const node = parseJson(text);
      expect(node?.text).toBe(text);
      expect(node && plain(node)).toEqual(JSON.parse(text));
    }),
  );
});

test('text changed at any place is accepted only where JSON.parse accepts it, with the same meaning', () => {
  const characters = fc.constantFrom(...'{}[]",:\\/0123456789.eE+-tfnu \t\n\ruabd\u0000\u00e9'.split(''));
  fc.assert(
    fc.property(json, fc.nat(), characters, fc.nat(2), (value, at, character, drop) => {
      const text = JSON.stringify(value);
      const place = at % (text.length + 1);
      const changed = text.slice(0, place) + character + text.slice(place + drop);
      fc.pre(changed.isWellFormed());
      const node = parseJson(changed);
      if (node !== null) expect(plain(node)).toEqual(JSON.parse(changed));
      else if (parsedByPlatform(changed) !== undefined)
        expect(changed).toMatch(/\\u[dD]|"(.*)"\s*:.*"\1"\s*:/s);
    }),
    { numRuns: 2000 },
  );
});

test.each([
  ['a key twice', '{"a":1,"a":1}'],
  ['a key twice, once escaped', '{"a":1,"\\u0061":2}'],
  ['a key twice, deep down', '{"a":[{"b":{"c":1,"d":2,"c":1}}]}'],
  ['__proto__', '{"__proto__":{"isAdmin":true}}'],
  ['__proto__, escaped and deep down', '[{"a":{"__pro\\u0074o__":1}}]'],
  ['a lone surrogate', '"\\ud800"'],
  ['a lone surrogate in a key', '{"\\udfff":1}'],
  ['two values', '{} {}'],
  ['nothing', ''],
  ['a comma at the end', '[1,]'],
  ['a comma at the end of an object', '{"a":1,}'],
  ['no closing', '{"a":[1'],
  ['a raw line break in a string', '"a\nb"'],
  ['a byte order mark', '\ufeff{}'],
  ['single quotes', "{'a':1}"],
  ['a bare key', '{a:1}'],
  ['a comment', '{}//'],
  ['a leading zero', '01'],
  ['a leading plus', '+1'],
  ['a bare point', '1.'],
  ['NaN', 'NaN'],
  ['a word that begins well', 'nullx'],
  ['an unknown escape', '"\\x41"'],
  ['33 levels', '['.repeat(33) + ']'.repeat(33)],
  ['ten thousand levels', '{"a":'.repeat(10_000)],
])('%s is refused', (_, text) => {
  expect(parseJson(text)).toBeNull();
});

test('32 levels are read', () => {
  expect(parseJson('['.repeat(32) + ']'.repeat(32))?.kind).toBe('array');
});

test('a value keeps the text it came as', () => {
  const node = parseJson(' { "a" : 1.50 , "b" : { "c" : "\\u0041" } } ');
  expect(node?.kind === 'object' && Array.from(node.members, ([key, { text }]) => [key, text])).toEqual([
    ['a', '1.50'],
    ['b', '{ "c" : "\\u0041" }'],
  ]);
});

test('an object is written from texts, without what is undefined', () => {
  expect(
    objectText([
      ['a', '1.50'],
      ['b"', undefined],
      ['c"', '[]'],
    ]),
  ).toBe('{"a":1.50,"c\\"":[]}');
});
