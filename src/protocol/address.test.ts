import fc from 'fast-check';
import { getAddress } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { expect, test } from 'vitest';
import type { Address } from '../core/asset.ts';
import { addressOf, checksumAddress, parseAddress } from './address.ts';
import { fromHex, toHex } from './hex.ts';
import { publicKeyOf } from './secp256k1.ts';

// The examples of EIP-55.
const CHECKSUMMED = [
  '0x52908400098527886E0F7030069857D2E4169EE7',
  '0x8617E340B3D01FA5F11F306F4090FD50E238070D',
  '0xde709f2102306220921060314715629080e2fb77',
  '0x27b1fdb04752bbc536007a920d24acb045561c26',
  '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed',
  '0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359',
  '0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB',
  '0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb',
];

test.each(CHECKSUMMED)('the checksum of %s is that of EIP-55', (text) => {
  const address = text.toLowerCase() as Address;
  expect(checksumAddress(address)).toBe(text);
  expect(parseAddress(text)).toBe(address);
  expect(parseAddress(address)).toBe(address);
});

test('the checksum is that of viem for any address', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 20, maxLength: 20 }), (bytes) => {
      const address = toHex(bytes);
      expect(checksumAddress(address)).toBe(getAddress(address));
    }),
  );
});

test.each([
  ['a letter in the wrong case', '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD'],
  ['all upper case where the checksum is not', '0x5AAEB6053F3E94C9B9A09F33669435E7EF1BEAED'],
  ['a big X', '0X5aaeb6053f3e94c9b9a09f33669435e7ef1beaed'],
  ['no 0x', '5aaeb6053f3e94c9b9a09f33669435e7ef1beaed'],
  ['a digit short', '0x5aaeb6053f3e94c9b9a09f33669435e7ef1beae'],
  ['a digit more', '0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed0'],
  ['another alphabet', '0x5aaeb6053f3e94c9b9a09f33669435e7ef1bеaed'],
  ['space around it', ' 0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed'],
  ['a name', 'vitalik.eth'],
  ['nothing', ''],
])('an address with %s is refused', (_, text) => {
  expect(parseAddress(text)).toBeNull();
});

test('an address is that of its public key', () => {
  const privateKey = '0x7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d';
  const address = addressOf(publicKeyOf(fromHex(privateKey, 32)));
  expect(address).toBe('0x008aeeda4d805471df9b2a5b0f38a0c3bcba786b');
  expect(checksumAddress(address)).toBe(privateKeyToAccount(privateKey).address);
});

test('a compressed or headless public key has no address here', () => {
  const reason = new TypeError('Expected an uncompressed public key of 65 bytes');
  expect(() => addressOf(new Uint8Array(64).fill(4))).toThrow(reason);
  expect(() => addressOf(new Uint8Array(65).fill(2))).toThrow(reason);
});
