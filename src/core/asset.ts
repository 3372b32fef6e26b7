import { BUDGET_DECIMALS, divideDown, rescaleUp } from './money.ts';

/** A CAIP-2 chain id. */
export type Network = `eip155:${number}`;
/** An EVM address in lower case. */
export type Address = `0x${string}`;
/** A token on a chain, CAIP-19 in lower case: `eip155:8453/erc20:0x…`. */
export type AssetId = `${Network}/erc20:${Address}`;

/** A token the operator admits. Everything about it comes from here, never from a payee. */
export type Asset = {
  readonly id: AssetId;
  readonly network: Network;
  readonly address: Address;
  readonly symbol: string;
  /** At most 9, so that every balance fits 64 bits. */
  readonly decimals: number;
  /** The currency it stands for at par: one USDC counts as one dollar of a mandate. */
  readonly currency: 'USD';
  /** The EIP-712 domain's name and version, as the contract says them. */
  readonly domainName: string;
  readonly domainVersion: string;
};

/** The id of a token. */
export function assetId(network: Network, address: string): AssetId {
  return `${network}/erc20:${address.toLowerCase() as Address}`;
}

/** What this many units of an asset count for in a mandate's currency; rounded up, never down. */
export function budgetUnits(asset: Asset, units: bigint): bigint {
  return rescaleUp(units, { from: asset.decimals, to: BUDGET_DECIMALS });
}

/** The most units of an asset that count for no more than this in a mandate's currency. */
export function assetUnits(asset: Asset, budget: bigint): bigint {
  const places = asset.decimals - BUDGET_DECIMALS;
  return places >= 0 ? budget * 10n ** BigInt(places) : divideDown(budget, 10n ** BigInt(-places));
}
