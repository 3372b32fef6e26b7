import { type Actor, append } from '../audit.ts';
import type { Draft } from '../books.ts';
import type { Env } from '../commit.ts';
import type { CardId } from '../id.ts';
import { type Act, beginAct, cardOf } from './act.ts';
import type { Card } from './card.ts';
import { finishAct } from './closing.ts';
import { type CardAct, type CardEvent, type MessageAnswer, type NetworkMessage, ofCard } from './network.ts';

/** An act of ours, in the words of the log. The same name is the same act. */
export function ownAct(
  act: CardAct['act'],
  name: string,
  about: { units?: bigint; detail?: string } = {},
): CardAct {
  const { units = null, detail = null } = about;
  return { id: `own:${act}/${name}`, sentAtMs: null, kind: 'act', act, amountUnits: units, detail };
}

/** What is to be done to a card, and who has it done. */
export type Deed = {
  readonly cardId: CardId;
  readonly message: NetworkMessage | CardAct;
  readonly actor: Actor;
  /** Null where the entry in the audit trail is another's to write. */
  readonly kind?: string | null;
};

/** Does something to a card that asks nothing. */
export function perform(draft: Draft, env: Env, deed: Deed, run: (act: Act) => void): CardEvent {
  return answer(draft, env, deed, (act) => {
    run(act);
    return { kind: 'noted' };
  });
}

/** Does something to a card, draws all that follows of it, and keeps it in the card's log and in the audit trail. */
export function answer(draft: Draft, env: Env, deed: Deed, run: (act: Act) => MessageAnswer): CardEvent {
  const { cardId, message, actor } = deed;
  const act = beginAct({ draft, env, cardId, cause: message.id });
  const before = cardOf(act);
  const said = run(act);
  finishAct(act, before);
  const card = cardOf(act);
  const event: CardEvent = {
    id: ofCard(cardId, message.id),
    walletId: card.walletId,
    cardId,
    seq: card.events + 1,
    message: message.kind === 'challenge' ? { ...message, code: null } : message,
    answer: said,
    exceptions: act.exceptions,
    moves: act.moves,
    atMs: env.nowMs,
  };
  draft.put('card', { ...card, events: event.seq });
  draft.put('event', event);
  const kind = deed.kind === undefined ? kindOf(event) : deed.kind;
  if (kind !== null) {
    const body = { event, card: standOf(card) };
    append(draft, env, { chain: card.walletId, kind, subjectId: cardId, actor, body });
  }
  return event;
}

/** Where the card stands after it: what the totals say, without anything that could be typed into a form. */
function standOf(card: Card) {
  const { state, closeReason, lockedUnits, feeUnits, reservedUnits, heldUnits, capturedUnits } = card;
  const { shortfallUnits, releasedUnits, receivableUnits, suspenseUnits, refundedUnits, creditedUnits } =
    card;
  const { disputeCreditUnits, isFeeReturned } = card;
  return {
    ...{ state, closeReason, lockedUnits, feeUnits, reservedUnits, heldUnits, capturedUnits },
    ...{ shortfallUnits, releasedUnits, receivableUnits, suspenseUnits, refundedUnits, creditedUnits },
    ...{ disputeCreditUnits, isFeeReturned },
  };
}

const KINDS = {
  authorization: 'authorized',
  increment: 'incremented',
  reversal: 'reversed',
  expiry: 'hold_expired',
  timeout: 'timed_out',
  clearing: 'captured',
  refund: 'refunded',
  refund_reversal: 'refund_reversed',
  dispute: 'disputed',
  challenge: 'challenged',
  challenge_result: 'challenge_ended',
} as const satisfies Readonly<Record<NetworkMessage['kind'], string>>;

/** What an event is called in the audit trail. */
function kindOf({ message, answer }: CardEvent): string {
  if (message.kind === 'act') return `card.${message.act}`;
  return answer.kind === 'declined' ? 'card.declined' : `card.${KINDS[message.kind]}`;
}
