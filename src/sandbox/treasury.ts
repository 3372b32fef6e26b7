import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createClient, http } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import type { Address, Asset } from '../core/asset.ts';
import { fromHex, type Hex, toHex } from '../protocol/hex.ts';
import { createRegistry, localNetwork } from '../rails/evm/registry.ts';
import { openSigner } from '../rails/evm/signer.ts';
import { openChainAccess } from '../rails/x402/chain-access.ts';
import { readText, writePrivately } from '../serve/directory.ts';
import type { Chain } from './chain.ts';
import { listen } from './listener.ts';
import { createTreasuryApi, type TreasuryFaults } from './treasury-api.ts';
import { openTill } from './treasury-till.ts';

/** How a treasury of the sandbox is opened. */
export type SandboxTreasuryOptions = {
  readonly chain: Pick<Chain, 'rpcUrl' | 'chainId' | 'usdc' | 'fundGas'>;
  /** Where its key and token are kept; they are gone with the process where none is named. */
  readonly directory?: string;
  /** The port of its API; a free one where none is named. */
  readonly port?: number;
};

/** Who holds the money behind the sandbox's cards: an address on the chain, and an API for the wallet. */
export type SandboxTreasury = TreasuryFaults & {
  readonly url: string;
  readonly address: Address;
  /** What the wallet must send. */
  readonly token: string;
  readonly close: () => Promise<void>;
};

type Keys = { readonly privateKey: Hex; readonly token: string };

/** Opens a treasury and serves its API on this machine. One that was open before has its key and its money again. */
export async function openSandboxTreasury(options: SandboxTreasuryOptions): Promise<SandboxTreasury> {
  const { chain, directory, port } = options;
  const { privateKey, token } = directory === undefined ? drawKeys() : openKeys(directory);
  const asset = assetOf(chain);
  const { chainId, usdc: verifyingContract } = chain;
  const { domainName: name, domainVersion: version } = asset;
  const domain = { name, version, chainId, verifyingContract: verifyingContract.toLowerCase() as Address };
  const signer = openSigner({ privateKey: fromHex(privateKey, 32), domains: new Map([[asset.id, domain]]) });
  await chain.fundGas(signer.address);
  const client = createClient({ transport: http(chain.rpcUrl, { batch: true }) });
  const account = privateKeyToAccount(privateKey);
  const access = () => openChainAccess(client, { chainId, account });
  const { app, faults } = createTreasuryApi({ till: openTill({ access, asset, signer }), token });
  const listener = await listen(app, port);
  let closing: Promise<void> | null = null;
  const close = () => {
    closing ??= listener.close().then(signer.close);
    return closing;
  };
  return { url: listener.url, address: signer.address, token, ...faults, close };
}

function assetOf({ chainId, usdc }: SandboxTreasuryOptions['chain']): Asset {
  const [asset] = createRegistry([localNetwork({ chainId, token: usdc })]).assets;
  if (asset === undefined) throw new Error('The local chain has no asset');
  return asset;
}

/** The keys of a directory, made at the first start. */
function openKeys(directory: string): Keys {
  const path = join(directory, 'treasury.json');
  const known = readText(path);
  if (known !== null) return JSON.parse(known) as Keys;
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const drawn = drawKeys();
  writePrivately(path, `${JSON.stringify(drawn)}\n`);
  return drawn;
}

function drawKeys(): Keys {
  const token = `fxt_sandbox_${randomBytes(24).toString('base64url')}`;
  return { privateKey: toHex(randomBytes(32)), token };
}
