import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { TableName } from '../../src/core/books.ts';
import { canonicalJson, type Json } from '../../src/core/canonical.ts';
import type { CardControls } from '../../src/core/card/card.ts';
import { CENT_UNITS } from '../../src/core/card/cents.ts';
import type { NetworkMessage } from '../../src/core/card/network.ts';
import { DEFAULT_POLICY } from '../../src/core/policy.ts';
import { findCardBreach } from './card-breach.ts';
import { histories, runHistory } from './card-history.ts';
import { findLogBreach } from './card-log.ts';
import { play, stand } from './card-script.ts';
import {
  available,
  CARD,
  cardOf,
  fund,
  HOUR_MS,
  OPENING,
  openCard,
  openWorld,
  order,
  payAllBack,
  send,
  settle,
  tell,
  type World,
} from './card-world.ts';
import { approve, HOST, MANDATE, START_MS, WALLET } from './cast.ts';
import { type Memory, openMemory, type Sent } from './memory.ts';
import { RECORDS } from './records.ts';

type Case = readonly [name: string, script: string, line: string, controls: Partial<CardControls>];

const CASES: readonly Case[] = [
  [
    'more on what the network approved beside the use is another charge',
    'ask a1 2000 | advice a2 300 | more a2 500 | clear a1 2000',
    'closed settled captured=2000 released=500 / a2:card_used / standin_uncovered',
    {},
  ],
  ['a late answer to a check of nothing is nothing', 'ask v1 0 | late v1', 'active reserved=2500', {}],
  [
    'a probe that gave way is reversed without a word',
    'ask v1 100 | ask a1 2500 | reverse v1',
    'consumed held=2500',
    {},
  ],
  [
    'a probe that ended with its card is reversed without a word',
    'ask v1 100 | close | reverse v1',
    'closed user_closed released=2500',
    {},
  ],
  [
    'nothing is never a part of something',
    'ask v1 0 | ask v1 2500 partial=yes',
    'active reserved=2500 / v1:card_used',
    { allowsPartialApproval: true },
  ],
  [
    'merchants without a letter in their names are told apart',
    'challenge t1 2500 at=! | passed t1 | ask a1 2500 at=? | ask a2 2500 at=!',
    'consumed held=2500 / a1:threeds_required',
    { requires3ds: true },
  ],
  [
    'a refund that is taken back is a shortfall',
    'ask a1 2000 | clear a1 2000 | refund c 2000 | unrefund r 2000',
    'closed settled captured=2000 released=500 refunded=2000 receivable=2000 / refund_reversed shortfall',
    {},
  ],
];

test.each(CASES)('%s', (_, script, line, controls) => {
  expect(play(script, { controls }).line).toBe(line);
});

/** What the windows of the mandate have taken, in cents, but for those of a minute. */
function taken({ memory }: World): Readonly<Record<string, string>> {
  const windows = memory.all('counter').filter(({ window }) => !window.startsWith('resource:'));
  return Object.fromEntries(
    windows.map(({ window, reservedUnits, settledUnits }) => [
      window,
      `${reservedUnits / CENT_UNITS} ${settledUnits / CENT_UNITS}`,
    ]),
  );
}

test('what comes back is given to the windows it was taken from, the oldest first, and to none twice', () => {
  const perPeriod = { limitUnits: 80_000_000n, every: 'month' } as const;
  const world = openWorld({ scope: { totalUnits: 80_000_000n, perDayUnits: 30_000_000n, perPeriod } });
  openCard(world, { fee: 50, controls: { ttlMs: 100 * HOUR_MS } });
  world.nowMs += 24 * HOUR_MS;
  const payment = order(world, { n: 2, kind: 'recharge', card: CARD, lock: 1000, fee: 10 });
  fund(world, payment.id);
  settle(world, payment);
  const shared = (cents: number) => ({
    total: `0 ${cents}`,
    [`payee:${HOST}`]: `0 ${cents}`,
    'month:2026-04': `0 ${cents}`,
  });
  expect(taken(world)).toEqual({ ...shared(3560), 'day:2026-04-15': '0 2550', 'day:2026-04-16': '0 1010' });
  withdraw(world, 2600);
  payAllBack(world);
  expect(taken(world)).toEqual({ ...shared(960), 'day:2026-04-15': '0 50', 'day:2026-04-16': '0 910' });
  order(world, { n: 3, lock: 2000 });
  world.nowMs += 100 * HOUR_MS;
  send(world, { type: 'card.tick', walletId: WALLET, cardId: CARD });
  payAllBack(world);
  expect(taken(world)).toEqual({
    total: '2000 60',
    [`payee:${HOST}`]: '2000 60',
    'month:2026-04': '2000 60',
    'day:2026-04-15': '0 50',
    'day:2026-04-16': '2000 10',
  });
  expect(findCardBreach(world.memory) ?? findLogBreach(world.memory)).toBeNull();
});

