import type { Lithic } from 'lithic';
import { centsOf, unitsOf } from '../../../core/card/cents.ts';
import type { MessageAnswer } from '../../../core/card/network.ts';
import type { NetworkCard } from '../dialect.ts';
import { cardObject } from './card.ts';
import { reasonOf } from './decline.ts';
import type { Authorization } from './draft.ts';
import { type Of, openLedger } from './ledger.ts';
import { timestamp, uuidFor } from './name.ts';
import { authenticationOf, entryMode, merchantObject, terminal } from './transaction.ts';

/** What the vendor declines by itself, before it asks; null where it asks. Its spend limit is only a second net: not here. */
export function ownDecline(card: NetworkCard, message: Authorization): MessageAnswer | null {
  const declined = (
    reason: 'card_closed' | 'card_frozen' | 'card_not_active' | 'cvv_mismatch' | 'expiry_mismatch',
  ) => ({ kind: 'declined', reason }) as const;
  if (card.state === 'closed') return declined('card_closed');
  if (card.state === 'paused') return declined('card_frozen');
  if (card.state === 'pending') return declined('card_not_active');
  if (message.code === 'mismatch') return declined('cvv_mismatch');
  return message.expiry === 'mismatch' ? declined('expiry_mismatch') : null;
}

/**
 * What the vendor says to more on top of an authorization: it asks nobody, keeps to its own spend limit, and tells of it by
 * an advice.
 */
export function decideIncrement(card: NetworkCard, message: Of<'increment'>): MessageAnswer {
  const { transactions, ofRecord } = openLedger(card, card.movements);
  const pending = ofRecord(message.auth)?.transaction.pending ?? 0n;
  if (pending === 0n) return { kind: 'declined', reason: 'original_not_found' };
  const used = transactions.reduce((sum, draft) => sum + draft.pending + draft.settled, 0n);
  const isWithin = used + centsOf(message.amountUnits) <= card.lockCents;
  if (!isWithin) return { kind: 'declined', reason: 'amount_exceeds_locked' };
  return { kind: 'approved', approvedUnits: message.amountUnits, isPartial: false };
}

/** The question of Auth Stream Access. */
export function asaRequest(
  card: NetworkCard,
  message: Authorization,
): Lithic.CardAuthorizationApprovalRequestWebhookEvent {
  const { initiator, purpose } = message;
  const amount = Number(centsOf(message.amountUnits));
  const { last_four, memo = '', spend_limit, state, token, type } = cardObject(card);
  const authentication = authenticationOf(card, message.challenge);
  return {
    event_type: 'card_authorization.approval_request',
    token: uuidFor(card, 'transaction', message.auth),
    status:
      purpose === 'financial'
        ? 'FINANCIAL_AUTHORIZATION'
        : purpose === 'balance_inquiry'
          ? 'BALANCE_INQUIRY'
          : 'AUTHORIZATION',
    acquirer_fee: 0,
    amount,
    amounts: {
      cardholder: { amount, conversion_rate: '1.000000', currency: 'USD' },
      hold: { amount, currency: 'USD' },
      merchant: { amount, currency: 'USD' },
      settlement: null,
    },
    authorization_amount: amount,
    avs: { address: '', zipcode: '', address_on_file_match: 'NOT_PRESENT' },
    card: { last_four, memo, spend_limit, spend_limit_duration: 'FOREVER', state, token, type },
    ...(authentication !== null && { cardholder_authentication: authentication }),
    cardholder_currency: 'USD',
    cash_amount: purpose === 'cash' ? amount : 0,
    created: timestamp(message.sentAtMs ?? card.createdAtMs),
    merchant: merchantObject(message.merchant),
    merchant_amount: amount,
    merchant_currency: 'USD',
    name_validation: null,
    network: 'UNKNOWN',
    pos: { entry_mode: entryMode(initiator === 'merchant'), terminal: terminal(message.isPartialCapable) },
    service_location: null,
    settled_amount: 0,
    transaction_initiator:
      initiator === 'merchant' ? 'MERCHANT' : initiator === 'cardholder' ? 'CARDHOLDER' : 'UNKNOWN',
  };
}

/** What the network makes of the reply to a question; null where it is no answer. */
export function readReply(text: string, message: Authorization): MessageAnswer | null {
  const { result, approved_amount: approved, token } = parse(text);
  if (typeof result !== 'string' || typeof token !== 'string') return null;
  if (result !== 'APPROVED') {
    const reason = reasonOf(result);
    return reason === null ? null : { kind: 'declined', reason };
  }
  if (approved === undefined) {
    return { kind: 'approved', approvedUnits: message.amountUnits, isPartial: false };
  }
  if (typeof approved !== 'number' || !Number.isSafeInteger(approved) || approved <= 0) return null;
  const approvedUnits = unitsOf(BigInt(approved));
  if (approvedUnits >= message.amountUnits || !message.isPartialCapable) return null;
  return { kind: 'approved', approvedUnits, isPartial: true };
}

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
