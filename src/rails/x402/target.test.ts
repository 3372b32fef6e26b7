import { BlockList, isIPv6 } from 'node:net';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addressOf, type OriginRules, parseTarget } from './target.ts';

const RULES: OriginRules = {
  admitted: new Map([
    ['http://names.sandbox', { address: '127.0.0.1', port: 4021 }],
    ['http://names.sandbox:8080', { address: '127.0.0.1', port: 4022 }],
    ['http://localhost:4023', { address: '127.0.0.1', port: 4023 }],
    ['http://127.0.0.1:4024', { address: '127.0.0.1', port: 4024 }],
    ['https://[::1]:4025', { address: '::1', port: 4025 }],
  ]),
};

const ACCEPTED: readonly (readonly [string, { url: string; origin: string; host: string }])[] = [
  [
    'https://shop.example/item?id=1',
    { url: 'https://shop.example/item?id=1', origin: 'https://shop.example', host: 'shop.example' },
  ],
  [
    'HTTPS://SHOP.Example:443/a/../b#part',
    { url: 'https://shop.example/b', origin: 'https://shop.example', host: 'shop.example' },
  ],
  [
    'https://shop.example.',
    { url: 'https://shop.example/', origin: 'https://shop.example', host: 'shop.example' },
  ],
  [
    'https://shop.example:',
    { url: 'https://shop.example/', origin: 'https://shop.example', host: 'shop.example' },
  ],
  [
    'https://shop.example/@x',
    { url: 'https://shop.example/@x', origin: 'https://shop.example', host: 'shop.example' },
  ],
  [
    'https://shop。ｅxample/',
    { url: 'https://shop.example/', origin: 'https://shop.example', host: 'shop.example' },
  ],
  [
    'https://MÜNCHEN.example/straße',
    {
      url: 'https://xn--mnchen-3ya.example/stra%C3%9Fe',
      origin: 'https://xn--mnchen-3ya.example',
      host: 'xn--mnchen-3ya.example',
    },
  ],
  ['https://8.8.8.8/', { url: 'https://8.8.8.8/', origin: 'https://8.8.8.8', host: '8.8.8.8' }],
  [
    'https://[2606:4700:4700:0::1111]/',
    {
      url: 'https://[2606:4700:4700::1111]/',
      origin: 'https://[2606:4700:4700::1111]',
      host: '[2606:4700:4700::1111]',
    },
  ],
  [
    'http://names.sandbox/a',
    { url: 'http://names.sandbox/a', origin: 'http://names.sandbox', host: 'names.sandbox' },
  ],
  [
    'http://NAMES.sandbox.:80/a',
    { url: 'http://names.sandbox/a', origin: 'http://names.sandbox', host: 'names.sandbox' },
  ],
  [
    'http://names.sandbox.:8080',
    { url: 'http://names.sandbox:8080/', origin: 'http://names.sandbox:8080', host: 'names.sandbox' },
  ],
  [
    'http://localhost:4023/',
    { url: 'http://localhost:4023/', origin: 'http://localhost:4023', host: 'localhost' },
  ],
  [
    'http://0x7f.1:4024/',
    { url: 'http://127.0.0.1:4024/', origin: 'http://127.0.0.1:4024', host: '127.0.0.1' },
  ],
  ['https://[0::1]:4025/', { url: 'https://[::1]:4025/', origin: 'https://[::1]:4025', host: '[::1]' }],
];

const INVALID = [
  '',
  'shop.example',
  '//shop.example/',
  'https:shop.example',
  'https:/shop.example',
  'https://',
  'https:///shop.example',
  'https://./',
  'https://?x',
  'https://:443/',
  'file:///etc/passwd',
  'ftp://shop.example/',
  'mcp://tool/name',
  'javascript:alert(1)',
  'data:text/html,hello',
  'http://user@host/',
  'https://user:pass@shop.example/',
  'https://@shop.example/',
  'https://shop.example@evil.example/',
  'http://user@names.sandbox/',
  'https://shop.example\\@evil.example/',
  'https:\\\\shop.example/',
  ' https://shop.example/',
  'https://shop.example/ ',
  'https://shop.example/a b',
  'https://shop\t.example/',
  'ht\ntps://shop.example/',
  'https://shop.example/\r\nx-payment: 1',
  'https://shop.example/\u0000',
  'https://shop.example/\u007f',
  'https://shop\u00ad.example/',
  'https://shop\u200b.example/',
  'https://shop.example/\u202egnp.exe',
  'https://shop.example/\u2028',
  'https://shop.example/\ud800',
  'https://shop..example/',
  'https://.shop.example/',
  'https://shop.example../',
  'https://shop%00.example/',
  'https://sh%20op.example/',
  'https://sh*op.example/',
  'https://256.1.1.1/',
  'https://[fe80::1%25eth0]/',
  'https://[::1/',
  'https://xn--a.example/',
  'https://xn--.example/',
  'https://shop.example:65536/',
  `https://${'a'.repeat(64)}.example/`,
  `https://${'a.'.repeat(127)}example/`,
  `https://shop.example/${'a'.repeat(2048)}`,
  `https://shop.example/${'ü'.repeat(1000)}`,
];

