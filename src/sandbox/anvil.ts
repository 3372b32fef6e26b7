import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { createTestClient, http, publicActions } from 'viem';

/**
 * When blocks are made: every `blockTimeSeconds`, only when asked, or one for each transaction.
 *
 * Seen with Anvil 1.7.1 and one slot per epoch, the same in all three: `safe` is one block and `finalized`
 * two blocks behind `latest` (block 0 until there are as many). So a transaction is final once two more
 * blocks exist: by itself after two block times (`interval`), when two more are mined (`manual`), after two
 * more transactions (`auto`, where no block is made while nothing is sent). Blocks made within one second
 * share a timestamp.
 */
export type Mining = 'interval' | 'manual' | 'auto';

/** How to run the node. */
export type AnvilOptions = {
  /** 0, the default, takes a free one. */
  readonly port?: number;
  readonly chainId?: number;
  /** Where the chain is kept between runs; without it the chain ends with the node. */
  readonly stateDir?: string;
  readonly mining?: Mining;
  readonly blockTimeSeconds?: number;
  readonly slotsInAnEpoch?: number;
};

/** A running node. */
export type Anvil = {
  readonly url: string;
  readonly chainId: number;
  /** Ends the node; with a `stateDir`, the chain is on disk when this resolves. */
  stop(): Promise<void>;
};

type AnvilProcess = ChildProcessByStdio<null, Readable, Readable>;

/**
 * Starts Anvil on 127.0.0.1 and resolves once it answers. It has no accounts, so none of its well-known keys
 * holds anything.
 *
 * The node ends with this process, however that ends, SIGKILL included, and saves its chain first: a guard (a
 * shell that reads a pipe whose other end only this process holds) ends the node when the pipe closes. Ctrl-C
 * reaches neither of the two, so that this process shuts down in its own order. Only when the node itself is
 * killed are its last 10 seconds lost.
 */
export async function startAnvil(options: AnvilOptions = {}): Promise<Anvil> {
  const { stateDir, mining = 'interval', blockTimeSeconds = 1 } = options;
  if (stateDir !== undefined) await takeOver(stateDir);

  const anvil = spawn(findBinary(), toArguments(options), {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH },
  });
  const exited = new Promise<void>((settle) => {
    anvil.once('exit', () => settle());
  });
  if (anvil.pid !== undefined) endWithThisProcess(anvil, anvil.pid);
  const url = await listening(anvil);
  const stop = async () => {
    anvil.kill('SIGTERM');
    await exited;
  };

  try {
    if (stateDir !== undefined) await writeFile(pidFile(stateDir), String(anvil.pid));
    const client = createTestClient({ mode: 'anvil', transport: http(url) }).extend(publicActions);
    await client.setLoggingEnabled(false);
    const latest = await client.getBlock({ blockTag: 'latest' });
    const pending = await client.getBlock({ blockTag: 'pending' });
    // A loaded chain whose clock was moved would go on at the time of this machine, before its last block.
    if (pending.timestamp < latest.timestamp) {
      await client.increaseTime({ seconds: Number(latest.timestamp - pending.timestamp) + 1 });
    }
    if (mining === 'interval') await client.setIntervalMining({ interval: blockTimeSeconds });
    if (mining === 'auto') await client.setAutomine(true);
    return { url, chainId: await client.getChainId(), stop };
  } catch (cause) {
    await stop();
    throw new Error(`Anvil started at ${url} but could not be set up`, { cause });
  }
}

/** The binary of the npm package for this platform, else whatever `anvil` is on PATH. */
function findBinary(): string {
  try {
    return createRequire(import.meta.url).resolve(`${npmPackage()}/bin/anvil`);
  } catch {
    return 'anvil';
  }
}

function npmPackage(): string {
  return `@foundry-rs/anvil-${process.platform}-${process.arch === 'x64' ? 'amd64' : process.arch}`;
}

/** Mining starts later, by call: a loaded chain gets its clock right before its first block. */
function toArguments(options: AnvilOptions): string[] {
  const { port = 0, chainId = 31337, stateDir, slotsInAnEpoch = 1 } = options;
  const node = ['--host', '127.0.0.1', '--port', String(port), '--no-cors', '--accounts', '0', '--no-mining'];
  const chain = ['--chain-id', String(chainId), '--slots-in-an-epoch', String(slotsInAnEpoch)];
  // How many blocks back state can be read (and a reorg can reach). Each is written out in full at every
  // save; without any on disk, a loaded chain could not be read at `finalized`.
  const history = ['--prune-history', stateDir === undefined ? '256' : '16'];
  if (stateDir === undefined) return [...node, ...chain, ...history];
  const saved = ['--state', stateFile(stateDir), '--state-interval', '10', '--preserve-historical-states'];
  return [...node, ...chain, ...history, ...saved];
}

/** Resolves to the node's URL when it listens; rejects with what the node said when it ends before that. */
function listening(anvil: AnvilProcess): Promise<string> {
  return new Promise((settle, reject) => {
    let output = '';
    let errors = '';
    anvil.stderr.on('data', (chunk: Buffer) => {
      errors += chunk.toString();
    });
    anvil.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      const address = /Listening on (\S+)\n/.exec(output)?.[1];
      if (address === undefined) return;
      for (const stream of [anvil.stdout, anvil.stderr]) stream.removeAllListeners('data').resume();
      settle(`http://${address}`);
    });
    anvil.once('error', (cause) => {
      const advice = `Install it with npm (${npmPackage()}) or from getfoundry.sh, so that \`anvil\` is on PATH`;
      reject(new Error(`Anvil, the local EVM node, cannot be started. ${advice}`, { cause }));
    });
    // Not 'exit': by 'close' everything it wrote was read.
    anvil.once('close', (code) =>
      reject(new Error(`Anvil ended at start with code ${code}: ${errors.trim()}`)),
    );
  });
}

/**
 * The guard described at `startAnvil`; it ends with the node, before the process id can mean another process.
 */
function endWithThisProcess(anvil: AnvilProcess, pid: number): void {
  const guard = spawn('/bin/sh', ['-c', 'read -r _; kill "$0"', String(pid)], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  anvil.once('exit', () => guard.kill('SIGKILL'));
}

/**
 * Prepares the directory, and waits while the node of a run that was just killed still saves its chain there.
 * Refuses when the node stays for three seconds. Only Linux can tell (by /proc); elsewhere it does not wait.
 */
async function takeOver(stateDir: string): Promise<void> {
  await mkdir(stateDir, { recursive: true, mode: 0o700 });
  const pid = await readFile(pidFile(stateDir), 'utf8').catch(() => undefined);
  if (pid === undefined) return;
  for (let attempt = 0; attempt < 60; attempt += 1) {
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (!command.includes(stateFile(stateDir))) return;
    await delay(50);
  }
  throw new Error(`"${stateDir}" is in use by the Anvil with process id ${pid}; stop it first`);
}

const stateFile = (stateDir: string) => join(resolve(stateDir), 'state.json');
const pidFile = (stateDir: string) => join(stateDir, 'anvil.pid');
