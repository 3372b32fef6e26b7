import { Hono } from 'hono';
import { html } from 'hono/html';
import { framePage, HEADERS, type Html, script } from './page.ts';
import type { Processor } from './processor.ts';

export type AcsOptions = { readonly processor: Processor; readonly shopOrigin: string };

/** The page of the card's issuer on which the cardholder proves himself with a one-time code; shops embed it. */
export function createAcs({ processor, shopOrigin }: AcsOptions): Hono {
  const app = new Hono();
  app.get('/challenge/:ref', (c) => c.html(codePage(c.req.param('ref'), null), 200, HEADERS));
  app.post('/challenge/:ref', async (c) => {
    const ref = c.req.param('ref');
    const { code = '' } = (await c.req.parseBody()) as Record<string, string>;
    const result = await processor.enterCode(ref, code.trim());
    if (result === 'wrong') return c.html(codePage(ref, 'That code is wrong. Try again.'), 200, HEADERS);
    const words = result === 'passed' ? 'Your bank confirmed the payment.' : 'The code was not accepted.';
    return c.html(donePage(words, shopOrigin), 200, HEADERS);
  });
  return app;
}

function codePage(ref: string, error: string | null): Html {
  return framePage(
    'Your bank',
    html`<form method="post" action="/challenge/${encodeURIComponent(ref)}">
    <h2>Confirm with your bank</h2>
    <p>Your bank sent you a one-time code. Enter it to confirm this payment.</p>
    ${error === null ? '' : html`<p class="error" role="alert">${error}</p>`}
    <label>One-time code<input name="code" autocomplete="one-time-code" inputmode="numeric"></label>
    <button>Confirm</button></form>`,
  );
}

function donePage(words: string, shop: string): Html {
  return framePage(
    'Done',
    html`<h2>${words}</h2><p>Back to the shop …</p>
    ${script("({ shop }) => parent.postMessage('done', shop)", { shop })}`,
  );
}
