import fc from 'fast-check';
import { hashTypedData } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { expect, test } from 'vitest';
import * as Eip3009 from './eip3009.ts';
import { fromHex, type Hex, toHex } from './hex.ts';
import { sign } from './secp256k1.ts';

const USDC = {
  name: 'USD Coin',
  version: '2',
  chainId: 8453,
  verifyingContract: '0x833589fcd6edb6e08f4c7c32d4f71b54bda02913',
} as const;
const TYPES = {
  TransferWithAuthorization: [
    { name: 'from', type: 'address' },
    { name: 'to', type: 'address' },
    { name: 'value', type: 'uint256' },
    { name: 'validAfter', type: 'uint256' },
    { name: 'validBefore', type: 'uint256' },
    { name: 'nonce', type: 'bytes32' },
  ],
} as const;
const PRIVATE_KEY = '0x7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d';

const hexes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length }).map(toHex);
const uints = fc.oneof(fc.bigInt({ min: 0n, max: 2n ** 256n - 1n }), fc.bigInt({ min: 0n, max: 2n ** 40n }));
const authorizations = fc.record(
  { from: hexes(20), to: hexes(20), value: uints, validAfter: uints, validBefore: uints, nonce: hexes(32) },
  { noNullPrototype: true },
);
const ids = fc.string({ unit: 'grapheme', minLength: 1 });

test('digests and signatures are byte for byte those of viem', async () => {
  const account = privateKeyToAccount(PRIVATE_KEY);
  const privateKey = fromHex(PRIVATE_KEY, 32);
  const names = fc.string({ unit: 'grapheme' });
  const domains = fc.record(
    { name: names, version: names, chainId: fc.maxSafeNat(), verifyingContract: hexes(20) },
    { noNullPrototype: true },
  );
  await fc.assert(
    fc.asyncProperty(authorizations, domains, async (message, fields) => {
      const digest = Eip3009.authorizationDigest(Eip3009.domainOf(fields), message);
      const typed = {
        domain: fields,
        types: TYPES,
        primaryType: 'TransferWithAuthorization',
        message,
      } as const;
      expect(toHex(digest)).toBe(hashTypedData(typed));
      expect(toHex(sign(digest, privateKey))).toBe(await account.signTypedData(typed));
    }),
    { numRuns: 200 },
  );
});

test('the encoding begins with the type hash that the contracts publish', () => {
  const encoded = Eip3009.encodeAuthorization(authorization({}));
  expect(toHex(encoded.subarray(0, 32))).toBe(
    '0x7c7c6cdb67a18743f49ec6fa9b35f50d52ed05cbed4cc592e13b44501c1a2267',
  );
});

test('the domain keeps its fields beside the hash that USDC on Base publishes', () => {
  const { separator, ...fields } = Eip3009.domainOf(USDC);
  expect(fields).toEqual(USDC);
  expect(toHex(separator)).toBe('0x02fa7265e7c5d81118673727957699e4d68f74cd74b7db77da710fe8a2c7834f');
});

test('encoded bytes read back as what was encoded', () => {
  fc.assert(
    fc.property(authorizations, (asked) => {
      expect(Eip3009.decodeAuthorization(Eip3009.encodeAuthorization(asked))).toEqual(asked);
    }),
  );
});

test('bytes that are no encoded authorization are refused', () => {
  const encoded = Eip3009.encodeAuthorization(authorization({}));
  const changed = (at: number) => encoded.map((byte, i) => (i === at ? byte ^ 1 : byte));
  const reason = new TypeError('Expected an encoded TransferWithAuthorization');
  expect(() => Eip3009.decodeAuthorization(encoded.subarray(1))).toThrow(reason);
  expect(() => Eip3009.decodeAuthorization(Uint8Array.from([...encoded, 0]))).toThrow(reason);
  expect(() => Eip3009.decodeAuthorization(changed(31))).toThrow(reason);
  for (const at of [32, 43, 64, 75]) {
    expect(() => Eip3009.decodeAuthorization(changed(at))).toThrow(
      new TypeError('An address word must begin with 12 zero bytes'),
    );
  }
});

