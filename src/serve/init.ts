import { randomBytes } from 'node:crypto';
import { makeId } from '../core/id.ts';
import { createKeyFile } from '../rails/evm/keystore.ts';
import { type ConfigFile, writeConfig } from './config.ts';
import { dataDirectory, readText, writePrivately } from './directory.ts';

/** What a new server needs to know. */
export type InitOptions = Omit<ConfigFile, 'walletId'> & {
  readonly directory: string;
  /** Encrypts the payment key, which is made here. */
  readonly passphrase: string;
};

/** Sets up a data directory: the wallet's payment key, the operator's token and the configuration. Never overwrites. */
export async function initDirectory(options: InitOptions): Promise<{ readonly paymentAddress: string }> {
  const { directory: path, passphrase, ...config } = options;
  const directory = dataDirectory(path);
  if (readText(directory.config) !== null) throw new Error(`${directory.config} is there already`);
  const label = `${config.walletName}: payment key`;
  const { address } = await createKeyFile(directory.paymentKey, { passphrase, label });
  writePrivately(directory.operatorToken, `fxo_${randomBytes(32).toString('base64url')}\n`);
  writeConfig(directory, { walletId: makeId('wal', Date.now(), randomBytes(10)), ...config });
  return { paymentAddress: address };
}
