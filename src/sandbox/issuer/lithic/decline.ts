import type { Lithic } from 'lithic';
import type { DeclineReason } from '../../../core/card/decline.ts';
import type { AsaResult } from '../../../rails/card/lithic/decline.ts';

type Event = NonNullable<Lithic.Transaction['events']>[number];
/** The vendor's word for why an event was declined. */
export type Detail = Event['detailed_results'][number];
type Result = Event['result'];

/** How the vendor words each reason in a transaction: in detail, and in short. */
const WORDS: Readonly<Record<DeclineReason, readonly [Detail, Result]>> = {
  card_not_active: ['CARD_NOT_ACTIVATED', 'CARD_PAUSED'],
  card_frozen: ['CARD_PAUSED', 'CARD_PAUSED'],
  card_closed: ['CARD_CLOSED', 'CARD_CLOSED'],
  card_used: ['SINGLE_USE_CARD_REATTEMPTED', 'SINGLE_USE_RECHARGED'],
  cvv_mismatch: ['CARD_SECURITY_CODE_INCORRECT', 'INVALID_CARD_DETAILS'],
  cvv_required: ['CARD_SECURITY_CODE_INCORRECT', 'INVALID_CARD_DETAILS'],
  expiry_mismatch: ['CARD_EXPIRY_DATE_INCORRECT', 'INVALID_CARD_DETAILS'],
  cash_not_allowed: ['PROGRAM_USAGE_RESTRICTION', 'INVALID_TRANSACTION'],
  mcc_not_allowed: ['AUTH_RULE_BLOCKED_MCC', 'MERCHANT_BLACKLIST'],
  country_not_allowed: ['AUTH_RULE_ALLOWED_COUNTRY', 'MERCHANT_BLACKLIST'],
  merchant_not_allowed: ['MERCHANT_LOCKED_CARD_ATTEMPTED_ELSEWHERE', 'UNAUTHORIZED_MERCHANT'],
  merchant_initiated_not_allowed: ['UNAUTHORIZED_MERCHANT', 'UNAUTHORIZED_MERCHANT'],
  verification_limit: ['CUSTOM_ASA_RESULT', 'DECLINED'],
  threeds_required: ['CARDHOLDER_CHALLENGED', 'SUSPECTED_FRAUD'],
  amount_exceeds_locked: ['CARD_SPEND_LIMIT_EXCEEDED', 'USER_TRANSACTION_LIMIT'],
  original_not_found: ['REVERSAL_UNMATCHED', 'ORIGINAL_NOT_FOUND'],
  issuer_timeout: ['CUSTOMER_ASA_TIMEOUT', 'UNKNOWN_HOST_TIMEOUT'],
};

/** What the network makes of an answer that is not a yes. One word stands for many of the wallet's reasons. */
const REASONS: Readonly<Record<Exclude<AsaResult, 'APPROVED'>, DeclineReason>> = {
  CARD_PAUSED: 'card_frozen',
  INSUFFICIENT_FUNDS: 'amount_exceeds_locked',
  SUSPECTED_FRAUD: 'threeds_required',
  UNAUTHORIZED_MERCHANT: 'merchant_not_allowed',
  VELOCITY_EXCEEDED: 'verification_limit',
};

/** A decline as a transaction words it. */
export function declineWords(reason: DeclineReason): { readonly detail: Detail; readonly result: Result } {
  const [detail, result] = WORDS[reason];
  return { detail, result };
}

/** The reason behind a word of Auth Stream Access; null where it is no such word. */
export function reasonOf(result: string): DeclineReason | null {
  return (REASONS as Readonly<Record<string, DeclineReason>>)[result] ?? null;
}
