import { expect, test } from 'vitest';
import { identify, siteOf } from './host.ts';

test('a host is told apart into what one owner registers and the rest, however it is spelt', () => {
  expect(identify('WWW.Bücher.Example.CO.UK.')).toEqual({
    host: 'www.xn--bcher-kva.example.co.uk',
    unicode: 'www.bücher.example.co.uk',
    registrableDomain: 'example.co.uk',
    label: 'example',
    suffix: 'co.uk',
    isIp: false,
    scripts: ['Latin'],
    isMixedScript: false,
  });
});

const PLACES = [
  ['api.stripe.com', 'stripe.com', 'stripe', 'com'],
  ['shop.github.io', 'shop.github.io', 'shop', 'github.io'],
  ['a.shop.github.io', 'shop.github.io', 'shop', 'github.io'],
  ['evil.herokuapp.com', 'evil.herokuapp.com', 'evil', 'herokuapp.com'],
  ['bucket.s3.amazonaws.com', 'bucket.s3.amazonaws.com', 'bucket', 's3.amazonaws.com'],
  ['github.io', 'github.io', 'github', 'io'],
  ['s3.amazonaws.com', 's3.amazonaws.com', 'amazonaws', 'com'],
  ['shop.xn--p1ai', 'shop.xn--p1ai', 'shop', 'xn--p1ai'],
  ['paypal.com.evil.io', 'evil.io', 'evil', 'io'],
  ['paypal。com', 'paypal.com', 'paypal', 'com'],
  ['co.uk', null, null, null],
  ['localhost', null, null, null],
  ['names.sandbox', null, 'names', 'sandbox'],
  ['a.names.sandbox', null, 'names', 'sandbox'],
  ['constructor', null, null, null],
] as const;

test.each(PLACES)('%s belongs to %s', (host, registrableDomain, label, suffix) => {
  expect(identify(host)).toMatchObject({ registrableDomain, label, suffix, isIp: false });
});

test.each([
  ['127.0.0.1', '127.0.0.1'],
  ['0x7f.1', '127.0.0.1'],
  ['[::1]', '[::1]'],
  ['[2001:DB8::1]', '[2001:db8::1]'],
])('%s is an address and has no domain', (text, host) => {
  expect(identify(text)).toEqual({
    host,
    unicode: host,
    registrableDomain: null,
    label: null,
    suffix: null,
    isIp: true,
    scripts: [],
    isMixedScript: false,
  });
});

test.each([
  ['paypal.com', ['Latin'], false],
  ['раypal.com', ['Latin', 'Cyrillic'], true],
  ['xn--pypal-4ve.com', ['Latin', 'Cyrillic'], true],
  ['магазин.com', ['Latin', 'Cyrillic'], false],
  ['pαypal.com', ['Latin', 'Greek'], true],
  ['shopショップ東京.jp', ['Latin', 'Han', 'Katakana'], false],
  ['ラーメン東京.jp', ['Latin', 'Han', 'Katakana'], false],
  ['서울shop.kr', ['Latin', 'Hangul'], false],
  ['кафе-東京.jp', ['Latin', 'Cyrillic', 'Han'], true],
  ['login.bank.раypal.com', ['Latin', 'Cyrillic'], true],
  ['4711.999.de', ['Latin'], false],
])('%s is in %j, mixed in one word: %s', (host, scripts, isMixedScript) => {
  expect(identify(host)).toMatchObject({ scripts, isMixedScript });
});

test('a limit per payee counts for the registrable domain, and for the host where there is none', () => {
  const sites = ['api.shop.co.uk', 'a.x.github.io', 'names.sandbox', '192.0.2.1', 'localhost'].map((host) =>
    siteOf(identify(host)),
  );
  expect(sites).toEqual(['shop.co.uk', 'x.github.io', 'names.sandbox', '192.0.2.1', 'localhost']);
});

test.each([
  '',
  '.',
  'a..b',
  'a b.com',
  'https://a.com',
  'a.com:443',
  'a/b',
  'a.com?x.de',
  'a%2eb.com',
  'a\\b.com',
  'paypal.com#.evil.io',
  'user@a.com',
  '[::1',
  '1.2.3.4.5',
])('"%s" is not a host', (text) => {
  expect(() => identify(text)).toThrow(TypeError);
});
