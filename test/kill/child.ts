import { writeSync } from 'node:fs';
import type { Command } from '../../src/core/command.ts';
import { cursorId } from '../../src/core/deposit.ts';
import { DEFAULT_POLICY } from '../../src/core/policy.ts';
import { openSqliteStore } from '../../src/store/sqlite/store.ts';
import * as World from '../store/world.ts';
import { AMOUNTS, depositLog, WALLETS } from './load.ts';

/** Commits without end, from many callers at once, and prints the id of what was acknowledged. */
const [path = '', round = '0'] = process.argv.slice(2);
const clock = { nowMs: () => World.START_MS + Number(round) * 1000 };
const store = await openSqliteStore({ path, policy: DEFAULT_POLICY, clock });

async function acknowledge(command: Command, id: string): Promise<void> {
  const outcome = await store.commit(command);
  if (outcome.outcome !== 'ok') throw new Error(`${command.type}: ${outcome.code}: ${outcome.detail}`);
  writeSync(1, `${id}\n`);
}

async function pay(n: number, from: number): Promise<never> {
  for (let k = from; ; k += 1) {
    const command = World.authorize(n, k);
    await acknowledge(command, command.paymentId);
    if (k % 3 === 0) await follow(n, k);
  }
}

/** One finalized block that settles a payment and brings a deposit. */
async function follow(n: number, k: number): Promise<void> {
  const { walletId } = World.cast(n);
  const cursor = await store.read.get('cursor', cursorId(walletId, World.NETWORK));
  const number = (cursor?.blockNumber ?? 0) + 1;
  const { out } = World.settle(n, [k]);
  const incoming = depositLog(n, number);
  const block = { number, hash: incoming.blockHash, seconds: World.START_MS / 1000 + number };
  const run = {
    walletId,
    network: World.NETWORK,
    fromBlock: number,
    to: block,
    out,
    in: [incoming],
  } as const;
  await acknowledge(
    { type: 'chain.observe', ...run },
    `${World.authorize(n, k).paymentId} settled ${number}`,
  );
}

await Promise.all(WALLETS.map((n) => World.play(store, World.enrol(n, AMOUNTS))));
await Promise.all(WALLETS.map((n) => pay(n, Number(round) * 1_000_000)));
