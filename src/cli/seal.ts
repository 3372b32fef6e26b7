import { createPublicKey, verify } from 'node:crypto';
import { type Checkpoint, checkpointText } from '../core/checkpoint.ts';
import { rootOf } from '../core/merkle.ts';
import { nodeHash } from '../store/hash.ts';

/**
 * What is wrong with a checkpoint of a chain whose entries have these hashes; null when its key signed it and it is of
 * exactly these entries.
 */
export function sealFlaw(checkpoint: Omit<Checkpoint, 'id'>, leaves: readonly string[]): string | null {
  const { publicKey, rootHash, signature, size } = checkpoint;
  if (size < 1 || size > leaves.length) return `it covers ${size} entries, and there are ${leaves.length}`;
  if (rootOf(leaves.slice(0, size), nodeHash) !== rootHash) return 'it is not of these entries';
  const isSigned =
    /^[0-9a-f]{64}$/.test(publicKey) &&
    /^[0-9a-f]{128}$/.test(signature) &&
    verify(null, Buffer.from(checkpointText(checkpoint)), keyOf(publicKey), Buffer.from(signature, 'hex'));
  return isSigned ? null : 'its signature is not that of its key';
}

function keyOf(publicKey: string) {
  const x = Buffer.from(publicKey, 'hex').toString('base64url');
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
}
