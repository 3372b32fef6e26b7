import type { DatabaseSync } from 'node:sqlite';
import { DatabaseSync as Database } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { APPEND_ONLY, type TableName, type Tables } from '../../src/core/books.ts';
import { ofCard } from '../../src/core/card/network.ts';
import { MAX_UNITS } from '../../src/core/money.ts';
import { LAYOUTS } from '../../src/store/sqlite/layout.ts';
import { knownMigrations, migrate } from '../../src/store/sqlite/migrations.ts';
import { openReader } from '../../src/store/sqlite/reader.ts';
import { rowShape } from '../../src/store/sqlite/row.ts';
import { openShelf } from '../../src/store/sqlite/shelf.ts';
import { RECORDS, WORLD_ACCOUNT } from './records.ts';
import { memoryDatabase } from './sqlite-memory.ts';

const TABLES = Object.keys(LAYOUTS) as TableName[];

/** A database that holds one record of each table. */
function filled(): DatabaseSync {
  const db = memoryDatabase();
  openShelf(db, 'account').put(WORLD_ACCOUNT);
  for (const table of TABLES) put(db, table, RECORDS[table]);
  return db;
}

function put<T extends TableName>(db: DatabaseSync, table: T, record: Tables[T]): void {
  openShelf(db, table).put(record);
}

describe('records', () => {
  test.each(TABLES)('a %s is read back as it was written, to the last unit', async (table) => {
    const db = filled();
    const record: Tables[TableName] = RECORDS[table];
    expect(openShelf(db, table).get(record.id)).toEqual(record);
    expect(await openReader(db).get(table, record.id)).toEqual(record);
  });

  test('writing a record again replaces it whole', () => {
    const db = filled();
    const agent = { ...RECORDS.agent, state: 'revoked', isFrozen: true } as const;
    put(db, 'agent', agent);
    expect(openShelf(db, 'agent').get(agent.id)).toEqual(agent);
  });

  test('a record cannot change hands', () => {
    const db = filled();
    put(db, 'wallet', { ...RECORDS.wallet, id: 'wal_2' });
    for (const table of [
      'agent',
      'mandate',
      'payment',
      'request',
      'reply',
      'velocity',
      'card',
      'hold',
      'challenge',
      'payback',
      'reveal',
      'roster',
      'pin',
      'cursor',
    ] as const) {
      const taken = { ...RECORDS[table], walletId: 'wal_2' } as Tables[typeof table];
      expect(() => put(db, table, taken), table).toThrow("is somebody else's");
      expect(openShelf(db, table).get(taken.id)).toEqual(RECORDS[table]);
    }
  });

  test('a field that has no column is not dropped in silence', () => {
    const record = { ...RECORDS.counter, note: 'lost?' } as Tables['counter'];
    expect(() => put(memoryDatabase(), 'counter', record)).toThrow('A counter has a field too many');
  });
});

