import { createHash } from 'node:crypto';
import { Hono } from 'hono';
import type { Address } from '../../core/asset.ts';
import { replayPaid } from './replay.ts';
import type { Seller } from './seller.ts';

const AMOUNTS = ['10', '25', '50', '100'] as const;
const UNITS_PER_DOLLAR = 1_000_000n;

/** A shop of gift cards: `GET /cards` is free, `GET` or `POST /buy?amount=25` takes that many dollars. */
export function createGiftShop(options: { readonly seller: Seller; readonly payTo: Address }): Hono {
  const { seller, payTo } = options;
  const sale = {
    payTo,
    description: 'A gift card',
    priceUnits: ({ adapter }) => BigInt(String(adapter.getQueryParam?.('amount'))) * UNITS_PER_DOLLAR,
  } satisfies Parameters<Seller>[0][string];
  const app = new Hono();
  app.get('/cards', (c) => c.json({ brand: 'Sandbox Gifts', currency: 'USD', amounts: AMOUNTS }));
  app.use('/buy', replayPaid(), async (c, next) => {
    const isSold = AMOUNTS.some((amount) => amount === c.req.query('amount'));
    return isSold ? next() : c.json({ error: 'amount_invalid', amounts: AMOUNTS }, 400);
  });
  app.use(seller({ 'GET /buy': sale, 'POST /buy': sale }));
  app.on(['GET', 'POST'], '/buy', (c) => {
    const payment = c.req.header('payment-signature') ?? '';
    const code = createHash('sha256').update(payment).digest('hex').slice(0, 16).toUpperCase();
    return c.json({
      brand: 'Sandbox Gifts',
      amount: c.req.query('amount'),
      currency: 'USD',
      code: `GIFT-${code}`,
    });
  });
  return app;
}
