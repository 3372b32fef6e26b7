import type { Lithic } from 'lithic';
import type { DeclineReason } from '../../../core/card/decline.ts';
import { declineWords } from './decline.ts';
import { timestamp } from './name.ts';

/** One event of a transaction in the vendor's words. */
export type TransactionEvent = NonNullable<Lithic.Transaction['events']>[number];

/** What an event is made of. */
export type EventParts = {
  readonly token: string;
  readonly type: TransactionEvent['type'];
  readonly cents: bigint;
  readonly decline: DeclineReason | null;
  readonly atMs: number;
};

/** Events by which money is moved, and not only kept. */
const FINANCIAL = new Set<TransactionEvent['type']>([
  'CLEARING',
  'FINANCIAL_AUTHORIZATION',
  'RETURN',
  'RETURN_REVERSAL',
]);
const CREDITS = new Set<TransactionEvent['type']>([
  'RETURN',
  'AUTHORIZATION_REVERSAL',
  'AUTHORIZATION_EXPIRY',
]);

/** Makes an event. Amounts of refunds are below zero. */
export function eventObject({ token, type, cents, decline, atMs }: EventParts): TransactionEvent {
  const amount = Number(type === 'RETURN' ? -cents : cents);
  const words = decline === null ? null : declineWords(decline);
  const converted = { amount, conversion_rate: '1.000000', currency: 'USD' };
  return {
    token,
    type,
    amount,
    amounts: {
      cardholder: converted,
      merchant: { amount, currency: 'USD' },
      settlement: FINANCIAL.has(type) ? converted : null,
    },
    created: timestamp(atMs),
    detailed_results: [words?.detail ?? 'APPROVED'],
    effective_polarity: CREDITS.has(type) ? 'CREDIT' : 'DEBIT',
    network_info: null,
    result: words?.result ?? 'APPROVED',
    rule_results: [],
    network_specific_data: null,
  };
}
