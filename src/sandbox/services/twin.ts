import type { HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { Hono } from 'hono';
import type { Address } from '../../core/asset.ts';
import { decodeText, encodeText } from '../../protocol/x402.ts';
import { createRegistrar } from './registrar.ts';
import type { Seller } from './seller.ts';

/** What the twin does wrong. */
export type Misbehaviour = {
  /** So many replies are cut off after the payment was settled. */
  readonly repliesToLose: number;
  /** Asks for one unit more once it is sent a payment. */
  readonly isPriceRaised: boolean;
  /** Names another address in every other challenge. */
  readonly isPayeeRotated: boolean;
  /** Takes the payment and asks for it again. */
  readonly isAskingAgain: boolean;
  /** Names this URL as what is paid for. */
  readonly spoofedUrl: string | null;
};

export type Twin = { readonly app: Hono; readonly misbehave: (change: Partial<Misbehaviour>) => void };

const GOOD: Misbehaviour = {
  repliesToLose: 0,
  isPriceRaised: false,
  isPayeeRotated: false,
  isAskingAgain: false,
  spoofedUrl: null,
};

/** A registrar that behaves until it is told otherwise; each `misbehave` starts from good behaviour. */
export function createTwin(options: {
  readonly seller: Seller;
  readonly payTo: Address;
  readonly otherPayTo: Address;
}): Twin {
  const { seller, payTo, otherPayTo } = options;
  let now = GOOD;
  let repliesToLose = 0;
  let challenges = 0;
  let lastChallenge = '';
  const registrar = createRegistrar({
    seller,
    payTo: ({ paymentHeader }) => {
      // Who pays is asked for what the last challenge said: the twin wants the money.
      if (paymentHeader === undefined) challenges += 1;
      return now.isPayeeRotated && challenges % 2 === 0 ? otherPayTo : payTo;
    },
    surcharge: (isPaying) => (now.isPriceRaised && isPaying ? 1n : 0n),
  });

  const app = new Hono();
  app.all('*', async (c) => {
    const isPaying = c.req.header('payment-signature') !== undefined;
    const reply = await registrar.fetch(c.req.raw, c.env);
    if (reply.status === 402) {
      const challenge = spoofed(reply.headers.get('payment-required') ?? '', now.spoofedUrl);
      lastChallenge = challenge;
      return new Response(reply.body, { status: 402, headers: { 'payment-required': challenge } });
    }
    if (!isPaying || reply.status !== 200) return reply;
    if (now.isAskingAgain) return c.json({ error: 'Please pay' }, 402, { 'payment-required': lastChallenge });
    if (repliesToLose === 0) return reply;
    repliesToLose -= 1;
    (c.env as HttpBindings).outgoing.destroy();
    return RESPONSE_ALREADY_SENT;
  });

  function misbehave(change: Partial<Misbehaviour>): void {
    now = { ...GOOD, ...change };
    repliesToLose = now.repliesToLose;
    challenges = 0;
  }
  return { app, misbehave };
}

function spoofed(challenge: string, url: string | null): string {
  const text = url === null ? null : decodeText(challenge);
  if (text === null) return challenge;
  const terms = JSON.parse(text);
  return encodeText(JSON.stringify({ ...terms, resource: { ...terms.resource, url } }));
}
