import { Hono } from 'hono';
import { createMiddleware } from 'hono/factory';
import { replayPaid } from './replay.ts';
import type { Sale, Seller } from './seller.ts';

/** Price of the first year, in cents of a dollar, before what the name itself adds. */
const ENDINGS: ReadonlyMap<string, bigint> = new Map([
  ['dev', 1200n],
  ['com', 1150n],
  ['app', 1300n],
  ['io', 3400n],
]);
/** What a domain name may be here. */
const DOMAIN = /^(?<label>[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)\.(?<ending>[a-z]+)$/;
const UNITS_PER_CENT = 10_000n;

export type RegistrarOptions = {
  readonly seller: Seller;
  readonly payTo: Sale['payTo'];
  /** Units to add to the price of a request; none where it is absent. */
  readonly surcharge?: (isPaying: boolean) => bigint;
};

/**
 * A domain registrar: `GET /search?name=` is free, `GET` or `POST /register?name=` takes a payment. A name is
 * registered once it is paid for, and gone for everybody else.
 */
export function createRegistrar({ seller, payTo, surcharge = () => 0n }: RegistrarOptions): Hono {
  const registered = new Set<string>();
  const sale: Sale = {
    payTo,
    description: 'Registration of a domain name for one year',
    priceUnits: ({ adapter, paymentHeader }) => {
      const name = adapter.getQueryParam?.('name');
      return (priceUnitsOf(String(name)) ?? 0n) + surcharge(paymentHeader !== undefined);
    },
  };
  /** Before anybody pays: a name that cannot be had costs nothing. */
  const onlyAvailable = createMiddleware(async (c, next) => {
    const name = c.req.query('name') ?? '';
    if (priceUnitsOf(name) === null) return c.json({ error: 'name_invalid' }, 400);
    if (registered.has(name)) return c.json({ error: 'name_taken', name }, 409);
    await next();
    if (c.res.status === 200) registered.add(name);
  });

  const app = new Hono();
  app.get('/search', (c) => {
    const label = (c.req.query('name') ?? '').toLowerCase().replace(/\..*$/, '');
    const domains = [...ENDINGS.keys()].flatMap((ending) => listing(`${label}.${ending}`, registered));
    return domains.length === 0 ? c.json({ error: 'name_invalid' }, 400) : c.json({ query: label, domains });
  });
  app.use('/register', replayPaid(), onlyAvailable);
  app.use(seller({ 'GET /register': sale, 'POST /register': sale }));
  app.on(['GET', 'POST'], '/register', (c) => {
    const name = c.req.query('name') ?? '';
    return c.json({
      status: 'registered',
      domain: name,
      years: 1,
      nameservers: ['ns1.sandbox', 'ns2.sandbox'],
    });
  });
  return app;
}

/** The price of a domain name in units of six decimals, always the same; null for what is no name sold here. */
export function priceUnitsOf(name: string): bigint | null {
  const { label, ending } = DOMAIN.exec(name)?.groups ?? {};
  const base = ending === undefined ? undefined : ENDINGS.get(ending);
  if (label === undefined || base === undefined) return null;
  // Short names are dear; the rest differ by a few cents.
  const rarity = label.length <= 3 ? 1500n : 0n;
  const cents = Array.from(label).reduce(
    (sum, letter) => (sum * 31n + BigInt(letter.charCodeAt(0))) % 50n,
    0n,
  );
  return (base + rarity + cents) * UNITS_PER_CENT;
}

function listing(domain: string, registered: ReadonlySet<string>) {
  const units = priceUnitsOf(domain);
  if (units === null) return [];
  const cents = (units / UNITS_PER_CENT).toString();
  const price = `${cents.slice(0, -2)}.${cents.slice(-2)}`;
  return [{ domain, isAvailable: !registered.has(domain), price, currency: 'USD' }];
}