test('money that comes back after the mandate was revoked is booked, and restores what it took', () => {
  const world = openWorld();
  const payment = order(world, { fee: 50 });
  fund(world, payment.id);
  approve(world.memory, 'mandate.revoke', MANDATE, world.nowMs);
  expect(cardOf(world)).toMatchObject({ state: 'closed', closeReason: 'mandate_revoked', work: 'none' });
  payAllBack(world);
  expect([taken(world).total, world.memory.all('payback').map(({ state }) => state)]).toEqual([
    '2550 0',
    ['waiting'],
  ]);
  settle(world, payment);
  payAllBack(world);
  expect([taken(world).total, available(world)]).toEqual(['0 50', OPENING - 50n * CENT_UNITS]);
});

test('long and odd names of the network stay apart, and are the same when they come again', () => {
  const names = ['a', 'a/c', `own/${'x'.repeat(10_000)}`, ' a', 'a 1'];
  const world = openWorld();
  openCard(world, { controls: { probesOpenMax: 9, probesMax: 9 } });
  const asked = [...names, ...names].map((auth) => tell(world, probe(auth)).kind);
  expect(asked).toEqual(Array(10).fill('approved'));
  expect(cardOf(world)).toMatchObject({ heldUnits: 5n * CENT_UNITS, probes: 5, openHolds: { length: 5 } });
  world.nowMs = START_MS + 24 * HOUR_MS;
  send(world, { type: 'card.tick', walletId: WALLET, cardId: CARD });
  expect(stand(world)).toBe('closed ttl released=2500');
});

const RUNS = { numRuns: 60 };

test('totals of cards and their part of the ledger are the sum of what their logs say', () => {
  fc.assert(
    fc.property(histories, (history) => {
      expect(findLogBreach(runHistory(history, new Map()).memory)).toBeNull();
    }),
    RUNS,
  );
});

/** A charge of one cent. */
function probe(auth: string): NetworkMessage {
  const merchant = { name: 'Shop', id: null, mcc: null, country: null };
  const open = { sentAtMs: null, kind: 'authorization', mode: 'ask', purpose: 'purchase', merchant } as const;
  const seen = { code: 'match', expiry: 'match', initiator: 'cardholder', isPartialCapable: false } as const;
  const rest = { challenge: null, expiresAtMs: null, decline: null };
  return { id: `${auth}/1`, auth, amountUnits: CENT_UNITS, ...open, ...seen, ...rest };
}

function withdraw(world: World, cents: number): void {
  const act = { kind: 'withdraw', amountUnits: BigInt(cents) * CENT_UNITS } as const;
  const by = { actId: 'a', actor: { kind: 'operator', id: 'o' } } as const;
  send(world, { type: 'card.control', walletId: WALLET, cardId: CARD, ...by, act });
}

/** Every record of every table, as it is written. */
function bytesOf(memory: Memory): readonly string[] {
  const tables = Object.keys(RECORDS) as TableName[];
  return tables.flatMap((table) =>
    memory.all(table).map((record) => `${table} ${canonicalJson(record as unknown as Json)}`),
  );
}

/** What was sent at one moment, as one batch. */
function batched(sent: readonly Sent[]): readonly Sent[] {
  const batches: Sent[] = [];
  for (const { commands, nowMs } of sent) {
    const last = batches.at(-1);
    if (last?.nowMs !== nowMs) batches.push({ commands, nowMs });
    else batches[batches.length - 1] = { commands: [...last.commands, ...commands], nowMs };
  }
  return batches;
}

test('the same commands at the same times make the same records, one by one and together', () => {
  fc.assert(
    fc.property(histories, (history) => {
      const { memory } = runHistory(history, new Map());
      const [again, together] = [openMemory(DEFAULT_POLICY), openMemory(DEFAULT_POLICY)];
      for (const { commands, nowMs } of memory.sent()) again.commit(commands, nowMs);
      for (const { commands, nowMs } of batched(memory.sent())) together.commit(commands, nowMs);
      expect(bytesOf(again)).toEqual(bytesOf(memory));
      expect(bytesOf(together).toSorted()).toEqual(bytesOf(memory).toSorted());
    }),
    RUNS,
  );
});
