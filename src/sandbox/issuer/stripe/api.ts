import { createHash } from 'node:crypto';
import { type Context, Hono } from 'hono';
import { createMiddleware } from 'hono/factory';
import type { CardRegistry, NetworkCard } from '../dialect.ts';
import { authorizationObject } from './authorization.ts';
import { cardObject } from './card.ts';
import type { Desk } from './desk.ts';
import { disputeObject } from './dispute.ts';
import { listIn, readForm } from './form.ts';
import { namesIn } from './names.ts';
import { findPosting, postingsOf, transactionObject } from './transaction.ts';
import type { Wire } from './wire.ts';

/** What the API answers from. */
export type ApiOptions = { readonly registry: CardRegistry; readonly desk: Desk; readonly apiKey: string };

/** The part of Stripe's API that issuing cards takes. */
export function createApi({ registry, desk, apiKey }: ApiOptions): Hono {
  const app = new Hono();
  app.onError((_error, c) => fail(c, 500, { type: 'api_error', message: 'Something went wrong at Stripe' }));
  app.notFound((c) => invalid(c, `Unrecognized request URL (${c.req.method}: ${c.req.path})`, 404));
  app.use(onlyWith(apiKey), once());

  const sent = async (c: Context) => readForm(await c.req.text());
  const asked = (c: Context) => readForm(new URL(c.req.url).search.slice(1));
  const or = (c: Context, made: Wire | { readonly refused: string }) =>
    'refused' in made ? invalid(c, String(made.refused), 400) : c.json(made);
  const cardFor = (c: Context) => desk.findCard(c.req.param('id') ?? '');

  app.post('/v1/issuing/cardholders', async (c) => c.json(desk.makeHolder(await sent(c))));
  app.get('/v1/issuing/cardholders', (c) => {
    const { email } = asked(c);
    return page(
      c,
      desk.holders().filter((holder) => email === undefined || holder.email === email),
    );
  });
  app.post('/v1/issuing/cards', async (c) => or(c, await desk.makeCard(await sent(c))));
  app.get('/v1/issuing/cards', (c) => page(c, desk.cards()));
  app.get('/v1/issuing/cards/:id', (c) => {
    const card = cardFor(c);
    if (card === null) return missing(c, 'card');
    const expand = listIn(asked(c), 'expand');
    const secrets = expand.length === 0 ? null : registry.reveal(card.token);
    return c.json({
      ...cardObject(card, desk.notesOf(card)),
      ...(secrets !== null && expand.includes('number') ? { number: secrets.number } : {}),
      ...(secrets !== null && expand.includes('cvc') ? { cvc: secrets.code } : {}),
    });
  });
  app.post('/v1/issuing/cards/:id', async (c) => {
    const card = cardFor(c);
    return card === null ? missing(c, 'card') : or(c, desk.changeCard(card, await sent(c)));
  });

  const cardIn = (c: Context) => desk.findCard(String(asked(c).card ?? ''));
  app.get('/v1/issuing/authorizations', (c) => page(c, authorizationsOf(desk, cardIn(c))));
  app.get('/v1/issuing/authorizations/:id', (c) => {
    const names = namesIn('authorization', c.req.param('id'));
    const card = names === null ? null : registry.find(names.token);
    const found = authorizationsOf(desk, card).find(({ id }) => id === c.req.param('id'));
    return found === undefined ? missing(c, 'authorization') : c.json(found);
  });
  app.get('/v1/issuing/transactions', (c) => {
    const card = cardIn(c);
    const postings = card === null ? [] : postingsOf(card).toReversed();
    return page(c, card === null ? [] : postings.map((posting) => transactionObject(card, posting)));
  });
  app.get('/v1/issuing/transactions/:id', (c) => {
    const found = findPosting(c.req.param('id'), registry.find);
    return found === null ? missing(c, 'transaction') : c.json(transactionObject(found.card, found.posting));
  });
  app.get('/v1/issuing/disputes/:id', (c) => {
    const names = namesIn('dispute', c.req.param('id'));
    const card = names === null ? null : registry.find(names.token);
    const found = names === null || card === null ? null : disputeObject(card, names.name);
    return found === null ? missing(c, 'dispute') : c.json(found);
  });
  return app;
}

/** The authorizations of a card, newest first. */
function authorizationsOf(desk: Desk, card: NetworkCard | null): readonly Wire[] {
  if (card === null) return [];
  const named = card.movements.flatMap(({ message }) => ('auth' in message && message.auth) || []);
  const notes = desk.notesOf(card);
  return [...new Set(named)].toReversed().map((auth) => authorizationObject(card, { auth, notes }));
}

/** A page of a list, as `limit` and `starting_after` ask for. */
function page(c: Context, list: readonly Wire[]) {
  const after = list.findIndex(({ id }) => id === c.req.query('starting_after')) + 1;
  const limit = Number(c.req.query('limit') ?? '10');
  const data = list.slice(after, after + limit);
  return c.json({ object: 'list', url: c.req.path, has_more: after + limit < list.length, data });
}

function onlyWith(apiKey: string) {
  return createMiddleware(async (c, next) => {
    if (c.req.header('authorization') === `Bearer ${apiKey}`) return next();
    return fail(c, 401, { type: 'invalid_request_error', message: 'Invalid API Key provided' });
  });
}

/** Answers a key that it saw before as the first time. Failures of Stripe's own are not kept here. */
function once() {
  const kept = new Map<string, { readonly digest: string; readonly status: number; readonly body: string }>();
  return createMiddleware(async (c, next) => {
    const key = c.req.method === 'POST' ? c.req.header('idempotency-key') : undefined;
    if (key === undefined) return next();
    const digest = createHash('sha256')
      .update(`${c.req.path}\n${await c.req.text()}`)
      .digest('hex');
    const known = kept.get(key);
    if (known !== undefined && known.digest !== digest) {
      const message = 'Keys for idempotent requests can only be used with the same parameters';
      return fail(c, 400, { type: 'idempotency_error', message });
    }
    if (known !== undefined) {
      const headers = { 'content-type': 'application/json', 'idempotent-replayed': 'true' };
      return new Response(known.body, { status: known.status, headers });
    }
    await next();
    if (c.res.status >= 500) return;
    kept.set(key, { digest, status: c.res.status, body: await c.res.clone().text() });
  });
}

function missing(c: Context, what: string) {
  return invalid(c, `No such ${what}: '${c.req.param('id')}'`, 404);
}

function invalid(c: Context, message: string, status: 400 | 404) {
  return fail(c, status, { type: 'invalid_request_error', message });
}

function fail(
  c: Context,
  status: 400 | 401 | 404 | 500,
  error: { readonly type: string; readonly message: string },
) {
  return c.json({ error }, status);
}
