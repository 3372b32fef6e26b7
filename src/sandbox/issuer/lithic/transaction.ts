import type { Lithic } from 'lithic';
import type { Merchant } from '../../../core/card/network.ts';
import { longCountry } from '../../../rails/card/lithic/country.ts';
import type { NetworkCard } from '../dialect.ts';
import { ACCOUNT_TOKEN } from './card.ts';
import type { Draft } from './draft.ts';
import { cardUuid, timestamp, uuidFor } from './name.ts';

type Transaction = Lithic.Transaction;

/** A transaction as the vendor's API shows it. What is pending or settled is below zero where it leaves the card. */
export function transactionObject(card: Pick<NetworkCard, 'token'>, draft: Draft): Transaction {
  const { authorization, pending, settled, events } = draft;
  const amount = Number(pending > 0n ? pending : settled);
  const moved = { amount: Number(-settled), currency: 'USD' };
  const first = events[0];
  return {
    token: draft.token,
    account_token: ACCOUNT_TOKEN,
    acquirer_fee: 0,
    acquirer_reference_number: null,
    amount,
    amounts: {
      cardholder: { ...moved, conversion_rate: '1.000000' },
      hold: { amount: Number(-pending), currency: 'USD' },
      merchant: moved,
      settlement: moved,
    },
    authorization_amount: authorization === null ? null : (first?.amount ?? null),
    authorization_code: null,
    avs: null,
    card_token: cardUuid(card.token),
    cardholder_authentication: authenticationOf(card, authorization?.challenge ?? null),
    created: timestamp(draft.createdAtMs),
    events: draft.events,
    financial_account_token: null,
    merchant: merchantObject(draft.merchant),
    merchant_amount: amount,
    merchant_authorization_amount: authorization === null ? null : (first?.amount ?? null),
    merchant_currency: 'USD',
    network: 'UNKNOWN',
    network_risk_score: null,
    pos: {
      entry_mode: entryMode(authorization?.initiator === 'merchant'),
      terminal: terminal(authorization?.isPartialCapable === true),
    },
    result: first?.result ?? 'APPROVED',
    service_location: null,
    settled_amount: Number(settled),
    status: statusOf(draft),
    tags: {},
    token_info: null,
    updated: timestamp(draft.updatedAtMs),
  };
}

/** A merchant in the vendor's words; what the network does not send is empty. */
export function merchantObject({ name, id, mcc, country }: Merchant): Transaction['merchant'] {
  return {
    acceptor_id: id ?? '',
    acquiring_institution_id: '',
    city: '',
    country: country === null ? '' : (longCountry(country) ?? ''),
    descriptor: name,
    mcc: mcc ?? '',
    state: '',
    phone_number: null,
    postal_code: null,
    street_address: null,
  };
}

/** How the card was entered: typed into a page, or kept by the merchant. */
export function entryMode(isMerchant: boolean) {
  return {
    card: 'NOT_PRESENT',
    cardholder: isMerchant ? 'REOCCURRING' : 'NOT_PRESENT',
    pan: isMerchant ? 'CREDENTIAL_ON_FILE' : 'ECOMMERCE',
    pin_entered: false,
  } as const;
}

/** The terminal of a page. */
export function terminal(isPartialCapable: boolean): Transaction['pos']['terminal'] {
  return {
    attended: false,
    card_retention_capable: false,
    on_premise: false,
    operator: 'CARDHOLDER',
    partial_approval_capable: isPartialCapable,
    pin_capability: 'NOT_CAPABLE',
    type: 'ECOMMERCE',
    acceptor_terminal_id: null,
  };
}

/** What 3-D Secure says of a charge; `challenge` is the network's name of the one that was passed. */
export function authenticationOf(
  card: Pick<NetworkCard, 'token'>,
  challenge: string | null,
): Lithic.CardholderAuthentication | null {
  if (challenge === null) return null;
  return {
    authentication_method: 'CHALLENGE',
    authentication_result: 'SUCCESS',
    decision_made_by: 'CUSTOMER_ENDPOINT',
    liability_shift: '3DS_AUTHENTICATED',
    three_ds_authentication_token: uuidFor(card, 'challenge', challenge),
  };
}

function statusOf({ events, pending }: Draft): Transaction['status'] {
  if (pending > 0n) return 'PENDING';
  const done = events.filter(({ result }) => result === 'APPROVED');
  if (done.length === 0) return 'DECLINED';
  const types = new Set(done.map(({ type }) => type));
  const isSettled = ['CLEARING', 'FINANCIAL_AUTHORIZATION', 'RETURN', 'RETURN_REVERSAL'] as const;
  if (isSettled.some((type) => types.has(type))) return 'SETTLED';
  if (types.has('AUTHORIZATION_EXPIRY')) return 'EXPIRED';
  return types.has('AUTHORIZATION_REVERSAL') ? 'VOIDED' : 'PENDING';
}
