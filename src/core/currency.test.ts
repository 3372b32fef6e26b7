import { expect, test } from 'vitest';
import { currencyDecimals } from './currency.ts';

const CASES: readonly (readonly [string, number | null])[] = [
  ['USD', 2],
  ['EUR', 2],
  ['JPY', 0],
  ['KRW', 0],
  ['VND', 0],
  ['KWD', 3],
  ['BHD', 3],
  ['CLF', 4],
  ['UYW', 4],
  ['usd', null],
  ['US', null],
  ['USDC', null],
  ['', null],
  ['__proto__', null],
  ['constructor', null],
  ['hasOwnProperty', null],
  ['valueOf', null],
];
test.each(CASES)('the currency "%s" has %s decimals', (code, decimals) => {
  expect(currencyDecimals(code)).toBe(decimals);
});
