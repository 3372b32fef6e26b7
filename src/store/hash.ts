import { hash } from 'node:crypto';
import type { Hash } from '../core/hash.ts';

/** The hash functions of the machine. */
export const nodeHash: Hash = {
  sha256: (text) => hash('sha256', text),
  sha256Hex: (hex) => {
    const bytes = Buffer.from(hex, 'hex');
    if (bytes.length * 2 !== hex.length) throw new TypeError('Hashes whole bytes as hex text');
    return hash('sha256', bytes);
  },
};
