import { unitsOf } from '../../core/card/cents.ts';
import type { AuthorizationMode, Merchant, MessageBody } from '../../core/card/network.ts';
import { fieldsOf, textIn, textOrNullIn } from '../../rails/card/sandbox-reader.ts';
import type {
  Acquirer,
  AuthorizeRequest,
  AuthRequest,
  CardName,
  MerchantName,
  Receipt,
  RecordRequest,
  TypedCard,
} from './acquirer.ts';
import type { Books } from './books.ts';
import type { Cards } from './cards.ts';
import type { Challenges } from './challenges.ts';
import { authOf, isAuth, keepMerchant, merchantOf, type Names, newAuth } from './names.ts';
import { HOUR_MS, type Outgoing, type Post } from './post.ts';

/** What the acquirers' side works with. */
export type TerminalOptions = {
  readonly books: Books;
  readonly names: Names;
  readonly cards: Cards;
  readonly challenges: Challenges;
  readonly post: Post;
  readonly nowMs: () => number;
};

const UNKNOWN: Merchant = { name: 'Unknown merchant', id: null, mcc: null, country: null };

/** Opens the side of the network that shops and their banks see. */
export function openTerminal(options: TerminalOptions): Acquirer {
  const { books, names, cards, challenges, post, nowMs } = options;

  const tokenOf = (card: CardName): string => {
    const found = cards.find(card);
    if (found === null) throw new RangeError('Nobody has this card');
    return found.token;
  };
  const recordOf = (token: string, ref: string) => names.of('rec', [token, ref]);
  /** A clearing, refund or authorization, by the acquirer's ref. */
  const anyOf = (token: string, ref: string) => {
    if (ref.startsWith('rec_')) return ref;
    return isAuth(books, { token, ref }) ? authOf(books, names, { token, ref }) : recordOf(token, ref);
  };
  const freshRef = (series: string) => `${series}-${names.next(series)}`;

  /** The message of an authorization; one that was sent before as it was then. */
  function authorization(token: string, mode: AuthorizationMode, request: AuthorizeRequest): Outgoing {
    const { networkRef, amountCents } = request;
    const ref = request.ref ?? (networkRef === undefined ? freshRef('auth') : `n:${networkRef}`);
    const id = post.idOf(token, mode, { networkRef, ref: networkRef === undefined ? ref : undefined });
    const known = post.seen(token, id);
    if (known !== null) return known;
    const auth = (mode === 'ask' ? newAuth : authOf)(books, names, { token, ref });
    const merchant = merchantFrom(request.merchant);
    keepMerchant(books, { token, name: auth, merchant: JSON.stringify(merchant) });
    const expiresAtMs =
      request.validHours === undefined ? null : nowMs() + Math.round(request.validHours * HOUR_MS);
    if (expiresAtMs !== null) {
      books.run('insert or replace into hold_end (token, auth, at_ms) values ($token, $auth, $expiresAtMs)', {
        ...{ token, auth, expiresAtMs },
      });
    }
    return {
      id,
      kind: 'authorization',
      mode,
      auth,
      purpose: request.kind ?? 'purchase',
      amountUnits: unitsOf(amountCents),
      merchant,
      ...comparedIn(token, request),
      initiator: request.initiator ?? 'cardholder',
      isPartialCapable: request.isPartialCapable ?? false,
      challenge: request.challenge === undefined ? challenges.passed(token) : request.challenge,
      expiresAtMs,
      decline: null,
    };
  }

  function comparedIn(token: string, request: AuthorizeRequest) {
    if (isTyped(request.card)) return cards.compare(token, request.card);
    return { code: request.code ?? 'match', expiry: request.expiry ?? 'match' } as const;
  }

  const tellAuthorization = (mode: AuthorizationMode) => (request: AuthorizeRequest) => {
    const token = tokenOf(request.card);
    const message = authorization(token, mode, request);
    return post.tell(token, message, 'auth' in message ? message.auth : null);
  };

  function tellOf(
    topic: string,
    request: AuthRequest,
    body: (auth: string) => MessageBody,
  ): Promise<Receipt> {
    const token = tokenOf(request.card);
    const auth = authOf(books, names, { token, ref: request.auth });
    const id = post.idOf(token, `${topic}/${auth}`, { networkRef: request.networkRef });
    const message = body(auth);
    const told = post.tell(token, { id, ...message }, auth);
    if (message.kind !== 'reversal' || message.amountUnits === null) endHold(token, auth);
    return told;
  }

  function endHold(token: string, auth: string): void {
    books.run('delete from hold_end where token = $token and auth = $auth', { token, auth });
  }

  /** About a record: told once for each number of the network, or each time where there is none. */
  function tellRecord(topic: string, request: RecordRequest, body: (of: string) => MessageBody) {
    const token = tokenOf(request.card);
    const of = anyOf(token, request.of);
    const id = post.idOf(token, `${topic}/${of}`, { networkRef: request.networkRef });
    return post.tell(token, { id, ...body(of) }, of);
  }

  return {
    async authorize(request) {
      const found = cards.find(request.card);
      if (found === null) return { outcome: 'declined', auth: null, reason: 'card_unknown' };
      return post.ask(found.token, authorization(found.token, 'ask', request));
    },
    advise: async (request) => tellAuthorization('advice')(request),
    notice: async (request) => tellAuthorization('notice')(request),

    async increment(request) {
      const { networkRef, ref, mode = 'ask' } = request;
      const token = tokenOf(request.card);
      const auth = authOf(books, names, { token, ref: request.auth });
      const id = post.idOf(token, `increment/${auth}`, { networkRef, ref });
      const amountUnits = unitsOf(request.amountCents);
      const message: Outgoing = { id, kind: 'increment', mode, auth, amountUnits };
      if (mode === 'ask') return post.ask(token, message);
      await post.tell(token, message, auth);
      return { outcome: 'approved', auth, approvedCents: request.amountCents, isPartial: false };
    },
    reverse: async (request) =>
      tellOf('reversal', request, (auth) => {
        const { amountCents } = request;
        return {
          kind: 'reversal',
          auth,
          amountUnits: amountCents === undefined ? null : unitsOf(amountCents),
        };
      }),
    expire: async (request) => tellOf('expiry', request, (auth) => ({ kind: 'expiry', auth })),
    timeOut: async (request) => tellOf('timeout', request, (auth) => ({ kind: 'timeout', auth })),

    async clear(request) {
      const { networkRef, ref, isFinal = true } = request;
      const token = tokenOf(request.card);
      const auth = request.auth === null ? null : authOf(books, names, { token, ref: request.auth });
      const record = recordOf(token, ref ?? freshRef('clearing'));
      const id = post.idOf(token, 'clearing', { networkRef, ref: record });
      const amountUnits = unitsOf(request.amountCents);
      const merchant = request.merchant
        ? merchantFrom(request.merchant)
        : auth === null
          ? UNKNOWN
          : knownMerchant(books, { token, name: auth });
      const body = { kind: 'clearing', auth, record, amountUnits, isFinal, merchant } as const;
      const told = post.tell(token, { id, ...body }, record);
      if (auth !== null && isFinal) endHold(token, auth);
      return told;
    },
    async refund(request) {
      const { networkRef, ref } = request;
      const token = tokenOf(request.card);
      const record = recordOf(token, ref ?? freshRef('refund'));
      const id = post.idOf(token, 'refund', { networkRef, ref: record });
      const of = request.of === null ? null : anyOf(token, request.of);
      const amountUnits = unitsOf(request.amountCents);
      return post.tell(token, { id, kind: 'refund', record, of, amountUnits }, record);
    },
    reverseRefund: async (request) =>
      tellRecord('refund_reversal', request, (of) => {
        return { kind: 'refund_reversal', of, amountUnits: unitsOf(request.amountCents) };
      }),
    dispute: async (step, request) =>
      tellRecord(`dispute/${step}`, request, (of) => {
        return { kind: 'dispute', step, of, amountUnits: unitsOf(request.amountCents) };
      }),

    async challenge(request) {
      const { networkRef, code, expiresHours = 0.1 } = request;
      const token = tokenOf(request.card);
      const ref = request.ref ?? networkRef ?? freshRef('challenge');
      const name = names.of('tds', [token, ref]);
      const inTime = nowMs() + Math.round(expiresHours * HOUR_MS);
      const expiresAtMs = challenges.open({ token, name, code, expiresAtMs: inTime });
      const id = post.idOf(token, 'challenge', { networkRef, ref: name });
      const merchant = merchantFrom(request.merchant);
      const amountUnits = unitsOf(request.amountCents);
      const about = { kind: 'challenge', ref: name, amountUnits, merchant } as const;
      return post.tell(token, { id, ...about, code: null, expiresAtMs }, name);
    },
    async enterCode(entry) {
      const token = tokenOf(entry.card);
      const given = entry.challenge ?? null;
      const named = given === null || given.startsWith('tds_') ? given : names.of('tds', [token, given]);
      const { result, name } = challenges.enter(token, { code: entry.code, name: named, nowMs: nowMs() });
      if (name !== null && (result === 'passed' || result === 'failed' || result === 'expired')) {
        await post.tell(token, resultMessage(names, token, { name, result }), name);
      }
      return result;
    },
  };
}

/** What the wallet is told of a challenge that is over: one message for each. */
export function resultMessage(
  names: Names,
  token: string,
  of: { readonly name: string; readonly result: 'passed' | 'failed' | 'expired' },
): Outgoing {
  const { name: ref, result } = of;
  return { id: names.of('msg', [token, 'challenge_result', ref]), kind: 'challenge_result', ref, result };
}

function isTyped(card: CardName | TypedCard): card is TypedCard {
  return 'expiry' in card;
}

function merchantFrom({ name, id = null, mcc = null, country = null }: MerchantName): Merchant {
  return { name, id, mcc, country };
}

function knownMerchant(books: Books, at: { token: string; name: string }): Merchant {
  const text = merchantOf(books, at);
  if (text === null) return UNKNOWN;
  const fields = fieldsOf(JSON.parse(text), 'a merchant');
  return {
    name: textIn(fields, 'name'),
    id: textOrNullIn(fields, 'id'),
    mcc: textOrNullIn(fields, 'mcc'),
    country: textOrNullIn(fields, 'country'),
  };
}
