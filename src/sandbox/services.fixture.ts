import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import type { Hono } from 'hono';
import type { Offer, Payment } from '../core/payment.ts';
import type { Challenge, PayeeRequest, Rail } from '../core/ports.ts';
import { type Payer, startWorld, type World } from '../rails/x402/facilitator.fixture.ts';
import { type Fetcher, openFetcher } from '../rails/x402/fetcher.ts';
import { reservedPayment, signerPort } from '../rails/x402/payment.fixture.ts';
import { createX402Rail } from '../rails/x402/rail.ts';
import { type OriginRules, parseTarget } from '../rails/x402/target.ts';
import { sandboxOrigins } from './hosts.ts';
import { openServices, type Services } from './services.ts';

export const PAYEES = {
  names: '0x1111111111111111111111111111111111111111',
  gifts: '0x2222222222222222222222222222222222222222',
  attacker: '0x6666666666666666666666666666666666666666',
} as const;

/** Chain, facilitator, services and a paying wallet, joined as in the sandbox: over HTTP. */
export type Market = {
  readonly world: World;
  readonly facilitatorUrl: string;
  readonly services: Services;
  /** Serves another payee at an origin of its own. */
  readonly open: (origin: string, app: Pick<Hono, 'fetch'>) => Promise<void>;
  /** A fetch that finds the sandbox's hosts. */
  readonly fetch: typeof globalThis.fetch;
  readonly payer: Payer;
  readonly rail: Rail;
  readonly request: (url: string, method?: string) => PayeeRequest;
  /** The challenge at a URL. Throws for any other answer. */
  readonly challenge: (url: string) => Promise<Challenge>;
  /** A payment for the offer at a URL, as if it had been decided. */
  readonly reserve: (url: string, offer?: Offer) => Promise<Payment>;
  readonly close: () => Promise<void>;
};

export async function openMarket(): Promise<Market> {
  const world = await startWorld({ mining: 'auto' });
  const servers: { close: () => unknown }[] = [];
  const listen = async (app: Pick<Hono, 'fetch'>): Promise<number> => {
    const server = createAdaptorServer({ fetch: app.fetch });
    servers.push(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  };
  const facilitatorUrl = `http://127.0.0.1:${await listen(world.facilitator)}`;
  const services = await openServices({ facilitatorUrl, asset: world.usdc, payees: PAYEES });
  const admitted = new Map(sandboxOrigins({ address: '127.0.0.1', port: await listen(services.app) }));
  const payer = await world.newPayer(1_000_000_000n);
  const fetcher = openFetcher({ rules: { admitted } });
  const rail = createX402Rail({
    fetcher,
    rules: { admitted },
    assets: world.registry,
    signer: signerPort(payer),
  });

  const request = (url: string, method = 'GET'): PayeeRequest => {
    const resource = rail.locate(url, method);
    if ('outcome' in resource) throw new Error(resource.detail);
    return { resource, headers: {}, body: null };
  };
  const challenge = async (url: string): Promise<Challenge> => {
    const quote = await rail.quote(request(url));
    if ('outcome' in quote) throw new Error(quote.detail);
    if (quote.kind === 'free') throw new Error(`"${url}" is free, with status ${quote.reply.status}`);
    return quote.challenge;
  };
  return {
    world,
    facilitatorUrl,
    services,
    open: async (origin, app) => void admitted.set(origin, { address: '127.0.0.1', port: await listen(app) }),
    fetch: fetchBy(fetcher, { admitted }),
    payer,
    rail,
    request,
    challenge,
    reserve: async (url, given) => {
      const offer = given ?? (await challenge(url)).offers[0];
      if (offer === undefined) throw new Error(`"${url}" offers nothing`);
      return reservedPayment({ offer, resource: request(url).resource, from: payer.address });
    },
    close: async () => {
      await fetcher.close();
      for (const server of servers) server.close();
      await world.chain.stop();
    },
  };
}

/** A fetch that goes through the fetcher, and so finds hosts that are in no DNS. */
function fetchBy(fetcher: Fetcher, rules: OriginRules): typeof globalThis.fetch {
  return async (input, init) => {
    const request = new Request(input, init);
    const parsed = parseTarget(request.url, rules);
    if (!parsed.ok) throw new Error(parsed.detail);
    const { method } = request;
    const headers = Object.fromEntries(request.headers);
    const result = await fetcher.fetch({ target: parsed.target, method, headers, body: null });
    if (!result.ok) throw new Error(result.failure.detail);
    const { status, headers: replyHeaders, body } = result.reply;
    return new Response(Buffer.from(body), { status, headers: replyHeaders });
  };
}
