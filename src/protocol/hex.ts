import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';

/** Hex text with its `0x`. What this project writes is lower case. */
export type Hex = `0x${string}`;

/** Whether this is hex text of exactly so many bytes, with `0x`, in either case. */
export function isHex(text: string, byteLength: number): text is Hex {
  return text.length === 2 + byteLength * 2 && /^0x[0-9a-fA-F]*$/.test(text);
}

/** Bytes as lower-case hex text. */
export function toHex(bytes: Uint8Array): Hex {
  return `0x${bytesToHex(bytes)}`;
}

/** The bytes of hex text of exactly this many. Throws without quoting the text: it may be a secret. */
export function fromHex(text: string, byteLength: number): Uint8Array {
  if (!isHex(text, byteLength)) throw new TypeError(`Expected ${byteLength} bytes of hex with 0x`);
  return hexToBytes(text.slice(2));
}
