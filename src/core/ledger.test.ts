import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Draft, openDraft, type Write } from './books.ts';
import type { TransferId } from './id.ts';
import {
  type Account,
  availableUnits,
  endHold,
  hold,
  lose,
  type Movement,
  receive,
  type Transfer,
  transfer,
} from './ledger.ts';

const ASSETS = ['eip155:1/erc20:0x1', 'eip155:1/erc20:0x2'] as const;

function openEmpty(): Draft {
  return openDraft({ get: () => null });
}

function movement(n: number, amountUnits: bigint, assetId: Movement['assetId'] = ASSETS[0]): Movement {
  return { id: `tr_${n}`, walletId: 'wal_1', assetId, amountUnits, subjectId: `pay_${n}`, atMs: n };
}

function records<T extends Write['table']>(draft: Draft, table: T) {
  return draft.writes().flatMap((write) => (write.table === table ? [write.record] : [])) as Extract<
    Write,
    { table: T }
  >['record'][];
}

test('money that came in can be spent, money that is held cannot, and what a hold gives back can again', () => {
  const draft = openEmpty();
  expect(availableUnits(draft, 'wal_1', ASSETS[0])).toBe(0n);
  receive(draft, movement(1, 100n));
  expect(availableUnits(draft, 'wal_1', ASSETS[0])).toBe(100n);
  hold(draft, movement(2, 60n));
  expect(availableUnits(draft, 'wal_1', ASSETS[0])).toBe(40n);
  hold(draft, movement(3, 40n));
  expect(availableUnits(draft, 'wal_1', ASSETS[0])).toBe(0n);
  endHold(draft, { pendingId: 'tr_2', kind: 'post', atMs: 4 });
  expect(availableUnits(draft, 'wal_1', ASSETS[0])).toBe(0n);
  endHold(draft, { pendingId: 'tr_3', kind: 'void', atMs: 5 });
  expect(availableUnits(draft, 'wal_1', ASSETS[0])).toBe(40n);
  expect(availableUnits(draft, 'wal_1', ASSETS[1])).toBe(0n);
});

test('a hold is two records: the transfer that holds, and the one that ends it', () => {
  const draft = openEmpty();
  receive(draft, movement(1, 100n));
  hold(draft, movement(2, 60n));
  endHold(draft, { pendingId: 'tr_2', kind: 'post', atMs: 9 });
  const [wallet, world] = (['wallet', 'world'] as const).map((kind) => `wal_1/${ASSETS[0]}/${kind}` as const);
  expect(records(draft, 'transfer')).toEqual([
    { ...movement(1, 100n), kind: 'posted', debitAccountId: world, creditAccountId: wallet, pendingId: null },
    { ...movement(2, 60n), kind: 'pending', debitAccountId: wallet, creditAccountId: world, pendingId: null },
    {
      ...movement(2, 60n),
      id: 'tr_2_end',
      atMs: 9,
      kind: 'post',
      debitAccountId: wallet,
      creditAccountId: world,
      pendingId: 'tr_2',
    },
  ]);
});

test.each(['wallet', 'return', 'suspense', 'fees', 'reserved:card_1', 'held:card_1'] as const)(
  'nothing leaves the account "%s" that is not in it',
  (from) => {
    const draft = openEmpty();
    transfer(draft, movement(1, 100n), { from: 'world', to: from });
    const before = draft.writes();
    expect(() => transfer(draft, movement(2, 101n), { from, to: 'network' })).toThrow(RangeError);
    expect(draft.writes()).toEqual(before);
    transfer(draft, movement(3, 100n), { from, to: 'network' });
  },
);

test('accounts on whose other side somebody else stands go below zero', () => {
  const draft = openEmpty();
  for (const [n, from] of (['world', 'funding', 'network', 'receivable'] as const).entries()) {
    transfer(draft, movement(n, 100n), { from, to: 'wallet' });
    expect(draft.get('account', `wal_1/${ASSETS[0]}/${from}`)?.debitsPostedUnits).toBe(100n);
  }
});

test('a hold for another account ends there', () => {
  const draft = openEmpty();
  receive(draft, movement(1, 100n));
  hold(draft, movement(2, 60n), 'funding');
  endHold(draft, { pendingId: 'tr_2', kind: 'post', atMs: 3 });
  expect(draft.get('account', `wal_1/${ASSETS[0]}/funding`)).toMatchObject({
    creditsPendingUnits: 0n,
    creditsPostedUnits: 60n,
  });
  expect(availableUnits(draft, 'wal_1', ASSETS[0])).toBe(40n);
});

test('more than is there is never held, and the try changes nothing', () => {
  const draft = openEmpty();
  receive(draft, movement(1, 100n));
  const before = draft.writes();
  expect(() => hold(draft, movement(2, 101n))).toThrow(RangeError);
  expect(draft.writes()).toEqual(before);
  expect(() => hold(draft, movement(3, 1n, ASSETS[1]))).toThrow(RangeError);
});

