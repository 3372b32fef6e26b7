import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import type { CheckpointSigner } from '../core/ports.ts';
import { type DataDirectory, readText, writePrivately } from './directory.ts';

/** How long the DER of an Ed25519 public key is before the key itself. */
const SPKI_HEAD_BYTES = 12;

/** Opens the key that signs checkpoints, made at the first start; its file is encrypted with the server's passphrase. */
export function openCheckpointKey(directory: DataDirectory, passphrase: string): CheckpointSigner {
  const pem = readText(directory.checkpointKey) ?? make(directory, passphrase);
  const key = createPrivateKey({ key: pem, format: 'pem', passphrase });
  const der = createPublicKey(key).export({ format: 'der', type: 'spki' });
  return {
    publicKey: der.subarray(SPKI_HEAD_BYTES).toString('hex'),
    sign: (text) => sign(null, Buffer.from(text, 'utf8'), key).toString('hex'),
  };
}

function make(directory: DataDirectory, passphrase: string): string {
  const { privateKey } = generateKeyPairSync('ed25519');
  const pem = privateKey
    .export({ format: 'pem', type: 'pkcs8', cipher: 'aes-256-cbc', passphrase })
    .toString();
  writePrivately(directory.checkpointKey, pem);
  return pem;
}
