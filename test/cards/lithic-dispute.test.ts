import type { Lithic } from 'lithic';
import { expect, test } from 'vitest';
import { readDispute } from '../../src/rails/card/lithic/dispute.ts';

type Step = readonly [action: 'OPENED' | 'CLOSED' | 'REOPENED', disposition?: string, amount?: number];

/** A managed dispute of 9 dollars with these steps, named e1 and so on. */
function dispute(steps: readonly Step[], liability: object = {}): Lithic.DisputeV2 {
  return {
    ...{ token: 'd', card_token: 'card', currency: 'USD', disposition: steps.at(-1)?.[1] ?? null },
    transaction_series: { related_transaction_token: 't', related_transaction_event_token: null },
    liability_allocation: { original_amount: 900, recovered_amount: 0, denied_amount: 0, ...liability },
    events: steps.map(([action, disposition = null, amount = null], i) => ({
      ...{ token: `e${i + 1}`, created: '2026-01-01T00:00:00Z' },
      data: { type: 'WORKFLOW', action, disposition, amount },
    })),
  } as unknown as Lithic.DisputeV2;
}

/** What is read of it, short: what it does, and how many cents. */
const read = (given: Lithic.DisputeV2) =>
  readDispute(given).map(({ message }) => {
    const cents = 'amountUnits' in message ? (message.amountUnits ?? 0n) / 10_000n : null;
    return `${message.id} ${'step' in message ? message.step : message.kind} ${cents}`;
  });

test('what was won is taken back where the dispute is opened again, and counts once where it is won again', () => {
  const steps: readonly Step[] = [['OPENED'], ['CLOSED', 'WON'], ['REOPENED'], ['CLOSED', 'WON']];
  expect(read(dispute(steps))).toEqual([
    'e1 opened 900',
    'e2 won 900',
    'e3 refund_reversal 900',
    'e4 won 900',
  ]);
  const lost: readonly Step[] = [['OPENED'], ['CLOSED', 'WON'], ['REOPENED'], ['CLOSED', 'LOST']];
  expect(read(dispute(lost))).toEqual([
    'e1 opened 900',
    'e2 won 900',
    'e3 refund_reversal 900',
    'e4 lost 900',
  ]);
});

test('of a dispute that is closed twice only the difference counts', () => {
  const twice: readonly Step[] = [['OPENED'], ['CLOSED', 'WON'], ['CLOSED', 'WON']];
  expect(read(dispute(twice))).toEqual(['e1 opened 900', 'e2 won 900', 'e3 opened 900']);
  const changed: readonly Step[] = [['OPENED'], ['CLOSED', 'WON'], ['CLOSED', 'DENIED']];
  expect(read(dispute(changed))).toEqual(['e1 opened 900', 'e2 won 900', 'e3 refund_reversal 900']);
});

test.each([
  ['what was recovered', { recovered_amount: 400 }, undefined, 400],
  ['what was recovered, not what was asked for', { recovered_amount: 400 }, 900, 400],
  ['what was not denied', { denied_amount: 700 }, undefined, 200],
] as const)('of a dispute that is won in part %s comes back', (_, liability, amount, cents) => {
  const steps: readonly Step[] = [['OPENED'], ['CLOSED', 'PARTIALLY_WON', amount as number]];
  expect(read(dispute(steps, liability))).toEqual(['e1 opened 900', `e2 won ${cents}`]);
});
