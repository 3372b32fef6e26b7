import type { Context, MiddlewareHandler } from 'hono';
import { readPaymentIdentifier } from '../../protocol/x402.ts';

type Kept = {
  readonly request: string;
  readonly headers: readonly [string, string][];
  readonly body: ArrayBuffer;
};

const MAX_KEPT = 10_000;

/**
 * Serves a repeated payment its first answer (extension payment-identifier): the same id with the same request and
 * payment gets what it got, with anything else a 409. Only answers that were paid for are kept.
 */
export function replayPaid(): MiddlewareHandler {
  const kept = new Map<string, Kept>();
  return async (c, next) => {
    const payment = c.req.header('payment-signature');
    const id = payment === undefined ? null : readPaymentIdentifier(payment);
    if (id === null) return next();
    const request = `${c.req.method} ${c.req.url} ${payment}`;
    const known = kept.get(id);
    if (known !== undefined) return replay(c, known, request);
    await next();
    if (c.res.status !== 200) return;
    const body = await c.res.clone().arrayBuffer();
    kept.set(id, { request, headers: [...c.res.headers], body });
    if (kept.size > MAX_KEPT) kept.delete(kept.keys().next().value ?? '');
  };
}

function replay(c: Context, known: Kept, request: string): Response {
  if (known.request !== request) return c.json({ error: 'payment_identifier_reused' }, 409);
  return new Response(known.body.slice(0), { headers: known.headers as [string, string][] });
}
