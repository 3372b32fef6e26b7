import { createHash, createHmac } from 'node:crypto';
import type { Delivery, DialectOptions } from '../dialect.ts';
import { seconds, type Wire } from './wire.ts';

/** An event to send: what happened, to which object, and what of it was different before. */
export type Happening = {
  readonly type: string;
  readonly object: Wire;
  readonly previous?: Readonly<Record<string, unknown>>;
};

/** The version whose words the sandbox speaks. */
const API_VERSION = '2023-08-16';
const OLD_SECONDS = 3600;

/** Sends an event to the wallet's inbox, signed as Stripe signs. Rejects where nobody answers in time. */
export async function send(
  { inboxUrl, webhookSecret, clock }: DialectOptions,
  given: {
    readonly path: string;
    readonly happening: Happening;
    readonly how?: Delivery | undefined;
    readonly ms: number;
  },
): Promise<Response> {
  const { path, happening, how, ms } = given;
  const body = JSON.stringify(eventOf(happening, seconds(clock.nowMs())));
  const at = seconds(clock.nowMs()) - (how?.signature === 'old' ? OLD_SECONDS : 0);
  const secret = how?.signature === 'bad' ? `${webhookSecret}?` : webhookSecret;
  const signature = createHmac('sha256', secret).update(`${at}.${body}`).digest('hex');
  return fetch(`${inboxUrl()}/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'stripe-signature': `t=${at},v1=${signature}` },
    body,
    signal: AbortSignal.timeout(ms),
  });
}

function eventOf({ type, object, previous }: Happening, created: number) {
  const id = createHash('sha256')
    .update(JSON.stringify([type, object]))
    .digest('hex')
    .slice(0, 24);
  return {
    id: `evt_${id}`,
    object: 'event',
    api_version: API_VERSION,
    created,
    data: previous === undefined ? { object } : { object, previous_attributes: previous },
    livemode: false,
    pending_webhooks: 1,
    request: { id: null, idempotency_key: null },
    type,
  };
}
