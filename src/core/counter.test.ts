import { expect, test } from 'vitest';
import { type Draft, openDraft } from './books.ts';
import { read, release, reserve, restore, settle, taken } from './counter.ts';
import { MAX_UNITS } from './money.ts';

const owner = { walletId: 'wal_1', mandateId: 'mand_1' } as const;
const cap = { capUnits: 100n, capCount: 2 };

function openEmpty(): Draft {
  return openDraft({ get: () => null });
}

function take(draft: Draft, amountUnits: bigint, window = 'total'): void {
  reserve(draft, read(draft, owner, window), { amountUnits, cap });
}

test('a window that nobody took from is empty and unlimited', () => {
  expect(read(openEmpty(), owner, 'total')).toEqual({
    id: 'mand_1/total',
    walletId: 'wal_1',
    mandateId: 'mand_1',
    window: 'total',
    capUnits: MAX_UNITS,
    capCount: Number.MAX_SAFE_INTEGER,
    reservedUnits: 0n,
    settledUnits: 0n,
    count: 0,
  });
});

test('what is reserved becomes settled or comes back, in every window it was taken from and no other', () => {
  const draft = openEmpty();
  for (const window of ['total', 'day:2026-04-01', 'payee:a']) take(draft, 40n, window);
  take(draft, 60n);
  settle(draft, ['mand_1/total', 'mand_1/day:2026-04-01'], 40n);
  release(draft, ['mand_1/payee:a'], 40n);
  release(draft, ['mand_1/total'], 60n);
  const stand = (window: string) => {
    const { reservedUnits, settledUnits, count } = read(draft, owner, window);
    return [reservedUnits, settledUnits, count];
  };
  expect(stand('total')).toEqual([0n, 40n, 1]);
  expect(stand('day:2026-04-01')).toEqual([0n, 40n, 1]);
  expect(stand('payee:a')).toEqual([0n, 0n, 0]);
  expect(taken(read(draft, owner, 'total'))).toBe(40n);
});

test('what was settled and came back can be taken again, and never more than was settled', () => {
  const draft = openEmpty();
  take(draft, 90n);
  settle(draft, ['mand_1/total'], 90n);
  restore(draft, ['mand_1/total'], 30n);
  expect(read(draft, owner, 'total')).toMatchObject({ reservedUnits: 0n, settledUnits: 60n, count: 1 });
  take(draft, 40n);
  expect(() => restore(draft, ['mand_1/total'], 61n)).toThrow(RangeError);
});

test('a window takes up to its caps and throws above them', () => {
  const draft = openEmpty();
  take(draft, 100n);
  expect(() => take(openDraft(draft), 1n)).toThrow(RangeError);
  release(draft, ['mand_1/total'], 100n);
  take(draft, 1n);
  take(draft, 1n);
  expect(() => take(openDraft(draft), 1n)).toThrow(RangeError);
});

test('a cap that was lowered below what is taken lets nothing in', () => {
  const draft = openEmpty();
  take(draft, 50n);
  const lower = { amountUnits: 1n, cap: { ...cap, capUnits: 40n } };
  expect(() => reserve(draft, read(draft, owner, 'total'), lower)).toThrow(RangeError);
});

test('settling or releasing a window that is not there throws', () => {
  expect(() => settle(openEmpty(), ['mand_1/total'], 1n)).toThrow(RangeError);
  expect(() => release(openEmpty(), ['mand_1/total'], 1n)).toThrow(RangeError);
});
