import { expect, test } from 'vitest';
import { APPEND_ONLY, type Books, openDraft } from './books.ts';

const transfer = {
  id: 'tr_1',
  walletId: 'wal_1',
  kind: 'posted',
  debitAccountId: 'wal_1/eip155:1/erc20:0x1/world',
  creditAccountId: 'wal_1/eip155:1/erc20:0x1/wallet',
  assetId: 'eip155:1/erc20:0x1',
  amountUnits: 1n,
  pendingId: null,
  subjectId: 's',
  atMs: 1,
} as const;
const head = { id: 'wal_1', seq: 1, hash: 'aa' } as const;
const empty: Books = { get: () => null };

test('a draft shows its own changes, and the books below it do not', () => {
  const base = openDraft(empty);
  const draft = openDraft(base);
  draft.put('head', head);
  expect(draft.get('head', 'wal_1')).toEqual(head);
  expect(base.get('head', 'wal_1')).toBeNull();
  expect(base.writes()).toEqual([]);
});

test('each changed record is written once, as it is at the end, in the order of the first touch', () => {
  const draft = openDraft(empty);
  draft.put('head', head);
  draft.put('transfer', transfer);
  draft.put('head', { ...head, seq: 2 });
  expect(draft.writes()).toEqual([
    { table: 'head', record: { ...head, seq: 2 } },
    { table: 'transfer', record: transfer },
  ]);
});

test('records of two tables with one id are two records', () => {
  const draft = openDraft(empty);
  draft.put('head', head);
  expect(draft.get('wallet', 'wal_1')).toBeNull();
});

test('what is written once is never written again: in the draft, below it, or with the same content', () => {
  const base = openDraft(empty);
  base.put('transfer', transfer);
  expect(() => base.put('transfer', transfer)).toThrow(RangeError);
  expect(() => openDraft(base).put('transfer', { ...transfer, amountUnits: 2n })).toThrow(RangeError);
  expect(base.get('transfer', 'tr_1')).toEqual(transfer);
});

test('terms, transfers, deposits, card events, entries and checkpoints are never changed', () => {
  expect([...APPEND_ONLY].sort()).toEqual(['checkpoint', 'deposit', 'entry', 'event', 'terms', 'transfer']);
});
