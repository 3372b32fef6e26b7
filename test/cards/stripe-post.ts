import Stripe from 'stripe';
import type { RawReply } from '../../src/core/card/ports.ts';
import type { StripeOptions } from '../../src/rails/card/stripe/account.ts';
import { createStripeIssuer } from '../../src/rails/card/stripe.ts';
import { NOW_MS, openTestDesk } from './stripe-world.ts';

/** What the events of a test are signed with. */
export const SECRETS = { decisionSecret: 'whsec_decisions', webhookSecret: 'whsec_events' };
/** Now, in Stripe's seconds. */
export const SECONDS = NOW_MS / 1000;

/** An adapter that is reached through its inbox alone. */
export function open(options: Partial<StripeOptions> = {}) {
  const desk = openTestDesk();
  const base = {
    apiKey: 'sk_test_one',
    ...SECRETS,
    cardholder: 'ich_1',
    desk,
    clock: { nowMs: () => NOW_MS },
  };
  return { desk, issuer: createStripeIssuer({ ...base, ...options }) };
}

/** Hands an event in, signed at some second. */
export async function post(
  { issuer }: ReturnType<typeof open>,
  event: {
    readonly type: string;
    readonly object: object;
    readonly previous?: object;
    readonly livemode?: boolean;
  },
  signed: { readonly at?: number; readonly secret?: string; readonly tamper?: boolean } = {},
): Promise<RawReply> {
  const isRequest = event.type === 'issuing_authorization.request';
  const route = issuer.inbox.find(({ path }) => path === (isRequest ? 'decisions' : 'events'));
  const payload = JSON.stringify({
    id: 'evt_1',
    object: 'event',
    type: event.type,
    livemode: event.livemode ?? false,
    data: { object: event.object, ...(event.previous && { previous_attributes: event.previous }) },
  });
  const secret = signed.secret ?? (isRequest ? SECRETS.decisionSecret : SECRETS.webhookSecret);
  const signature = Stripe.webhooks.generateTestHeaderString({
    payload,
    secret,
    timestamp: signed.at ?? SECONDS,
  });
  const body = signed.tamper === true ? payload.replace('usd', 'eur') : payload;
  const reply = await route?.receive({ headers: { 'stripe-signature': signature }, body });
  if (reply === undefined) throw new Error('There is no such address');
  return reply;
}

export const MERCHANT = {
  category: 'computer_software_stores',
  category_code: '5734',
  country: 'US',
  name: 'SaaS Store',
  network_id: '42',
};
export const CHECKS = { cvc_check: 'match', expiry_check: 'match', three_d_secure: null };
export const CARD = {
  id: 'ic_1',
  status: 'active',
  spending_controls: { blocked_categories: ['betting_casino_gambling'] },
};

/** An authorization of 20 dollars, with these fields. */
export function authorization(fields: object) {
  return {
    ...{ id: 'iauth_1', object: 'issuing.authorization', amount: 2000, amount_details: null, approved: true },
    ...{ card: CARD, created: SECONDS, currency: 'usd', merchant_data: MERCHANT, metadata: {} },
    ...{
      pending_request: null,
      request_history: [],
      status: 'pending',
      transactions: [],
      verification_data: CHECKS,
    },
    ...fields,
  };
}

/** An entry of its history. */
export function request(approved: boolean, reason: string, amount = 2000, created = SECONDS) {
  return { amount, amount_details: null, approved, created, currency: 'usd', reason };
}

/** A force post of 20 dollars, with these fields. */
export function transaction(fields: object) {
  return {
    ...{
      id: 'ipi_1',
      object: 'issuing.transaction',
      amount: -2000,
      authorization: null,
      card: 'ic_1',
      created: SECONDS,
    },
    ...{ currency: 'usd', dispute: null, merchant_data: MERCHANT, type: 'capture' },
    ...fields,
  };
}
