import type { DatabaseSync } from 'node:sqlite';
import { DatabaseSync as Database } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { APPEND_ONLY, type TableName, type Tables } from '../../src/core/books.ts';
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
  const cases: readonly (readonly [string, { [T in TableName]: readonly [T, Tables[T]] }[TableName]])[] = [
    ['a wallet spends more than it has', ['account', { ...account, creditsPostedUnits: 2n }]],
    ['a sum is negative', ['account', { ...WORLD_ACCOUNT, creditsPendingUnits: -1n }]],
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
  test('each question but the list of wallets is answered by an index, and but those that ended in order', () => {
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
    // Few payments have ended and have no proof: these are sorted, so that the index of their ends can be used.
    expect(plans.filter((step) => !step.startsWith('SEARCH'))).toEqual(['USE TEMP B-TREE FOR ORDER BY']);
    expect(plans.filter((step) => step.includes('payment_ending'))).toHaveLength(1);
    expect(plans.filter((step) => step.includes('payment_confirmed'))).toHaveLength(1);
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
    expect(knownMigrations().map((step) => step.number)).toEqual([1]);
    expect(tables(memoryDatabase())).toEqual(expect.arrayContaining([...TABLES, 'migration']));
  });
});
