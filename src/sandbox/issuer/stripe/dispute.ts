import type { NetworkCard } from '../dialect.ts';
import { idOf } from './names.ts';
import { postingId } from './transaction.ts';
import { cents, seconds, type Wire } from './wire.ts';

const STATUS = { opened: 'submitted', won: 'won', lost: 'lost' } as const;

/** A dispute as Stripe writes it, by the record that is disputed; null where there is none. */
export function disputeObject(card: NetworkCard, record: string): Wire | null {
  const steps = card.movements.flatMap(({ message, atMs }) =>
    message.kind === 'dispute' && message.of === record ? [{ ...message, atMs }] : [],
  );
  const [first, last] = [steps[0], steps.at(-1)];
  if (first === undefined || last === undefined) return null;
  return {
    id: idOf('dispute', card, record),
    object: 'issuing.dispute',
    amount: cents(last.amountUnits),
    balance_transactions: null,
    created: seconds(first.atMs),
    currency: 'usd',
    evidence: { reason: 'other' },
    livemode: false,
    metadata: {},
    status: STATUS[last.step],
    transaction: postingId(card, { type: 'capture', record }),
    treasury: null,
  };
}
