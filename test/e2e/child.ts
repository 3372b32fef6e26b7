import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Sandbox } from './world.ts';

const PROGRAM = resolve(import.meta.dirname, '../../src/cli/main.ts');

/** The wallet of a sandbox as a process of its own. */
export type ServerProcess = {
  /** Ends it as a power cut would. */
  readonly kill: () => void;
  /** Asks it to stop. */
  readonly stop: () => void;
  /** Resolves with the signal it ended by, or null. */
  readonly ended: Promise<NodeJS.Signals | null>;
  /** What it wrote to its log. */
  readonly log: () => string;
};

/** Starts the wallet as an operator does, at the URL where the sandbox's own was. Resolves once it serves. */
export async function serve({ directory, passphrase, url }: Served): Promise<ServerProcess> {
  const file = join(directory, 'passphrase.txt');
  writeFileSync(file, passphrase, { mode: 0o600 });
  const { port } = new URL(url);
  const args = ['serve', '--data', directory, '--port', port, '--passphrase-file', file];
  const child = spawn(process.execPath, [PROGRAM, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  child.stderr.on('data', (chunk) => {
    log += chunk;
  });
  const ended = once(child, 'exit').then(([, signal]) => signal as NodeJS.Signals | null);
  await Promise.race([once(child.stdout, 'data'), ended]);
  if (isOver(child)) throw new Error(`The server did not start: ${log}`);
  return {
    kill: () => void child.kill('SIGKILL'),
    stop: () => void child.kill('SIGTERM'),
    ended,
    log: () => log,
  };
}

type Served = Pick<Sandbox, 'directory' | 'passphrase' | 'url'>;

function isOver({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}
