import type { Lithic } from 'lithic';
import { centsOf } from '../../../core/card/cents.ts';
import type { Merchant, NetworkMessage } from '../../../core/card/network.ts';
import { longCountry } from '../../../rails/card/lithic/country.ts';
import type { Movement, NetworkCard } from '../dialect.ts';
import { cardUuid, timestamp, uuidFor } from './name.ts';

type Authentication = Lithic.ThreeDSAuthentication;
type Challenge = Extract<NetworkMessage, { readonly kind: 'challenge' }>;
type Result = Extract<NetworkMessage, { readonly kind: 'challenge_result' }>['result'];

const STATUSES = { passed: 'SUCCESS', failed: 'ATTEMPTS_EXCEEDED', expired: 'CARDHOLDER_TIMEOUT' } as const;

/** The event by which the program is told to put a challenge to the cardholder. */
export function challengeEvent(
  card: NetworkCard,
  { message, atMs }: { readonly message: Challenge; readonly atMs: number },
): Lithic.ThreeDSAuthenticationChallengeWebhookEvent {
  return {
    event_type: 'three_ds_authentication.challenge',
    authentication_object: authenticationObject(card, { challenge: message, result: null, atMs }),
    challenge: {
      challenge_method_type: 'OUT_OF_BAND',
      start_time: timestamp(atMs),
      expiry_time: timestamp(message.expiresAtMs),
      app_requestor_url: null,
    },
  };
}

/** The event that says what became of it; null where the network knows of no such challenge. */
export function resultEvent(
  card: NetworkCard,
  movement: Movement,
): Lithic.ThreeDSAuthenticationUpdatedWebhookEvent | null {
  const { message, atMs } = movement;
  if (message.kind !== 'challenge_result') return null;
  const challenge = card.movements
    .map((each) => each.message)
    .find((each) => each.kind === 'challenge' && each.ref === message.ref);
  if (challenge?.kind !== 'challenge') return null;
  const authentication = authenticationObject(card, { challenge, result: message.result, atMs });
  return { ...authentication, event_type: 'three_ds_authentication.updated' };
}

function authenticationObject(
  card: NetworkCard,
  of: { readonly challenge: Challenge; readonly result: Result | null; readonly atMs: number },
): Authentication {
  const amount = Number(centsOf(of.challenge.amountUnits));
  const outcome = of.result === 'passed' ? 'SUCCESS' : 'DECLINE';
  const status = of.result === null ? 'PENDING' : STATUSES[of.result];
  return {
    token: uuidFor(card, 'challenge', of.challenge.ref),
    account_type: 'CREDIT',
    authentication_result: of.result === null ? 'PENDING_CHALLENGE' : outcome,
    card_expiry_check: 'MATCH',
    card_token: cardUuid(card.token),
    cardholder: {},
    challenge_metadata: { method_type: 'OUT_OF_BAND', status },
    challenge_orchestrated_by: 'CUSTOMER',
    channel: 'BROWSER',
    created: timestamp(of.challenge.sentAtMs ?? of.atMs),
    merchant: merchantOf(of.challenge.merchant),
    message_category: 'PAYMENT_AUTHENTICATION',
    three_ds_requestor_challenge_indicator: 'NO_PREFERENCE',
    transaction: {
      amount,
      cardholder_amount: amount,
      currency: 'USD',
      currency_exponent: 2,
      date_time: timestamp(of.atMs),
      type: 'GOODS_SERVICE_PURCHASE',
    },
  };
}

function merchantOf({ name, id, mcc, country }: Merchant): Authentication['merchant'] {
  return {
    name,
    id,
    mcc,
    country: country === null ? null : longCountry(country),
    risk_indicator: {},
  };
}
