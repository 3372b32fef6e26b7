import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Embedded } from '../../src/sandbox/scenarios/embedded.ts';

const CHILD = fileURLToPath(new URL('./card-child.ts', import.meta.url));

/** Keeps a wallet running as a process of its own: whenever it is killed it is started again. */
export type Keeper = {
  /** Ends it as a power cut would. Says whether there was anything to end. */
  readonly kill: () => boolean;
  readonly kills: () => number;
  /** Resolves once it serves. */
  readonly up: () => Promise<void>;
  /** Ends it for good. */
  readonly stop: () => Promise<void>;
};

/** Keeps the wallet of an embedded one's directory running at a port. */
export function keep({ directory, passphrase, secrets }: Embedded, port: number): Keeper {
  let child: ChildProcess | null = null;
  let kills = 0;
  let isOver = false;
  let serving: Promise<void> = start();

  async function start(): Promise<void> {
    const env = {
      ...process.env,
      FLUXA_PASSPHRASE: passphrase,
      FLUXA_ISSUER_KEY: secrets.apiKey,
      FLUXA_ISSUER_WEBHOOK_SECRET: secrets.webhookSecret,
      FLUXA_TREASURY_TOKEN: secrets.treasuryToken,
    };
    const started = spawn(process.execPath, [CHILD, directory, String(port)], {
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    child = started;
    void once(started, 'exit').then(() => {
      if (!isOver) serving = start();
    });
    await Promise.race([once(started.stdout, 'data'), once(started, 'exit')]);
  }

  return {
    kill: () => {
      const isKilled = child?.exitCode === null && child.signalCode === null && child.kill('SIGKILL');
      if (isKilled) kills += 1;
      return isKilled;
    },
    kills: () => kills,
    up: async () => {
      for (let seen: Promise<void> | null = null; seen !== serving; ) {
        seen = serving;
        await seen;
      }
    },
    stop: async () => {
      isOver = true;
      const last = child;
      if (last === null || last.exitCode !== null || last.signalCode !== null) return;
      last.kill('SIGKILL');
      await once(last, 'exit');
    },
  };
}
