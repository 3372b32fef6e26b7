import {
  CompressionFlag,
  ContextFlag,
  instantiateSecp256k1Wasm,
} from '@bitauth/libauth/build/lib/bin/secp256k1/secp256k1-wasm.js';
import type { Address } from '../core/asset.ts';
import { addressOf } from './address.ts';
import { fromHex } from './hex.ts';

// libsecp256k1 compiled to wasm. Its raw interface, because the package's wrapper copies the private key into the
// JavaScript heap at each signature; from its own file, because the package's index takes ten times as long to load.
const curve = await instantiateSecp256k1Wasm();
const heap = curve.heapU8;
const context = curve.contextCreate(ContextFlag.BOTH);

// One set of buffers for every call: calls are synchronous, and this memory never grows or moves.
const digestAt = curve.malloc(32);
const privateKeyAt = curve.malloc(32);
const compactAt = curve.malloc(64);
const recoverableAt = curve.malloc(65);
const parsedKeyAt = curve.malloc(64);
const publicKeyAt = curve.malloc(65);
const integerAt = curve.malloc(4);

// Blinding against side channels; it changes no result.
heap.set(crypto.getRandomValues(new Uint8Array(32)), digestAt);
curve.contextRandomize(context, digestAt);
heap.fill(0, digestAt, digestAt + 32);

const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const ORDER_BYTES = wordOf(ORDER);
const HALF_ORDER_BYTES = wordOf(ORDER / 2n);

/** The uncompressed public key (65 bytes) of a private key of 32 bytes. Throws RangeError on one off the curve's range. */
export function publicKeyOf(privateKey: Uint8Array): Uint8Array {
  withPrivateKey(privateKey, () => curve.pubkeyCreate(context, parsedKeyAt, privateKeyAt));
  return parsedPublicKey();
}

/**
 * Signs a digest of 32 bytes: 65 bytes r ‖ s ‖ v, s in the lower half, v 27 or 28. Deterministic (RFC 6979), so that
 * signing again gives the same bytes. Throws RangeError on a private key outside the curve's range.
 */
export function sign(digest: Uint8Array, privateKey: Uint8Array): Uint8Array {
  heap.set(reduced(digest), digestAt);
  withPrivateKey(privateKey, () => curve.signRecoverable(context, recoverableAt, digestAt, privateKeyAt));
  curve.recoverableSignatureSerialize(context, compactAt, integerAt, recoverableAt);
  const signature = new Uint8Array(65);
  signature.set(heap.subarray(compactAt, compactAt + 64));
  signature[64] = 27 + curve.readSizeT(integerAt);
  return signature;
}

/** Who signed this digest; null for a signature of another length, another v than 27 and 28, a high s, or no signer. */
export function recover(digest: Uint8Array, signature: Uint8Array): Address | null {
  if (digest.length !== 32) throw new TypeError('A digest has 32 bytes');
  if (signature.length !== 65) return null;
  const v = signature[64];
  if (v !== 27 && v !== 28) return null;
  if (compare(signature.subarray(32, 64), HALF_ORDER_BYTES) > 0) return null;
  heap.set(digest, digestAt);
  heap.set(signature.subarray(0, 64), compactAt);
  const recoveryId = v === 27 ? 0 : 1;
  if (curve.recoverableSignatureParse(context, recoverableAt, compactAt, recoveryId) !== 1) return null;
  if (curve.recover(context, parsedKeyAt, recoverableAt, digestAt) !== 1) return null;
  return addressOf(parsedPublicKey());
}

function withPrivateKey(privateKey: Uint8Array, use: () => 0 | 1): void {
  if (privateKey.length !== 32) throw new TypeError('A private key has 32 bytes');
  heap.set(privateKey, privateKeyAt);
  try {
    if (use() !== 1) throw new RangeError('A private key must be above 0 and below the order of the curve');
  } finally {
    heap.fill(0, privateKeyAt, privateKeyAt + 32);
  }
}

function parsedPublicKey(): Uint8Array {
  curve.heapU32[integerAt >> 2] = 65;
  curve.pubkeySerialize(context, publicKeyAt, integerAt, parsedKeyAt, CompressionFlag.UNCOMPRESSED);
  return heap.slice(publicKeyAt, publicKeyAt + 65);
}

/** RFC 6979 §2.3.4 takes the digest modulo the order; libsecp256k1 leaves that to its caller. */
function reduced(digest: Uint8Array): Uint8Array {
  if (digest.length !== 32) throw new TypeError('A digest has 32 bytes');
  if (compare(digest, ORDER_BYTES) < 0) return digest;
  return wordOf(digest.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n) - ORDER);
}

function compare(a: Uint8Array, b: Uint8Array): number {
  const at = a.findIndex((byte, i) => byte !== b[i]);
  return at === -1 ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
}

function wordOf(value: bigint): Uint8Array {
  return fromHex(`0x${value.toString(16).padStart(64, '0')}`, 32);
}
