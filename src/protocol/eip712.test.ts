import { utf8ToBytes } from '@noble/hashes/utils.js';
import fc from 'fast-check';
import { hashTypedData, domainSeparator as viemDomainSeparator } from 'viem';
import { expect, test } from 'vitest';
import * as Eip712 from './eip712.ts';
import { type Hex, toHex } from './hex.ts';
import { keccak256 } from './keccak.ts';

const hexes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length }).map(toHex);
const texts = fc.string({ unit: 'grapheme' });
const uints = fc.bigInt({ min: 0n, max: 2n ** 256n - 1n });

test('a domain hashes as in viem, with all its fields or the two first', () => {
  fc.assert(
    fc.property(texts, texts, fc.maxSafeNat(), hexes(20), (name, version, chainId, verifyingContract) => {
      for (const domain of [
        { name, version },
        { name, version, chainId },
        { name, version, verifyingContract },
        { name, version, chainId, verifyingContract },
      ]) {
        expect(toHex(Eip712.domainSeparator(domain))).toBe(viemDomainSeparator({ domain }));
      }
    }),
  );
});

test('a struct of fixed words and text hashes as in viem', () => {
  const type = 'Mail(address to,uint256 value,bytes32 id,string words)';
  const hash = Eip712.typeHash(type);
  const domain = { name: 'Mail', version: '2', chainId: 8453 };
  fc.assert(
    fc.property(hexes(20), uints, hexes(32), texts, (to, value, id, words) => {
      const encoded = Eip712.encodeStruct(hash, [
        Eip712.addressWord(to),
        Eip712.uintWord(value),
        Eip712.bytes32Word(id),
        Eip712.stringWord(words),
      ]);
      const digest = Eip712.typedDataDigest(Eip712.domainSeparator(domain), keccak256(encoded));
      const types = {
        Mail: [
          { name: 'to', type: 'address' },
          { name: 'value', type: 'uint256' },
          { name: 'id', type: 'bytes32' },
          { name: 'words', type: 'string' },
        ],
      };
      const message = { to, value, id, words };
      expect(toHex(digest)).toBe(hashTypedData({ domain, types, primaryType: 'Mail', message }));
    }),
    { numRuns: 200 },
  );
});

test('a type hashes as its text', () => {
  expect(Eip712.typeHash('A(string b)')).toEqual(keccak256(utf8ToBytes('A(string b)')));
});

test('a number that does not fit its field is refused', () => {
  const reason = new RangeError('A uint256 must be at least 0 and below 2^256');
  expect(() => Eip712.uintWord(-1n)).toThrow(reason);
  expect(() => Eip712.uintWord(2n ** 256n)).toThrow(reason);
  expect(() => Eip712.uintWord(1 as unknown as bigint)).toThrow(new TypeError('A uint256 must be a bigint'));
  expect(Eip712.uintWord(2n ** 256n - 1n)).toEqual(new Uint8Array(32).fill(255));
});

test('a chain id that is no whole number is refused', () => {
  for (const chainId of [0.5, Number.NaN, 2 ** 53]) {
    expect(() => Eip712.domainSeparator({ name: 'a', version: '1', chainId })).toThrow(TypeError);
  }
  expect(() => Eip712.domainSeparator({ name: 'a', version: '1', chainId: -1 })).toThrow(RangeError);
});

test('hex of another length is refused', () => {
  expect(() => Eip712.addressWord(`0x${'00'.repeat(19)}`)).toThrow(TypeError);
  expect(() => Eip712.addressWord(`0x${'00'.repeat(32)}`)).toThrow(TypeError);
  expect(() => Eip712.bytes32Word(`0x${'00'.repeat(31)}`)).toThrow(TypeError);
  expect(() => Eip712.bytes32Word('' as Hex)).toThrow(TypeError);
});

test('text with a lone surrogate is refused, because it would hash as other text does', () => {
  expect(() => Eip712.stringWord('\ud800')).toThrow(
    new TypeError('Text to sign cannot hold a lone surrogate'),
  );
  expect(Eip712.stringWord('\u{1f600}')).toEqual(keccak256(utf8ToBytes('\u{1f600}')));
});

test('words and hashes of another length are misuse', () => {
  const word = new Uint8Array(32);
  expect(() => Eip712.encodeStruct(word, [new Uint8Array(20)])).toThrow(new TypeError('A word has 32 bytes'));
  expect(() => Eip712.encodeStruct(new Uint8Array(4), [])).toThrow(new TypeError('A word has 32 bytes'));
  expect(() => Eip712.typedDataDigest(word, new Uint8Array(31))).toThrow(
    new TypeError('A hash has 32 bytes'),
  );
});
