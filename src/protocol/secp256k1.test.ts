import fc from 'fast-check';
import { recoverAddress } from 'viem';
import { privateKeyToAccount, sign as viemSign } from 'viem/accounts';
import { expect, test } from 'vitest';
import { fromHex, type Hex, toHex } from './hex.ts';
import { publicKeyOf, recover, sign } from './secp256k1.ts';

const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const DIGEST = fromHex(`0x${'5d'.repeat(32)}`, 32);
const PRIVATE_KEY = fromHex(word(12345n), 32);
const ADDRESS = privateKeyToAccount(word(12345n)).address.toLowerCase();

const digests = fc.uint8Array({ minLength: 32, maxLength: 32 });
const privateKeys = fc.bigInt({ min: 1n, max: ORDER - 1n }).map(word);

test('public keys, signatures and signers are byte for byte those of viem', async () => {
  await fc.assert(
    fc.asyncProperty(digests, privateKeys, async (digest, privateKey) => {
      const account = privateKeyToAccount(privateKey);
      const key = fromHex(privateKey, 32);
      const signature = sign(digest, key);
      expect(toHex(publicKeyOf(key))).toBe(account.publicKey);
      expect(toHex(signature)).toBe(await viemSign({ hash: toHex(digest), privateKey, to: 'hex' }));
      expect(recover(digest, signature)).toBe(account.address.toLowerCase());
      expect(sign(digest, key)).toEqual(signature);
    }),
    { numRuns: 200 },
  );
});

test.each([
  ['zero', 0n],
  ['one', 1n],
  ['one below the order', ORDER - 1n],
  ['the order', ORDER],
  ['one above the order', ORDER + 1n],
  ['the largest', 2n ** 256n - 1n],
])('a digest of %s is signed as by viem, and recovered', async (_, value) => {
  const digest = fromHex(word(value), 32);
  const signature = sign(digest, PRIVATE_KEY);
  expect(toHex(signature)).toBe(await viemSign({ hash: word(value), privateKey: word(12345n), to: 'hex' }));
  expect(recover(digest, signature)).toBe(ADDRESS);
});

test.each([1n, 2n, ORDER / 2n, ORDER - 1n])('the key %d is in range', (value) => {
  const signature = sign(DIGEST, fromHex(word(value), 32));
  expect(recover(DIGEST, signature)).toBe(privateKeyToAccount(word(value)).address.toLowerCase());
});

test.each([0n, ORDER, ORDER + 1n, 2n ** 256n - 1n])(
  'the key %d is out of range and signs nothing',
  (value) => {
    const privateKey = fromHex(word(value), 32);
    const reason = new RangeError('A private key must be above 0 and below the order of the curve');
    expect(() => publicKeyOf(privateKey)).toThrow(reason);
    expect(() => sign(DIGEST, privateKey)).toThrow(reason);
  },
);

test('keys and digests of another length are misuse', () => {
  expect(() => publicKeyOf(new Uint8Array(31).fill(1))).toThrow(new TypeError('A private key has 32 bytes'));
  expect(() => sign(DIGEST, new Uint8Array(33).fill(1))).toThrow(new TypeError('A private key has 32 bytes'));
  expect(() => sign(new Uint8Array(31), PRIVATE_KEY)).toThrow(new TypeError('A digest has 32 bytes'));
  expect(() => recover(new Uint8Array(33), sign(DIGEST, PRIVATE_KEY))).toThrow(
    new TypeError('A digest has 32 bytes'),
  );
});

test('the other signature of the same digest, with a high s, is refused', async () => {
  const low = sign(DIGEST, PRIVATE_KEY);
  const s = ORDER - BigInt(toHex(low.subarray(32, 64)));
  const high = Uint8Array.from([...low.subarray(0, 32), ...fromHex(word(s), 32), 27 + 28 - (low[64] ?? 0)]);
  expect(await recoverAddress({ hash: toHex(DIGEST), signature: toHex(high) })).toBe(
    privateKeyToAccount(word(12345n)).address,
  );
  expect(recover(DIGEST, high)).toBeNull();
});

test('every v but 27 and 28 is refused', () => {
  const signature = sign(DIGEST, PRIVATE_KEY);
  const accepted = Array.from({ length: 256 }, (_, v) => v).filter((v) => {
    const changed = Uint8Array.from(signature);
    changed[64] = v;
    return recover(DIGEST, changed) === ADDRESS;
  });
  expect(accepted).toEqual([signature[64]]);
  for (const v of [0, 1, 26, 29, 30, 35, 36, 255]) {
    const changed = Uint8Array.from(signature);
    changed[64] = v;
    expect(recover(DIGEST, changed)).toBeNull();
  }
});

test.each([0, 1, 64, 66, 130])('a signature of %i bytes is refused', (length) => {
  expect(recover(DIGEST, new Uint8Array(length).fill(27))).toBeNull();
});

test.each([
  ['r is zero', 0n, 1n],
  ['s is zero', 1n, 0n],
  ['both are zero', 0n, 0n],
  ['r is the order', ORDER, 1n],
  ['s is the order', 1n, ORDER],
  ['r is no x of the curve', 5n, 1n],
])('a signature is refused when %s', (_, r, s) => {
  const signature = Uint8Array.from([...fromHex(word(r), 32), ...fromHex(word(s), 32), 27]);
  expect(recover(DIGEST, signature)).toBeNull();
});

test('any changed bit names another signer or none', () => {
  const signature = sign(DIGEST, PRIVATE_KEY);
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 65 * 8 - 1 }), (bit) => {
      const changed = Uint8Array.from(signature);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(recover(DIGEST, changed)).not.toBe(ADDRESS);
    }),
    { numRuns: 200 },
  );
});

function word(value: bigint): Hex {
  return `0x${value.toString(16).padStart(64, '0')}`;
}
