import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cleanText } from './intent.ts';

const CASES: readonly (readonly [string, string, string, readonly string[]])[] = [
  ['plain text stays', 'Weather data for Rome', 'Weather data for Rome', []],
  ['other scripts stay', 'données météo 天気 погода', 'données météo 天気 погода', []],
  ['emoji stay', 'sun \u{1f31e}', 'sun \u{1f31e}', []],
  ['right-to-left overrides go', 'pay \u202eecila\u202c now', 'pay ecila now', ['U+202C', 'U+202E']],
  ['isolates go', 'a\u2066b\u2069', 'ab', ['U+2066', 'U+2069']],
  [
    'zero-width characters go',
    'a\u200bb\u200cc\u200dd\ufeffe',
    'abcde',
    ['U+200B', 'U+200C', 'U+200D', 'U+FEFF'],
  ],
  ['soft hyphens go', 'pass\u00adword', 'password', ['U+00AD']],
  ['tag characters go', 'a\u{e0041}\u{e007f}', 'a', ['U+E0041', 'U+E007F']],
  ['variation selectors go', 'a\ufe0f\u{e0100}', 'a', ['U+E0100', 'U+FE0F']],
  ['fillers go', 'a\u3164b\uffa0c\u115fd\u1160e', 'abcde', ['U+115F', 'U+1160', 'U+3164', 'U+FFA0']],
  ['the grapheme joiner goes', 'a\u034fb', 'ab', ['U+034F']],
  ['the blank braille pattern goes', 'a\u2800b', 'ab', ['U+2800']],
  ['control characters go', 'a\u0000b\u001b[31mc\u0085', 'ab[31mc', ['U+0000', 'U+001B', 'U+0085']],
  ['private and unassigned ones go', 'a\ue000b\uffff', 'ab', ['U+E000', 'U+FFFF']],
  ['white space folds into one space', ' a \t\r\n\u00a0\u2003\u3000 b\u2028c\u2029', 'a b c', []],
  ['look-alike forms become plain', 'ＡＢＣ １２ ﬁn', 'ABC 12 fin', []],
  ['accents compose', 'e\u0301', '\u00e9', []],
  ['accents compose across what was hidden', 'e\u200d\u0301', '\u00e9', ['U+200D']],
  ['double quotation marks become straight', '“a” „b‟ ❝c❞ 〝d〞 ＂e＂', '"a" "b" "c" "d" "e"', []],
  ['a lone surrogate is shown as one', 'a\ud800b', 'a\ufffdb', []],
  ['nothing is nothing', '', '', []],
  ['nothing to see is nothing', '\u200b\u2800 \u202e', '', ['U+200B', 'U+202E', 'U+2800']],
  ['each removed one is named once', '\u200b\u200b', '', ['U+200B']],
];
test.each(CASES)('%s', (_, given, text, removed) => {
  expect(cleanText(given)).toEqual({ text, removed });
});

const HIDDEN = /[\p{C}\p{Default_Ignorable_Code_Point}\u2028\u2029\u2800\u201c\u201d]/u;

test('of every code point there is, what is left is seen, and cleaning it again changes nothing', () => {
  const wrong: number[] = [];
  for (let point = 0; point <= 0x10ffff; point += 1) {
    const { text } = cleanText(`a${String.fromCodePoint(point)}\u0301b`);
    const again = cleanText(text);
    if (HIDDEN.test(text) || again.text !== text || again.removed.length > 0) wrong.push(point);
  }
  expect(wrong).toEqual([]);
});

test('of any text, what is left is seen, and cleaning it again changes nothing', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 20 }), (given) => {
      const { text } = cleanText(given);
      expect(HIDDEN.test(text)).toBe(false);
      expect(cleanText(text)).toEqual({ text, removed: [] });
    }),
    { numRuns: 2000 },
  );
});
