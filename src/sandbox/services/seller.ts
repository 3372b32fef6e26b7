import { HTTPFacilitatorClient, type HTTPRequestContext, type RouteConfig } from '@x402/core/server';
import { ExactEvmScheme } from '@x402/evm/exact/server';
import { paymentMiddleware, x402ResourceServer } from '@x402/hono';
import type { MiddlewareHandler } from 'hono';
import type { Address, Asset } from '../../core/asset.ts';
import { checksumAddress } from '../../protocol/address.ts';

/** What one route asks for; the address may depend on the request. */
export type Sale = {
  readonly payTo: Address | ((context: HTTPRequestContext) => Address);
  /** Atomic units of the asset. */
  readonly priceUnits: (context: HTTPRequestContext) => bigint;
  readonly description: string;
};

/** Turns sales by route (`GET /register`) into the middleware that collects for them. */
export type Seller = (sales: Readonly<Record<string, Sale>>) => MiddlewareHandler;

/** Opens a seller of the reference library, version 2. Rejects when the facilitator cannot be asked what it supports. */
export async function openSeller(options: {
  readonly facilitatorUrl: string;
  readonly asset: Asset;
}): Promise<Seller> {
  const { asset, facilitatorUrl: url } = options;
  const server = new x402ResourceServer(new HTTPFacilitatorClient({ url }));
  server.register(asset.network, new ExactEvmScheme());
  await server.initialize();
  return (sales) => {
    const routes = Object.fromEntries(
      Object.entries(sales).map(([route, sale]) => [route, routeOf(sale, asset)]),
    );
    return paymentMiddleware(routes, server, undefined, undefined, false);
  };
}

function routeOf({ payTo, priceUnits, description }: Sale, asset: Asset): RouteConfig {
  const extra = { name: asset.domainName, version: asset.domainVersion };
  return {
    accepts: {
      scheme: 'exact',
      network: asset.network,
      payTo: (context) => checksumAddress(typeof payTo === 'function' ? payTo(context) : payTo),
      price: (context) => ({
        asset: checksumAddress(asset.address),
        amount: priceUnits(context).toString(),
        extra,
      }),
      maxTimeoutSeconds: 60,
    },
    description,
    mimeType: 'application/json',
    extensions: { 'payment-identifier': IDENTIFIER },
  };
}

/** The declaration of the payment-identifier extension: an id is welcome, and makes a repeated request safe. */
const IDENTIFIER = {
  info: { required: false },
  schema: {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    properties: {
      required: { type: 'boolean' },
      id: { type: 'string', minLength: 16, maxLength: 128, pattern: '^[a-zA-Z0-9_-]+$' },
    },
    required: ['required'],
  },
};
