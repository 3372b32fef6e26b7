import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { KeystoreError } from '../rails/evm/keystore.ts';
import { startServer } from '../serve/server.ts';
import { StoreError } from '../store/error.ts';
import { flag, type Run } from './command.ts';
import { misuse, rejection } from './failure.ts';
import { paymentPassphrase } from './passphrase.ts';
import { portOf } from './port.ts';
import { showLine } from './text.ts';

/** Runs the wallet of the data directory until it is told to stop. */
export const serve: Run = async (call) => {
  const { home, output } = call;
  const port = portOf(call);
  checkConfigured(home.directory);
  const passphrase = await paymentPassphrase(flag(call, 'passphrase-file'), { isNew: false });
  const log = (line: string) => void process.stderr.write(`${showLine(line)}\n`);
  const options = { directory: home.directory, passphrase, log, ...(port !== undefined && { port }) };
  const server = await startServer(options).catch(explain);
  output.result({ url: server.url }, () => `The wallet serves at ${server.url}`);
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  await server.close();
};

function checkConfigured(directory: string): void {
  const config = join(directory, 'config.json');
  if (existsSync(config)) return;
  throw misuse(
    'not_set_up',
    `There is no ${config}`,
    'Run "fluxa-wallet init" first, or name another --data',
  );
}

function explain(error: unknown): never {
  if (error instanceof KeystoreError) throw rejection(error.code, error.message, 'Give the right passphrase');
  if (error instanceof StoreError)
    throw misuse(error.code, error.message, 'Stop the other process, or see its log');
  if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
    throw misuse('port_in_use', 'Something else listens on that port', 'Choose another with --port');
  }
  throw error;
}