describe('constraints', () => {
  const account = RECORDS.account;
  const counter = RECORDS.counter;
  const transfer = { ...RECORDS.transfer, id: 'tr_2' } as const;
  const payment = { ...RECORDS.payment, id: 'pay_2' } as const;
  const { card, hold, event, challenge, payback, reveal } = RECORDS;
  const elsewhere = (name: string) => ({ id: ofCard('card_2', name), cardId: 'card_2' }) as const;
  const accountOf = (kind: string, creditsPostedUnits = MAX_UNITS) => {
    const id = account.id.replace(/wallet$/, kind);
    return { ...account, id, kind, creditsPostedUnits } as Tables['account'];
  };
  /** With what makes the sum right again, so that only the sign is wrong. */
  const negative: readonly Partial<Tables['card']>[] = [
    { feeUnits: -1n },
    { reservedUnits: -1n, heldUnits: 4n },
    { heldUnits: -1n, reservedUnits: 4n },
    { capturedUnits: -1n, creditedUnits: 0n, shortfallUnits: 0n, lockedUnits: 6n },
    { shortfallUnits: -1n, capturedUnits: MAX_UNITS - 11n, creditedUnits: 0n },
    { releasedUnits: -1n, reservedUnits: 6n },
    { receivableUnits: -1n },
    { suspenseUnits: -1n },
    { refundedUnits: -1n },
    { disputeCreditUnits: -1n },
  ];
  const cases: readonly (readonly [string, { [T in TableName]: readonly [T, Tables[T]] }[TableName]])[] = [
    ['a wallet spends more than it has', ['account', { ...account, creditsPostedUnits: 2n }]],
    ...(['debitsPending', 'debitsPosted', 'creditsPending', 'creditsPosted'] as const).map(
      (sum) => [`${sum} is negative`, ['account', { ...WORLD_ACCOUNT, [`${sum}Units`]: -1n }]] as const,
    ),
    [
      'an account is another than its id says',
      ['account', { ...account, id: `${account.id}x` as typeof account.id }],
    ],
    ['a counter is above its cap', ['counter', { ...counter, capUnits: MAX_UNITS - 1n }]],
    [
      'a counter is above its cap by more than 64 bits',
      ['counter', { ...counter, reservedUnits: MAX_UNITS }],
    ],
    ['a count is above its cap', ['counter', { ...counter, capCount: 1, count: 2 }]],
    ['a reservation is negative', ['counter', { ...counter, reservedUnits: -1n }]],
    ['a settled sum is negative', ['counter', { ...counter, settledUnits: -1n }]],
    ['a count is negative', ['counter', { ...counter, count: -1 }]],
    ['a transfer moves nothing', ['transfer', { ...transfer, amountUnits: 0n }]],
    [
      'a transfer goes to where it came from',
      ['transfer', { ...transfer, creditAccountId: transfer.debitAccountId }],
    ],
    [
      'a transfer is of an account that is not there',
      ['transfer', { ...transfer, debitAccountId: `${account.id}2` as typeof account.id }],
    ],
    ['a hold ends another', ['transfer', { ...transfer, pendingId: 'tr_1' }]],
    ['an ending ends nothing', ['transfer', { ...transfer, kind: 'post' }]],
    ['a hold ends twice', ['transfer', { ...transfer, id: 'tr_4', kind: 'void', pendingId: 'tr_1' }]],
    ['a reserved payment has no authorization', ['payment', { ...payment, authorization: null }]],
    ['a nonce is used twice', ['payment', payment]],
    ['a state is none there is', ['payment', { ...RECORDS.payment, state: 'paid' as 'settled' }]],
    ['a token is used twice', ['agent', { ...RECORDS.agent, id: 'agt_2' }]],
    ['an approval nonce is used twice', ['approval', { ...RECORDS.approval, id: 'appr_2' }]],
    [
      'an agent has no wallet',
      ['agent', { ...RECORDS.agent, id: 'agt_2', walletId: 'wal_9', tokenHash: 'x' }],
    ],
    ['an account is of no kind there is', ['account', accountOf('reserved')]],
    ["a card's account names no card", ['account', accountOf('held:card_')]],
    ...['reserved:card_1', 'held:card_1', 'return', 'suspense', 'fees'].map(
      (kind) => [`${kind} spends more than it has`, ['account', accountOf(kind, 2n)]] as const,
    ),
    ['two cards of an issuer have one token', ['card', { ...card, id: 'card_2' }]],
    ['a card is in no state there is', ['card', { ...card, state: 'open' as 'active' }]],
    ['a card is closed for no reason', ['card', { ...card, closeReason: null }]],
    [
      'a card is closed for another reason than there is',
      ['card', { ...card, closeReason: 'lost' as 'ttl' }],
    ],
    ['a card is of nobody', ['card', { ...card, issuer: 'bank' as 'stripe' }]],
    ['a card has work that is none', ['card', { ...card, work: 'rest' as 'none' }]],
    ...(['walletId', 'agentId', 'mandateId'] as const).map((field) => {
      const other = { ...card, id: 'card_2', token: null, [field]: 'other_1' } as typeof card;
      return [`the ${field} of a card is of nothing there is`, ['card', other]] as const;
    }),
    ...negative.map(
      (change) =>
        [`a card's ${Object.keys(change)[0]} is negative`, ['card', { ...card, ...change }]] as const,
    ),
    ['more of a card is gone than was locked', ['card', { ...card, releasedUnits: card.releasedUnits + 1n }]],
    ['less of a card is left than was locked', ['card', { ...card, lockedUnits: card.lockedUnits + 1n }]],
    [
      "a card's shortfall is above what was captured",
      ['card', { ...card, capturedUnits: 0n, creditedUnits: 0n, lockedUnits: 0n, shortfallUnits: 7n }],
    ],
    [
      'more is credited to a card than was captured',
      ['card', { ...card, capturedUnits: card.capturedUnits - 1n, shortfallUnits: card.shortfallUnits - 1n }],
    ],
    ['a hold is of no card', ['hold', { ...hold, ...elsewhere(hold.auth) }]],
    ['an event is of no card', ['event', { ...event, ...elsewhere('1') }]],
    ['a challenge is of no card', ['challenge', { ...challenge, ...elsewhere(challenge.ref) }]],
    ['a payback is of no card', ['payback', { ...payback, id: 'back_2_1', cardId: 'card_2', nonce: '0x2' }]],
    ['a reveal is of no card', ['reveal', { ...reveal, id: 'other', tokenHash: 'other', cardId: 'card_2' }]],
    ['a hold is in no state there is', ['hold', { ...hold, heldUnits: 0n, state: 'lost' as 'ended' }]],
    ['a hold is another than its id says', ['hold', { ...hold, id: `${hold.id}x` }]],
    ['a hold that ended holds money', ['hold', { ...hold, state: 'ended' }]],
    ['a hold that was declined holds money', ['hold', { ...hold, state: 'declined' }]],
    ['a hold is negative', ['hold', { ...hold, heldUnits: -1n }]],
    ['a hold is over less than nothing', ['hold', { ...hold, authorizedUnits: -1n }]],
    ['less than nothing is captured of a hold', ['hold', { ...hold, capturedUnits: -1n }]],
    ['a message is logged twice', ['event', { ...event, seq: 2 }]],
    ['a number of a log is used twice', ['event', { ...event, id: ofCard(event.cardId, 'other') }]],
    ['an event is of another card than its id says', ['event', { ...event, id: 'card_2/1', seq: 2 }]],
    ['a log begins with nothing', ['event', { ...event, id: ofCard(event.cardId, 'other'), seq: 0 }]],
    ['a challenge is another than its id says', ['challenge', { ...challenge, id: `${challenge.id}x` }]],
    ['a challenge is in no state there is', ['challenge', { ...challenge, state: 'lost' as 'used' }]],
    ['a payback nonce is used twice', ['payback', { ...payback, id: 'back_1_2' }]],
    ['a payback is of nothing', ['payback', { ...payback, amountUnits: 0n, feeUnits: 0n }]],
    ['the fee in a payback is negative', ['payback', { ...payback, feeUnits: -1n }]],
    ['the fee in a payback is above it', ['payback', { ...payback, amountUnits: 5n, feeUnits: 6n }]],
    ['a payback is in no state there is', ['payback', { ...payback, state: 'lost' as 'sent' }]],
    ['a reveal is another than its token', ['reveal', { ...reveal, id: 'other' }]],
    ['a reveal is in no state there is', ['reveal', { ...reveal, state: 'seen' as 'used' }]],
    ['a number of a chain is used twice', ['entry', RECORDS.entry]],
    ['an amount does not fit 64 bits', ['counter', { ...counter, capUnits: MAX_UNITS + 1n }]],
  ];
  test.each(cases)('refused: %s', (_name, [table, record]) => {
    const db = filled();
    put(db, 'transfer', { ...RECORDS.transfer, id: 'tr_3', kind: 'post', pendingId: 'tr_1' });
    const before = openShelf(db, table).get(record.id);
    expect(() => put(db, table, record as never)).toThrow(/constraint failed|too large to bind/);
    expect(openShelf(db, table).get(record.id)).toEqual(before);
  });

  test.each([...APPEND_ONLY])('a record of %s is never changed, replaced or deleted', (table) => {
    const db = filled();
    const { id } = RECORDS[table];
    expect(() => put(db, table, RECORDS[table] as never)).toThrow('UNIQUE constraint failed');
    const columns = rowShape(table).written.join(', ');
    const never = /never (changed|deleted)/;
    expect(() => db.exec(`update ${table} set rowid = rowid + 1`)).toThrow(never);
    expect(() => db.exec(`delete from ${table}`)).toThrow(never);
    expect(() =>
      db.exec(`insert or replace into ${table} (${columns}) select ${columns} from ${table}`),
    ).toThrow(never);
    expect(openShelf(db, table).get(id)).toEqual(RECORDS[table]);
  });
});

