import type { DeclineReason } from '../../../core/card/decline.ts';
import type { NetworkMessage } from '../../../core/card/network.ts';

/** What Stripe calls the reasons for which it declines by itself. */
const REASONS: ReadonlyMap<DeclineReason, string> = new Map<DeclineReason, string>([
  ['amount_exceeds_locked', 'spending_controls'],
  ['mcc_not_allowed', 'spending_controls'],
  ['card_closed', 'card_inactive'],
  ['card_frozen', 'card_inactive'],
  ['cvv_mismatch', 'verification_failed'],
  ['cvv_required', 'verification_failed'],
  ['expiry_mismatch', 'verification_failed'],
  ['merchant_not_allowed', 'suspected_fraud'],
  ['issuer_timeout', 'webhook_timeout'],
]);

/** Stripe's word for why it declined by itself; null where it has none. */
export function reasonOf(decline: DeclineReason | null): string | null {
  return decline === null ? null : (REASONS.get(decline) ?? null);
}

/** Why Stripe's words cannot say a message; null where they can. */
export function cannotSay(message: NetworkMessage): string | null {
  switch (message.kind) {
    case 'authorization':
      return cannotAuthorize(message);
    case 'refund_reversal':
      return 'Stripe knows captures and refunds; no transaction takes a refund back';
    case 'challenge':
    case 'challenge_result':
      return 'Stripe sends codes of 3-D Secure to the cardholder itself and tells nobody else';
    default:
      return null;
  }
}

function cannotAuthorize(message: Extract<NetworkMessage, { kind: 'authorization' }>): string | null {
  if (message.purpose === 'balance_inquiry') return 'Stripe has no balance inquiries';
  if (message.mode === 'declined' && reasonOf(message.decline) === null) {
    return `Stripe does not decline for "${message.decline}" by itself`;
  }
  if (message.mode !== 'ask') return null;
  if (message.initiator === 'merchant') return 'Stripe does not say who started a charge';
  return message.challenge === null ? null : 'Stripe does not name the challenge that was passed';
}
