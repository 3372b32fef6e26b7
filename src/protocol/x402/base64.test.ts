import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeText, encodeText } from './base64.ts';

test('any text comes back', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      expect(decodeText(encodeText(text))).toBe(text);
      expect(encodeText(text)).toBe(btoa(String.fromCharCode(...new TextEncoder().encode(text))));
    }),
  );
});

test.each([
  ['no padding', 'eyJhIjoxfQ'],
  ['too much padding', 'eyJhIjoxfQ==='],
  ['padding inside', 'eyJh=joxfQ=='],
  ['the alphabet for URLs', 'Pz8_Pz8-'],
  ['white space', 'eyJh IjoxfQ=='],
  ['a line break', 'eyJhIjoxfQ==\n'],
  ['two headers joined by a comma', 'eyJhIjoxfQ==, eyJhIjoxfQ=='],
  ['unused bits that are set', 'eyJhIjoxfR=='],
  ['plain JSON', '{"a":1}'],
  ['bytes that are not UTF-8', '/w=='],
  ['a surrogate in UTF-8', '7aCA'],
])('base64 with %s is refused', (_, base64) => {
  expect(decodeText(base64)).toBeNull();
});
