import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const ROOT = new URL('../', import.meta.url);

/** The file that is installed as `fluxa-wallet`. */
export const PROGRAM = programFile();

/** A running `fluxa-wallet serve`. */
export type Serving = {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  readonly stop: () => Promise<void>;
};

/** Starts `fluxa-wallet serve`; resolves when it says where it serves. */
export async function serve(of: { directory: string; passphraseFile: string }): Promise<Serving> {
  const flags = ['--data', of.directory, '--passphrase-file', of.passphraseFile, '--port', '0', '--json'];
  const child = spawn(process.execPath, [PROGRAM, 'serve', ...flags], {
    env: environment(of.directory),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  // However this process ends, no server stays behind.
  const kill = () => void child.kill('SIGKILL');
  process.once('exit', kill);
  void ended.then(() => process.off('exit', kill));
  const url = await firstUrl(child, ended);
  const { port } = new URL(url);
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
  };
  return { url, port: Number.parseInt(port, 10), pid: child.pid ?? 0, stop };
}

/** The environment of the program: what it caches is beside its data directory, and goes with it. */
export function environment(directory: string): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH, HOME: dirname(directory) };
}

async function firstUrl(child: ChildProcess, ended: Promise<unknown>): Promise<string> {
  if (child.stdout === null) throw new Error('The server has no output');
  const said = once(createInterface({ input: child.stdout }), 'line');
  const line = await Promise.race([said, ended.then(() => null)]);
  if (line === null) throw new Error('The server ended before it served');
  const { url } = JSON.parse(String(line[0])) as { url?: string };
  if (url === undefined) throw new Error(`The server said ${line[0]}`);
  return url;
}

function programFile(): string {
  const { bin } = JSON.parse(readFileSync(new URL('package.json', ROOT), 'utf8'));
  return fileURLToPath(new URL(bin['fluxa-wallet'], ROOT));
}
