import type Stripe from 'stripe';
import { DECLINES, type DeclineReason } from '../../../core/card/decline.ts';

/** What our answer left at the authorization: why we declined it. */
export const REASON_MARK = 'fluxa_reason';

/** Reasons for which Stripe, or the network, went on without an answer of ours that it could use. */
const UNANSWERED = ['webhook_timeout', 'webhook_error', 'network_fallback', 'stripe_internal_error'];

/** Reasons that say one thing. */
const REASONS: ReadonlyMap<string, DeclineReason> = new Map<string, DeclineReason>([
  ['card_canceled', 'card_closed'],
  ['card_expired', 'card_closed'],
  ['pin_blocked', 'cash_not_allowed'],
  ['insecure_authorization_method', 'cvv_required'],
  ['suspected_fraud', 'merchant_not_allowed'],
  ['not_allowed', 'merchant_not_allowed'],
  // The operator has to see to these at Stripe.
  ['account_disabled', 'card_frozen'],
  ['cardholder_blocked', 'card_frozen'],
  ['cardholder_inactive', 'card_frozen'],
  ['cardholder_verification_required', 'card_frozen'],
  ['insufficient_funds', 'card_frozen'],
]);

/** Whether a request was decided without a usable answer of ours. */
export function isUnanswered(authorization: Stripe.Issuing.Authorization, reason: string): boolean {
  if (reason === 'webhook_declined') return authorization.metadata[REASON_MARK] === 'issuer_timeout';
  return UNANSWERED.includes(reason);
}

/** What Stripe finds before it asks us: no answer stands behind these. */
const BEFORE_QUESTION: ReadonlySet<string> = new Set([
  'account_disabled',
  'card_canceled',
  'card_expired',
  'card_inactive',
  'cardholder_blocked',
  'cardholder_inactive',
  'cardholder_verification_required',
  'insecure_authorization_method',
  'pin_blocked',
  'spending_controls',
  'verification_failed',
]);

/** Whether a yes of ours may stand behind this no, and must be undone: it was not used, or another check came after it. */
export function mayUndo(authorization: Stripe.Issuing.Authorization, reason: string): boolean {
  if (reason === 'webhook_declined') return isUnanswered(authorization, reason);
  return !BEFORE_QUESTION.has(reason);
}

/** Why an authorization was declined, in our words. */
export function declineOf(authorization: Stripe.Issuing.Authorization, reason: string): DeclineReason {
  if (isUnanswered(authorization, reason)) return 'issuer_timeout';
  if (reason === 'webhook_declined') return ownReason(authorization.metadata[REASON_MARK]);
  if (reason === 'card_inactive')
    return authorization.card.status === 'canceled' ? 'card_closed' : 'card_frozen';
  if (reason === 'spending_controls')
    return isBlocked(authorization) ? 'mcc_not_allowed' : 'amount_exceeds_locked';
  if (reason === 'verification_failed') return failedCheck(authorization.verification_data);
  return REASONS.get(reason) ?? 'merchant_not_allowed';
}

/** Reads the reason we gave; one that we do not know is that of a merchant who was not wanted. */
export function ownReason(text: string | undefined): DeclineReason {
  return text !== undefined && Object.hasOwn(DECLINES, text)
    ? (text as DeclineReason)
    : 'merchant_not_allowed';
}

function isBlocked({ card, merchant_data }: Stripe.Issuing.Authorization): boolean {
  const blocked: readonly string[] = card.spending_controls.blocked_categories ?? [];
  return blocked.includes(merchant_data.category);
}

function failedCheck(checks: Stripe.Issuing.Authorization.VerificationData): DeclineReason {
  if (checks.cvc_check === 'mismatch') return 'cvv_mismatch';
  if (checks.expiry_check === 'mismatch') return 'expiry_mismatch';
  if (checks.three_d_secure?.result === 'failed') return 'threeds_required';
  return checks.cvc_check === 'not_provided' ? 'cvv_required' : 'merchant_not_allowed';
}
