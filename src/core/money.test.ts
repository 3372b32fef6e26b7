import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  add,
  allocate,
  divideDown,
  divideUp,
  format,
  formatBudget,
  MAX_UNITS,
  parse,
  parseCurrency,
  parseUnits,
  rescaleUp,
  subtract,
} from './money.ts';

const READ: readonly (readonly [string, bigint])[] = [
  ['1', 1_000_000n],
  ['0.000001', 1n],
  ['0.10', 100_000n],
  ['25.00', 25_000_000n],
  ['25.5', 25_500_000n],
  ['1.500000', 1_500_000n],
  ['9007199254.740993', 9_007_199_254_740_993n],
  ['999999999999.999999', 999_999_999_999_999_999n],
];
test.each(READ)('the amount "%s" is read exactly', (text, units) => {
  expect(parse(text, 6)).toEqual({ outcome: 'ok', units });
});

const REFUSED: readonly (readonly [string, string])[] = [
  ['', 'empty'],
  ['0', 'zero'],
  ['0.0', 'zero with a decimal'],
  ['0.000000', 'zero with all decimals'],
  ['-5', 'a sign'],
  ['-0.01', 'a sign before a fraction'],
  ['+1', 'a plus'],
  ['1e3', 'an exponent'],
  ['1E3', 'a capital exponent'],
  ['1.', 'a bare point'],
  ['.5', 'no whole part'],
  ['.', 'a point alone'],
  ['01', 'a leading zero'],
  ['00.5', 'two zeros'],
  ['1,5', 'a decimal comma'],
  ['1,000', 'a thousands comma'],
  ['1_000', 'an underscore'],
  ['1 000', 'a space inside'],
  [' 1', 'a space before'],
  ['1 ', 'a space behind'],
  ['1\n', 'a line end behind'],
  ['\t1', 'a tab'],
  ['1\u00a0', 'a no-break space'],
  ['1\u200b', 'a zero-width space'],
  ['0x10', 'hexadecimal'],
  ['0b1', 'binary'],
  ['1n', 'a bigint literal'],
  ['12abc', 'letters behind'],
  ['NaN', 'not a number'],
  ['Infinity', 'infinity'],
  ['$5', 'a currency sign'],
  ['5 USD', 'a currency code'],
  ['1.2.3', 'two points'],
  ['٣', 'an Arabic-Indic digit'],
  ['１', 'a full-width digit'],
  ['1．5', 'a full-width point'],
  ['1٫5', 'an Arabic decimal separator'],
  ['𝟓', 'a mathematical digit'],
  ['½', 'a vulgar fraction'],
  ['0.0000001', 'seven decimals'],
  ['1.0000000', 'seven decimals that are zero'],
  ['1000000000000', 'thirteen digits'],
  ['9007199254740993', 'sixteen digits'],
  ['9223372036854775808', '2^63'],
  ['1'.repeat(400), 'four hundred digits'],
];
test.each(REFUSED)('the amount "%s" is refused: %s', (text) => {
  expect(parse(text, 6)).toMatchObject({ outcome: 'refused', code: 'amount_invalid' });
});

const BOUNDARY: readonly (readonly [string, number, bigint | null])[] = [
  ['9223372036.854775807', 9, MAX_UNITS],
  ['9223372036.854775808', 9, null],
  ['999999999999', 9, null],
  ['999999999999.999999', 6, 999_999_999_999_999_999n],
  ['1', 0, 1n],
  ['1.0', 0, null],
  ['0.1', 1, 1n],
];
test.each(BOUNDARY)('at the edge of 64 bits and of a scale: "%s" at %i decimals', (text, decimals, units) => {
  const reading = parse(text, decimals);
  expect(reading.outcome === 'ok' ? reading.units : null).toBe(units);
});

test('a refusal quotes the amount, cut short when it is long', () => {
  expect(parse('-5', 6)).toEqual({
    outcome: 'refused',
    code: 'amount_invalid',
    detail: 'The amount "-5" is not a plain decimal such as "25.00"',
  });
  expect(parse('9'.repeat(400), 6)).toEqual({
    outcome: 'refused',
    code: 'amount_invalid',
    detail: `The amount "${'9'.repeat(40)}…" is not a plain decimal such as "25.00"`,
  });
});

const UNITS: readonly (readonly [string, bigint | null])[] = [
  ['1', 1n],
  ['1000000', 1_000_000n],
  ['9007199254740993', 9_007_199_254_740_993n],
  ['9223372036854775807', MAX_UNITS],
  ['9223372036854775808', null],
  ['115792089237316195423570985008687907853269984665640564039457584007913129639935', null],
  ['1'.repeat(79), null],
  ['', null],
  ['0', null],
  ['00', null],
  ['01', null],
  ['-1', null],
  ['+1', null],
  ['1.0', null],
  ['1e6', null],
  ['0x10', null],
  [' 1', null],
  ['1\n', null],
  ['١', null],
  ['１', null],
];
test.each(UNITS)(
  'a count of units "%s" is a whole number above zero in 64 bits, or refused',
  (text, units) => {
    const reading = parseUnits(text);
    expect(reading.outcome === 'ok' ? reading.units : null).toBe(units);
  },
);

