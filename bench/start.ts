import { execFileSync } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { openKeyFile } from '../src/rails/evm/keystore.ts';
import { dataDirectory } from '../src/serve/directory.ts';
import { checkAnswer, checkBooks } from './proof.ts';
import { openWorld, type World } from './world.ts';

/** What one cold start took. */
export type Start = {
  /** From starting the process until it says that it serves, and until the first payment is answered. */
  readonly servingMs: number;
  readonly paidMs: number;
  /** Memory of the process when it has been idle for a while afterwards. */
  readonly idleMiB: number;
};

/** All starts, and what opening the payment key alone takes: scrypt is meant to be slow. */
export type Starting = { readonly starts: readonly Start[]; readonly scryptMs: readonly number[] };

const IDLE_MS = 1500;

/** Measures starting `serve` on an existing directory up to the first authorized payment. */
export async function measureStarting({ rounds }: { rounds: number }): Promise<Starting> {
  const world = await openWorld();
  try {
    const starts: Start[] = [];
    const scryptMs: number[] = [];
    for (let i = 0; i < rounds; i += 1) {
      starts.push(await start(world, i));
      scryptMs.push(await openKey(world));
    }
    checkBooks(world, rounds + 1);
    return { starts, scryptMs };
  } finally {
    await world.close();
  }
}

async function start(world: World, i: number): Promise<Start> {
  const startedAt = performance.now();
  const serving = await world.serve();
  try {
    const servingMs = performance.now() - startedAt;
    const response = await fetch(`${serving.url}/v1/payments`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${world.agentToken}`,
        'content-type': 'application/json',
        'idempotency-key': `start-${i}`,
        connection: 'close',
      },
      body: world.body,
    });
    const body = await response.text();
    const paidMs = performance.now() - startedAt;
    if (response.status !== 200) throw new Error(`Status ${response.status}: ${body}`);
    await checkAnswer(world, body);
    await delay(IDLE_MS);
    return { servingMs, paidMs, idleMiB: residentMiB(serving.pid) };
  } finally {
    await serving.stop();
  }
}

async function openKey({ directory, passphrase }: World): Promise<number> {
  const startedAt = performance.now();
  const { privateKey } = await openKeyFile(dataDirectory(directory).paymentKey, passphrase);
  privateKey.fill(0);
  return performance.now() - startedAt;
}

function residentMiB(pid: number): number {
  const kibibytes = execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' });
  return Number.parseInt(kibibytes.trim(), 10) / 1024;
}
