import type { AssetLookup } from '../../protocol/x402.ts';
import type { Registry } from '../evm/registry.ts';

/** Looks assets up by the network as x402 writes it: a CAIP-2 id, or a name of v1 (which never holds a colon). */
export function assetLookup(registry: Registry): AssetLookup {
  return (network, token) => {
    const chain = registry.chain(network) ?? registry.chainByV1Name(network);
    return chain === null ? null : registry.asset(chain.network, token);
  };
}