const NOT_ALLOWED = [
  'http://shop.example/',
  'http://shop.example:443/',
  'https://shop.example:80/',
  'https://shop.example:8443/',
  'https://shop.example.:8443/',
  'http://names.sandbox:81/',
  'https://names.sandbox:8080/',
  'http://sub.names.sandbox/',
  'http://localhost/',
  'https://localhost/',
  'https://localhost./',
  'https://intranet/',
  'https://127.0.0.1/',
  'https://127.0.0.1./',
  'https://127.1/',
  'https://0x7f.1/',
  'https://0x7f000001/',
  'https://0177.0.0.1/',
  'https://2130706433/',
  'https://0/',
  'https://１２７．０．０．１/',
  'https://127。0。0。1/',
  'https://①②⑦.0.0.1/',
  'https://%31%32%37.0.0.1/',
  'https://10.0.0.1/',
  'https://169.254.169.254/latest/meta-data/',
  'https://2852039166/',
  'https://168.63.129.16/',
  'https://[::1]/',
  'https://[::]/',
  'https://[::ffff:7f00:1]/',
  'https://[::ffff:127.0.0.1]/',
  'https://[::127.0.0.1]/',
  'https://[64:ff9b::7f00:1]/',
  'https://[2002:7f00:1::]/',
  'https://[fd00:ec2::254]/',
  'https://[fe80::1]/',
  'http://8.8.8.8/',
  'https://8.8.8.8:8443/',
];

test.each(ACCEPTED)('%s is read as one normalized target', (text, target) => {
  expect(parseTarget(text, RULES)).toEqual({ ok: true, target });
});

test.each(INVALID.map((text) => [text]))('%j is not a usable URL', (text) => {
  expect(parseTarget(text, RULES)).toEqual({ ok: false, code: 'url_invalid', detail: expect.any(String) });
});

test.each(NOT_ALLOWED)('%s may not be asked', (text) => {
  expect(parseTarget(text, RULES)).toEqual({
    ok: false,
    code: 'url_not_allowed',
    detail: expect.any(String),
  });
});

test('a target is read as itself again', () => {
  fc.assert(
    fc.property(
      fc.webUrl({ validSchemes: ['https'], withFragments: true, withQueryParameters: true }),
      (text) => {
        const parsed = parseTarget(text, RULES);
        if (parsed.ok) expect(parseTarget(parsed.target.url, RULES)).toEqual(parsed);
      },
    ),
  );
});

/** Written down a second time, apart from the guard, so that a hole in it shows. */
const LOCAL_V4 = new BlockList();
const LOCAL_V6 = new BlockList();
for (const [net, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const) {
  LOCAL_V4.addSubnet(net, prefix, 'ipv4');
}
for (const [net, prefix] of [
  ['::', 96],
  ['::ffff:0:0', 96],
  ['100::', 64],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const) {
  LOCAL_V6.addSubnet(net, prefix, 'ipv6');
}

const isLocal = (address: string) =>
  isIPv6(address) ? LOCAL_V6.check(address, 'ipv6') : LOCAL_V4.check(address, 'ipv4');

const octet = fc.oneof(
  fc.integer({ min: 0, max: 255 }),
  fc.constantFrom(0, 1, 10, 127, 168, 169, 172, 192, 254),
);
const spelledOctet = fc
  .tuple(octet, fc.constantFrom(10, 8, 16))
  .map(([value, base]) => (base === 10 ? '' : base === 8 ? '0' : '0x') + value.toString(base));
const fullwidth = (text: string) =>
  text.replace(/[0-9]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0)).replace(/\./g, '。');
const literal = fc.oneof(
  fc.ipV4(),
  fc.tuple(spelledOctet, spelledOctet, spelledOctet, spelledOctet).map((octets) => octets.join('.')),
  fc.tuple(spelledOctet, spelledOctet).map((octets) => octets.join('.')),
  fc.integer({ min: 0, max: 2 ** 32 - 1 }).map(String),
  fc.ipV4().map(fullwidth),
  fc.ipV4().map((address) => `${address}.`),
  fc.ipV6().map((address) => `[${address}]`),
  fc.ipV4().map((address) => `[::ffff:${address}]`),
);

test('a literal address that is not public is never accepted, however it is spelled', () => {
  let accepted = 0;
  fc.assert(
    fc.property(fc.constantFrom('http', 'https'), literal, (scheme, host) => {
      const parsed = parseTarget(`${scheme}://${host}/`, { admitted: new Map() });
      if (!parsed.ok) return;
      accepted += 1;
      const address = addressOf(parsed.target.host);
      expect(parsed.target.url.startsWith('https:')).toBe(true);
      expect(address === undefined || isLocal(address)).toBe(false);
    }),
    { numRuns: 2000 },
  );
  expect(accepted).toBeGreaterThan(0);
});

test('any text at all is answered, and what is accepted has a public address or a dotted name', () => {
  const piece = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 8 }),
    literal,
    fc.constantFrom(
      'https://',
      'http://',
      ':',
      '//',
      '/',
      '@',
      '\\',
      '\t',
      '.',
      '。',
      '%00',
      '#',
      '?',
      ':443',
      'a.example',
    ),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 6 }), fc.boolean(), (pieces, isPrefixed) => {
      const parsed = parseTarget((isPrefixed ? 'https://' : '') + pieces.join(''), { admitted: new Map() });
      if (!parsed.ok) return;
      const { origin, host, url } = parsed.target;
      const address = addressOf(host);
      expect(origin).toBe(`https://${host}`);
      expect(url.startsWith(`${origin}/`)).toBe(true);
      if (address === undefined) expect(host).toMatch(/^[a-z0-9_-]+(\.[a-z0-9_-]+)+$/);
      else expect(isLocal(address)).toBe(false);
    }),
    { numRuns: 2000 },
  );
});
