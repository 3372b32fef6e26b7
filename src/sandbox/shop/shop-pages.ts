import { html } from 'hono/html';
import { CATALOG, dollars, type Product } from './catalog.ts';
import type { Order } from './orders.ts';
import { type Html, page, script } from './page.ts';
import type { Checkout } from './till.ts';

/** The first page: what there is. */
export function shelfPage(): Html {
  return page(
    'Sandbox Shop',
    html`<h1>What we sell</h1>${CATALOG.map(
      (product) => html`<div class="card"><h2><a href="/products/${product.id}">${product.name}</a></h2>
      <p class="note">${product.about}</p>${priceOf(product)}</div>`,
    )}`,
  );
}

export function productPage(product: Product): Html {
  return page(
    product.name,
    html`<div class="card"><h1>${product.name}</h1><p>${product.about}</p><p>${priceOf(product)}</p>
    <form method="post" action="/cart"><input type="hidden" name="product" value="${product.id}">
    <label>Card form<select name="form"><option value="plain">In the page</option>
    <option value="fields">A frame for each field</option><option value="frame">One frame</option></select></label>
    <button>Add to cart</button></form></div>`,
  );
}

export function cartPage(checkout: Checkout): Html {
  return page(
    'Cart',
    html`<div class="card"><h1>Your cart</h1>
    <div class="row"><span>1 × ${checkout.product.name}</span><span>${dollars(checkout.subtotalCents)}</span></div>
    <div class="row"><span>Subtotal</span><span>${dollars(checkout.subtotalCents)}</span></div>
    <p class="note">Tax is added on the last step.</p>
    <form method="get" action="/checkout/${checkout.id}/contact"><button class="wide">Check out</button></form></div>`,
  );
}

export function contactPage(checkout: Checkout): Html {
  return page(
    'Contact',
    html`<form class="card" method="post" action="/checkout/${checkout.id}/contact"><h1>Contact and address</h1>
    <label>E-mail<input name="email" type="email" autocomplete="email" required></label>
    <label>Full name<input name="name" autocomplete="name" required></label>
    <label>Address<input name="address" autocomplete="street-address" required></label>
    <div class="pair"><label>City<input name="city" autocomplete="address-level2" required></label>
    <label>Postal code<input name="postal_code" autocomplete="postal-code" required></label></div>
    <button class="wide">Continue to payment</button></form>`,
  );
}

/** The sums of a checkout; the total stands here for the first time. */
export function summary(checkout: Checkout): Html {
  const { product, subtotalCents, taxCents, totalCents } = checkout;
  return html`<div class="card"><h2>Order summary</h2>
    <div class="row"><span>1 × ${product.name}</span><span>${dollars(subtotalCents)}</span></div>
    <div class="row"><span>Subtotal</span><span>${dollars(subtotalCents)}</span></div>
    <div class="row"><span>Tax</span><span>${dollars(taxCents)}</span></div>
    <div class="row total"><span>Total</span><span>${dollars(totalCents)} USD</span></div>
    ${product.isMonthly ? html`<p class="note">Renews every month.</p>` : ''}</div>`;
}

/** Goes on when the bank's frame says that it is done; what came of it the shop asks itself. */
const GO_ON = `({ acs }) => addEventListener('message', (event) => {
  if (event.origin === acs && event.data === 'done') document.querySelector('#go-on').submit();
})`;

/** The bank's question, in a frame of the bank's. */
export function challengePage(checkout: Checkout, about: { acsOrigin: string; challenge: string }): Html {
  const { acsOrigin: acs, challenge } = about;
  return page(
    'Confirm with your bank',
    html`<div class="card"><h1>One more step</h1><p>Your bank wants to confirm this payment of
    ${dollars(checkout.totalCents)}.</p>
    <iframe class="acs" name="three-ds" title="3-D Secure" src="${acs}/challenge/${encodeURIComponent(challenge)}"></iframe>
    <form id="go-on" method="post" action="/checkout/${checkout.id}/challenged"></form></div>
    ${script(GO_ON, { acs })}`,
  );
}

/** What whoever bought something reads, an agent for one. */
export function orderPage(order: Order): Html {
  const { product, totalCents, capturedCents, refundedCents } = order;
  return page(
    `Order ${order.id}`,
    html`<div class="card"><h1>Thank you for your order</h1>
    <p>Receipt ${order.id}. A copy was sent to ${order.email}.</p>
    <div class="row"><span>1 × ${product.name}</span><span>${dollars(product.priceCents)}</span></div>
    <div class="row"><span>Tax</span><span>${dollars(order.taxCents)}</span></div>
    <div class="row total"><span>Total</span><span>${dollars(totalCents)} USD</span></div>
    <div class="row"><span>Paid with</span><span>card ending ${order.lastFour}</span></div>
    <div class="row"><span>Status</span><span class="good">${stateOf(order)}</span></div>
    <div class="row"><span>Charged so far</span><span>${dollars(capturedCents)}</span></div>
    ${refundedCents > 0n ? html`<div class="row"><span>Refunded</span><span>${dollars(refundedCents)}</span></div>` : ''}
    ${order.renewalToken === null ? '' : html`<p class="note">Renews every month until cancelled.</p>`}</div>`,
  );
}

function stateOf({ state, product }: Order): string {
  if (state === 'authorized') return product.settles === 'at_once' ? 'Approved' : 'Approved, charged later';
  if (state === 'partly_captured') return 'First part charged, the rest follows';
  return state === 'captured' ? 'Paid' : 'Cancelled';
}

function priceOf(product: Product): Html {
  return html`<b>${dollars(product.priceCents)}</b>${product.isMonthly ? ' a month' : ''}${
    product.isTaxed ? html` <span class="note">plus tax</span>` : ''
  }`;
}
