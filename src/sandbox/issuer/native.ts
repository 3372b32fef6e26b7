import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { NetworkMessage } from '../../core/card/network.ts';
import { encodeMessage, readAnswer } from '../../rails/card/sandbox-message.ts';
import { SANDBOX_PREFIX } from '../../rails/card/sandbox-number.ts';
import {
  amountIn,
  type Fields,
  onlyFields,
  parseFields,
  textIn,
  wordIn,
} from '../../rails/card/sandbox-reader.ts';
import { signBody } from '../../rails/card/sandbox-signature.ts';
import type { CardRegistry, Delivery, Dialect, DialectOptions, Movement, NetworkCard } from './dialect.ts';
import { isSame } from './vault.ts';

const ASK_MS = 3000;
const TELL_MS = 5000;
const BODY_BYTES_MAX = 64 * 1024;
const HOUR_MS = 3_600_000;

/** The sandbox's own way to talk: messages as the wallet has them, in JSON, amounts as decimal text. */
export function createNativeDialect(options: DialectOptions): Dialect {
  const { inboxUrl, webhookSecret, clock } = options;

  /** Posts a signed body. Rejects unless it was taken. */
  async function post(
    path: string,
    of: { readonly id: string; readonly body: string; readonly timeoutMs: number; readonly how?: Delivery },
  ): Promise<string> {
    const atMs = clock.nowMs() - (of.how?.signature === 'old' ? HOUR_MS : 0);
    const signed = signBody(webhookSecret, { id: of.id, atMs, body: of.body });
    const forged = {
      'webhook-signature': signBody(webhookSecret, { id: of.id, atMs, body: '' })['webhook-signature'],
    };
    const response = await fetch(`${inboxUrl()}/${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...signed,
        ...(of.how?.signature === 'bad' ? forged : {}),
      },
      body: of.body,
      redirect: 'error',
      signal: AbortSignal.timeout(of.timeoutMs),
    });
    const text = await response.text();
    if (response.ok) return text;
    throw new Error(`The wallet answered ${response.status}`);
  }

  return {
    api: createApi(options),
    async ask({ token }, message) {
      const body = encodeMessage({ token, message });
      const id = `${token}.${message.id}`;
      const answer = await post('decisions', { id, body, timeoutMs: ASK_MS }).then(
        (text) => readAnswer(JSON.parse(text)),
        () => null,
      );
      return answer;
    },
    async tell({ token }, movement, how) {
      if (wasAsked(movement.message) && how === undefined) return;
      const message = toldOf(movement);
      if (message === null) return;
      const body = encodeMessage({ type: 'message', token, message });
      await post('events', {
        ...{ id: `${token}.${message.id}`, body, timeoutMs: TELL_MS },
        ...(how === undefined ? {} : { how }),
      });
    },
    async tellIssued({ token }, result) {
      const body = encodeMessage({ type: 'issued', token, result });
      await post('events', { id: `${token}.${result}`, body, timeoutMs: TELL_MS });
    },
    cannot: () => null,
  };
}

function wasAsked(message: NetworkMessage): boolean {
  return 'mode' in message && message.mode === 'ask';
}

/** A movement as it is told afterwards: what was asked then is no question any more. Null for what had no effect. */
function toldOf({ message, answer }: Movement): NetworkMessage | null {
  if (!wasAsked(message)) return message;
  if (answer === null || answer.kind === 'noted') return null;
  if (message.kind === 'increment') return answer.kind === 'approved' ? { ...message, mode: 'advice' } : null;
  if (message.kind !== 'authorization') return message;
  return answer.kind === 'approved'
    ? { ...message, mode: 'notice', amountUnits: answer.approvedUnits }
    : { ...message, mode: 'declined', decline: answer.reason };
}

function createApi({ registry, apiKey }: DialectOptions): Hono {
  const api = new Hono();
  api.use(bodyLimit({ maxSize: BODY_BYTES_MAX, onError: (c) => c.json({ error: 'body_too_large' }, 413) }));
  api.use(async (c, next) => {
    if (!isSame(c.req.header('authorization') ?? '', `Bearer ${apiKey}`)) {
      return c.json({ error: 'key_invalid' }, 401);
    }
    return next();
  });
  api.onError((error, c) =>
    error instanceof TypeError
      ? c.json({ error: 'input_invalid' }, 400)
      : c.json({ error: 'no_answer' }, 503),
  );
  const withCard = (c: Context, use: (card: NetworkCard) => Response) => {
    const card = registry.find(c.req.param('token') ?? '');
    return card === null ? c.json({ error: 'card_unknown' }, 404) : use(card);
  };

  api.get('/v1/fee', (c) => c.json({ cents: String(registry.feeCents()) }));
  api.post('/v1/cards', async (c) => {
    const fields = parseFields(await c.req.text());
    onlyFields(fields, ['reference', 'lockCents', 'label']);
    const made = await registry.issue({
      reference: textIn(fields, 'reference'),
      lockCents: amountIn(fields, 'lockCents'),
      label: fields.label === '' ? '' : textIn(fields, 'label'),
    });
    return 'refused' in made ? c.json({ error: 'refused', detail: made.refused }, 422) : c.json(shown(made));
  });
  api.get('/v1/cards/:token', (c) => withCard(c, (card) => c.json(shown(card))));
  api.patch('/v1/cards/:token', async (c) => {
    const fields = parseFields(await c.req.text());
    return withCard(c, ({ token }) => {
      change(registry, token, fields);
      return withCard(c, (card) => c.json(shown(card)));
    });
  });
  api.post('/v1/cards/:token/reveal', (c) =>
    withCard(c, ({ token }) => {
      c.header('cache-control', 'no-store');
      const secrets = registry.reveal(token);
      return secrets === null ? c.json({ error: 'gone' }, 410) : c.json(secrets);
    }),
  );
  api.get('/v1/cards/:token/history', (c) =>
    withCard(c, ({ movements }) => {
      const messages = movements.map(toldOf).filter((message) => message !== null);
      return c.body(encodeMessage({ messages }), 200, { 'content-type': 'application/json' });
    }),
  );
  return api;
}

function change(registry: CardRegistry, token: string, fields: Fields): void {
  onlyFields(fields, ['state', 'lockCents']);
  const lockCents = fields.lockCents === undefined ? null : amountIn(fields, 'lockCents');
  const state = fields.state === undefined ? null : wordIn(fields, 'state', ['open', 'paused', 'closed']);
  if (lockCents !== null) registry.setLock(token, lockCents);
  if (state !== null) registry.setState(token, state);
}

function shown(card: NetworkCard) {
  const { token, reference, state, label, lastFour, expiry, lockCents } = card;
  return {
    ...{ token, reference, state, label, lastFour, expiry, lockCents: String(lockCents) },
    ...{ isSandbox: true, prefix: SANDBOX_PREFIX },
  };
}
