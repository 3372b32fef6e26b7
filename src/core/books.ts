import type { Agent } from './agent.ts';
import type { Approval } from './approval.ts';
import type { AuditEntry, AuditHead } from './audit.ts';
import type { Card, Roster } from './card/card.ts';
import type { CardEvent, Challenge3ds, Hold } from './card/network.ts';
import type { Payback } from './card/payback.ts';
import type { Reveal } from './card/reveal.ts';
import type { Checkpoint } from './checkpoint.ts';
import type { Counter, Velocity } from './counter.ts';
import type { Cursor, Deposit } from './deposit.ts';
import type { Account, Transfer } from './ledger.ts';
import type { Mandate, Terms } from './mandate.ts';
import type { Payment } from './payment.ts';
import type { Pin } from './pin.ts';
import type { KeyedRequest, Reply } from './request.ts';
import type { Wallet } from './wallet.ts';

/** Every kind of record there is, by the name of its table. Each has an `id`, unique in its table. */
export type Tables = {
  readonly wallet: Wallet;
  readonly agent: Agent;
  readonly mandate: Mandate;
  readonly terms: Terms;
  readonly approval: Approval;
  readonly payment: Payment;
  readonly request: KeyedRequest;
  readonly reply: Reply;
  readonly counter: Counter;
  readonly velocity: Velocity;
  readonly account: Account;
  readonly transfer: Transfer;
  readonly deposit: Deposit;
  readonly card: Card;
  readonly hold: Hold;
  readonly event: CardEvent;
  readonly challenge: Challenge3ds;
  readonly payback: Payback;
  readonly reveal: Reveal;
  readonly roster: Roster;
  readonly pin: Pin;
  readonly cursor: Cursor;
  readonly entry: AuditEntry;
  readonly head: AuditHead;
  readonly checkpoint: Checkpoint;
};
export type TableName = keyof Tables;

/** Tables whose records are never changed once written. */
export const APPEND_ONLY: ReadonlySet<TableName> = new Set([
  'terms',
  'transfer',
  'deposit',
  'event',
  'entry',
  'checkpoint',
]);

/** The records as they stand. Reading one that is not there gives null. */
export type Books = {
  readonly get: <T extends TableName>(table: T, id: string) => Tables[T] | null;
};

/** A record to write, of any table. */
export type Write = {
  readonly [T in TableName]: { readonly table: T; readonly record: Tables[T] };
}[TableName];

/** Books with changes on top that nobody else sees yet. */
export type Draft = Books & {
  readonly put: <T extends TableName>(table: T, record: Tables[T]) => void;
  /** The changes, each record once, in the order in which they were first touched. */
  readonly writes: () => readonly Write[];
};

/** Opens a draft on top of books. Changing an append-only record throws. */
export function openDraft(base: Books): Draft {
  const changes: Write[] = [];
  /** Where in `changes` a record is, by table and id. */
  const places = new Map<TableName, Map<string, number>>();
  const get = <T extends TableName>(table: T, id: string): Tables[T] | null => {
    const place = places.get(table)?.get(id);
    return place === undefined ? base.get(table, id) : (changes[place]?.record as Tables[T]);
  };
  const placesIn = (table: TableName) => {
    const known = places.get(table) ?? new Map<string, number>();
    places.set(table, known);
    return known;
  };
  return {
    get,
    put: (table, record) => {
      if (APPEND_ONLY.has(table) && get(table, record.id) !== null) {
        throw new RangeError(`The ${table} ${record.id} is written already`);
      }
      const known = placesIn(table);
      const place = known.get(record.id) ?? changes.length;
      known.set(record.id, place);
      changes[place] = { table, record } as Write;
    },
    writes: () => [...changes],
  };
}
