import { createHmac, timingSafeEqual } from 'node:crypto';

/** The headers of a signed message (Standard Webhooks 1.0). */
export type SignatureHeaders = {
  readonly 'webhook-id': string;
  readonly 'webhook-timestamp': string;
  readonly 'webhook-signature': string;
};

const PREFIX = 'whsec_';
const TOLERANCE_SECONDS = 300;

/** Signs a body. The secret is `whsec_` and base64; the time in milliseconds goes out in seconds. */
export function signBody(
  secret: string,
  message: { readonly id: string; readonly atMs: number; readonly body: string },
): SignatureHeaders {
  const seconds = String(Math.floor(message.atMs / 1000));
  return {
    'webhook-id': message.id,
    'webhook-timestamp': seconds,
    'webhook-signature': `v1,${digest(secret, `${message.id}.${seconds}.${message.body}`).toString('base64')}`,
  };
}

/** Whether one of the signatures is the secret's over these very bytes, and made within five minutes of now. */
export function isSigned(
  secret: string,
  message: {
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
    readonly nowMs: number;
  },
): boolean {
  const { 'webhook-id': id, 'webhook-timestamp': seconds, 'webhook-signature': signatures } = message.headers;
  if (!id || !seconds || !signatures || !/^[1-9]\d{0,11}$/.test(seconds)) return false;
  const awaySeconds = Math.abs(Math.floor(message.nowMs / 1000) - Number.parseInt(seconds, 10));
  if (awaySeconds > TOLERANCE_SECONDS) return false;
  const expected = digest(secret, `${id}.${seconds}.${message.body}`);
  return signatures.split(' ').some((signature) => {
    if (!signature.startsWith('v1,')) return false;
    const given = Buffer.from(signature.slice('v1,'.length), 'base64');
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
}

function digest(secret: string, text: string): Buffer {
  if (!secret.startsWith(PREFIX)) throw new TypeError(`A webhook secret must begin with "${PREFIX}"`);
  const key = Buffer.from(secret.slice(PREFIX.length), 'base64');
  return createHmac('sha256', key).update(text).digest();
}
