import { describe, expect, test } from 'vitest';
import * as Fields from './fields.ts';
import { readNumber } from './number-text.ts';

const read = (schema: typeof Fields.amount | typeof Fields.host | typeof Fields.duration, given: unknown) => {
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  const issue = result.error.issues[0] as { readonly params?: { readonly code?: string } };
  return issue.params?.code ?? 'refused';
};

describe('an amount', () => {
  const AMOUNTS: readonly [string, unknown, bigint | string][] = [
    ['text', '100.00', 100_000_000n],
    ['a parsed number', 25.5, 25_500_000n],
    ['a number as it was written', readNumber('100.00'), 100_000_000n],
    [
      'a written number with more digits than a double holds',
      readNumber('123456789012.123456'),
      123456789012123456n,
    ],
    ['the smallest', '0.000001', 1n],
    ['an exponent in text', '1e3', 'amount_invalid'],
    ['an exponent as it was written', readNumber('1e3'), 'amount_invalid'],
    ['a parsed number that shows an exponent', 1e21, 'amount_ambiguous'],
    ['a parsed number below a millionth', 1e-7, 'amount_ambiguous'],
    ['a parsed number of 16 digits', 0.1234567890123456, 'amount_ambiguous'],
    ['a written number of 16 digits', readNumber('9007199254740993'), 'amount_invalid'],
    ['the sum of a tenth and two tenths', 0.1 + 0.2, 'amount_ambiguous'],
    ['less than nothing', '-5', 'amount_invalid'],
    ['a parsed number less than nothing', -5, 'amount_invalid'],
    ['nothing', '0', 'amount_invalid'],
    ['digits of another script', '٣', 'amount_invalid'],
    ['seven decimals', '0.0000001', 'amount_invalid'],
    ['not a number', Number.NaN, 'refused'],
    ['a list', ['1'], 'refused'],
  ];
  test.each(AMOUNTS)('%s', (_, given, expected) => {
    expect(read(Fields.amount, given)).toBe(expected);
  });
});

describe('a host', () => {
  const HOSTS: readonly [string, string][] = [
    ['api.example.com', 'api.example.com'],
    ['API.Example.COM.', 'api.example.com'],
    ['bücher.example', 'xn--bcher-kva.example'],
    ['127.0.0.1', '127.0.0.1'],
    ['0x7f.1', '127.0.0.1'],
    ['[::1]', '[::1]'],
    ['localhost', 'localhost'],
    ['api.example.com:8443', 'input_invalid'],
    ['https://api.example.com', 'input_invalid'],
    ['user@api.example.com', 'input_invalid'],
    ['api.example.com/path', 'input_invalid'],
    ['*.example.com', 'input_invalid'],
    ['a,b.example', 'input_invalid'],
    ['a b.example', 'input_invalid'],
    ['', 'input_invalid'],
    ['.', 'input_invalid'],
  ];
  test.each(HOSTS)('%s', (given, expected) => {
    expect(read(Fields.host, given)).toBe(expected);
  });
});

describe('a duration', () => {
  const DURATIONS: readonly [string, number | string][] = [
    ['30d', 30 * 86_400_000],
    ['12h', 12 * 3_600_000],
    ['45m', 45 * 60_000],
    ['366d', 366 * 86_400_000],
    ['367d', 'duration_invalid'],
    ['0d', 'duration_invalid'],
    ['1.5h', 'duration_invalid'],
    ['-1d', 'duration_invalid'],
    ['30', 'duration_invalid'],
    ['1e3m', 'duration_invalid'],
    ['P30D', 'duration_invalid'],
  ];
  test.each(DURATIONS)('%s', (given, expected) => {
    expect(read(Fields.duration, given)).toBe(expected);
  });
});

test('a count is a whole number, as a number or in digits', () => {
  const count = Fields.count({ least: 1, most: 200 });
  const taken = [1, '1', '200', 200].map((given) => count.safeParse(given).success);
  const refused = [0, 201, '0x10', '1e2', ' 5 ', '5.0', '', true].map(
    (given) => count.safeParse(given).success,
  );
  expect([taken, refused]).toEqual([Array(4).fill(true), Array(8).fill(false)]);
});
