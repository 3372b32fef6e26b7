import fc from 'fast-check';
import { expect, test } from 'vitest';
import { carriesPayment, cleanHeaders, wireHeaders } from './request-headers.ts';

test('headers an agent may set pass, with their names in lower case', () => {
  expect(
    cleanHeaders({
      Accept: 'text/html',
      Authorization: 'Bearer abc',
      'X-Api-Key': 'k=1; "q"',
      Cookie: 'a=b',
      'x-empty': '',
    }),
  ).toEqual({
    ok: true,
    headers: {
      accept: 'text/html',
      authorization: 'Bearer abc',
      'x-api-key': 'k=1; "q"',
      cookie: 'a=b',
      'x-empty': '',
    },
  });
});

test.each([
  'X-PAYMENT',
  'x_payment',
  'Payment-Signature',
  'PAYMENT_SIGNATURE',
  'payment-required',
  'payment-response',
  'x-payment-response',
  'X-Payment-Mandate',
  'Host',
  'Content-Length',
  'Transfer-Encoding',
  'TE',
  'Trailer',
  'Connection',
  'Keep-Alive',
  'Upgrade',
  'HTTP2-Settings',
  'Expect',
  'Set-Cookie',
  'Proxy-Authorization',
  'Proxy-Connection',
  'proxy-anything',
  'X-Forwarded-For',
  'X-Forwarded-Host',
  'x_forwarded_for',
  'Forwarded',
  'X-Real-IP',
  'Via',
])('an agent may not set %s', (name) => {
  expect(cleanHeaders({ accept: '*/*', [name]: '1' })).toEqual({
    ok: false,
    code: 'header_not_allowed',
    detail: `The header "${name.toLowerCase()}" is not for the caller to set`,
  });
});

test.each([
  ['a name with a colon', { ':authority': 'x' }],
  ['a name with a space', { 'x y': '1' }],
  ['a name with a line break', { 'x\r\nhost': '1' }],
  ['an empty name', { '': '1' }],
  ['a name outside ASCII', { 'x-ü': '1' }],
  ['a name that only folds to ASCII', { 'x-\u212aey': '1' }],
  ['a value with a line break', { accept: 'a\r\nx-payment: 1' }],
  ['a value with a line feed', { accept: 'a\nb' }],
  ['a value with a null', { accept: 'a\0' }],
  ['a value outside ASCII', { accept: 'ü' }],
  ['a name twice', { accept: 'a', Accept: 'b' }],
])('%s is refused', (_what, headers) => {
  expect(cleanHeaders(headers)).toEqual({
    ok: false,
    code: 'header_not_allowed',
    detail: expect.stringMatching(/^The header ".*" (is|has) /),
  });
});

test('the wallet sends its own payment header and asks for no compression', () => {
  expect(wireHeaders({ 'PAYMENT-SIGNATURE': 'abc', 'Accept-Encoding': 'gzip, br' })).toEqual({
    'payment-signature': 'abc',
    'accept-encoding': 'identity',
  });
});

test('not even the wallet sends a header that belongs to the connection', () => {
  expect(() => wireHeaders({ Host: 'evil.example' })).toThrow(
    new TypeError('The header "host" is not for the caller to set'),
  );
});

test('a payment header is seen in any spelling', () => {
  expect(
    ['x-payment', 'X-Payment', 'PAYMENT_SIGNATURE', 'x-payment-mandate'].map((name) =>
      carriesPayment({ [name]: '1' }),
    ),
  ).toEqual([true, true, true, true]);
  expect(carriesPayment({ accept: '*/*', authorization: 'x' })).toBe(false);
});

test('whatever passes holds no line break and no payment', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' })), (headers) => {
      const cleaned = cleanHeaders(headers);
      if (!cleaned.ok) return;
      expect(JSON.stringify(cleaned.headers)).not.toMatch(/\\[rn0]/);
      expect(carriesPayment(cleaned.headers)).toBe(false);
    }),
  );
});
