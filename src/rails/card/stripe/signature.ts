import Stripe from 'stripe';
import type { RawReply, RawRequest } from '../../../core/card/ports.ts';
import { REFUSALS, type RefusalCode } from '../../../core/refusal.ts';
import type { StripeAccount } from './account.ts';

/** How old a signature may be. */
const TOLERANCE_SECONDS = 300;

/** What Stripe sent, once its signature over the very bytes is proved; else what is answered. */
export async function readEvent(
  { stripe, clock, isSandbox }: StripeAccount,
  { request, secret }: { readonly request: RawRequest; readonly secret: string },
): Promise<Stripe.Event | RawReply> {
  const { body, headers } = request;
  const signature = headers['stripe-signature'] ?? '';
  const now = clock?.nowMs();
  try {
    const { webhooks } = stripe;
    const event = await webhooks.constructEventAsync(
      body,
      signature,
      secret,
      TOLERANCE_SECONDS,
      undefined,
      now,
    );
    return event.livemode === isSandbox ? refusal('input_invalid') : event;
  } catch (error) {
    const isForged = error instanceof Stripe.errors.StripeSignatureVerificationError;
    return refusal(isForged ? 'webhook_signature_invalid' : 'json_invalid');
  }
}

/** An answer to Stripe. */
export function reply(
  status: number,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): RawReply {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) };
}

/** The answer to what is not taken: Stripe sends it again, for days. */
function refusal(code: RefusalCode): RawReply {
  return reply(REFUSALS[code].status, { code });
}
