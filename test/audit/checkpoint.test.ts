import { createPublicKey, verify } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Checkpoint, checkpointText } from '../../src/core/checkpoint.ts';
import { rootOf } from '../../src/core/merkle.ts';
import { DEFAULT_POLICY } from '../../src/core/policy.ts';
import type { Store } from '../../src/core/ports.ts';
import { createCheckpointer, readHashes } from '../../src/operations/checkpoint.ts';
import { openCheckpointKey } from '../../src/serve/checkpoint-key.ts';
import { dataDirectory } from '../../src/serve/directory.ts';
import { nodeHash } from '../../src/store/hash.ts';
import { openSqliteStore } from '../../src/store/sqlite/store.ts';
import { createWallet, manualClock, registerAgent } from '../store/world.ts';

const clock = manualClock();
let directory: string;
let store: Store;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'fluxa-checkpoint-'));
  store = await openSqliteStore({ path: join(directory, 'fluxa.db'), clock, policy: DEFAULT_POLICY });
});
afterEach(async () => {
  await store.close();
  await rm(directory, { recursive: true, force: true });
});

const open = () => {
  const signer = openCheckpointKey(dataDirectory(directory), 'a passphrase');
  return createCheckpointer({ store, hash: nodeHash, clock, signer });
};

/** Adds that many entries to the system chain. */
async function grow(from: number, to: number): Promise<void> {
  for (let n = from; n < to; n += 1) {
    await store.commit(createWallet(n));
    await store.commit(registerAgent(n));
  }
}

const allHashes = () => readHashes({ store }, 'system', { afterSeq: 0, upTo: Number.MAX_SAFE_INTEGER });

function isSigned(checkpoint: Checkpoint): boolean {
  const der = Buffer.concat([
    Buffer.from('302a300506032b6570032100', 'hex'),
    Buffer.from(checkpoint.publicKey, 'hex'),
  ]);
  const key = createPublicKey({ key: der, format: 'der', type: 'spki' });
  return verify(null, Buffer.from(checkpointText(checkpoint)), key, Buffer.from(checkpoint.signature, 'hex'));
}

test('a checkpoint states the length and root of its chain, signed; one of an unchanged chain is the same', async () => {
  const checkpoints = open();
  expect(await checkpoints.seal('system')).toBeNull();
  await grow(0, 6);
  const sealed = (await checkpoints.seal('system')) as Checkpoint;
  expect(sealed.size).toBe(12);
  expect(sealed.rootHash).toBe(rootOf(await allHashes(), nodeHash));
  expect(isSigned(sealed)).toBe(true);
  expect(isSigned({ ...sealed, size: 11 })).toBe(false);
  expect(await checkpoints.seal('system')).toEqual(sealed);
  expect(await store.read.latestCheckpoint('system')).toEqual(sealed);
});

test('a chain that grew, sealed by another process or many at once, has the root of all its entries', async () => {
  await grow(0, 3);
  await open().seal('system');
  await grow(3, 5);
  const restarted = open();
  const many = await Promise.all([
    restarted.seal('system'),
    restarted.seal('system'),
    restarted.seal('system'),
  ]);
  const root = rootOf(await allHashes(), nodeHash);
  for (const sealed of many) expect(sealed).toMatchObject({ size: 10, rootHash: root });
});

test('a key that is there is opened with its passphrase alone', async () => {
  const { publicKey } = openCheckpointKey(dataDirectory(directory), 'a passphrase');
  expect(openCheckpointKey(dataDirectory(directory), 'a passphrase').publicKey).toBe(publicKey);
  expect(() => openCheckpointKey(dataDirectory(directory), 'another')).toThrow();
});
