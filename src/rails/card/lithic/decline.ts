import type { DeclineReason } from '../../../core/card/decline.ts';

/** What an Auth Stream Access answer may say; every word but the first declines. */
export type AsaResult =
  | 'APPROVED'
  | 'CARD_PAUSED'
  | 'INSUFFICIENT_FUNDS'
  | 'SUSPECTED_FRAUD'
  | 'UNAUTHORIZED_MERCHANT'
  | 'VELOCITY_EXCEEDED';

/**
 * How each of our reasons is worded to Lithic. `CHALLENGE` is never used: it would make Lithic send a code by SMS that
 * nobody reads.
 */
export const ASA_RESULTS: Readonly<Record<DeclineReason, AsaResult>> = {
  card_not_active: 'CARD_PAUSED',
  card_frozen: 'CARD_PAUSED',
  card_closed: 'CARD_PAUSED',
  card_used: 'UNAUTHORIZED_MERCHANT',
  cvv_mismatch: 'SUSPECTED_FRAUD',
  cvv_required: 'SUSPECTED_FRAUD',
  expiry_mismatch: 'SUSPECTED_FRAUD',
  cash_not_allowed: 'UNAUTHORIZED_MERCHANT',
  mcc_not_allowed: 'UNAUTHORIZED_MERCHANT',
  country_not_allowed: 'UNAUTHORIZED_MERCHANT',
  merchant_not_allowed: 'UNAUTHORIZED_MERCHANT',
  merchant_initiated_not_allowed: 'UNAUTHORIZED_MERCHANT',
  verification_limit: 'VELOCITY_EXCEEDED',
  threeds_required: 'SUSPECTED_FRAUD',
  amount_exceeds_locked: 'INSUFFICIENT_FUNDS',
  original_not_found: 'UNAUTHORIZED_MERCHANT',
  issuer_timeout: 'CARD_PAUSED',
};

/** What Lithic's own rules and processor decline for, in our words; the first that an event lists counts. */
const REASONS: Readonly<Record<string, DeclineReason>> = {
  CARD_SECURITY_CODE_INCORRECT: 'cvv_mismatch',
  CARD_CRYPTOGRAM_VALIDATION_FAILURE: 'cvv_mismatch',
  CARD_EXPIRY_DATE_INCORRECT: 'expiry_mismatch',
  CARD_PIN_INCORRECT: 'cvv_mismatch',
  PIN_BLOCKED: 'card_frozen',
  CARD_CLOSED: 'card_closed',
  CARD_EXPIRED: 'card_closed',
  CARD_INVALID: 'card_closed',
  CARD_PAUSED: 'card_frozen',
  CARD_RESTRICTED: 'card_frozen',
  ACCOUNT_PAUSED: 'card_frozen',
  ACCOUNT_INACTIVE: 'card_frozen',
  ACCOUNT_DELINQUENT: 'card_frozen',
  ACCOUNT_UNDER_REVIEW: 'card_frozen',
  PROGRAM_SUSPENDED: 'card_frozen',
  CARD_NOT_ACTIVATED: 'card_not_active',
  SINGLE_USE_CARD_REATTEMPTED: 'card_used',
  TRANSACTION_PREVIOUSLY_COMPLETED: 'card_used',
  CARD_SPEND_LIMIT_EXCEEDED: 'amount_exceeds_locked',
  PROGRAM_CARD_SPEND_LIMIT_EXCEEDED: 'amount_exceeds_locked',
  ACCOUNT_DAILY_SPEND_LIMIT_EXCEEDED: 'amount_exceeds_locked',
  ACCOUNT_MONTHLY_SPEND_LIMIT_EXCEEDED: 'amount_exceeds_locked',
  ACCOUNT_LIFETIME_SPEND_LIMIT_EXCEEDED: 'amount_exceeds_locked',
  INSUFFICIENT_FUNDS: 'amount_exceeds_locked',
  INSUFFICIENT_FUNDING_SOURCE_BALANCE: 'amount_exceeds_locked',
  MERCHANT_LOCKED_CARD_ATTEMPTED_ELSEWHERE: 'merchant_not_allowed',
  MERCHANT_INVALID: 'merchant_not_allowed',
  MERCHANT_NOT_PERMITTED: 'merchant_not_allowed',
  AUTH_RULE_BLOCKED_MCC: 'mcc_not_allowed',
  AUTH_RULE_ALLOWED_MCC: 'mcc_not_allowed',
  AUTH_RULE_BLOCKED_COUNTRY: 'country_not_allowed',
  AUTH_RULE_ALLOWED_COUNTRY: 'country_not_allowed',
  PROGRAM_USAGE_RESTRICTION: 'cash_not_allowed',
  CUSTOM_ASA_RESULT: 'verification_limit',
  CARDHOLDER_CHALLENGED: 'threeds_required',
  CARDHOLDER_CHALLENGE_FAILED: 'threeds_required',
  REVERSAL_UNMATCHED: 'original_not_found',
  OVER_REVERSAL_ATTEMPTED: 'original_not_found',
  CUSTOMER_ASA_TIMEOUT: 'issuer_timeout',
  MALFORMED_ASA_RESPONSE: 'issuer_timeout',
  LITHIC_SYSTEM_ERROR: 'issuer_timeout',
  LITHIC_SYSTEM_RATE_LIMIT: 'issuer_timeout',
};

/** What Lithic finds before it asks us, and never says for a no of ours: no answer stands behind these. */
const BEFORE_QUESTION: ReadonlySet<string> = new Set([
  'CARD_SECURITY_CODE_INCORRECT',
  'CARD_CRYPTOGRAM_VALIDATION_FAILURE',
  'CARD_EXPIRY_DATE_INCORRECT',
  'CARD_PIN_INCORRECT',
  'PIN_BLOCKED',
  'CARD_CLOSED',
  'CARD_EXPIRED',
  'CARD_INVALID',
  'CARD_NOT_ACTIVATED',
]);

/** Why an event was declined, in our words; null where Lithic's say nothing that we have a word for. */
export function declineOf(details: readonly string[]): DeclineReason | null {
  for (const detail of details) {
    const reason = REASONS[detail];
    if (reason !== undefined) return reason;
  }
  return null;
}

/**
 * Whether an approval of ours may stand behind this decline, and must be undone: it did not arrive, or another check came
 * after it, or it was booked too late for the answer, which then was a no in the words of one.
 */
export function mayUndo(details: readonly string[]): boolean {
  return !details.some((detail) => BEFORE_QUESTION.has(detail));
}
