import type { Lithic } from 'lithic';
import { centsIn } from './amount.ts';

type Transaction = Lithic.Transaction;
/** One event of a transaction. */
export type TransactionEvent = NonNullable<Transaction['events']>[number];

/** Events that open a transaction in which money leaves the card. */
const OPENINGS = new Set([
  'AUTHORIZATION',
  'AUTHORIZATION_ADVICE',
  'FINANCIAL_AUTHORIZATION',
  'BALANCE_INQUIRY',
]);
/** Events that change what is pending. */
const CHANGES = new Set([
  ...OPENINGS,
  'AUTHORIZATION_REVERSAL',
  'AUTHORIZATION_EXPIRY',
  'CLEARING',
  'CORRECTION_DEBIT',
]);

/** A transaction's events in order, and what is pending before and after each, in cents. */
export type History = {
  readonly events: readonly TransactionEvent[];
  /** The event that opened it; null where money moved without an authorization, or to the card. */
  readonly opening: TransactionEvent | null;
  readonly pendingBefore: (event: TransactionEvent) => bigint;
  readonly pendingAfter: (event: TransactionEvent) => bigint;
};

/**
 * Follows what is pending through a transaction. After its latest change the vendor's own number counts; before that it is
 * worked out from the events, where an advice names the new total.
 */
export function followPending(transaction: Transaction): History {
  const events = (transaction.events ?? []).toSorted((a, b) => Date.parse(a.created) - Date.parse(b.created));
  const opening = events.find(
    ({ type, effective_polarity: polarity }) => OPENINGS.has(type) && polarity !== 'CREDIT',
  );
  const last = events.findLast(({ type, result }) => CHANGES.has(type) && result === 'APPROVED');
  const [before, after] = [new Map<string, bigint>(), new Map<string, bigint>()];
  let pending = 0n;
  for (const event of events) {
    before.set(event.token, pending);
    pending = event === last ? centsIn(transaction.amounts.hold) : change(pending, event);
    after.set(event.token, pending);
  }
  return {
    events,
    opening: opening ?? null,
    pendingBefore: ({ token }) => before.get(token) ?? 0n,
    pendingAfter: ({ token }) => after.get(token) ?? 0n,
  };
}

function change(pending: bigint, event: TransactionEvent): bigint {
  if (event.result !== 'APPROVED' || (event.effective_polarity === 'CREDIT' && event.type === 'CLEARING'))
    return pending;
  const cents = centsIn(event.amounts.cardholder);
  switch (event.type) {
    case 'AUTHORIZATION':
      return pending + cents;
    case 'AUTHORIZATION_ADVICE':
      return cents;
    case 'AUTHORIZATION_REVERSAL':
    case 'CLEARING':
    case 'CORRECTION_DEBIT':
      return cents < pending ? pending - cents : 0n;
    case 'AUTHORIZATION_EXPIRY':
      return 0n;
    default:
      return pending;
  }
}
