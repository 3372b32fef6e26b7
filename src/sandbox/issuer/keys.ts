import { randomBytes } from 'node:crypto';
import { readText, writePrivately } from '../../serve/directory.ts';
import type { IssuerSecrets } from './issuer.ts';
import type { VaultKeys } from './vault.ts';

/** The keys of an issuer, and what it agreed on with its wallet. */
export type IssuerKeys = { readonly keys: VaultKeys; readonly secrets: IssuerSecrets };

/** Keys that nobody has yet. */
export function freshKeys(): IssuerKeys {
  return read(draw());
}

/** Reads the keys from a file, which only its owner may read; made where there is none. */
export function openIssuerKeys(path: string): IssuerKeys {
  const known = readText(path);
  if (known !== null) return read(JSON.parse(known) as KeyFile);
  const drawn = draw();
  writePrivately(path, `${JSON.stringify(drawn)}\n`);
  return read(drawn);
}

type KeyFile = Readonly<Record<'wrapping' | 'lookup' | 'apiKey' | 'webhookSecret', string>>;

function draw(): KeyFile {
  return {
    wrapping: randomBytes(32).toString('base64'),
    lookup: randomBytes(32).toString('base64'),
    apiKey: `fxi_sandbox_${randomBytes(24).toString('base64url')}`,
    webhookSecret: `whsec_${randomBytes(32).toString('base64')}`,
  };
}

function read({ wrapping, lookup, apiKey, webhookSecret }: KeyFile): IssuerKeys {
  const keys = { wrapping: Buffer.from(wrapping, 'base64'), lookup: Buffer.from(lookup, 'base64') };
  if (keys.wrapping.length !== 32 || keys.lookup.length !== 32) throw new Error('The file holds no keys');
  return { keys, secrets: { apiKey, webhookSecret } };
}