describe('questions', () => {
  test('each question but the list of wallets is answered by an index, and but those by a moment in order', () => {
    const db = memoryDatabase();
    const asked: string[] = [];
    const listening = new Proxy(db, {
      get: (target, key) => (sql: string) => {
        if (key === 'prepare') asked.push(sql);
        return (Reflect.get(target, key, target) as (sql: string) => unknown).call(target, sql);
      },
    });
    openReader(listening);
    expect(asked.length).toBeGreaterThan(TABLES.length + 10);
    const slow = asked.filter((sql) => !sql.includes('from wallet order by id'));
    const plans = slow.flatMap((sql) =>
      db
        .prepare(`explain query plan ${sql}`)
        .all()
        .map((step) => String(step.detail)),
    );
    // Few payments have ended and have no proof, and few cards are due: these are sorted, so that the index of the
    // moment can be used.
    const sorted = 'USE TEMP B-TREE FOR ORDER BY';
    expect(plans.filter((step) => !step.startsWith('SEARCH'))).toEqual([sorted, sorted]);
    for (const index of [
      'payment_ending',
      'payment_confirmed',
      'card_by_token',
      'card_working',
      'card_due',
      'payback_open',
    ]) {
      expect(
        plans.filter((step) => step.includes(`${index} `)),
        index,
      ).toHaveLength(1);
    }
  });
});

