import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isId, makeId } from './id.ts';

const random = fc.uint8Array({ minLength: 10, maxLength: 10 });
const time = fc.integer({ min: 0, max: 2 ** 48 });

test('an id says its kind, its time and its random part', () => {
  expect(makeId('pay', Date.UTC(2026, 0, 1), new Uint8Array(10).fill(255))).toBe(
    'pay_01kdvdna00zzzzzzzzzzzzzzzz',
  );
  expect(makeId('wal', 0, new Uint8Array(10))).toBe('wal_00000000000000000000000000');
});

test('ids sort by time, are of their kind only, and differ when their random bytes do', () => {
  fc.assert(
    fc.property(time, time, random, random, (a, b, x, y) => {
      const [one, two] = [makeId('pay', a, x), makeId('pay', b, y)];
      if (a !== b) expect(one < two).toBe(a < b);
      expect(one === two).toBe(a === b && x.every((byte, i) => byte === y[i]));
      expect(isId('pay', one) && !isId('mand', one)).toBe(true);
    }),
  );
});

test('an id takes ten random bytes, no fewer and no more', () => {
  for (const length of [0, 9, 11]) expect(() => makeId('pay', 0, new Uint8Array(length))).toThrow(RangeError);
});

const NOT_IDS = [
  'pay_',
  'pay_0',
  `pay_${'0'.repeat(27)}`,
  `pay_${'u'.repeat(26)}`,
  `pay_${'A'.repeat(26)}`,
  `mand_${'0'.repeat(26)}`,
];
test.each(NOT_IDS)('%s is not the id of a payment', (text) => {
  expect(isId('pay', text)).toBe(false);
});