const ENDS = [
  ['post', 'post'],
  ['post', 'void'],
  ['void', 'post'],
  ['void', 'void'],
] as const;
test.each(ENDS)('a hold ends once: after its %s there is no %s', (first, second) => {
  const draft = openEmpty();
  receive(draft, movement(1, 100n));
  hold(draft, movement(2, 60n));
  endHold(draft, { pendingId: 'tr_2', kind: first, atMs: 3 });
  const available = availableUnits(draft, 'wal_1', ASSETS[0]);
  expect(() => endHold(openDraft(draft), { pendingId: 'tr_2', kind: second, atMs: 4 })).toThrow(RangeError);
  expect(availableUnits(draft, 'wal_1', ASSETS[0])).toBe(available);
});

test('only a hold can be ended: not a deposit, not an end, not what is not there', () => {
  const draft = openEmpty();
  receive(draft, movement(1, 100n));
  hold(draft, movement(2, 60n));
  endHold(draft, { pendingId: 'tr_2', kind: 'void', atMs: 3 });
  for (const pendingId of ['tr_1', 'tr_2_end', 'tr_9'] as const) {
    expect(() => endHold(draft, { pendingId, kind: 'post', atMs: 4 })).toThrow(RangeError);
  }
});

test('money that left is booked as far as it can be spent: what is held stays held', () => {
  const draft = openEmpty();
  expect(lose(draft, movement(1, 5n))).toBe(0n);
  receive(draft, movement(2, 100n));
  hold(draft, movement(3, 60n));
  expect(lose(draft, movement(4, 30n))).toBe(30n);
  expect(lose(draft, movement(5, 30n))).toBe(10n);
  expect(lose(draft, movement(6, 30n))).toBe(0n);
  expect(availableUnits(draft, 'wal_1', ASSETS[0])).toBe(0n);
  endHold(draft, { pendingId: 'tr_3', kind: 'post', atMs: 7 });
  expect(records(draft, 'transfer').map(({ amountUnits }) => amountUnits)).toEqual([
    100n,
    60n,
    30n,
    10n,
    60n,
  ]);
});

test('a transfer of nothing, or of less, throws', () => {
  const draft = openEmpty();
  receive(draft, movement(1, 100n));
  for (const amountUnits of [0n, -1n]) {
    expect(() => receive(openDraft(draft), movement(2, amountUnits))).toThrow(RangeError);
    expect(() => hold(openDraft(draft), movement(3, amountUnits))).toThrow(RangeError);
  }
});

test('one id is one transfer', () => {
  const draft = openEmpty();
  receive(draft, movement(1, 100n));
  expect(() => receive(openDraft(draft), movement(1, 100n))).toThrow(RangeError);
  expect(() => hold(openDraft(draft), movement(1, 50n))).toThrow(RangeError);
});

/** What an account must be: added up anew from the transfers. */
function sums(account: Account, transfers: readonly Transfer[]) {
  const ended = new Set(transfers.map((transfer) => transfer.pendingId));
  const sum = (side: 'debitAccountId' | 'creditAccountId', counts: (transfer: Transfer) => boolean) =>
    transfers
      .filter((transfer) => transfer[side] === account.id && counts(transfer))
      .reduce((total, transfer) => total + transfer.amountUnits, 0n);
  const isOpen = ({ kind, id }: Transfer) => kind === 'pending' && !ended.has(id);
  const isPosted = ({ kind }: Transfer) => kind === 'posted' || kind === 'post';
  return {
    debitsPendingUnits: sum('debitAccountId', isOpen),
    debitsPostedUnits: sum('debitAccountId', isPosted),
    creditsPendingUnits: sum('creditAccountId', isOpen),
    creditsPostedUnits: sum('creditAccountId', isPosted),
  };
}

const step = fc.record({
  what: fc.constantFrom('receive', 'hold', 'hold', 'post', 'void', 'lose'),
  units: fc.bigInt({ min: 1n, max: 50n }),
  asset: fc.constantFrom(...ASSETS),
  pick: fc.nat({ max: 30 }),
});

test('whatever happens in whatever order, no money appears or is lost, and no wallet goes below zero', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const draft = openEmpty();
      const ends = new Map<TransferId, string>();
      for (const [n, { what, units, asset, pick }] of steps.entries()) {
        const trial = openDraft(draft);
        try {
          if (what === 'receive') receive(trial, movement(n, units, asset));
          else if (what === 'hold') hold(trial, movement(n, units, asset));
          else if (what === 'lose') {
            const there = availableUnits(draft, 'wal_1', asset);
            expect(lose(trial, movement(n, units, asset))).toBe(units < there ? units : there);
          } else {
            endHold(trial, { pendingId: `tr_${pick}`, kind: what, atMs: n });
            expect(ends.has(`tr_${pick}`)).toBe(false);
            ends.set(`tr_${pick}`, what);
          }
          for (const write of trial.writes()) draft.put(write.table, write.record);
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
        }
        const [accounts, transfers] = [records(draft, 'account'), records(draft, 'transfer')];
        for (const account of accounts) expect(account).toMatchObject(sums(account, transfers));
        for (const assetId of ASSETS) expect(availableUnits(draft, 'wal_1', assetId) >= 0n).toBe(true);
        const debits = accounts.reduce(
          (sum, one) => sum + one.debitsPostedUnits + one.debitsPendingUnits,
          0n,
        );
        const credits = accounts.reduce(
          (sum, one) => sum + one.creditsPostedUnits + one.creditsPendingUnits,
          0n,
        );
        expect(debits).toBe(credits);
      }
    }),
    { numRuns: 300 },
  );
});
