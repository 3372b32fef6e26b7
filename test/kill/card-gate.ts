import { Hono } from 'hono';
import { type Listener, listen } from '../../src/sandbox/listener.ts';

/** When somebody was called: before the call went on, or after it was answered and before the answer was given. */
export type Moment = { readonly when: 'before' | 'after'; readonly call: string };

/** A door that every call to somebody goes through. */
export type Gate = Listener;

/**
 * Opens a door to a place. `watch` is told of each call twice; what it does is done before the call goes on. A call
 * whose answer it takes away gets none.
 */
export async function openGate(
  place: () => string,
  watch: (moment: Moment) => 'pass' | 'drop',
): Promise<Gate> {
  const app = new Hono();
  app.all('*', async (c) => {
    const { pathname, search } = new URL(c.req.url);
    const call = `${c.req.method} ${pathname}`;
    const gone = () => c.json({ detail: 'Nobody answers' }, 503);
    if (watch({ when: 'before', call }) === 'drop') return gone();
    const body = c.req.method === 'GET' ? null : await c.req.arrayBuffer();
    const headers = new Headers(c.req.raw.headers);
    for (const name of ['host', 'connection', 'content-length', 'accept-encoding']) headers.delete(name);
    const answer = await fetch(`${place()}${pathname}${search}`, {
      method: c.req.method,
      headers,
      ...(body !== null && { body }),
    }).catch(() => null);
    if (answer === null) return gone();
    const bytes = await answer.arrayBuffer();
    if (watch({ when: 'after', call }) === 'drop') return gone();
    const type = answer.headers.get('content-type');
    return new Response(bytes, {
      status: answer.status,
      ...(type !== null && { headers: { 'content-type': type } }),
    });
  });
  return listen(app);
}
