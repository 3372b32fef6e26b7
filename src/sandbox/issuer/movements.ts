import type { MessageAnswer, NetworkMessage } from '../../core/card/network.ts';
import { encodeMessage, readAnswer, readMessage } from '../../rails/card/sandbox-message.ts';
import { type Books, numberIn, type Row, textOf } from './books.ts';
import type { Movement } from './dialect.ts';

/** A movement with its place in the books. */
export type Kept = { readonly seq: number; readonly movement: Movement };

/** What happened on the cards, each message once. A challenge's code is not in it. */
export type Movements = {
  readonly add: (token: string, message: NetworkMessage, atMs: number) => Kept;
  readonly find: (token: string, messageId: string) => Kept | null;
  readonly get: (seq: number) => Kept | null;
  readonly list: (token: string) => readonly Movement[];
  /** The latest of a card; null where nothing happened on it. */
  readonly last: (token: string) => Kept | null;
  /** What was asked and not answered. */
  readonly unanswered: () => readonly (Kept & { readonly token: string })[];
  /** Keeps the first answer there is. */
  readonly answer: (seq: number, answer: MessageAnswer) => void;
};

const COLUMNS = 'seq, message, answer, at_ms';

/** The movements of a network's books. */
export function openMovements(books: Books): Movements {
  const find: Movements['find'] = (token, id) =>
    kept(
      books.one(`select ${COLUMNS} from movement where token = $token and message_id = $id`, { token, id }),
    );
  return {
    find,
    add(token, message, atMs) {
      const shown = message.kind === 'challenge' ? { ...message, code: null } : message;
      const seq = books.run(
        'insert into movement (token, message_id, message, at_ms) values ($token, $id, $message, $atMs)',
        { token, id: message.id, message: encodeMessage(shown), atMs },
      );
      return { seq, movement: { message: shown, answer: null, atMs } };
    },
    get: (seq) => kept(books.one(`select ${COLUMNS} from movement where seq = $seq`, { seq })),
    list: (token) =>
      books
        .all(`select ${COLUMNS} from movement where token = $token order by seq`, { token })
        .map(movementOf),
    last: (token) =>
      kept(
        books.one(`select ${COLUMNS} from movement where token = $token order by seq desc limit 1`, {
          token,
        }),
      ),
    unanswered: () =>
      books
        .all(
          `select token, ${COLUMNS} from movement
           where answer is null and json_extract(message, '$.mode') = 'ask' order by seq`,
        )
        .map((row) => ({
          token: textOf(row, 'token'),
          seq: numberIn(row, 'seq'),
          movement: movementOf(row),
        })),
    answer(seq, answer) {
      books.run('update movement set answer = coalesce(answer, $answer) where seq = $seq', {
        seq,
        answer: encodeMessage(answer),
      });
    },
  };
}

function kept(row: Row | null): Kept | null {
  return row === null ? null : { seq: numberIn(row, 'seq'), movement: movementOf(row) };
}

function movementOf(row: Row): Movement {
  const answer = row.answer === null ? null : readAnswer(JSON.parse(textOf(row, 'answer')));
  const message = readMessage(JSON.parse(textOf(row, 'message')));
  return { message, answer, atMs: numberIn(row, 'at_ms') };
}
