import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
const PLACES: Partial<Readonly<Record<NodeJS.Platform, readonly string[]>>> = {
  linux: ['/usr/bin', '/usr/local/bin', '/snap/bin'].flatMap((folder) =>
    NAMES.map((name) => join(folder, name)),
  ),
  darwin: ['Google Chrome', 'Chromium'].map((name) => `/Applications/${name}.app/Contents/MacOS/${name}`),
  win32: ['ProgramFiles', 'ProgramFiles(x86)', 'LOCALAPPDATA'].map((name) =>
    join(process.env[name] ?? 'C:\\Program Files', 'Google\\Chrome\\Application\\chrome.exe'),
  ),
};
const INSTALLER = 'apt-get';
const WHAT_TO_DO = 'Install Chromium or Chrome, or set FLUXA_CHROMIUM to its path';

/** The path of a Chromium on this machine; null without one. */
function findBrowser(): string | null {
  const told = process.env.FLUXA_CHROMIUM;
  if (told !== undefined && told !== '') {
    if (isProgram(told)) return told;
    throw new Error(`FLUXA_CHROMIUM names "${told}", which is no program`);
  }
  const onPath = (process.env.PATH ?? '')
    .split(delimiter)
    .flatMap((folder) => NAMES.map((name) => join(folder, name)));
  return [...(PLACES[process.platform] ?? []), ...onPath].find(isProgram) ?? null;
}

/**
 * The path of a Chromium: what FLUXA_CHROMIUM names, else one in the usual places. Installs Debian's package where there
 * is none and this runs as root on Debian or Ubuntu. Throws with what to do where it cannot be had.
 */
export function ensureBrowser(): string {
  const found = findBrowser();
  if (found !== null) return found;
  const isRoot = process.getuid?.() === 0;
  if (!existsSync('/etc/debian_version')) throw new Error(`There is no browser. ${WHAT_TO_DO}`);
  if (!isRoot) {
    throw new Error(`There is no browser. Run "${INSTALLER} install chromium" as root, or: ${WHAT_TO_DO}`);
  }
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const words of [['update'], ['install', '-y', '--no-install-recommends', 'chromium']]) {
    const { status } = spawnSync(INSTALLER, words, { stdio: 'inherit', env });
    if (status !== 0) throw new Error(`"${INSTALLER} ${words.join(' ')}" failed (${status}). ${WHAT_TO_DO}`);
  }
  const installed = findBrowser();
  if (installed === null) throw new Error(`The package chromium holds no browser. ${WHAT_TO_DO}`);
  return installed;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export type BrowserOptions = {
  /** Host → "address:port": where the sandbox's hosts are. Chromium asks no DNS for these. */
  readonly resolve?: Readonly<Record<string, string>>;
  /** The page to open first. */
  readonly url?: string;
  /** Where it can be driven; a free port where it is not said. */
  readonly port?: number;
  readonly hasWindow?: boolean;
};

/** A browser that can be driven at `endpoint`. */
export type SandboxBrowser = {
  readonly endpoint: string;
  /** Resolves when it has ended. */
  readonly ended: Promise<unknown>;
  readonly close: () => Promise<void>;
};

/**
 * Starts a browser of its own, with an empty profile. A browser that was started by hand reaches the sandbox's shop
 * with `--remote-debugging-port=9222 --host-resolver-rules="MAP *.sandbox 127.0.0.1:<port of the shop>"`.
 */
export async function launchBrowser(options: BrowserOptions = {}): Promise<SandboxBrowser> {
  const { port = 0, url = 'about:blank', hasWindow = false } = options;
  const profile = mkdtempSync(join(tmpdir(), 'fluxa-browser-'));
  const rules = Object.entries(options.resolve ?? {}).map(([host, at]) => `MAP ${host} ${at}`);
  const browser = spawn(
    ensureBrowser(),
    [
      ...(hasWindow ? [] : ['--headless']),
      `--remote-debugging-port=${port}`,
      `--user-data-dir=${profile}`,
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--disable-gpu',
      '--disable-dev-shm-usage',
      '--disable-quic',
      '--disable-sync',
      '--disable-component-update',
      '--disable-background-networking',
      '--no-first-run',
      '--no-default-browser-check',
      ...(rules.length === 0 ? [] : [`--host-resolver-rules=${rules.join(', ')}`]),
      url,
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const ended = once(browser, 'exit');
  const close = async () => {
    if (browser.exitCode === null && browser.signalCode === null && browser.pid !== undefined) {
      browser.kill();
      await ended;
    }
    rmSync(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  };
  try {
    return { endpoint: await endpointOf(browser), ended, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Where it listens, as it says itself. */
async function endpointOf(browser: ChildProcess): Promise<string> {
  if (browser.stderr === null) throw new Error('The browser has no output');
  const said: string[] = [];
  browser.once('error', (error) => said.push(error.message));
  const address = await firstAddress(browser.stderr, said);
  if (address === null) throw new Error(`The browser did not start: ${said.slice(-5).join(' | ')}`);
  browser.stderr.resume();
  return `http://${address}`;
}

async function firstAddress(output: Readable, said: string[]): Promise<string | null> {
  for await (const line of createInterface({ input: output })) {
    const address = /DevTools listening on ws:\/\/([^/]+)\//.exec(line)?.[1];
    if (address !== undefined) return address;
    said.push(line);
  }
  return null;
}