test('no text reads as an amount but plain decimals above zero', () => {
  const plain = /^(0|[1-9][0-9]{0,11})(\.[0-9]{1,6})?$/;
  const nearly = fc.stringMatching(/^[-+ 0-9.,eExX_٣１]{0,8}$/);
  fc.assert(
    fc.property(fc.oneof(nearly, fc.string({ unit: 'binary' })), (text) => {
      const isAmount = plain.test(text) && /[1-9]/.test(text);
      expect(parse(text, 6).outcome).toBe(isAmount ? 'ok' : 'refused');
    }),
    { numRuns: 2000 },
  );
});

const FORMATTED: readonly (readonly [bigint, number, string])[] = [
  [0n, 6, '0.00'],
  [1n, 6, '0.000001'],
  [1_500_000n, 6, '1.50'],
  [25_000_000n, 6, '25.00'],
  [-1_500_000n, 6, '-1.50'],
  [-1n, 6, '-0.000001'],
  [1500n, 0, '1500'],
  [15n, 1, '1.5'],
  [150n, 2, '1.50'],
  [1234n, 3, '1.234'],
  [MAX_UNITS, 6, '9223372036854.775807'],
];
test.each(FORMATTED)('%s units at %i decimals are "%s"', (units, decimals, text) => {
  expect(format(units, decimals)).toBe(text);
});

test('what is formatted reads back as the same units, at any scale', () => {
  const units = fc.bigInt({ min: 1n, max: 10n ** 12n - 1n });
  fc.assert(
    fc.property(units, fc.integer({ min: 0, max: 9 }), (given, decimals) => {
      expect(parse(format(given, decimals), decimals)).toEqual({ outcome: 'ok', units: given });
    }),
  );
});

test('the mandate counts at six decimals', () => {
  expect(formatBudget(12_500_000n)).toBe('12.50');
});

const CURRENCIES: readonly (readonly [string, string, bigint | null])[] = [
  ['12.34', 'USD', 1234n],
  ['12.345', 'USD', null],
  ['1200', 'JPY', 1200n],
  ['12.5', 'JPY', null],
  ['1.234', 'KWD', 1234n],
  ['1.2345', 'CLF', 12_345n],
  ['1', 'usd', null],
  ['1', 'XXX', null],
  ['1', '', null],
  ['1', 'constructor', null],
  ['1', 'toString', null],
  ['1', '__proto__', null],
];
test.each(CURRENCIES)('"%s" in "%s" follows that currency\'s own scale', (text, code, units) => {
  const reading = parseCurrency(text, code);
  expect(reading.outcome === 'ok' ? reading.units : null).toBe(units);
});

test('amounts of one asset add and subtract; of two they throw', () => {
  const [one, two] = [
    { asset: 'USDC', units: 5n },
    { asset: 'EURC', units: 3n },
  ];
  expect(add(one, { ...two, asset: 'USDC' })).toEqual({ asset: 'USDC', units: 8n });
  expect(subtract(one, { ...two, asset: 'USDC' })).toEqual({ asset: 'USDC', units: 2n });
  expect(() => add(one, two)).toThrow(TypeError);
  expect(() => subtract(one, two)).toThrow(TypeError);
});

const natural = fc.bigInt({ min: 0n, max: 2n ** 64n });
const positive = fc.bigInt({ min: 1n, max: 2n ** 64n });

test('dividing down drops the rest and dividing up counts it as one', () => {
  fc.assert(
    fc.property(natural, positive, (units, by) => {
      const [down, up] = [divideDown(units, by), divideUp(units, by)];
      expect(down * by <= units && units - down * by < by).toBe(true);
      expect(up * by >= units && up * by - units < by).toBe(true);
    }),
  );
});

test('dividing less than nothing, or by nothing, throws', () => {
  for (const divide of [divideDown, divideUp]) {
    expect(() => divide(-1n, 5n)).toThrow(RangeError);
    expect(() => divide(5n, 0n)).toThrow(RangeError);
    expect(() => divide(5n, -1n)).toThrow(RangeError);
  }
});

test('the parts of a split add up to the whole, each within one unit of its share', () => {
  const weights = fc.array(fc.bigInt({ min: 0n, max: 1000n }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(natural, weights, (units, given) => {
      const total = given.reduce((sum, weight) => sum + weight, 0n);
      fc.pre(total > 0n);
      const parts = allocate(units, given);
      expect(parts.reduce((sum, part) => sum + part, 0n)).toBe(units);
      for (const [i, part] of parts.entries()) {
        const share = (units * (given[i] ?? 0n)) / total;
        expect(part === share || part === share + 1n).toBe(true);
        if (given[i] === 0n) expect(part).toBe(0n);
      }
    }),
  );
});

test('a split by nothing, by less than nothing or of less than nothing throws', () => {
  for (const [units, weights] of [
    [5n, []],
    [5n, [0n]],
    [5n, [2n, -1n]],
    [-5n, [1n]],
  ] as const) {
    expect(() => allocate(units, weights)).toThrow(RangeError);
  }
});

test('rescaling up never loses a unit, and is exact wherever it can be', () => {
  const scale = fc.integer({ min: 0, max: 18 });
  fc.assert(
    fc.property(natural, scale, scale, (units, from, to) => {
      const scaled = rescaleUp(units, { from, to });
      const [given, made] = [units * 10n ** BigInt(to), scaled * 10n ** BigInt(from)];
      expect(made >= given && made - given < 10n ** BigInt(from)).toBe(true);
      if (to >= from) expect(made).toBe(given);
    }),
  );
});
