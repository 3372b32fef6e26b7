import { Hono } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { html } from 'hono/html';
import { CATALOG } from './catalog.ts';
import { HEADERS, type Html, page } from './page.ts';
import { payPage } from './pay-page.ts';
import type { CardToken, Processor } from './processor.ts';
import { cartPage, challengePage, contactPage, orderPage, productPage, shelfPage } from './shop-pages.ts';
import type { Checkout, FormKind, PayResult, Till } from './till.ts';

export type StorefrontOptions = {
  readonly till: Till;
  readonly processor: Processor;
  readonly cardsOrigin: string;
  readonly acsOrigin: string;
};

const DECLINED = 'Your card was declined.';
const INCOMPLETE = 'Your card details are incomplete.';

/** The shop's own pages: shelf, cart, contact, payment, the bank's question, receipt. */
export function createStorefront(options: StorefrontOptions): Hono {
  const { till, processor, cardsOrigin, acsOrigin } = options;
  const app = new Hono();
  const unknown = () =>
    page('Not found', html`<h1>There is no such page</h1><p><a href="/">To the shop</a></p>`);
  const send = (body: Html, status = 200) => answer(body, status);
  const payAgain = (checkout: Checkout, error: string) =>
    send(payPage(checkout, { cardsOrigin, error }), 402);
  const show = (checkout: Checkout, result: PayResult) => {
    if (result.outcome === 'declined') return payAgain(checkout, DECLINED);
    if (result.outcome === 'paid') return redirect(`/orders/${result.order.id}`);
    return redirect(`/checkout/${checkout.id}/challenge`);
  };

  app.get('/', () => send(shelfPage()));
  app.get('/products/:id', (c) => {
    const product = CATALOG.find(({ id }) => id === c.req.param('id'));
    return product === undefined ? send(unknown(), 404) : send(productPage(product));
  });
  app.post('/cart', async (c) => {
    const { product, form } = (await c.req.parseBody()) as Record<string, string>;
    const checkout = till.begin(product ?? '', formOf(form));
    if (checkout === null) return send(unknown(), 404);
    setCookie(c, 'cart', checkout.id, { httpOnly: true, sameSite: 'Lax', path: '/' });
    return c.redirect('/cart', 303);
  });
  app.get('/cart', (c) => {
    const checkout = till.find(getCookie(c, 'cart') ?? '');
    if (checkout === null || checkout.orderId !== null) {
      deleteCookie(c, 'cart');
      return send(page('Cart', html`<h1>Your cart is empty</h1><p><a href="/">To the shop</a></p>`));
    }
    return send(cartPage(checkout));
  });

  app.get('/checkout/:id/contact', (c) => {
    const checkout = till.find(c.req.param('id'));
    return checkout === null ? send(unknown(), 404) : send(contactPage(checkout));
  });
  app.post('/checkout/:id/contact', async (c) => {
    const checkout = till.find(c.req.param('id'));
    if (checkout === null) return send(unknown(), 404);
    const { email = '' } = (await c.req.parseBody()) as Record<string, string>;
    till.setEmail(checkout, email);
    return redirect(`/checkout/${checkout.id}/pay`);
  });

  app.get('/checkout/:id/pay', (c) => {
    const checkout = till.find(c.req.param('id'));
    if (checkout === null) return send(unknown(), 404);
    if (checkout.email === null) return redirect(`/checkout/${checkout.id}/contact`);
    if (checkout.orderId !== null) return redirect(`/orders/${checkout.orderId}`);
    return send(payPage(checkout, { cardsOrigin, error: null }));
  });
  app.post('/checkout/:id/pay', async (c) => {
    const checkout = till.find(c.req.param('id'));
    if (checkout === null) return send(unknown(), 404);
    const fields = (await c.req.parseBody()) as Record<string, string>;
    const card = await cardFrom(fields, processor);
    if (card === null) return payAgain(checkout, INCOMPLETE);
    return show(checkout, await till.pay(checkout, { card, challenge: null }));
  });

  app.get('/checkout/:id/challenge', (c) => {
    const checkout = till.find(c.req.param('id'));
    const challenge = checkout?.waiting?.challenge;
    if (checkout === null || challenge == null) return send(unknown(), 404);
    return send(challengePage(checkout, { acsOrigin, challenge }));
  });
  app.post('/checkout/:id/challenged', async (c) => {
    const checkout = till.find(c.req.param('id'));
    if (checkout?.waiting == null) return send(unknown(), 404);
    return show(checkout, await till.pay(checkout, checkout.waiting));
  });

  app.get('/orders/:id', (c) => {
    const order = till.orders.find(c.req.param('id'));
    return order === null ? send(unknown(), 404) : send(orderPage(order));
  });
  app.notFound(() => send(unknown(), 404));
  app.onError(() =>
    send(
      page(
        'Sorry',
        html`<h1>The card network did not answer</h1><p>Look at your card before you try again.</p>`,
      ),
      502,
    ),
  );
  return app;
}

/** The token the frames made, or one for the card that was typed into the page; it goes no further than here. */
async function cardFrom(fields: Record<string, string>, processor: Processor): Promise<CardToken | null> {
  const { token, lastFour, cardNumber = '', cardExpiry = '', cardCvc = '' } = fields;
  if (token !== undefined && lastFour !== undefined) return token === '' ? null : { token, lastFour };
  return processor.tokenize({ number: cardNumber, expiry: cardExpiry, code: cardCvc });
}

function formOf(text: string | undefined): FormKind {
  return text === 'fields' || text === 'frame' ? text : 'plain';
}

async function answer(body: Html, status: number): Promise<Response> {
  const headers = { ...HEADERS, 'content-type': 'text/html; charset=utf-8' };
  return new Response(String(await body), { status, headers });
}

function redirect(location: string): Response {
  return new Response(null, { status: 303, headers: { ...HEADERS, location } });
}
