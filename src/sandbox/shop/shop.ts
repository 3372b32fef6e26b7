import { Hono } from 'hono';
import { HOSTS, SHOP_HOSTS, sandboxOrigin } from '../hosts.ts';
import type { MerchantName } from '../issuer/acquirer.ts';
import { listen } from '../listener.ts';
import { createAcs } from './acs.ts';
import { createBackoffice } from './backoffice.ts';
import { createCardFrames } from './card-frames.ts';
import type { Processor } from './processor.ts';
import { createStorefront } from './storefront.ts';
import { openTill, type Till } from './till.ts';

export type ShopOptions = {
  readonly processor: Processor;
  readonly clock: { readonly nowMs: () => number };
  readonly merchant?: MerchantName;
  readonly taxPercent?: bigint;
  /** A free port where it is not said. */
  readonly port?: number;
};

/** A shop that takes cards, and what its staff can do. */
export type Shop = {
  readonly till: Till;
  readonly origin: string;
  /** Whose frames may hold a card form; what a filler must admit. */
  readonly cardsOrigin: string;
  readonly backofficeOrigin: string;
  /** Host → "address:port", for `launchBrowser`. */
  readonly resolve: Readonly<Record<string, string>>;
  readonly port: number;
  readonly close: () => Promise<void>;
};

/** The shop as the card network knows it. */
export const SHOP_MERCHANT: MerchantName = {
  name: 'SANDBOX SHOP',
  id: 'sandbox-shop-1',
  mcc: '5999',
  country: 'US',
};

/** Opens the shop: its pages, the card forms it embeds, the bank's page and its back office, told apart by the host. */
export async function openShop(options: ShopOptions): Promise<Shop> {
  const { processor, clock, merchant = SHOP_MERCHANT, taxPercent = 8n } = options;
  const origin = sandboxOrigin(HOSTS.shop);
  const cardsOrigin = sandboxOrigin(HOSTS.cards);
  const till = openTill({ processor, merchant, taxPercent, clock });
  const apps = new Map<string, Hono>([
    [HOSTS.shop, createStorefront({ till, processor, cardsOrigin, acsOrigin: sandboxOrigin(HOSTS.acs) })],
    [HOSTS.cards, createCardFrames({ processor, shopOrigin: origin })],
    [HOSTS.acs, createAcs({ processor, shopOrigin: origin })],
    [HOSTS.backoffice, createBackoffice(till)],
  ]);
  const app = new Hono();
  app.all('*', (c) => {
    const own = apps.get(new URL(c.req.url).hostname);
    return own?.fetch(c.req.raw, c.env) ?? c.json({ error: 'host_unknown' }, 421);
  });
  const { port, close } = await listen(app, options.port);
  return {
    till,
    origin,
    cardsOrigin,
    backofficeOrigin: sandboxOrigin(HOSTS.backoffice),
    resolve: Object.fromEntries(SHOP_HOSTS.map((host) => [host, `127.0.0.1:${port}`])),
    port,
    close,
  };
}
