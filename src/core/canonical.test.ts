import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalJson, type Json, parseRecord } from './canonical.ts';

/** The vectors of RFC 8785 and its reference data that hold no fractions. */
const VECTORS: readonly (readonly [string, string, string])[] = [
  ['literals', '[null,true,false]', '[null,true,false]'],
  ['white space', ' { "b" : [ 1 , 2 ] ,\n "a" : { } } ', '{"a":{},"b":[1,2]}'],
  [
    'RFC 8785 §3.2.2.2',
    '"\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/"',
    '"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"',
  ],
  [
    'controls',
    '"\\u0000\\b\\t\\n\\f\\r\\u001f\\u007f\\u2028"',
    '"\\u0000\\b\\t\\n\\f\\r\\u001f\u007f\u2028"',
  ],
  ['arrays', '[56,{"d":true,"10":null,"1":[]}]', '[56,{"1":[],"10":null,"d":true}]'],
  [
    'french',
    '{"sin":"d","pêche":"c","péché":"b","peach":"a"}',
    '{"peach":"a","péché":"b","pêche":"c","sin":"d"}',
  ],
  [
    'structures',
    '{"1":{"f":{"f":"hi","F":5},"\\n":56},"10":{},"":"empty","a":{},"111":[{"e":"yes","E":"no"}],"A":{}}',
    '{"":"empty","1":{"\\n":56,"f":{"F":5,"f":"hi"}},"10":{},"111":[{"E":"no","e":"yes"}],"A":{},"a":{}}',
  ],
  ['not normalized', '{"Unnormalized Unicode":"A\\u030a"}', '{"Unnormalized Unicode":"A\u030a"}'],
  [
    'RFC 8785 §3.2.3: keys by UTF-16 code units',
    '{"\\u20ac":5,"\\r":1,"\\ufb33":7,"1":2,"\\ud83d\\ude00":6,"\\u0080":3,"\\u00f6":4}',
    '{"\\r":1,"1":2,"\u0080":3,"ö":4,"€":5,"\u{1f600}":6,"\ufb33":7}',
  ],
  ['whole numbers', '[0,-0,1,-1,9007199254740991]', '[0,0,1,-1,9007199254740991]'],
];
test.each(VECTORS)('%s', (_, given, canonical) => {
  expect(canonicalJson(JSON.parse(given) as Json)).toBe(canonical);
});

test('a bigint is written as decimal text, and an absent field is left out', () => {
  expect(canonicalJson({ b: 9_007_199_254_740_993n, c: undefined, a: -1n })).toBe(
    '{"a":"-1","b":"9007199254740993"}',
  );
});

test('an own key named __proto__ is a key like any other', () => {
  expect(canonicalJson(JSON.parse('{"b":1,"__proto__":2}') as Json)).toBe('{"__proto__":2,"b":1}');
});

const NOT_JSON: readonly (readonly [string, unknown])[] = [
  ['a fraction', 1.5],
  ['an exponent beyond exactness', 2 ** 53],
  ['NaN', Number.NaN],
  ['infinity', Number.POSITIVE_INFINITY],
  ['a lone high surrogate', '\ud800'],
  ['a lone low surrogate inside', 'a\udc00b'],
  ['a lone surrogate in a key', { '\ud800': 1 }],
  ['undefined', undefined],
  ['undefined in a list', [1, undefined]],
  ['a hole in a list', new Array(2)],
  ['a function', () => 1],
  ['a symbol', Symbol('s')],
  ['a date', new Date(0)],
  ['a map', new Map([['a', 1]])],
  ['bytes', new Uint8Array(2)],
  ['a boxed number', Object(1)],
];
test.each(NOT_JSON)('%s is not written but thrown at', (_, given) => {
  expect(() => canonicalJson(given as Json)).toThrow(TypeError);
  expect(() => canonicalJson({ deep: [given as Json] })).toThrow(TypeError);
});

test('the order in which keys were set never shows', () => {
  const key = fc.string({ unit: 'grapheme', maxLength: 3 });
  fc.assert(
    fc.property(fc.uniqueArray(fc.tuple(key, fc.nat()), { selector: ([name]) => name }), (pairs) => {
      const [there, back] = [Object.fromEntries(pairs), Object.fromEntries(pairs.toReversed())];
      expect(canonicalJson(back)).toBe(canonicalJson(there));
    }),
  );
});

test('it says what JSON.stringify says, but for the order of keys', () => {
  const whole = fc.maxSafeInteger();
  const leaf = fc.oneof(fc.constant(null), fc.boolean(), whole, fc.string({ unit: 'grapheme' }));
  const tree = fc.letrec<{ node: Json }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 3 },
      leaf,
      fc.array(tie('node'), { maxLength: 4 }),
      fc.dictionary(fc.string({ unit: 'grapheme', maxLength: 4 }), tie('node'), { maxKeys: 4 }),
    ),
  }));
  fc.assert(
    fc.property(tree.node, (given) => {
      const text = canonicalJson(given);
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(given)));
      expect(canonicalJson(JSON.parse(text) as Json)).toBe(text);
    }),
  );
});

test('a record reads back with its units as bigints and its absent units as null', () => {
  const text = '{"aUnits":"12","b":"12","cUnits":null,"list":[{"dUnits":"-3"}]}';
  expect(parseRecord(text)).toEqual({ aUnits: 12n, b: '12', cUnits: null, list: [{ dUnits: -3n }] });
});
