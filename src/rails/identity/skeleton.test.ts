import { expect, test } from 'vitest';
import { fold, skeleton } from './skeleton.ts';

const SAME = [
  ['Cyrillic', 'раураӏ', 'paypal'],
  ['one Cyrillic letter', 'pаypal', 'paypal'],
  ['Greek', 'gοοgle', 'google'],
  ['Armenian', 'gօօgle', 'google'],
  ['Cherokee', 'ᏚᎳᎬᎬᎢ', 'sweet'],
  ['Lisu', 'ꓮꓑꓑꓡꓰ', 'apple'],
  ['Hebrew', 'gססgle', 'google'],
  ['Latin letters of their own', 'ɑmɑzσn', 'amazon'],
  ['small capitals', 'ᴀᴍᴀᴢᴏɴ', 'amazon'],
  ['fullwidth', 'ｓｔｒｉｐｅ', 'stripe'],
  ['mathematical', '𝐬𝐭𝐫𝐢𝐩𝐞', 'stripe'],
  ['circled', 'ⓢⓣⓡⓘⓟⓔ', 'stripe'],
  ['accents', 'ámàzôň', 'amazon'],
  ['dots below', 'ḅịnạnce', 'binance'],
  ['a dotless i', 'strıpe', 'stripe'],
  ['a stroke', 'drøpbøx', 'dropbox'],
  ['a zero-width joiner', 'pay\u200dpal', 'paypal'],
  ['punycode', 'xn--pypal-4ve', 'paypal'],
  ['zero', 'amaz0n', 'amazon'],
  ['one', 'paypa1', 'paypal'],
  ['one for i after c', 'icic1', 'icici'],
  ['capital I', 'openal', 'openai'],
  ['rn', 'arnazon', 'amazon'],
  ['nn', 'annazon', 'amazon'],
  ['vv', 'vvestern', 'western'],
  ['a ligature', 'ﬁverr', 'fiverr'],
  ['cl', 'goclaclcly', 'godaddy'],
  ['a 3', 'h3roku', 'heroku'],
  ['a 4 and a 5', '5l4ck', 'slack'],
  ['a hyphen', 'pay-pal', 'paypal'],
  ['two hyphens', 'pay--pal', 'paypal'],
  ['capitals', 'PayPal', 'paypal'],
] as const;

test.each(SAME)('%s: %s reads like %s', (_how, label, plain) => {
  expect(skeleton(label)).toBe(skeleton(plain));
});

test.each([
  ['paypal', 'paypay'],
  ['github', 'gitlab'],
  ['stripe', 'strike'],
  ['docker', 'locker'],
  ['東京', '京都'],
  ['москва', 'казань'],
  ['कल', 'कुल'],
  ['はは', 'ばば'],
])('%s does not read like %s', (one, other) => {
  expect(skeleton(one)).not.toBe(skeleton(other));
});

test('a short name is held tightly: a letter in its place must look the same', () => {
  const tight = (label: string) => skeleton(label, 'tight');
  expect([tight('dһl'), tight('dh1'), tight('vvise')]).toEqual([tight('dhl'), tight('dhl'), tight('wise')]);

  for (const [one, other] of [
    ['d-hl', 'dhl'],
    ['v154', 'visa'],
  ] as const) {
    expect(tight(one)).not.toBe(tight(other));
  }
});

test('folding keeps digits and hyphens', () => {
  expect(fold('Ä-1а')).toBe('a-1a');
});
