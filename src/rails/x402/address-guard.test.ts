import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isPublicAddress } from './address-guard.ts';

const PUBLIC = [
  '1.1.1.1',
  '8.8.8.8',
  '93.184.216.34',
  '100.63.255.255',
  '100.128.0.0',
  '172.15.255.255',
  '172.32.0.0',
  '2606:4700:4700::1111',
  '2a00:1450:4001:81b::200e',
  '64:ff9b::808:808',
  '64:ff9b::8.8.8.8',
];

const NOT_PUBLIC: readonly (readonly [string, string])[] = [
  ['unspecified', '0.0.0.0'],
  ['this network', '0.1.2.3'],
  ['private', '10.0.0.1'],
  ['private', '172.16.0.1'],
  ['private', '172.31.255.255'],
  ['private', '192.168.1.1'],
  ['shared (carrier NAT)', '100.64.0.1'],
  ['shared (carrier NAT)', '100.127.255.255'],
  ['loopback', '127.0.0.1'],
  ['loopback', '127.255.255.254'],
  ['link-local', '169.254.1.1'],
  ['metadata of most clouds', '169.254.169.254'],
  ['metadata of Alibaba Cloud', '100.100.100.200'],
  ['metadata of Oracle Cloud', '192.0.0.192'],
  ['platform of Azure', '168.63.129.16'],
  ['protocol assignments', '192.0.0.8'],
  ['documentation', '192.0.2.1'],
  ['documentation', '198.51.100.1'],
  ['documentation', '203.0.113.1'],
  ['6to4 relay', '192.88.99.1'],
  ['benchmark', '198.18.0.1'],
  ['benchmark', '198.19.255.255'],
  ['multicast', '224.0.0.1'],
  ['multicast', '239.255.255.255'],
  ['reserved', '240.0.0.1'],
  ['broadcast', '255.255.255.255'],
  ['unspecified', '::'],
  ['loopback', '::1'],
  ['v4-compatible', '::127.0.0.1'],
  ['v4-compatible, public inside', '::8.8.8.8'],
  ['v4-mapped', '::ffff:127.0.0.1'],
  ['v4-mapped', '::ffff:7f00:1'],
  ['v4-mapped, public inside', '::ffff:8.8.8.8'],
  ['v4-translated', '::ffff:0:7f00:1'],
  ['NAT64 of loopback', '64:ff9b::7f00:1'],
  ['NAT64 of private', '64:ff9b::10.0.0.1'],
  ['NAT64 of metadata', '64:ff9b::169.254.169.254'],
  ['local NAT64', '64:ff9b:1::808:808'],
  ['6to4 of loopback', '2002:7f00:1::'],
  ['6to4', '2002:808:808::1'],
  ['Teredo', '2001:0:7f00:1::1'],
  ['benchmark', '2001:2::1'],
  ['ORCHID', '2001:20::1'],
  ['documentation', '2001:db8::1'],
  ['documentation', '3fff::1'],
  ['discard', '100::1'],
  ['segment routing', '5f00::1'],
  ['unique local', 'fc00::1'],
  ['metadata of AWS', 'fd00:ec2::254'],
  ['metadata of Google Cloud', 'fd20:ce::254'],
  ['link-local', 'fe80::1'],
  ['link-local with zone', 'fe80::1%eth0'],
  ['public with zone', '2606:4700:4700::1111%eth0'],
  ['site-local', 'fec0::1'],
  ['multicast', 'ff02::1'],
  ['unassigned', '4000::1'],
  ['octal', '0177.0.0.1'],
  ['short', '127.1'],
  ['number', '2130706433'],
  ['hexadecimal', '0x7f000001'],
  ['brackets', '[2606:4700:4700::1111]'],
  ['space', ' 8.8.8.8'],
  ['name', 'example.com'],
  ['nothing', ''],
];

test.each(PUBLIC)('%s is a public address', (text) => {
  expect(isPublicAddress(text)).toBe(true);
});

test.each(NOT_PUBLIC)('%s: %s is not a public address', (_kind, text) => {
  expect(isPublicAddress(text)).toBe(false);
});

test('an IPv4 address that is not public is not public in any IPv6 form either', () => {
  const octet = fc.integer({ min: 0, max: 255 });
  const notPublic = fc.oneof(
    fc.tuple(fc.constantFrom(0, 10, 127, 224, 239, 240, 255), octet, octet, octet),
    fc.tuple(fc.constant(169), fc.constant(254), octet, octet),
    fc.tuple(fc.constant(172), fc.integer({ min: 16, max: 31 }), octet, octet),
    fc.tuple(fc.constant(192), fc.constant(168), octet, octet),
    fc.tuple(fc.constant(100), fc.integer({ min: 64, max: 127 }), octet, octet),
    fc.tuple(fc.constant(198), fc.constantFrom(18, 19), octet, octet),
  );
  const hex = (high: number, low: number) => (high * 256 + low).toString(16);
  fc.assert(
    fc.property(notPublic, ([a, b, c, d]) => {
      const dotted = `${a}.${b}.${c}.${d}`;
      const words = `${hex(a, b)}:${hex(c, d)}`;
      const forms = [
        dotted,
        `::${dotted}`,
        `::ffff:${dotted}`,
        `::ffff:${words}`,
        `::ffff:0:${words}`,
        `64:ff9b::${words}`,
        `64:ff9b:1::${words}`,
        `2002:${words}::1`,
        `2001:0:${words}::1`,
      ];
      expect(forms.filter(isPublicAddress)).toEqual([]);
    }),
  );
});

test('any text at all is answered, never thrown at', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.ipV4(), fc.ipV6()), (text) => {
      expect(typeof isPublicAddress(text)).toBe('boolean');
    }),
  );
});
