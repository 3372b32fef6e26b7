import { APPEND_ONLY, type Books, type TableName, type Tables, type Write } from '../../src/core/books.ts';
import type { Payment } from '../../src/core/payment.ts';
import type { Page, PaymentFilter, Reader } from '../../src/core/ports.ts';

/** A reader's questions, answered at once. */
export type Queries = {
  readonly [Q in keyof Reader]: (...asked: Parameters<Reader[Q]>) => Awaited<ReturnType<Reader[Q]>>;
};

/** The durable records: what is left when the process is gone. */
export type Vault = {
  readonly books: Books;
  readonly queries: Queries;
  /** Makes writes durable, all of them. */
  readonly apply: (writes: readonly Write[]) => void;
  readonly all: <T extends TableName>(table: T) => readonly Tables[T][];
  /** These tables as they are now, whatever is written later. */
  readonly snapshot: (tables: readonly TableName[]) => Books;
  /** Calls this at the next write of a payment that is reserved, once. */
  readonly atReservation: (run: (payment: Payment) => void) => void;
  /** Takes a record away: only for planted bugs. */
  readonly forget: (table: TableName, id: string) => void;
};

type Shelves = { readonly [T in TableName]: Map<string, Tables[T]> };

/** Opens empty records. They are frozen when written, so that nothing but a commit can change them. */
export function openVault(): Vault {
  const shelves = emptyShelves();
  const books: Books = {
    get: <T extends TableName>(table: T, id: string) =>
      (shelves[table] as Map<string, Tables[T]>).get(id) ?? null,
  };

  let waiting: ((payment: Payment) => void)[] = [];

  function apply(writes: readonly Write[]): void {
    for (const { table, record } of writes) {
      if (table === 'payment' && record.state === 'reserved' && !shelves.payment.has(record.id)) {
        const called = waiting;
        waiting = [];
        for (const run of called) run(record);
      }
      const shelf = shelves[table] as Map<string, Tables[TableName]>;
      if (APPEND_ONLY.has(table) && shelf.has(record.id))
        throw new Error(`The ${table} ${record.id} is written again`);
      shelf.set(record.id, Object.freeze(record));
    }
  }

  function snapshot(tables: readonly TableName[]): Books {
    const kept = new Map(tables.map((table) => [table, new Map<string, unknown>(shelves[table])]));
    return { get: (table, id) => (kept.get(table)?.get(id) ?? null) as never };
  }

  return {
    books,
    queries: queriesOf(shelves),
    apply,
    all: (table) => [...shelves[table].values()] as never,
    snapshot,
    atReservation: (run) => void waiting.push(run),
    forget: (table, id) => void shelves[table].delete(id),
  };
}

function emptyShelves(): Shelves {
  const names: readonly TableName[] = [
    ...(['wallet', 'agent', 'mandate', 'terms', 'approval', 'payment', 'request', 'reply'] as const),
    ...(['counter', 'velocity', 'account', 'transfer', 'deposit', 'card', 'hold', 'event'] as const),
    ...(['challenge', 'payback', 'reveal', 'roster', 'pin', 'cursor', 'entry', 'head'] as const),
    'checkpoint',
  ];
  return Object.fromEntries(names.map((name) => [name, new Map()])) as unknown as Shelves;
}

function queriesOf(shelves: Shelves): Queries {
  const list = <T extends TableName>(table: T, keep: (record: Tables[T]) => boolean) =>
    [...(shelves[table] as Map<string, Tables[T]>).values()].filter(keep);
  const isOf = (walletId: string) => (record: { readonly walletId: string }) => record.walletId === walletId;
  const entries: Queries['entries'] = (chain, { afterSeq, limit }) => {
    const all = list('entry', (entry) => entry.chain === chain && entry.seq > afterSeq);
    return all.sort((a, b) => a.seq - b.seq).slice(0, limit);
  };
  return {
    get: ((table: TableName, id: string) => shelves[table].get(id) ?? null) as Queries['get'],
    wallets: () => list('wallet', () => true),
    agentByTokenHash: (tokenHash) => list('agent', (agent) => agent.tokenHash === tokenHash)[0] ?? null,
    agents: (walletId, page) => pageOf(list('agent', isOf(walletId)), page),
    mandates: ({ walletId, agentId }, page) =>
      pageOf(
        list('mandate', (one) => one.walletId === walletId && (agentId ?? one.agentId) === one.agentId),
        page,
      ),
    payments: (filter, page) => pageOf(list('payment', isMeant(filter)), page),
    openPayments: ({ walletId, only }, page) => {
      const isAsked = ({ evidence, authorization }: Tables['payment']) => {
        if (only === undefined) return true;
        if (only === 'confirmed') return evidence === 'confirmed';
        return (authorization?.validBeforeSeconds ?? 0) <= only.endedBySeconds;
      };
      const isOpen = (one: Tables['payment']) => one.walletId === walletId && one.state === 'reserved';
      return pageOf(
        list('payment', (one) => isOpen(one) && isAsked(one)),
        page,
      );
    },
    paymentByNonce: (nonce) => list('payment', (one) => one.authorization?.nonce === nonce)[0] ?? null,
    cardByToken: (issuer, token) =>
      list('card', (one) => one.issuer === issuer && one.token === token)[0] ?? null,
    cards: (filter, page) => pageOf(list('card', isMeant(filter)), page),
    cardsWithWork: (walletId, page) =>
      pageOf(
        list('card', (one) => one.walletId === walletId && one.work !== 'none'),
        page,
      ),
    cardsDue: (walletId, nowMs, page) =>
      pageOf(
        list('card', (one) => one.walletId === walletId && (one.dueAtMs ?? Infinity) <= nowMs),
        page,
      ),
    events: (cardId, { afterSeq, limit }) => {
      const all = list('event', (one) => one.cardId === cardId && one.seq > afterSeq);
      return all.sort((a, b) => a.seq - b.seq).slice(0, limit);
    },
    holds: (cardId, page) =>
      pageOf(
        list('hold', (one) => one.cardId === cardId),
        page,
      ),
    challenges: (cardId, limit) => {
      const all = list('challenge', (one) => one.cardId === cardId);
      return all.sort((a, b) => b.createdAtMs - a.createdAtMs || (a.id < b.id ? 1 : -1)).slice(0, limit);
    },
    openPaybacks: (walletId, page) => {
      const isOpen = (one: Tables['payback']) => one.state === 'due' || one.state === 'sent';
      return pageOf(
        list('payback', (one) => one.walletId === walletId && isOpen(one)),
        page,
      );
    },
    paybackByNonce: (nonce) => list('payback', (one) => one.nonce === nonce)[0] ?? null,
    accounts: (walletId) => list('account', isOf(walletId)),
    approvals: (walletId, page) => pageOf(list('approval', isOf(walletId)), page),
    entries,
    latestCheckpoint: (chain) => list('checkpoint', (one) => one.chain === chain).at(-1) ?? null,
  };
}

function isMeant({ walletId, agentId, mandateId }: PaymentFilter) {
  return (one: Tables['payment'] | Tables['card']) =>
    one.walletId === walletId &&
    (agentId ?? one.agentId) === one.agentId &&
    (mandateId ?? one.mandateId) === one.mandateId;
}

function pageOf<T extends { readonly id: string }>(
  records: readonly T[],
  { after = '', limit }: Page,
): readonly T[] {
  const behind = records.filter(({ id }) => id > after);
  return behind.sort((a, b) => (a.id < b.id ? -1 : 1)).slice(0, limit);
}
