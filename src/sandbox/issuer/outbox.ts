import { type Books, numberIn, textOf } from './books.ts';
import type { Challenges } from './challenges.ts';
import type { Delivery, Dialect, Movement, NetworkCard } from './dialect.ts';
import type { Faults } from './faults.ts';
import type { Movements } from './movements.ts';

/** What the wallet must be told, kept until it took it: in order for each card, over restarts. */
export type Outbox = {
  readonly add: (token: string, what: { movement: number } | { result: 'active' | 'failed' }) => void;
  /** Sends what waits for this card, up to the first thing that is not taken. Never rejects. */
  readonly flush: (token: string) => Promise<void>;
  /** The same for every card. Resolves to how many are still waiting. */
  readonly deliver: () => Promise<number>;
  readonly redeliver: () => Promise<number>;
  /** Sends one movement as it is told to, outside of the order. Says whether it was taken. */
  readonly send: (card: NetworkCard, movement: Movement, how: Delivery) => Promise<boolean>;
  readonly waiting: () => number;
  /** Resolves once nothing is on its way. */
  readonly idle: () => Promise<void>;
};

/** What the outbox works with. */
export type OutboxOptions = {
  readonly books: Books;
  readonly movements: Movements;
  readonly challenges: Pick<Challenges, 'codeOf'>;
  readonly faults: Faults;
  readonly find: (token: string) => NetworkCard | null;
  readonly dialect: () => Dialect | null;
};

/** Opens the outbox. */
export function openOutbox(options: OutboxOptions): Outbox {
  const { books, movements, challenges, faults, find, dialect } = options;
  const running = new Map<string, Promise<void>>();
  const tokens = () =>
    books.all('select distinct token from delivery order by token').map((row) => textOf(row, 'token'));
  const waiting = () => {
    const row = books.one('select count(*) as count from delivery');
    return row === null ? 0 : numberIn(row, 'count');
  };

  async function sendAll(token: string, order: 'asc' | 'desc'): Promise<void> {
    const talk = dialect();
    while (talk !== null) {
      const row = books.one(`select * from delivery where token = $token order by seq ${order} limit 1`, {
        token,
      });
      const card = find(token);
      if (row === null || card === null) return;
      const isTaken = await sendRow(talk, card, row).then(
        () => true,
        () => false,
      );
      if (!isTaken) return;
      books.run('delete from delivery where seq = $seq', { seq: numberIn(row, 'seq') });
    }
  }

  async function sendRow(
    talk: Dialect,
    card: NetworkCard,
    row: NonNullable<ReturnType<Books['one']>>,
  ): Promise<void> {
    if (row.result !== null) {
      return talk.tellIssued(card, textOf(row, 'result') === 'active' ? 'active' : 'failed');
    }
    const kept = movements.get(numberIn(row, 'movement_seq'));
    if (kept === null) return;
    const movement = withCode(card.token, kept.movement);
    if (faults.forges) {
      const isTaken = await send(card, movement, { signature: 'bad' });
      faults.forgeriesTaken += isTaken ? 1 : 0;
    }
    await talk.tell(card, movement);
    if (faults.delivery === 'twice') await talk.tell(card, movement);
  }

  /** A challenge is sent with its code as long as it is open. */
  function withCode(token: string, movement: Movement): Movement {
    const { message } = movement;
    if (message.kind !== 'challenge') return movement;
    return { ...movement, message: { ...message, code: challenges.codeOf(token, message.ref) } };
  }

  const isHeld = () => faults.delivery === 'dropped' || faults.delivery === 'newest_first';

  function flush(token: string, order: 'asc' | 'desc' = 'asc'): Promise<void> {
    if (isHeld()) return Promise.resolve();
    const next = (running.get(token) ?? Promise.resolve()).then(() => sendAll(token, order));
    running.set(token, next);
    return next.finally(() => {
      if (running.get(token) === next) running.delete(token);
    });
  }

  async function send(card: NetworkCard, movement: Movement, how: Delivery): Promise<boolean> {
    const talk = dialect();
    if (talk === null) throw new Error('The network has no dialect yet');
    return talk.tell(card, withCode(card.token, movement), how).then(
      () => true,
      () => false,
    );
  }

  async function deliver(order: 'asc' | 'desc' = 'asc'): Promise<number> {
    await Promise.all(tokens().map((token) => flush(token, order)));
    return waiting();
  }

  return {
    add(token, what) {
      const values =
        'movement' in what
          ? { token, movement: what.movement, result: null }
          : { token, movement: null, result: what.result };
      books.run(
        'insert into delivery (token, movement_seq, result) values ($token, $movement, $result)',
        values,
      );
    },
    flush: (token) => flush(token),
    deliver: () => deliver(),
    async redeliver() {
      const order = faults.delivery === 'newest_first' ? 'desc' : 'asc';
      if (isHeld()) faults.delivery = 'in_order';
      return deliver(order);
    },
    send,
    waiting,
    idle: async () => void (await Promise.all(running.values())),
  };
}
