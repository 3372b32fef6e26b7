import { BadRequestError, type Lithic, LithicError, UnprocessableEntityError } from 'lithic';
import type { CardMirror, CardSecrets, Issued, IssueOrder, Issuer } from '../../../core/card/ports.ts';
import type { CardId } from '../../../core/id.ts';
import { type Refusal, refuse } from '../../../core/refusal.ts';
import { uuidOf } from './uuid.ts';

/** Whose cards they are, and which numbers they may have. */
export type CardOptions = {
  readonly accountToken: string | undefined;
  readonly cardProgramToken: string | undefined;
  /** `only`: an issuer in small, all of whose numbers start with 999999; `never`: one whose cards are worth money. */
  readonly sandboxNumbers: 'only' | 'never' | 'any';
};

type Card = Lithic.Card;
type Cards = Pick<Issuer, 'issue' | 'mirror' | 'reveal'>;

/** No scheme routes these numbers. */
const SANDBOX_PREFIX = '999999';
const MEMO_LABEL_LENGTH = 60;

/** Making, closing and showing cards. */
export function createCards(client: Lithic, options: CardOptions): Cards {
  const { accountToken, cardProgramToken } = options;

  /** The card that was made for this id, if one was: its memo holds the id. */
  async function find(cardId: CardId): Promise<Card | null> {
    for await (const { token, memo } of client.cards.list({ memo: cardId })) {
      if (memo?.endsWith(`[${cardId}]`)) return readable(client.cards.retrieve(token));
    }
    return null;
  }

  async function create({ cardId, headroomCents, label, lockCents }: IssueOrder): Promise<Card | Refusal> {
    const order = {
      type: 'VIRTUAL',
      state: 'OPEN',
      spend_limit: limitOf(lockCents, headroomCents),
      spend_limit_duration: 'FOREVER',
      memo: memoOf(cardId, label),
      ...(accountToken !== undefined && { account_token: accountToken }),
      ...(cardProgramToken !== undefined && { card_program_token: cardProgramToken }),
    } as const;
    try {
      return await readable(client.cards.create({ ...order, 'Idempotency-Key': keyOf(cardId) }));
    } catch (error) {
      const isDefinite = error instanceof BadRequestError || error instanceof UnprocessableEntityError;
      if (!isDefinite) throw error;
      return refuse('issuer_refused', `Lithic answered ${error.status} to the order`);
    }
  }

  async function issue(order: IssueOrder): Promise<Issued | Refusal> {
    limitOf(order.lockCents, order.headroomCents);
    const card = (await find(order.cardId)) ?? (await create(order));
    if ('outcome' in card) return card;
    const wrong = wrongNumber(card);
    if (card.state === 'CLOSED') return refuse('issuer_refused', 'The card was closed at Lithic');
    if (wrong === null) return issuedOf(card);
    await readable(client.cards.update(card.token, { state: 'CLOSED' }));
    return refuse('issuer_refused', `${wrong}; it was closed`);
  }

  async function mirror(token: string, { state, lockCents, headroomCents }: CardMirror): Promise<void> {
    const limit = state === 'closed' ? null : limitOf(lockCents, headroomCents);
    const card = await readable(client.cards.retrieve(token));
    if (card.state === 'CLOSED') return;
    const change: Lithic.CardUpdateParams =
      limit === null
        ? { state: 'CLOSED' }
        : {
            state: state === 'open' ? 'OPEN' : 'PAUSED',
            spend_limit: limit,
            spend_limit_duration: 'FOREVER',
          };
    await readable(client.cards.update(token, change));
  }

  async function reveal(token: string): Promise<CardSecrets | null> {
    const card = await readable(client.cards.retrieve(token));
    const { pan, cvv } = card;
    if (card.state === 'CLOSED' || !pan || !cvv) return null;
    const wrong = wrongNumber(card);
    if (wrong !== null) throw new Error(wrong);
    return { number: pan, code: cvv, expiry: expiryOf(card) };
  }

  /** What is wrong with a card's number, in words without it; null where nothing is, or it is not shown. */
  function wrongNumber({ pan }: Card): string | null {
    if (!pan) return null;
    const isSandbox = pan.startsWith(SANDBOX_PREFIX);
    if (options.sandboxNumbers === 'only' && !isSandbox) {
      return 'An issuer on this machine made a card with a number that is not of the sandbox';
    }
    if (options.sandboxNumbers === 'never' && isSandbox) {
      return 'A live program made a card with a number of the sandbox';
    }
    return null;
  }

  return { issue, mirror, reveal };
}

/** What came of a call. A reply that cannot be read may hold a number, and its error words of it: that is not passed on. */
async function readable<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof LithicError) throw error;
    throw new Error('Lithic answered with something that cannot be read');
  }
}

/** The key under which Lithic makes one card, however often it is asked. The SDK sends none by itself, and asks again. */
function keyOf(cardId: CardId): string {
  return uuidOf(`card ${cardId}`);
}

function memoOf(cardId: CardId, label: string): string {
  return `${label.slice(0, MEMO_LABEL_LENGTH)} [${cardId}]`;
}

/** Lithic's own limit, the net below our answer. To Lithic 0 is no limit at all: a lock of nothing never leaves here. */
function limitOf(lockCents: bigint, headroomCents: bigint): number {
  const cents = lockCents + headroomCents;
  if (lockCents <= 0n || cents > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw new RangeError(`A card is locked to at least one cent, not to ${lockCents}`);
  }
  return Number(cents);
}

function issuedOf(card: Card): Issued {
  const { token, last_four: lastFour, state } = card;
  return { token, lastFour, expiry: expiryOf(card), isPending: state.startsWith('PENDING') };
}

/** MM/YY */
function expiryOf({ exp_month: month, exp_year: year }: Card): string {
  if (month === undefined || year === undefined) throw new TypeError('Lithic sent a card without its expiry');
  return `${month}/${year.slice(-2)}`;
}
