import { Hono } from 'hono';
import { html } from 'hono/html';
import { framePage, HEADERS, type Html, script } from './page.ts';
import type { Processor } from './processor.ts';

export type CardFramesOptions = { readonly processor: Processor; readonly shopOrigin: string };

const KINDS = {
  number: { name: 'number', label: 'Card number', autocomplete: 'cc-number', placeholder: '' },
  expiry: {
    name: 'expiry',
    label: 'Expiration date (MM / YY)',
    autocomplete: 'cc-exp',
    placeholder: 'MM / YY',
  },
  verification_value: {
    name: 'verification_value',
    label: 'Security code',
    autocomplete: 'cc-csc',
    placeholder: '',
  },
  name: { name: 'name', label: 'Name on card', autocomplete: 'cc-name', placeholder: '' },
} as const;
type Kind = keyof typeof KINDS;

/** Groups digits while they are typed, as the vendors' forms do. */
const FORMAT = `
  const format = (field, kind) => field.addEventListener('input', () => {
    const digits = field.value.replace(/\\D/g, '');
    if (kind === 'number') field.value = digits.slice(0, 16).replace(/(\\d{4})(?=\\d)/g, '$1 ');
    if (kind === 'expiry') field.value = digits.length > 2 ? digits.slice(0, 2) + ' / ' + digits.slice(2, 4) : digits;
  });`;
const SEND = `
  const send = async (card) => {
    const response = await fetch('/tokens', {
      method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(card),
    });
    const answer = response.ok ? await response.json() : { error: 'Your card details are incomplete.' };
    parent.postMessage({ from: 'card', ...answer }, shop);
  };`;
const FIELD_SCRIPT = `({ shop, kind, session }) => {${FORMAT}${SEND}
  format(document.querySelector('#field'), kind);
  const valueOf = (name) => parent.frames['card-fields-' + name + '-' + session].document.querySelector('#field').value;
  addEventListener('message', (event) => {
    if (event.origin !== shop || event.data !== 'collect' || kind !== 'number') return;
    send({ number: valueOf('number'), expiry: valueOf('expiry'), code: valueOf('verification_value') });
  });
}`;
const FORM_SCRIPT = `({ shop }) => {${FORMAT}${SEND}
  const field = (name) => document.querySelector('[name="' + name + '"]');
  format(field('cardnumber'), 'number');
  format(field('exp-date'), 'expiry');
  addEventListener('message', (event) => {
    if (event.origin !== shop || event.data !== 'collect') return;
    send({ number: field('cardnumber').value, expiry: field('exp-date').value, code: field('cvc').value });
  });
}`;

/**
 * The card forms that a shop embeds from another origin: a frame for each field, or one for all. The shop's page
 * asks for a token and never sees what was typed.
 */
export function createCardFrames({ processor, shopOrigin }: CardFramesOptions): Hono {
  const app = new Hono();
  app.get('/fields/:kind', (c) => {
    const kind = c.req.param('kind');
    if (!isKind(kind)) return c.notFound();
    const session = c.req.query('session') ?? '';
    const body = html`${fieldOf(kind)}${others(kind)}${script(FIELD_SCRIPT, { shop: shopOrigin, kind, session })}`;
    return c.html(framePage(KINDS[kind].label, body), 200, HEADERS);
  });
  app.get('/form', (c) => c.html(framePage('Card', cardForm(shopOrigin)), 200, HEADERS));
  app.post('/tokens', async (c) => {
    const { number, expiry, code } = (await c.req.json()) as Record<string, unknown>;
    const token = await processor.tokenize({
      number: String(number),
      expiry: String(expiry),
      code: String(code),
    });
    return token === null ? c.json({ error: 'incomplete' }, 422, HEADERS) : c.json(token, 200, HEADERS);
  });
  return app;
}

function fieldOf(kind: Kind): Html {
  const { name, label, autocomplete, placeholder } = KINDS[kind];
  return html`<label>${label}<input id="field" name="${name}" autocomplete="${autocomplete}"
    placeholder="${placeholder}" aria-label="${label}" inputmode="${kind === 'name' ? 'text' : 'numeric'}"></label>`;
}

/** The other fields stand in each frame as well, for the browser's own autofill; nobody sees them. */
function others(kind: Kind): Html {
  const rest = Object.entries(KINDS).filter(([other]) => other !== kind);
  return html`<div class="hidden" aria-hidden="true">${rest.map(
    ([other, { autocomplete }]) => html`<input name="${other}" autocomplete="${autocomplete}" tabindex="-1">`,
  )}</div>`;
}

function cardForm(shop: string): Html {
  return html`<label>Card number<input name="cardnumber" autocomplete="cc-number" inputmode="numeric"
    placeholder="1234 1234 1234 1234"></label>
  <div class="pair"><label>Expiration<input name="exp-date" autocomplete="cc-exp" inputmode="numeric" placeholder="MM / YY"></label>
  <label>CVC<input name="cvc" autocomplete="cc-csc" inputmode="numeric" placeholder="CVC"></label></div>
  ${script(FORM_SCRIPT, { shop })}`;
}

function isKind(text: string): text is Kind {
  return text in KINDS;
}
