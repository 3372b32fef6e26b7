import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll } from 'vitest';

/** The command as it is installed. */
export const PROGRAM = resolve(import.meta.dirname, '../../src/cli/fluxa-wallet.js');

/** What became of a process. */
export type Ended = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

export type RunOptions = {
  /** The data directory. */
  readonly home: string;
  readonly env?: Readonly<Record<string, string>>;
  /** What standard input holds. */
  readonly input?: string;
};

const folders: string[] = [];

/** An empty folder that is gone after the tests of this file. */
export function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'fluxa-cli-'));
  folders.push(folder);
  return folder;
}

/** Nothing of the machine's own settings. */
const BARE = { PATH: process.env.PATH ?? '', HOME: makeFolder(), TERM: 'dumb' };

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** Runs the command in a session of its own, so that it has no terminal to ask at, wherever the tests run. */
export async function run(
  args: readonly string[],
  { home, env = {}, input = '' }: RunOptions,
): Promise<Ended> {
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    env: { ...BARE, FLUXA_HOME: home, ...env },
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  return ended(child);
}

/** The result of a command as the JSON object that it prints. */
export async function runJson(args: readonly string[], options: RunOptions) {
  const { code, stdout, stderr } = await run([...args, '--json'], options);
  const lines = stdout.trimEnd().split('\n');
  if (lines.length !== 1 || stderr !== '') throw new Error(`Expected one line, got: ${stdout}${stderr}`);
  return { code, value: JSON.parse(stdout) };
}

/** One thing to wait for on a terminal, and what to type then. */
export type Step = { readonly prompt: string; readonly answer: string };

/** Runs the command at a terminal of its own: waits for each prompt, types the answer, and gives all that was shown. */
export async function runAtTerminal(
  args: readonly string[],
  { home, env = {}, steps }: RunOptions & { readonly steps: readonly Step[] },
): Promise<{ readonly code: number | null; readonly screen: string }> {
  const words = [process.execPath, PROGRAM, ...args].map((word) => `'${word.replaceAll("'", "'\\''")}'`);
  const child = spawn(terminalProgram(), ['-q', '-e', '-c', words.join(' '), '/dev/null'], {
    env: { ...BARE, FLUXA_HOME: home, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let screen = '';
  const left = [...steps];
  let from = 0;
  child.stdout.on('data', (chunk) => {
    screen += chunk;
    const [next] = left;
    const at = next === undefined ? -1 : screen.indexOf(next.prompt, from);
    if (next === undefined || at < 0) return;
    left.shift();
    from = at + next.prompt.length;
    child.stdin.write(next.answer);
  });
  const { code } = await ended(child);
  return { code, screen: screen.replaceAll('\r\n', '\n') };
}

/** Of util-linux; it gives a process a terminal. */
const TERMINAL = 'script';

/** Without it the promise about terminals cannot be checked, and the tests say so instead of passing. */
function terminalProgram(): string {
  try {
    execFileSync(TERMINAL, ['--version'], { stdio: 'ignore' });
    return TERMINAL;
  } catch (cause) {
    throw new Error(`The tests need "${TERMINAL}" of util-linux to make a terminal`, { cause });
  }
}

async function ended(child: ChildProcess): Promise<Ended> {
  let [stdout, stderr] = ['', ''];
  child.stdout?.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    stderr += chunk;
  });
  const [code] = await once(child, 'close');
  return { code, stdout, stderr };
}
