import type { Acquirer, CardName, Receipt } from './acquirer.ts';
import { openBooks, textOf } from './books.ts';
import { openCards } from './cards.ts';
import { openChallenges } from './challenges.ts';
import type { CardRegistry, Dialect, Movement, NetworkCard } from './dialect.ts';
import { type Faults, noFaults } from './faults.ts';
import { openMovements } from './movements.ts';
import { openNames } from './names.ts';
import { openOutbox } from './outbox.ts';
import { openPost } from './post.ts';
import { retrying } from './retry.ts';
import { openTerminal, resultMessage } from './terminal.ts';
import { openVault, type VaultKeys } from './vault.ts';

/** What a card network needs. */
export type NetworkOptions = {
  /** A file of its own, or `:memory:`. */
  readonly path: string;
  readonly keys: VaultKeys;
  readonly clock: NetworkClock;
  /** Makes tokens, numbers and ids the same each time; without it they are drawn. */
  readonly seed?: string;
  /** What making a card costs; none where it is not said. */
  readonly feeCents?: bigint;
  /** The first pause before messages that were not taken are sent again, which grows; 0: only when told. */
  readonly retryMs?: number;
};

/** The clock of the network, shared with the wallet; one that can be moved has `advance`. */
export type NetworkClock = { readonly nowMs: () => number; readonly advance?: (hours: number) => void };

/** A card network in small, with the issuer behind it. Its books survive a restart. */
export type Network = Acquirer & {
  /** What a vendor's API works on. */
  readonly registry: CardRegistry;
  /** Hands in the words it talks with a wallet in; until then nothing is asked or told. */
  readonly connect: (dialect: Dialect) => void;
  readonly faults: Faults;
  readonly setFeeCents: (cents: bigint) => void;
  /** The card by any of its names; null where nobody has it. */
  readonly find: (card: CardName) => NetworkCard | null;
  /** Finishes a card whose making was pending, or gives it up. */
  readonly activate: (card: CardName, result?: 'active' | 'failed') => Promise<void>;
  /** Sends what was not taken yet, in order. Resolves to how many messages are still waiting. */
  readonly deliver: () => Promise<number>;
  /** Ends `dropped` and `newest_first`, and sends what they kept. */
  readonly redeliver: () => Promise<number>;
  /** Sends the card's latest message, or this one, with a signature that does not hold. Says whether it was taken. */
  readonly forge: (card: CardName, receipt?: Receipt) => Promise<boolean>;
  /** Sends it once more, `old` with the time stamp of an earlier hour, `fresh` as it is. Says whether it was taken. */
  readonly replay: (card: CardName, age: 'old' | 'fresh', receipt?: Receipt) => Promise<boolean>;
  /** Sends what time alone makes due: the end of holds whose end the network named, and of challenges. */
  readonly sweep: () => Promise<void>;
  /** Moves the clock, which must be one that can be moved, and sweeps. */
  readonly advance: (hours: number) => Promise<void>;
  readonly close: () => Promise<void>;
};

/** Opens a network on its database. A network that was open before goes on where it was. */
export function openNetwork(options: NetworkOptions): Network {
  const { clock, retryMs = 1000 } = options;
  const { nowMs } = clock;
  const books = openBooks(options.path);
  const seed = options.seed === undefined ? {} : { seed: options.seed };
  const names = openNames(books, { key: options.keys.lookup, ...seed });
  const movements = openMovements(books);
  const challenges = openChallenges(books);
  const faults = noFaults();
  const vault = openVault(options.keys);
  const feeCents = options.feeCents ?? 0n;
  const cards = openCards({ books, movements, names, vault, faults, nowMs, feeCents });
  let talk: Dialect | null = null;
  const dialect = () => talk;
  const find = (token: string) => cards.find({ token });
  const outbox = openOutbox({ books, movements, challenges, faults, find, dialect });
  const post = openPost({ books, names, movements, outbox, cards, challenges, faults, dialect, nowMs });
  const acquirer = openTerminal({ books, names, cards, challenges, post, nowMs });

  const cardOf = (card: CardName): NetworkCard => {
    const found = cards.find(card);
    if (found === null) throw new RangeError('Nobody has this card');
    return found;
  };

  /** The message to send again: the one named, or the latest that asked nothing. */
  function pick({ token, movements: all }: NetworkCard, receipt: Receipt | undefined): Movement {
    const named = receipt === undefined ? null : movements.find(token, receipt.messageId);
    const found = named?.movement ?? all.findLast(({ answer }) => answer === null) ?? all.at(-1);
    if (found === undefined) throw new RangeError('Nothing happened on this card yet');
    return found;
  }

  async function sweep(): Promise<void> {
    for (const { token, name } of challenges.expire(nowMs())) {
      await post.tell(token, resultMessage(names, token, { name, result: 'expired' }), name);
    }
    const ended = books.all('select token, auth from hold_end where at_ms <= $now', { now: nowMs() });
    for (const row of ended) {
      const [token, auth] = [textOf(row, 'token'), textOf(row, 'auth')];
      await acquirer.expire({ card: { token }, auth, networkRef: 'end' });
    }
  }

  const retry = retrying({ firstMs: retryMs, run: async () => sweep().then(outbox.deliver) });
  return {
    ...acquirer,
    registry: cards.registry,
    connect(dialect) {
      talk = dialect;
      post.recover();
      retry.start();
    },
    faults,
    setFeeCents: cards.setFeeCents,
    find: cards.find,
    async activate(card, result = 'active') {
      const { token } = cardOf(card);
      if (!cards.finish(token, result)) return;
      outbox.add(token, { result });
      await outbox.flush(token);
    },
    deliver: outbox.deliver,
    redeliver: outbox.redeliver,
    forge: async (card, receipt) =>
      outbox.send(cardOf(card), pick(cardOf(card), receipt), { signature: 'bad' }),
    replay: async (card, age, receipt) =>
      outbox.send(cardOf(card), pick(cardOf(card), receipt), age === 'old' ? { signature: 'old' } : {}),
    sweep,
    async advance(hours) {
      if (clock.advance === undefined) throw new TypeError('This clock cannot be moved');
      clock.advance(hours);
      await sweep();
    },
    async close() {
      await retry.stop();
      await outbox.idle();
      books.close();
    },
  };
}
