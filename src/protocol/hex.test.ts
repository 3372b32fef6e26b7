import { expect, test } from 'vitest';
import { fromHex, isHex, toHex } from './hex.ts';

test('bytes and hex text go back and forth', () => {
  const bytes = Uint8Array.of(0, 1, 0x7f, 0x80, 0xff);
  expect(toHex(bytes)).toBe('0x00017f80ff');
  expect(fromHex('0x00017F80fF', 5)).toEqual(bytes);
  expect(toHex(new Uint8Array(0))).toBe('0x');
  expect(fromHex('0x', 0)).toEqual(new Uint8Array(0));
});

test.each(['', '0x0', '0x000', '0x0g', '00', '0X00', ' 0x00', '0x00 ', '0x00\n', '0x0000', '0x+1', '0x٠٠'])(
  'text that is not one byte of hex is refused: %j',
  (text) => {
    expect(isHex(text, 1)).toBe(false);
    expect(() => fromHex(text, 1)).toThrow(new TypeError('Expected 1 bytes of hex with 0x'));
  },
);
