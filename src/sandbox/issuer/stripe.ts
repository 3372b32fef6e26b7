import { unitsOf } from '../../core/card/cents.ts';
import type { MessageAnswer, NetworkMessage } from '../../core/card/network.ts';
import { ownReason, REASON_MARK } from '../../rails/card/stripe/decline.ts';
import type { Dialect, DialectOptions, Movement, NetworkCard } from './dialect.ts';
import { createApi } from './stripe/api.ts';
import { authorizationObject } from './stripe/authorization.ts';
import { cardObject } from './stripe/card.ts';
import { openDesk } from './stripe/desk.ts';
import { disputeObject } from './stripe/dispute.ts';
import { findPosting, postingId, transactionObject } from './stripe/transaction.ts';
import { type Happening, send } from './stripe/webhook.ts';
import type { Wire } from './stripe/wire.ts';
import { cannotSay } from './stripe/words.ts';

/** How long Stripe waits for a decision, and here for any other answer. */
const DECISION_MS = 2_000;
const EVENT_MS = 10_000;

/** The sandbox's issuer in the words of Stripe Issuing: its API, its questions and its events, signed as Stripe signs. */
export function createStripeDialect(options: DialectOptions): Dialect {
  const { registry, apiKey } = options;
  const desk = openDesk(registry);
  return {
    api: createApi({ registry, desk, apiKey }),
    async ask(card, message) {
      if (message.kind !== 'authorization' && message.kind !== 'increment') return null;
      const notes = desk.notesOf(card);
      const object = authorizationObject(before(card, message), {
        auth: message.auth,
        notes,
        question: message,
      });
      const happening = { type: 'issuing_authorization.request', object };
      const answer = await send(options, { path: 'decisions', happening, ms: DECISION_MS }).catch(() => null);
      return answer === null ? null : readAnswer(answer, message);
    },
    async tell(card, movement, how) {
      const why = cannotSay(movement.message);
      if (why !== null) throw new TypeError(why);
      for (const happening of happeningsOf(card, movement)) {
        const answer = await send(options, { path: 'events', happening, how, ms: EVENT_MS });
        if (!answer.ok) throw new Error(`The wallet answered ${answer.status} to ${happening.type}`);
      }
    },
    async tellIssued(card) {
      const object = cardObject(card, desk.notesOf(card));
      const happening = { type: 'issuing_card.updated', object, previous: { status: 'inactive' } };
      const answer = await send(options, { path: 'events', happening, ms: EVENT_MS });
      if (!answer.ok) throw new Error(`The wallet answered ${answer.status} to ${happening.type}`);
    },
    cannot: cannotSay,
  };

  /** The events of a movement: each object as it was right after it, and what was different right before. */
  function happeningsOf(card: NetworkCard, { message }: Movement): readonly Happening[] {
    const then = upTo(card, message);
    if (message.kind === 'dispute') return disputed(then, message);
    if (message.kind !== 'clearing' && message.kind !== 'refund') {
      return 'auth' in message && message.auth !== null ? [authorized(card, then, message)] : [];
    }
    const posting = {
      type: message.kind === 'refund' ? 'refund' : 'capture',
      record: message.record,
    } as const;
    const found = findPosting(postingId(card, posting), () => then);
    const auth = message.kind === 'refund' ? (found?.posting.auth ?? null) : message.auth;
    return [
      ...(found === null
        ? []
        : [{ type: 'issuing_transaction.created', object: transactionObject(then, found.posting) }]),
      ...(auth === null ? [] : [authorized(card, then, { ...message, auth })]),
    ];
  }

  function authorized(
    card: NetworkCard,
    then: NetworkCard,
    message: NetworkMessage & { readonly auth: string },
  ): Happening {
    const about = { auth: message.auth, notes: desk.notesOf(card) };
    const object = authorizationObject(then, about);
    if (message.kind === 'authorization') return { type: 'issuing_authorization.created', object };
    const previous = changed(authorizationObject(before(card, message), about), object);
    return { type: 'issuing_authorization.updated', object, previous };
  }
}

function disputed(
  card: NetworkCard,
  message: Extract<NetworkMessage, { kind: 'dispute' }>,
): readonly Happening[] {
  const object = disputeObject(card, message.of);
  if (object === null) return [];
  if (message.step === 'opened') return [{ type: 'issuing_dispute.submitted', object }];
  const closed = { type: 'issuing_dispute.closed', object };
  return message.step === 'won' ? [closed, { type: 'issuing_dispute.funds_reinstated', object }] : [closed];
}

/** The card as it was before a message, and right after it. */
function before(card: NetworkCard, { id }: NetworkMessage): NetworkCard {
  const at = card.movements.findIndex(({ message }) => message.id === id);
  return at === -1 ? card : { ...card, movements: card.movements.slice(0, at) };
}

function upTo(card: NetworkCard, { id }: NetworkMessage): NetworkCard {
  const at = card.movements.findIndex(({ message }) => message.id === id);
  return at === -1 ? card : { ...card, movements: card.movements.slice(0, at + 1) };
}

/** What was different. */
function changed(was: Wire, is: Wire): Readonly<Record<string, unknown>> {
  const names = Object.keys(is).filter((name) => JSON.stringify(was[name]) !== JSON.stringify(is[name]));
  return Object.fromEntries(names.map((name) => [name, was[name]]));
}

/** What the wallet answered; null where Stripe could not use it. */
async function readAnswer(
  answer: Response,
  asked: Extract<NetworkMessage, { kind: 'authorization' | 'increment' }>,
): Promise<MessageAnswer | null> {
  if (answer.status !== 200 || !answer.headers.has('stripe-version')) return null;
  const body = (await answer.json().catch(() => null)) as {
    readonly approved?: unknown;
    readonly amount?: unknown;
    readonly metadata?: Readonly<Record<string, string>>;
  } | null;
  if (body?.approved === false) return { kind: 'declined', reason: ownReason(body.metadata?.[REASON_MARK]) };
  if (body?.approved !== true) return null;
  if (body.amount === undefined)
    return { kind: 'approved', approvedUnits: asked.amountUnits, isPartial: false };
  const isControllable = asked.kind === 'authorization' && asked.isPartialCapable;
  if (!isControllable || !Number.isSafeInteger(body.amount) || Number(body.amount) <= 0) return null;
  const approvedUnits = unitsOf(BigInt(Number(body.amount)));
  return { kind: 'approved', approvedUnits, isPartial: approvedUnits < asked.amountUnits };
}
