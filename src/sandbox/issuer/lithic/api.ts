import { randomUUID, timingSafeEqual } from 'node:crypto';
import { type Context, Hono } from 'hono';
import type { CardRegistry, NetworkCard } from '../dialect.ts';
import { cardObject, fullCardObject, readMemo } from './card.ts';
import { disputeObjects } from './dispute.ts';
import { openLedger } from './ledger.ts';
import { networkToken } from './name.ts';
import { transactionObject } from './transaction.ts';

type Body = Readonly<Record<string, unknown>>;

/** The vendor's API, as far as wallets use it. The key is sent as it is, without a scheme before it. */
export function createApi(options: { readonly registry: CardRegistry; readonly apiKey: string }): Hono {
  const { registry, apiKey } = options;
  const app = new Hono();
  /** Cards that were made since the start, by the wallet's id: the registry finds them by their token alone. */
  const seen = new Map<string, string>();

  const find = (uuid: string | undefined): NetworkCard | null => {
    const token = uuid === undefined ? null : networkToken(uuid);
    return token === null ? null : registry.find(token);
  };

  const shown = (card: NetworkCard) => {
    return fullCardObject(card, card.state === 'closed' ? null : registry.reveal(card.token));
  };

  app.use('*', async (context, next) => {
    if (isSame(context.req.header('authorization') ?? '', apiKey)) return next();
    return refuse(context, 401, 'Invalid or missing API key');
  });

  app.post('/v1/cards', async (context) => {
    const body = await readBody(context);
    const memo = typeof body?.memo === 'string' ? readMemo(body.memo) : null;
    const { spend_limit: limit, type } = body ?? {};
    if (type !== 'VIRTUAL') return refuse(context, 400, 'Only virtual cards are made here');
    if (memo === null) return refuse(context, 400, 'The memo must end with an id in brackets');
    if (!isCents(limit) || limit === 0) return refuse(context, 400, 'A spend limit is needed here');
    const card = await registry.issue({ ...memo, lockCents: BigInt(limit) });
    if ('refused' in card) return refuse(context, 422, card.refused);
    seen.set(card.reference, card.token);
    return context.json(shown(card));
  });

  app.get('/v1/cards', (context) => {
    const memo = context.req.query('memo') ?? '';
    const cards = [...seen.values()].map((token) => registry.find(token)).filter((card) => card !== null);
    const data = cards.map(cardObject).filter((card) => card.memo?.includes(memo) === true);
    return context.json({ data, has_more: false });
  });

  app.get('/v1/cards/:token', (context) => {
    const card = find(context.req.param('token'));
    return card === null ? refuse(context, 404, 'There is no such card') : context.json(shown(card));
  });

  app.patch('/v1/cards/:token', async (context) => {
    const card = find(context.req.param('token'));
    const body = await readBody(context);
    if (card === null) return refuse(context, 404, 'There is no such card');
    if (body === null) return refuse(context, 400, 'Expected an object');
    if (card.state === 'closed') return refuse(context, 400, 'A closed card cannot be changed');
    const { state, spend_limit: limit } = body;
    const isStateKnown = state === undefined || state === 'OPEN' || state === 'PAUSED' || state === 'CLOSED';
    if (!isStateKnown) return refuse(context, 400, 'Unknown state');
    if (limit !== undefined && (!isCents(limit) || limit === 0))
      return refuse(context, 400, 'Bad spend limit');
    if (limit !== undefined) registry.setLock(card.token, BigInt(limit));
    if (state !== undefined) registry.setState(card.token, STATES[state]);
    return context.json(shown(find(context.req.param('token')) ?? card));
  });

  app.get('/v1/transactions', (context) => {
    const card = find(context.req.query('card_token'));
    const drafts = card === null ? [] : openLedger(card, card.movements).transactions;
    // The vendor lists the newest first.
    const data = card === null ? [] : drafts.map((draft) => transactionObject(card, draft)).reverse();
    return context.json({ data, has_more: false });
  });

  app.get('/v1/transactions/:token', (context) => {
    for (const token of seen.values()) {
      const card = registry.find(token);
      const drafts = card === null ? [] : openLedger(card, card.movements).transactions;
      const draft = drafts.find((each) => each.token === context.req.param('token'));
      if (card !== null && draft !== undefined) return context.json(transactionObject(card, draft));
    }
    return refuse(context, 404, 'There is no such transaction');
  });

  app.get('/v2/disputes', (context) => {
    const card = find(context.req.query('card_token'));
    if (card === null) return context.json({ data: [], has_more: false });
    const { movements } = card;
    const data = disputeObjects(card, { movements, ledger: openLedger(card, movements) });
    return context.json({ data, has_more: false });
  });

  app.notFound((context) => refuse(context, 404, 'There is no such address'));
  app.onError((_error, context) => refuse(context, 500, 'The issuer failed'));
  return app;
}

const STATES = { OPEN: 'open', PAUSED: 'paused', CLOSED: 'closed' } as const;

function refuse(context: Context, status: 400 | 401 | 404 | 422 | 500, message: string): Response {
  return context.json({ debugging_request_id: randomUUID(), message }, status);
}

async function readBody(context: Context): Promise<Body | null> {
  const value: unknown = await context.req.json().catch(() => null);
  return typeof value === 'object' && value !== null ? { ...value } : null;
}

function isCents(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isSame(sent: string, expected: string): boolean {
  const [a, b] = [Buffer.from(sent), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
