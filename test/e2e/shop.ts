import { randomBytes } from 'node:crypto';
import { type Context, Hono } from 'hono';
import type { Address } from '../../src/core/asset.ts';
import { replayPaid } from '../../src/sandbox/services/replay.ts';
import type { Seller } from '../../src/sandbox/services/seller.ts';
import { microsOf } from './reckoning.ts';

/** An address that nobody has the key of. */
export function newAddress(): Address {
  return `0x${randomBytes(20).toString('hex')}`;
}

/** What a shop does beside selling. */
export type ShopOptions = {
  readonly seller: Seller;
  readonly payTo: Address;
  /** What is delivered for the money; text that names the item unless said. */
  readonly deliver?: (c: Context) => Response | Promise<Response>;
};

/**
 * A shop of the reference library: `/item?price=1.50&n=7` by GET or POST costs just that, and tells what it sold; so
 * does every path below `/item/`.
 */
export function createShop({ seller, payTo, deliver = receipt }: ShopOptions): Hono {
  const sale = {
    payTo,
    description: 'An item',
    priceUnits: ({ adapter }) => microsOf(String(adapter.getQueryParam?.('price') ?? '1.00')),
  } satisfies Parameters<Seller>[0][string];
  const shop = new Hono();
  const paths = ['/item', '/item/*'];
  for (const path of paths) shop.use(path, replayPaid());
  shop.use(
    seller(
      Object.fromEntries(
        paths.flatMap((path) => [
          [`GET ${path}`, sale],
          [`POST ${path}`, sale],
        ]),
      ),
    ),
  );
  shop.on(['GET', 'POST'], paths, deliver);
  return shop;
}

async function receipt(c: Context): Promise<Response> {
  return c.json({ sold: c.req.query('n') ?? '', method: c.req.method, got: await c.req.text() });
}