describe('migrations', () => {
  const steps = [
    { number: 1, name: '001-a.sql', sql: 'create table a (id text) strict' },
    { number: 2, name: '002-b.sql', sql: 'create table b (id text) strict' },
  ];
  const tables = (db: DatabaseSync) =>
    db
      .prepare("select name from sqlite_schema where type = 'table' order by name")
      .all()
      .map((row) => row.name);

  test('each step is applied once, in order', () => {
    const db = new Database(':memory:');
    migrate(db, steps.slice(0, 1));
    expect(tables(db)).toEqual(['a', 'migration']);
    migrate(db, steps);
    migrate(db, steps);
    expect(tables(db)).toEqual(['a', 'b', 'migration']);
  });

  test('a step that fails leaves nothing of itself', () => {
    const db = new Database(':memory:');
    const broken = {
      number: 2,
      name: '002-b.sql',
      sql: 'create table b (id text) strict; create table a (id text)',
    };
    expect(() => migrate(db, [...steps.slice(0, 1), broken])).toThrow('The schema step "002-b.sql" failed');
    expect(tables(db)).toEqual(['a', 'migration']);
    expect(db.isTransaction).toBe(false);
  });

  test('a database that is newer than the program, or made by an edited step, is refused', () => {
    const db = new Database(':memory:');
    migrate(db, steps);
    const [first] = steps;
    expect(() => migrate(db, steps.slice(0, 1))).toThrow(
      'has step "002-b.sql", which this program does not know',
    );
    expect(() => migrate(db, [{ ...first, sql: '-- edited' } as never, ...steps.slice(1)])).toThrow(
      'another "001-a.sql"',
    );
  });

  test('the steps there are have a table for each kind of record', () => {
    expect(knownMigrations().map((step) => step.number)).toEqual([1, 2]);
    expect(tables(memoryDatabase())).toEqual(expect.arrayContaining([...TABLES, 'migration']));
  });
});
