import { type Address, type Asset, assetId, type Network } from '../../core/asset.ts';
import { isHex } from '../../protocol/hex.ts';

/** A chain this wallet can pay on, and the tokens it admits there. */
export type ChainEntry = {
  readonly network: Network;
  /** What x402 v1 calls it. */
  readonly v1Name: string;
  /** The block tag whose block counts as proof: what it says is never taken back. */
  readonly finalityTag: 'finalized';
  readonly assets: readonly Asset[];
};

/** The chains and assets the operator admits. What is not here cannot be paid with, whatever a payee says. */
export type Registry = {
  readonly chains: readonly ChainEntry[];
  readonly assets: readonly Asset[];
  readonly chain: (network: string) => ChainEntry | null;
  readonly chainByV1Name: (name: string) => ChainEntry | null;
  /** The admitted asset with this token address, in any case of its letters. */
  readonly asset: (network: string, address: string) => Asset | null;
};

const MAX_DECIMALS = 9;

/** Base, with Circle's USDC. */
export const BASE: ChainEntry = usdcChain({
  network: 'eip155:8453',
  v1Name: 'base',
  address: '0x833589fcd6edb6e08f4c7c32d4f71b54bda02913',
  domainName: 'USD Coin',
});

/** Base Sepolia, Base's test chain, with Circle's test USDC. */
export const BASE_SEPOLIA: ChainEntry = usdcChain({
  network: 'eip155:84532',
  v1Name: 'base-sepolia',
  address: '0x036cbd53842c5426634e7929541ec2318f3dcf7e',
  domainName: 'USDC',
});

/** A chain to try things on, with a token that answers like USDC. Throws on what is no id or address. */
export function localNetwork(options: { readonly chainId: number; readonly token: string }): ChainEntry {
  const { chainId, token } = options;
  if (!Number.isSafeInteger(chainId) || chainId <= 0) throw new RangeError(`${chainId} is not a chain id`);
  if (!isHex(token, 20)) throw new RangeError(`"${token}" is not an address`);
  const address = token.toLowerCase() as Address;
  return usdcChain({
    network: `eip155:${chainId}`,
    v1Name: `fluxa-${chainId}`,
    address,
    domainName: 'USD Coin',
  });
}

/** Joins chains into a registry. Throws on one that is there twice, and on an asset that does not fit. */
export function createRegistry(chains: readonly ChainEntry[]): Registry {
  const assets = chains.flatMap((chain) => chain.assets.map((asset) => checked(asset, chain)));
  const byNetwork = uniqueMap(chains, (chain) => chain.network);
  const byV1Name = uniqueMap(chains, (chain) => chain.v1Name);
  const byId = uniqueMap<string, Asset>(assets, (asset) => asset.id);
  return {
    chains,
    assets,
    chain: (network) => byNetwork.get(network as Network) ?? null,
    chainByV1Name: (name) => byV1Name.get(name) ?? null,
    asset: (network, address) =>
      isHex(address, 20) ? (byId.get(assetId(network as Network, address)) ?? null) : null,
  };
}

function usdcChain(of: {
  readonly network: Network;
  readonly v1Name: string;
  readonly address: Address;
  readonly domainName: string;
}): ChainEntry {
  const { network, v1Name, address, domainName } = of;
  const usdc: Asset = {
    id: assetId(network, address),
    network,
    address,
    symbol: 'USDC',
    decimals: 6,
    currency: 'USD',
    domainName,
    domainVersion: '2',
  };
  return { network, v1Name, finalityTag: 'finalized', assets: [usdc] };
}

function checked(asset: Asset, { network }: ChainEntry): Asset {
  const { id, address, decimals } = asset;
  if (!isHex(address, 20) || address !== address.toLowerCase()) {
    throw new RangeError(`"${address}" must be an address in lower case`);
  }
  if (asset.network !== network || id !== assetId(network, address)) {
    throw new RangeError(`"${id}" must be the id of a token on ${network}`);
  }
  if (!Number.isInteger(decimals) || decimals < 0 || decimals > MAX_DECIMALS) {
    throw new RangeError(`"${id}" must have 0 to ${MAX_DECIMALS} decimals, not ${decimals}`);
  }
  return asset;
}

function uniqueMap<K, V>(values: readonly V[], keyOf: (value: V) => K): ReadonlyMap<K, V> {
  const map = new Map(values.map((value) => [keyOf(value), value]));
  if (map.size < values.length)
    throw new RangeError(`Each of ${values.map(keyOf).join(', ')} may be there once`);
  return map;
}
