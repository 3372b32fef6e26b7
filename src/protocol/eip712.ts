import { utf8ToBytes } from '@noble/hashes/utils.js';
import { fromHex, type Hex } from './hex.ts';
import { keccak256 } from './keccak.ts';

/** An EIP-712 domain. The two last are left out of its type where they are absent. */
export type Domain = {
  readonly name: string;
  readonly version: string;
  readonly chainId?: number;
  readonly verifyingContract?: Hex;
};

const UINT256_LIMIT = 1n << 256n;

/** The hash of a type's text, such as `Mail(address to,string words)`. */
export function typeHash(type: string): Uint8Array {
  return keccak256(utf8ToBytes(type));
}

/** An address as a word of 32 bytes, in the case it comes in: who reads an address checks its checksum. */
export function addressWord(address: Hex): Uint8Array {
  const word = new Uint8Array(32);
  word.set(fromHex(address, 20), 12);
  return word;
}

/** A `uint256` as a word of 32 bytes. Throws RangeError on a value that is negative or needs more than 256 bits. */
export function uintWord(value: bigint): Uint8Array {
  if (typeof value !== 'bigint') throw new TypeError('A uint256 must be a bigint');
  if (value < 0n || value >= UINT256_LIMIT) {
    throw new RangeError('A uint256 must be at least 0 and below 2^256');
  }
  return fromHex(`0x${value.toString(16).padStart(64, '0')}`, 32);
}

/** A `bytes32` as it stands. */
export function bytes32Word(value: Hex): Uint8Array {
  return fromHex(value, 32);
}

/** A `string`, which EIP-712 encodes as its hash. Refuses a lone surrogate: two texts would have one encoding. */
export function stringWord(text: string): Uint8Array {
  if (!text.isWellFormed()) throw new TypeError('Text to sign cannot hold a lone surrogate');
  return keccak256(utf8ToBytes(text));
}

/** What is hashed for a struct: the hash of its type, then a word for each field. */
export function encodeStruct(type: Uint8Array, words: readonly Uint8Array[]): Uint8Array {
  const encoded = new Uint8Array(32 * (1 + words.length));
  for (const [i, word] of [type, ...words].entries()) {
    if (word.length !== 32) throw new TypeError('A word has 32 bytes');
    encoded.set(word, 32 * i);
  }
  return encoded;
}

/** The domain's hash. Compute it once for each domain and keep it. */
export function domainSeparator(domain: Domain): Uint8Array {
  const fields = ['string name', 'string version'];
  const words = [stringWord(domain.name), stringWord(domain.version)];
  if (domain.chainId !== undefined) {
    if (!Number.isSafeInteger(domain.chainId)) throw new TypeError('A chain id must be a safe integer');
    fields.push('uint256 chainId');
    words.push(uintWord(BigInt(domain.chainId)));
  }
  if (domain.verifyingContract !== undefined) {
    fields.push('address verifyingContract');
    words.push(addressWord(domain.verifyingContract));
  }
  return keccak256(encodeStruct(typeHash(`EIP712Domain(${fields.join(',')})`), words));
}

/** The digest to sign: of the domain's hash and of the struct's. */
export function typedDataDigest(separator: Uint8Array, structHash: Uint8Array): Uint8Array {
  if (separator.length !== 32 || structHash.length !== 32) throw new TypeError('A hash has 32 bytes');
  const message = new Uint8Array(66);
  message.set([0x19, 0x01]);
  message.set(separator, 2);
  message.set(structHash, 34);
  return keccak256(message);
}
