import { createHmac, randomUUID } from 'node:crypto';
import type { Delivery } from '../dialect.ts';

const TOO_OLD_SECONDS = 6 * 60;

/**
 * The headers by which a body proves that it was sent by the vendor (Standard Webhooks). The time in them is the machine's
 * own, whatever clock the network goes by: it is what the receiver's library checks.
 */
export function signedHeaders(body: string, secret: string, how: Delivery = {}): Record<string, string> {
  const id = randomUUID();
  const nowSeconds = Math.floor(Date.now() / 1000);
  const seconds = how.signature === 'old' ? nowSeconds - TOO_OLD_SECONDS : nowSeconds;
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const signed = how.signature === 'bad' ? `${body} ` : body;
  const signature = createHmac('sha256', key).update(`${id}.${seconds}.${signed}`).digest('base64');
  return {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': String(seconds),
    'webhook-signature': `v1,${signature}`,
  };
}
