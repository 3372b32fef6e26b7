import type Stripe from 'stripe';
import type { NetworkMessage } from '../../../core/card/network.ts';
import { atMs, idOf, merchantOf, unitsIn } from './wire.ts';

/**
 * What a transaction means. Its amount is what it does to the balance: a capture is below zero, a refund above. The
 * sign decides; the type only tells a capture from a refund that is taken back. Whether a capture was the last one is
 * known by its authorization alone, and told by that.
 */
export function messageOfTransaction(transaction: Stripe.Issuing.Transaction): NetworkMessage {
  const { id, type, amount, currency, created, merchant_data } = transaction;
  const auth = idOf(transaction.authorization);
  const units = unitsIn(currency, amount);
  const message = { id, sentAtMs: atMs(created) };
  if (units > 0n) return { ...message, kind: 'refund', record: id, of: auth, amountUnits: units };
  if (type === 'refund') return { ...message, kind: 'refund_reversal', of: auth ?? id, amountUnits: -units };
  const [isFinal, merchant] = [auth === null, merchantOf(merchant_data)];
  return { ...message, kind: 'clearing', auth, record: id, amountUnits: -units, isFinal, merchant };
}
