import { join } from 'node:path';
import type { Output } from './client.ts';
import { readLine } from './credential.ts';
import { rejection } from './failure.ts';

/** The chain a sandbox makes for itself; no money lives there. */
const SANDBOX_CHAIN_ID = 31_337;

/**
 * The passphrase of a sandbox's approval key, from `sandbox.json` in its directory; null where the directory is not a
 * sandbox's. Only for a server that says it is a sandbox and has no asset on any other chain than the sandbox's own.
 */
export function sandboxPassphrase(directory: string, status: Output<'wallet.status'>): string | null {
  const path = join(directory, 'sandbox.json');
  const text = readLine(path);
  if (text === null) return null;
  const { chainId, passphrase } = JSON.parse(text) as Readonly<Record<string, unknown>>;
  const isToy = status.assets.every((asset) => asset.startsWith(`eip155:${SANDBOX_CHAIN_ID}/`));
  const isSandbox = chainId === SANDBOX_CHAIN_ID && status.sandbox === true && isToy;
  if (isSandbox && typeof passphrase === 'string') return passphrase;
  throw rejection(
    'not_a_sandbox',
    `${path} says this is a sandbox, and the server does not`,
    'Nothing was signed. Name the directory of the server with --data',
  );
}
