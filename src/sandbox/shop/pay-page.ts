import { html } from 'hono/html';
import { dollars } from './catalog.ts';
import { type Html, page, script } from './page.ts';
import { summary } from './shop-pages.ts';
import type { Checkout } from './till.ts';

/** Asks the frame for a token when the button is pressed, and sends that in place of the card. */
const COLLECT = `({ cards, frame }) => {
  const form = document.querySelector('#pay');
  const error = document.querySelector('#error');
  form.addEventListener('submit', (event) => {
    if (form.token.value !== '') return;
    event.preventDefault();
    window.frames[frame].postMessage('collect', cards);
  });
  addEventListener('message', (event) => {
    if (event.origin !== cards || event.data.from !== 'card') return;
    error.textContent = event.data.error ?? '';
    error.hidden = event.data.error === undefined;
    if (event.data.token === undefined) return;
    form.token.value = event.data.token;
    form.lastFour.value = event.data.lastFour;
    form.submit();
  });
}`;

/** The last step: sums, card and the button that pays. */
export function payPage(checkout: Checkout, about: { cardsOrigin: string; error: string | null }): Html {
  const { id, form, totalCents } = checkout;
  const { cardsOrigin, error } = about;
  const card =
    form === 'plain'
      ? plainFields()
      : form === 'fields'
        ? fieldFrames(id, cardsOrigin)
        : oneFrame(cardsOrigin);
  const collector = form === 'fields' ? `card-fields-number-${id}` : '__privateStripeFrame1';
  return page(
    'Payment',
    html`<h1>Payment</h1>${summary(checkout)}
    <form id="pay" class="card" method="post" action="/checkout/${id}/pay"><h2>Card</h2>
    <p id="error" class="error" role="alert" ${error === null ? 'hidden' : ''}>${error ?? ''}</p>
    ${card}<button class="wide" type="submit">Pay ${dollars(totalCents)}</button></form>
    ${form === 'plain' ? '' : script(COLLECT, { cards: cardsOrigin, frame: collector })}`,
  );
}

function plainFields(): Html {
  return html`<label>Card number<input id="cardNumber" name="cardNumber" autocomplete="cc-number" inputmode="numeric"
    placeholder="1234 1234 1234 1234"></label>
  <div class="pair"><label>Expiration<input id="cardExpiry" name="cardExpiry" autocomplete="cc-exp" inputmode="numeric"
    placeholder="MM / YY"></label>
  <label>Security code<input id="cardCvc" name="cardCvc" autocomplete="cc-csc" inputmode="numeric" placeholder="CVC"></label></div>
  <label>Name on card<input id="billingName" name="billingName" autocomplete="cc-name"></label>`;
}

function fieldFrames(session: string, origin: string): Html {
  const field = (kind: string, title: string) =>
    html`<iframe class="field" name="card-fields-${kind}-${session}" title="Field container for: ${title}"
      src="${origin}/fields/${kind}?session=${session}"></iframe>`;
  return html`<input type="hidden" name="token"><input type="hidden" name="lastFour">
  ${field('number', 'Card number')}<div class="pair">${field('expiry', 'Expiration date (MM / YY)')}
  ${field('verification_value', 'Security code')}</div>${field('name', 'Name on card')}`;
}

function oneFrame(origin: string): Html {
  return html`<input type="hidden" name="token"><input type="hidden" name="lastFour">
  <iframe class="all" name="__privateStripeFrame1" title="Secure payment input frame" src="${origin}/form"></iframe>`;
}
