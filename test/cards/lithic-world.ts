import { Hono } from 'hono';
import { onTestFinished } from 'vitest';
import type { CardNotice, Issuer } from '../../src/core/card/ports.ts';
import { createLithicIssuer, type LithicOptions } from '../../src/rails/card/lithic.ts';
import {
  type Desk,
  ORDER,
  openDesk,
  type StillClock,
  stillClock,
} from '../../src/sandbox/issuer/issuer.fixture.ts';
import { openSandboxIssuer, type SandboxIssuer } from '../../src/sandbox/issuer/issuer.ts';
import { listen } from '../../src/sandbox/listener.ts';

/** One request over HTTP with what was answered to it. */
export type Exchange = {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly status: number;
  readonly reply: string;
};

/** The sandbox network speaking Lithic and the adapter for Lithic, joined over HTTP, with all that passes between them. */
export type LithicWorld = {
  readonly issuer: SandboxIssuer;
  readonly adapter: Issuer;
  readonly desk: Desk;
  readonly clock: StillClock;
  /** The calls of the adapter. */
  readonly calls: Exchange[];
  /** What came to the wallet's inbox. */
  readonly inbox: Exchange[];
  /** How many of the next answers to the making of a card are lost on the way. */
  faults: { lostAnswers: number };
  /** Makes a card of 25 dollars and returns its token. */
  readonly issue: () => Promise<string>;
};

/** Joins them; everything is closed after the test. */
export async function joinLithic(options: Partial<LithicOptions> = {}): Promise<LithicWorld> {
  const clock = stillClock();
  const desk = openDesk();
  const calls: Exchange[] = [];
  const inbox: Exchange[] = [];
  const faults = { lostAnswers: 0 };
  const gate = new Hono();
  const wallet = await listen(gate);
  const issuer = await openSandboxIssuer({
    dialect: 'lithic',
    clock,
    inboxUrl: () => `${wallet.url}/inbox`,
    seed: 'a test',
    retryMs: 0,
  });
  const { apiKey, webhookSecret } = issuer.secrets;
  gate.all('/api/*', async ({ req }) => {
    const path = req.url.slice(`${wallet.url}/api`.length);
    const { method } = req;
    const body = await req.text();
    const headers = Object.fromEntries(req.raw.headers);
    const { authorization = '', 'content-type': type = 'application/json' } = headers;
    const answer = await fetch(issuer.apiUrl + path, {
      method,
      headers: { authorization, 'content-type': type, 'idempotency-key': headers['idempotency-key'] ?? '' },
      ...(body !== '' && { body }),
    });
    const reply = await answer.text();
    const isLost = method === 'POST' && faults.lostAnswers > 0;
    if (isLost) faults.lostAnswers -= 1;
    const status = isLost ? 502 : answer.status;
    calls.push({ method, path, headers, body, status, reply });
    return new Response(isLost ? 'lost' : reply, {
      status,
      headers: { 'content-type': 'application/json', 'retry-after-ms': '1' },
    });
  });
  const adapter = createLithicIssuer({
    apiKey,
    webhookSecret,
    decisionSecret: webhookSecret,
    environment: 'sandbox',
    baseUrl: `${wallet.url}/api`,
    desk,
    ...options,
  });
  for (const { path, receive } of adapter.inbox) {
    gate.post(`/inbox/${path}`, async ({ req }) => {
      const headers = Object.fromEntries(req.raw.headers);
      const text = await req.text();
      const { status, body, headers: replied } = await receive({ headers, body: text });
      inbox.push({ method: 'POST', path, headers, body: text, status, reply: body });
      return new Response(body, { status, headers: replied });
    });
  }
  gate.onError((_, context) => context.text('', 500));
  onTestFinished(async () => {
    await issuer.close();
    await wallet.close();
  });
  const issue = async () => {
    const issued = await adapter.issue(ORDER);
    if ('outcome' in issued) throw new Error(issued.detail);
    return issued.token;
  };
  return { issuer, adapter, desk, clock, calls, inbox, faults, issue };
}

/** What a desk heard, each message once: what the books would keep of it. */
export function heardOnce(notices: readonly CardNotice[]): readonly CardNotice['message'][] {
  const seen = new Map(notices.map(({ message }) => [message.id, message] as const).toReversed());
  return notices.map(({ message }) => message).filter((message) => seen.get(message.id) === message);
}
