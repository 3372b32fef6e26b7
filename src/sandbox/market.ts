import { randomBytes } from 'node:crypto';
import { createClient, http } from 'viem';
import type { Address } from '../core/asset.ts';
import { addressOf } from '../protocol/address.ts';
import { toHex } from '../protocol/hex.ts';
import { publicKeyOf } from '../protocol/secp256k1.ts';
import { createRegistry, localNetwork } from '../rails/evm/registry.ts';
import { createFacilitator } from '../rails/x402/facilitator.ts';
import type { Chain } from './chain.ts';
import { sandboxOrigins } from './hosts.ts';
import { listen } from './listener.ts';
import { openServices, type Services } from './services.ts';

/** Who sells in the sandbox: the paid services and the facilitator that settles for them. */
export type Market = {
  readonly services: Services;
  readonly payees: { readonly names: Address; readonly gifts: Address; readonly attacker: Address };
  /** Origin → "address:port", as the wallet's configuration admits origins. */
  readonly origins: Readonly<Record<string, string>>;
  readonly servicesUrl: string;
  readonly facilitatorUrl: string;
  readonly close: () => Promise<void>;
};

/** Opens the market on a local chain, with keys of its own made here. */
export async function openMarket(chain: Chain): Promise<Market> {
  const assets = createRegistry([localNetwork({ chainId: chain.chainId, token: chain.usdc })]);
  const asset = assets.assets[0];
  if (asset === undefined) throw new Error('The local chain has no asset');
  const facilitatorKey = new Uint8Array(randomBytes(32));
  await chain.fundGas(addressOf(publicKeyOf(facilitatorKey)));
  const facilitator = await listen(
    createFacilitator({
      clients: new Map([[asset.network, createClient({ transport: http(chain.rpcUrl, { batch: true }) })]]),
      privateKey: toHex(facilitatorKey),
      assets,
      clock: { nowMs: Date.now, wait: (ms) => new Promise((done) => setTimeout(done, ms)) },
      pollMs: 50,
    }),
  );
  const payees = { names: freshAddress(), gifts: freshAddress(), attacker: freshAddress() };
  const services = await openServices({ facilitatorUrl: facilitator.url, asset, payees });
  const shop = await listen(services.app);
  const origins = sandboxOrigins({ address: '127.0.0.1', port: shop.port });
  return {
    services,
    payees,
    origins: Object.fromEntries(Array.from(origins, ([origin, at]) => [origin, `${at.address}:${at.port}`])),
    servicesUrl: shop.url,
    facilitatorUrl: facilitator.url,
    close: async () => {
      await shop.close();
      await facilitator.close();
    },
  };
}

function freshAddress(): Address {
  return addressOf(publicKeyOf(new Uint8Array(randomBytes(32))));
}
