import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import type { Address } from '../core/asset.ts';
import * as Eip712 from './eip712.ts';
import { type Hex, toHex } from './hex.ts';
import { keccak256 } from './keccak.ts';

/** What the token's contract is asked to do (EIP-3009 `TransferWithAuthorization`). Times in seconds. */
export type TransferAuthorization = {
  readonly from: Hex;
  readonly to: Hex;
  /** In the token's smallest unit. */
  readonly value: bigint;
  readonly validAfter: bigint;
  readonly validBefore: bigint;
  readonly nonce: Hex;
};

/** A token's EIP-712 domain, from our own registry or from the chain. */
export type TransferDomainFields = {
  readonly name: string;
  readonly version: string;
  readonly chainId: number;
  readonly verifyingContract: Address;
};

/** A token's domain with its hash, computed once. */
export type TransferDomain = TransferDomainFields & { readonly separator: Uint8Array };

const TYPE_HASH = Eip712.typeHash(
  'TransferWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)',
);
const NONCE_TAG = 'fluxa/eip3009-nonce/1';

/** The domain with its hash. */
export function domainOf(fields: TransferDomainFields): TransferDomain {
  const { name, version, chainId, verifyingContract } = fields;
  const separator = Eip712.domainSeparator({ name, version, chainId, verifyingContract });
  return { name, version, chainId, verifyingContract, separator };
}

/** The struct's bytes as EIP-712 hashes them. Throws on what does not fit its field. */
export function encodeAuthorization(authorization: TransferAuthorization): Uint8Array {
  return Eip712.encodeStruct(TYPE_HASH, [
    Eip712.addressWord(authorization.from),
    Eip712.addressWord(authorization.to),
    Eip712.uintWord(authorization.value),
    Eip712.uintWord(authorization.validAfter),
    Eip712.uintWord(authorization.validBefore),
    Eip712.bytes32Word(authorization.nonce),
  ]);
}

/** Reads the bytes back, hex in lower case. Throws on bytes that are no encoded authorization. */
export function decodeAuthorization(encoded: Uint8Array): TransferAuthorization {
  const hex = toHex(encoded).slice(2);
  const word = (i: number) => hex.slice(64 * i, 64 * (i + 1));
  if (encoded.length !== 7 * 32 || `0x${word(0)}` !== toHex(TYPE_HASH)) {
    throw new TypeError('Expected an encoded TransferWithAuthorization');
  }
  return {
    from: addressIn(word(1)),
    to: addressIn(word(2)),
    value: BigInt(`0x${word(3)}`),
    validAfter: BigInt(`0x${word(4)}`),
    validBefore: BigInt(`0x${word(5)}`),
    nonce: `0x${word(6)}`,
  };
}

/** The digest that the payer signs. */
export function authorizationDigest(
  domain: TransferDomain,
  authorization: TransferAuthorization,
): Uint8Array {
  return encodedDigest(domain, encodeAuthorization(authorization));
}

/** The digest over bytes that `encodeAuthorization` gave. */
export function encodedDigest(domain: TransferDomain, encoded: Uint8Array): Uint8Array {
  return Eip712.typedDataDigest(domain.separator, keccak256(encoded));
}

/**
 * The nonce of a payment: one payment, one nonce, so that the chain itself refuses a second transfer for it.
 * keccak256 of three parts, each after its length in bytes (4 bytes, big-endian): the tag, the wallet's id, the
 * payment's id, all UTF-8. The lengths keep two different pairs from ever having the same bytes.
 */
export function nonceOf(walletId: string, paymentId: string): Hex {
  return toHex(keccak256(concatBytes(...[NONCE_TAG, walletId, paymentId].map(lengthAndText))));
}

function lengthAndText(text: string): Uint8Array {
  if (text === '' || !text.isWellFormed()) {
    throw new TypeError('An id must be well-formed text and not empty');
  }
  const bytes = utf8ToBytes(text);
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, bytes.length);
  return concatBytes(length, bytes);
}

function addressIn(word: string): Hex {
  if (!word.startsWith('0'.repeat(24))) throw new TypeError('An address word must begin with 12 zero bytes');
  return `0x${word.slice(24)}`;
}
