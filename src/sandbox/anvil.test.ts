import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPublicClient, http } from 'viem';
import { expect, onTestFinished, test } from 'vitest';
import { startAnvil } from './anvil.ts';
import { startChain } from './chain.ts';

const reader = (url: string) => createPublicClient({ transport: http(url), cacheTime: 0 });

async function finalized(url: string): Promise<bigint> {
  return (await reader(url).getBlock({ blockTag: 'finalized' })).number;
}

async function newDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'anvil-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return directory;
}

test('with interval mining blocks come and become final by themselves', async () => {
  const anvil = await startAnvil();
  onTestFinished(() => anvil.stop());
  await expect.poll(() => finalized(anvil.url), { timeout: 20_000 }).toBeGreaterThan(0n);
  const block = await reader(anvil.url).getBlock();
  expect(block.number - (await finalized(anvil.url))).toBeLessThanOrEqual(2n);
});

test('with automatic mining each transaction is a block, and two more make it final', async () => {
  const chain = await startChain({ mining: 'auto' });
  onTestFinished(() => chain.stop());
  const holder = '0x00000000000000000000000000000000000000aa';
  for (const units of [1n, 2n]) await chain.mint(holder, units);
  expect(await reader(chain.rpcUrl).getBlockNumber({ cacheTime: 0 })).toBe(3n);
  expect(await finalized(chain.rpcUrl)).toBe(1n);
});

test('a node whose parent was killed saves its chain and ends, and the next start waits for that', async () => {
  const stateDir = await newDirectory();
  const script = `
    const { startChain } = await import('./chain.ts');
    const chain = await startChain({ mining: 'manual', stateDir: process.argv[1] });
    await chain.mine(41);
    console.log(chain.rpcUrl);`;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', script, stateDir], {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(parent.stdout, 'data');
  const { hostname, port } = new URL(String(line));
  const socket = connect(Number(port), hostname).on('error', () => {});
  await once(socket, 'connect');
  const nodeEnded = once(socket, 'close');

  parent.kill('SIGKILL');
  await once(parent, 'exit');
  const next = await startChain({ mining: 'manual', stateDir });
  onTestFinished(() => next.stop());
  expect(await reader(next.rpcUrl).getBlockNumber()).toBe(42n);
  await nodeEnded;
});

test('a directory in use is refused, and the node that uses it is left alone', async () => {
  const stateDir = await newDirectory();
  const anvil = await startAnvil({ mining: 'manual', stateDir });
  onTestFinished(() => anvil.stop());
  await expect(startAnvil({ mining: 'manual', stateDir })).rejects.toThrow('is in use by the Anvil');
  expect(await reader(anvil.url).getBlockNumber()).toBe(0n);
});

test('a port that is taken, and a saved chain that cannot be read, are told', async () => {
  const anvil = await startAnvil({ mining: 'manual' });
  onTestFinished(() => anvil.stop());
  const port = Number(new URL(anvil.url).port);
  await expect(startAnvil({ port })).rejects.toThrow(/^Anvil ended at start with code 1: .*in use/s);

  const stateDir = await newDirectory();
  writeFileSync(join(stateDir, 'state.json'), '{"block":');
  await expect(startAnvil({ stateDir })).rejects.toThrow(/^Anvil ended at start with code 2: .*state\.json/s);
});

test('stopping twice is stopping once', async () => {
  const anvil = await startAnvil({ mining: 'manual' });
  await anvil.stop();
  await anvil.stop();
  await expect(fetch(anvil.url)).rejects.toThrow('fetch failed');
});
