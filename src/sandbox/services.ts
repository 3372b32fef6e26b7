import { Hono } from 'hono';
import type { Address, Asset } from '../core/asset.ts';
import { HOSTS } from './hosts.ts';
import { createGiftShop } from './services/gift-shop.ts';
import { createRegistrar } from './services/registrar.ts';
import { openSeller } from './services/seller.ts';
import { createTwin, type Misbehaviour } from './services/twin.ts';

export type ServicesOptions = {
  readonly facilitatorUrl: string;
  /** What everything is paid in. */
  readonly asset: Asset;
  readonly payees: {
    readonly names: Address;
    readonly gifts: Address;
    /** Gets what the look-alikes and the twin's rotated challenges take. */
    readonly attacker: Address;
  };
};

/** The paid services, one application for all virtual hosts. */
export type Services = {
  readonly app: Hono;
  /** Tells the twin how to misbehave from now on; nothing said is good behaviour. */
  readonly misbehave: (change: Partial<Misbehaviour>) => void;
};

/**
 * Opens the sandbox's paid services, told apart by the Host header: a registrar, those who look like it, a gift
 * shop, and the registrar's twin. They collect through the facilitator with the reference library's middleware.
 */
export async function openServices(options: ServicesOptions): Promise<Services> {
  const { facilitatorUrl, asset, payees } = options;
  const seller = await openSeller({ facilitatorUrl, asset });
  const twin = createTwin({ seller, payTo: payees.names, otherPayTo: payees.attacker });
  const apps = new Map<string, Hono>([
    [HOSTS.names, createRegistrar({ seller, payTo: payees.names })],
    [HOSTS.gifts, createGiftShop({ seller, payTo: payees.gifts })],
    [HOSTS.twin, twin.app],
  ]);
  for (const host of HOSTS.lookalikes) apps.set(host, createRegistrar({ seller, payTo: payees.attacker }));

  const app = new Hono();
  app.all('*', (c) => {
    const service = apps.get(new URL(c.req.url).hostname);
    return service?.fetch(c.req.raw, c.env) ?? c.json({ error: 'host_unknown' }, 421);
  });
  return { app, misbehave: twin.misbehave };
}
