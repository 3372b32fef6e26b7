import type Stripe from 'stripe';
import type { NetworkMessage } from '../../../core/card/network.ts';
import { atMs, idOf, unitsIn } from './wire.ts';

/** Where a dispute stands. Money that Stripe lends until a dispute is decided is not the cardholder's yet. */
export function messagesOfDispute(dispute: Stripe.Issuing.Dispute): readonly NetworkMessage[] {
  const { id, status, amount, currency, created } = dispute;
  const of = idOf(dispute.transaction);
  if (of === null || status === 'unsubmitted') return [];
  const step = (name: 'opened' | 'won' | 'lost'): NetworkMessage => ({
    id: `${id}/${name}`,
    sentAtMs: atMs(created),
    kind: 'dispute',
    step: name,
    of,
    amountUnits: unitsIn(currency, amount),
  });
  if (status === 'won') return [step('opened'), step('won')];
  if (status === 'lost' || status === 'expired') return [step('opened'), step('lost')];
  return [step('opened')];
}

/** What was won and is taken away again. */
export function messageOfRescission(dispute: Stripe.Issuing.Dispute): NetworkMessage | null {
  const of = idOf(dispute.transaction);
  if (of === null || dispute.status !== 'won') return null;
  const amountUnits = unitsIn(dispute.currency, dispute.amount);
  return { id: `${dispute.id}/rescinded`, sentAtMs: null, kind: 'refund_reversal', of, amountUnits };
}
