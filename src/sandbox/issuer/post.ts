import { CENT_UNITS, centsOf } from '../../core/card/cents.ts';
import type { MessageAnswer, MessageBody, NetworkMessage } from '../../core/card/network.ts';
import type { Receipt, Verdict } from './acquirer.ts';
import type { Books } from './books.ts';
import type { Cards } from './cards.ts';
import type { Challenges } from './challenges.ts';
import type { Dialect } from './dialect.ts';
import type { Faults } from './faults.ts';
import type { Kept, Movements } from './movements.ts';
import type { Names } from './names.ts';
import type { Outbox } from './outbox.ts';

/** How a message is known again: the network's own number for it, the ref of what it is about, or not at all. */
export type Identity = { readonly networkRef?: string | undefined; readonly ref?: string | undefined };

/** Asks and tells the wallet. The same message is kept once, and sent as often as it is handed in. */
export type Post = {
  /** The id of a message; a fresh one where nothing says that it is the same as another. */
  readonly idOf: (token: string, topic: string, identity: Identity) => string;
  readonly seen: (token: string, messageId: string) => NetworkMessage | null;
  readonly tell: (token: string, message: Outgoing, name?: string | null) => Promise<Receipt>;
  readonly ask: (token: string, message: Outgoing) => Promise<Verdict>;
  /** Declines what was asked when the network last stopped, and tells the wallet so. */
  readonly recover: () => void;
};

/** A message that goes out now. */
export type Outgoing = { readonly id: string } & MessageBody;

/** What the post works with. */
export type PostOptions = {
  readonly books: Books;
  readonly names: Names;
  readonly movements: Movements;
  readonly outbox: Outbox;
  readonly cards: Cards;
  readonly challenges: Challenges;
  readonly faults: Faults;
  readonly dialect: () => Dialect | null;
  readonly nowMs: () => number;
};

export const HOUR_MS = 3_600_000;
/** Up to here an authorization may be a probe, which uses up nothing. */
const PROBE_CENTS = 100n;
/** The network's own no; one in the same words that comes from the wallet is an answer, and undoes nothing. */
const LATE: MessageAnswer = { kind: 'declined', reason: 'issuer_timeout' };