test.each<[string, Partial<Eip3009.TransferAuthorization>, typeof TypeError | typeof RangeError]>([
  ['a negative value', { value: -1n }, RangeError],
  ['a value of 257 bits', { value: 2n ** 256n }, RangeError],
  ['a negative validAfter', { validAfter: -1n }, RangeError],
  ['a validBefore of 257 bits', { validBefore: 2n ** 256n }, RangeError],
  ['a value as a number', { value: 1 as unknown as bigint }, TypeError],
  ['a nonce of 31 bytes', { nonce: `0x${'00'.repeat(31)}` }, TypeError],
  ['a nonce of 33 bytes', { nonce: `0x${'00'.repeat(33)}` }, TypeError],
  ['a payee of 19 bytes', { to: `0x${'00'.repeat(19)}` }, TypeError],
  ['a payer that is no hex', { from: `0x${'zz'.repeat(20)}` }, TypeError],
])('an authorization with %s is misuse', (_, part, kind) => {
  expect(() => Eip3009.authorizationDigest(Eip3009.domainOf(USDC), authorization(part))).toThrow(kind);
});

test('the nonce of a payment never changes', () => {
  expect(Eip3009.nonceOf('wal_1', 'pay_1')).toBe(
    '0x76977428155243b34e991955f381708b6c86f7f508887d98e4bb65dbb66376c8',
  );
});

test('two different pairs never have one nonce', () => {
  const pairs = fc.tuple(ids, ids);
  fc.assert(
    fc.property(pairs, pairs, (a, b) => {
      const isSamePair = a[0] === b[0] && a[1] === b[1];
      expect(Eip3009.nonceOf(...a) === Eip3009.nonceOf(...b)).toBe(isSamePair);
    }),
  );
});

test('moving the border between the two ids changes the nonce', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 2, maxLength: 40 }), (text) => {
      const nonces = Array.from({ length: text.length - 1 }, (_, i) =>
        Eip3009.nonceOf(text.slice(0, i + 1), text.slice(i + 1)),
      );
      expect(new Set(nonces).size).toBe(text.length - 1);
    }),
  );
});

test('tricky ids have nonces of their own', () => {
  const tricky: readonly (readonly [string, string])[] = [
    ['a', 'b'],
    ['b', 'a'],
    ['ab', 'c'],
    ['a', 'bc'],
    ['a\u0000', 'b'],
    ['a', '\u0000b'],
    ['a\u0000\u0000\u0000\u0001b', 'c'],
    ['a', 'b\u0000\u0000\u0000\u0001c'],
    ['a:b', 'c'],
    ['a', 'b:c'],
    ['é', 'x'],
    ['e\u0301', 'x'],
    ['A', 'b'],
    ['fluxa/eip3009-nonce/1', 'b'],
  ];
  expect(new Set(tricky.map((pair) => Eip3009.nonceOf(...pair))).size).toBe(tricky.length);
});

test('an empty or ill-formed id has no nonce', () => {
  const reason = new TypeError('An id must be well-formed text and not empty');
  expect(() => Eip3009.nonceOf('', 'pay_1')).toThrow(reason);
  expect(() => Eip3009.nonceOf('wal_1', '')).toThrow(reason);
  expect(() => Eip3009.nonceOf('wal_\ud800', 'pay_1')).toThrow(reason);
});

function authorization(part: Partial<Eip3009.TransferAuthorization>): Eip3009.TransferAuthorization {
  const address: Hex = `0x${'11'.repeat(20)}`;
  const nonce: Hex = `0x${'22'.repeat(32)}`;
  return { from: address, to: address, value: 1n, validAfter: 0n, validBefore: 1n, nonce, ...part };
}
