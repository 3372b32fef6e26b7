import { utf8ToBytes } from '@noble/hashes/utils.js';
import type { Address } from '../core/asset.ts';
import { type Hex, isHex, toHex } from './hex.ts';
import { keccak256 } from './keccak.ts';

/**
 * Reads an address, all lower case or with its EIP-55 checksum; null for anything else, a wrong checksum included.
 * Addresses are kept in lower case, so that equal ones are equal text.
 */
export function parseAddress(text: string): Address | null {
  if (!isHex(text, 20)) return null;
  const address = text.toLowerCase() as Address;
  return text === address || text === checksumAddress(address) ? address : null;
}

/** Checksums made before: the same few addresses are read and written again and again, and each takes a hash. */
const checksums = new Map<Address, Hex>();
const CHECKSUMS_MAX = 1024;

/** The address as people read it, with the EIP-55 checksum in the case of its letters. */
export function checksumAddress(address: Address): Hex {
  const known = checksums.get(address);
  if (known !== undefined) return known;
  if (checksums.size >= CHECKSUMS_MAX) checksums.clear();
  const checksum = withChecksum(address);
  checksums.set(address, checksum);
  return checksum;
}

function withChecksum(address: Address): Hex {
  const digits = address.slice(2).toLowerCase();
  const nibbles = toHex(keccak256(utf8ToBytes(digits))).slice(2);
  const mixed = Array.from(digits, (digit, i) => (nibbles.charAt(i) >= '8' ? digit.toUpperCase() : digit));
  return `0x${mixed.join('')}`;
}

/** The address of an uncompressed public key (65 bytes, the first of them 4). */
export function addressOf(publicKey: Uint8Array): Address {
  if (publicKey.length !== 65 || publicKey[0] !== 4) {
    throw new TypeError('Expected an uncompressed public key of 65 bytes');
  }
  return toHex(keccak256(publicKey.subarray(1)).subarray(12));
}