/** Opens the post of a network. */
export function openPost(options: PostOptions): Post {
  const { books, names, movements, outbox, cards, challenges, faults, dialect, nowMs } = options;

  const whyNot = (message: Outgoing) => dialect()?.cannot({ ...message, sentAtMs: nowMs() }) ?? null;

  function keep(token: string, message: Outgoing): Kept {
    const known = movements.find(token, message.id);
    if (known !== null) return known;
    const why = whyNot(message);
    if (why !== null) throw new Error(`The issuer cannot say this: ${why}`);
    return movements.add(token, { ...message, sentAtMs: nowMs() }, nowMs());
  }

  async function tell(token: string, message: Outgoing, name: string | null = null): Promise<Receipt> {
    const { movement } = books.together(() => {
      const kept = keep(token, message);
      outbox.add(token, { movement: kept.seq });
      return kept;
    });
    if (isUse(token, movement.message)) cards.markUsed(token);
    await outbox.flush(token);
    return { token, messageId: message.id, name };
  }

  async function ask(token: string, asked: Outgoing): Promise<Verdict> {
    const { seq, movement } = keep(token, asked);
    const { message } = movement;
    if (!('auth' in message) || message.auth === null) throw new TypeError('This message asks nothing');
    const { auth } = message;
    const isLate = faults.lateAnswers > 0;
    if (isLate) faults.lateAnswers -= 1;
    const heard = await hear(token, message);
    const earlier = movements.get(seq)?.movement.answer ?? null;
    if (isTimeout(earlier)) return verdictOf(LATE, auth);
    const answer = isLate || heard === null ? (earlier ?? LATE) : heard;
    settle(token, { seq, message, answer, heard });
    if (answer.kind === 'approved') approve(token, message, answer.approvedUnits);
    await outbox.flush(token);
    return verdictOf(answer, auth);
  }

  /** Keeps an answer, and what the wallet must be told because of it. */
  function settle(
    token: string,
    of: {
      readonly seq: number;
      readonly message: NetworkMessage;
      readonly answer: MessageAnswer;
      readonly heard: MessageAnswer | null;
    },
  ): void {
    books.together(() => {
      movements.answer(of.seq, of.answer);
      outbox.add(token, { movement: of.seq });
      if (of.answer === LATE) undo(token, of);
    });
  }

  /** The wallet's answer where it can be used. */
  async function hear(token: string, message: NetworkMessage): Promise<MessageAnswer | null> {
    const card = cards.find({ token });
    const talk = dialect();
    if (card === null || talk === null) return null;
    const answer = await talk.ask(card, message).catch(() => null);
    if (answer === null || answer.kind === 'declined') return answer;
    if (answer.kind === 'noted' || !('amountUnits' in message) || message.amountUnits === null) return null;
    const { approvedUnits } = answer;
    return approvedUnits <= message.amountUnits && approvedUnits % CENT_UNITS === 0n ? answer : null;
  }

  /** Tells the wallet that its answer did not count, where the issuer has words for it. */
  function undo(
    token: string,
    { message, heard }: { readonly message: NetworkMessage; readonly heard: MessageAnswer | null },
  ): void {
    const id = names.of('msg', [token, 'undo', message.id]);
    const tellLater = (body: MessageBody) => {
      if (whyNot({ id, ...body }) === null) outbox.add(token, { movement: keep(token, { id, ...body }).seq });
    };
    if (message.kind === 'authorization') tellLater({ kind: 'timeout', auth: message.auth });
    // An increment that nobody answered is left alone: taking it back could free money that was never added.
    if (message.kind === 'increment' && heard?.kind === 'approved') {
      tellLater({ kind: 'reversal', auth: message.auth, amountUnits: message.amountUnits });
    }
  }

  function approve(token: string, message: NetworkMessage, approvedUnits: bigint): void {
    if (message.kind === 'authorization' && message.challenge !== null) {
      challenges.markUsed(token, message.challenge);
    }
    if (message.kind === 'authorization' && isCharge(token, approvedUnits)) cards.markUsed(token);
  }

  /** Whether what the wallet is only told of uses the card up. */
  function isUse(token: string, message: NetworkMessage): boolean {
    if (message.kind === 'clearing') return message.amountUnits > 0n;
    return (
      message.kind === 'authorization' && message.mode === 'advice' && isCharge(token, message.amountUnits)
    );
  }

  /** Whether an amount is more than a probe. */
  function isCharge(token: string, units: bigint): boolean {
    const cents = centsOf(units);
    return cents > PROBE_CENTS || (cents > 0n && cents >= (cards.find({ token })?.lockCents ?? 0n));
  }

  return {
    idOf(token, topic, { networkRef, ref }) {
      const fresh = () => `#${names.next('message')}`;
      const identity =
        networkRef !== undefined ? `n:${networkRef}` : ref !== undefined ? `r:${ref}` : fresh();
      return names.of('msg', [token, topic, identity]);
    },
    seen: (token, id) => movements.find(token, id)?.movement.message ?? null,
    tell,
    ask,
    recover() {
      for (const { token, seq, movement } of movements.unanswered()) {
        settle(token, { seq, message: movement.message, answer: LATE, heard: null });
      }
    },
  };
}

function isTimeout(answer: MessageAnswer | null): boolean {
  return answer?.kind === 'declined' && answer.reason === 'issuer_timeout';
}

function verdictOf(answer: MessageAnswer, auth: string): Verdict {
  if (answer.kind === 'approved') {
    const { approvedUnits, isPartial } = answer;
    return { outcome: 'approved', auth, approvedCents: centsOf(approvedUnits), isPartial };
  }
  return { outcome: 'declined', auth, reason: answer.kind === 'declined' ? answer.reason : 'issuer_timeout' };
}
