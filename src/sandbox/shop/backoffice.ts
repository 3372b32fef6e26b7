import { Hono } from 'hono';
import { html } from 'hono/html';
import { dollars } from './catalog.ts';
import type { Order } from './orders.ts';
import { HEADERS, type Html, page } from './page.ts';
import type { Till } from './till.ts';

/** What the shop's staff use: take money, in parts or with a tip, give it back, renew, cancel. */
export function createBackoffice(till: Till): Hono {
  const app = new Hono();
  app.get('/', (c) =>
    c.html(page('Orders', ordersTable(till.orders.list(), c.req.query('said') ?? '')), 200, HEADERS),
  );
  app.post('/orders/:id/:act', async (c) => {
    const { id, act } = c.req.param();
    const { amount = '' } = (await c.req.parseBody()) as Record<string, string>;
    const said = await perform(till, { id, act, amountCents: centsIn(amount) }).catch(
      (error: Error) => error.message,
    );
    return c.redirect(`/?said=${encodeURIComponent(said)}`, 303);
  });
  return app;
}

type Act = { readonly id: string; readonly act: string; readonly amountCents: bigint | null };

async function perform(till: Till, { id, act, amountCents }: Act): Promise<string> {
  if (act === 'renew') return `Renewal of ${id}: ${(await till.renew(id)).outcome}`;
  if (act === 'cancel') await till.orders.cancel(id);
  else if (act === 'refund') await till.orders.refund(id, amountCents ?? undefined);
  else if (amountCents === null) return 'Say how much, such as 12.50';
  else await till.orders.capture(id, { amountCents, isFinal: act === 'capture-last' });
  return `Done: ${act} ${id}`;
}

function centsIn(text: string): bigint | null {
  const [, whole, decimals] = /^(\d{1,7})\.(\d{2})$/.exec(text.trim()) ?? [];
  return whole === undefined || decimals === undefined ? null : BigInt(whole + decimals);
}

function ordersTable(orders: readonly Order[], said: string): Html {
  return html`<h1>Orders</h1>${said === '' ? '' : html`<p class="card">${said}</p>`}
  ${orders.length === 0 ? html`<p>None yet.</p>` : orders.map(orderCard)}`;
}

function orderCard(order: Order): Html {
  const act = (name: string, label: string, asks = false) =>
    html`<form method="post" action="/orders/${order.id}/${name}" class="row">${
      asks ? html`<input name="amount" placeholder="12.50" aria-label="Amount">` : ''
    }<button class="small">${label}</button></form>`;
  const isOpen = order.state === 'authorized' || order.state === 'partly_captured';
  return html`<div class="card"><h2>${order.id} · ${order.product.name}</h2>
  <p class="note">${order.state}, ${dollars(order.totalCents)} agreed, ${dollars(order.capturedCents)} taken,
  ${dollars(order.refundedCents)} given back, card ending ${order.lastFour}</p>
  ${isOpen ? html`${act('capture', 'Take part', true)}${act('capture-last', 'Take, and no more', true)}${act('cancel', 'Cancel')}` : ''}
  ${order.capturedCents > order.refundedCents ? act('refund', 'Refund', true) : ''}
  ${order.renewalToken === null ? '' : act('renew', 'Charge the next month')}</div>`;
}
