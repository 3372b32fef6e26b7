import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The files of a data directory. One process owns it while it serves. */
export type DataDirectory = {
  readonly path: string;
  readonly config: string;
  readonly database: string;
  /** The wallet's payment key, encrypted. */
  readonly paymentKey: string;
  /** The key that signs checkpoints, and nothing else. */
  readonly checkpointKey: string;
  /** The operator's token: it reads and prepares, and approves nothing. */
  readonly operatorToken: string;
  /** Where the running server is reached. */
  readonly server: string;
};

/** The names of the files in a directory, made if it is not there, readable by its owner alone. */
export function dataDirectory(path: string): DataDirectory {
  if (!existsSync(path)) mkdirSync(path, { recursive: true, mode: 0o700 });
  chmodSync(path, 0o700);
  return {
    path,
    config: join(path, 'config.json'),
    database: join(path, 'fluxa.db'),
    paymentKey: join(path, 'payment-key.json'),
    checkpointKey: join(path, 'checkpoint-key.pem'),
    operatorToken: join(path, 'operator.token'),
    server: join(path, 'server.json'),
  };
}

/** Writes a file in one step, readable by its owner alone. */
export function writePrivately(path: string, text: string): void {
  const draft = `${path}.draft`;
  writeFileSync(draft, text, { mode: 0o600, flush: true });
  renameSync(draft, path);
}

/** The text of a file without its last line break; null where there is none. */
export function readText(path: string): string | null {
  return existsSync(path) ? readFileSync(path, 'utf8').replace(/\r?\n$/, '') : null;
}
