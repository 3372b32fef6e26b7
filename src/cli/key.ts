import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { checksumAddress, parseAddress } from '../protocol/address.ts';
import { createKeyFile, KeystoreError, type OpenKey, openKeyFile } from '../rails/evm/keystore.ts';
import { misuse, rejection } from './failure.ts';

/** Makes the operator's approval key. Never in the place of another. */
export async function makeOperatorKey(path: string, passphrase: string): Promise<string> {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const { address } = await createKeyFile(path, { passphrase, label: 'FluxA: approval key' }).catch(rethrow);
  return checksumAddress(address);
}

/** Opens a key file. Whoever is done with the key fills its bytes with zeros. */
export async function openKey(path: string, passphrase: string): Promise<OpenKey> {
  return openKeyFile(path, passphrase).catch(rethrow);
}

/** Throws a failure where a key file would be in the way, before anybody types a passphrase for nothing. */
export function refuseExisting(path: string): void {
  if (!existsSync(path)) return;
  throw misuse(
    'file_exists',
    `${path} is there already and is left as it is`,
    'Name another directory with --data',
  );
}

/** The address a key file says it has, with its checksum; proven only when the file is opened. */
export function keyFileAddress(path: string): string {
  if (!existsSync(path)) {
    throw misuse(
      'key_missing',
      `There is no approval key at ${path}`,
      'Name the directory that has it with --data, or make one with "fluxa-wallet operator init"',
    );
  }
  const digits = readAddress(path);
  const address =
    typeof digits === 'string' ? parseAddress(`0x${digits.toLowerCase().replace(/^0x/, '')}`) : null;
  if (address !== null) return checksumAddress(address);
  throw rejection(
    'key_file_invalid',
    `${path} is not a key file with an address`,
    'Put the right file there',
  );
}

function readAddress(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8')).address;
  } catch {
    return null;
  }
}

function rethrow(error: unknown): never {
  if (!(error instanceof KeystoreError)) throw error;
  throw rejection(
    error.code,
    error.message,
    'Nothing was signed or changed; try again with the right file and passphrase',
  );
}
