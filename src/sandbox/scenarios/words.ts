/**
 * What files of scenarios call the wallet's refusals, where that is another word than the code. One thing is worded in
 * several ways; a word never means two things that a caller would act on differently.
 */
const REFUSALS: Readonly<Record<string, RegExp>> = {
  amount_invalid: /^invalid_amount$/,
  amount_ambiguous: /^invalid_amount$/,
  amount_out_of_range: /^invalid_amount$/,
  mandate_not_found: /^mandate_not_active$/,
  mandate_not_signed: /^mandate_not_active$/,
  mandate_rejected: /^mandate_not_active$/,
  mandate_revoked: /^mandate_not_active$/,
  mandate_paused: /^mandate_not_active$/,
  mandate_not_started: /^mandate_not_active$/,
  mandate_expired: /^mandate_not_active$/,
  insufficient_balance: /^insufficient_(wallet_)?(balance|funds)$|^wallet_(balance_)?insufficient$/,
  idempotency_key_reused: /^idempotency_(key_)?(conflict|mismatch|reuse)$/,
  card_not_active: /^card_(used|closed|frozen|not_withdrawable)$|exceeds|^insufficient_/,
  card_not_rechargeable: /^card_(used|closed|not_active)$/,
  card_shortfall_open: /shortfall|receivable/,
  credentials_destroyed: /^(credentials|card)_(gone|wiped)$/,
  issuer_refused: /^issuer_(error|rejected)$|^issuance_(failed|error)$/,
  card_option_not_allowed: /^(invalid_policy|policy_not_allowed)$/,
};

/** The same for what the operator should look at. */
const EXCEPTIONS: Readonly<Record<string, RegExp>> = {
  over_capture: /^(overcapture|capture_above_auth)$/,
  reversal_unmatched: /^(unmatched_reversal|original_not_found)$/,
  clearing_unmatched: /^(unmatched_clearing|clearing_before_auth)$/,
  early_credit: /^(credit_before_debit|refund_before_clearing|unmatched_credit)$/,
  refund_reversed: /^refund_reversal$/,
  dispute_already_credited: /^(duplicate_credit|double_credit|dispute_after_refund|already_refunded)$/,
  standin_uncovered: /^(standin|stand_in)(_above_lock|_shortfall)?$/,
};

/** Whether a file's word means this code of ours. */
export function isMeant(word: string, code: string): boolean {
  return word === code || (REFUSALS[code]?.test(word) ?? false);
}

/** Whether a file's word means this kind of exception. */
export function isException(word: string, kind: string): boolean {
  return word === kind || (EXCEPTIONS[kind]?.test(word) ?? false);
}
