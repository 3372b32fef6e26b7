import type { MessageAnswer, NetworkMessage } from '../../../core/card/network.ts';
import { REASON_MARK } from '../../../rails/card/stripe/decline.ts';
import type { Movement, NetworkCard } from '../dialect.ts';
import { type CardNotes, cardObject } from './card.ts';
import { idOf } from './names.ts';
import { postingsOf, transactionObject } from './transaction.ts';
import { cents, merchantData, NOBODY, seconds, type Wire } from './wire.ts';
import { reasonOf } from './words.ts';

type Asked = Extract<NetworkMessage, { kind: 'authorization' | 'increment' }>;
type Request = {
  readonly approved: boolean;
  readonly reason: string;
  readonly units: bigint;
  readonly atMs: number;
};

/** What became of an authorization, as Stripe counts. */
type Course = {
  requests: readonly Request[];
  status: 'pending' | 'closed' | 'reversed';
  /** What can still be captured; of one that was declined, what was asked for. */
  leftUnits: bigint;
  metadata: Readonly<Record<string, string>>;
  /** An increment that just went nowhere because the answer was late: the network takes it back in words. */
  undoneUnits: bigint | null;
};

/** An authorization as Stripe writes it. With a question, as it stands while that is asked. */
export function authorizationObject(
  card: NetworkCard,
  about: { readonly auth: string; readonly notes: CardNotes; readonly question?: Asked },
): Wire {
  const { auth, notes, question } = about;
  const own = card.movements.filter(({ message }) => 'auth' in message && message.auth === auth);
  const course = own.reduce(follow, START);
  const first = own.map(({ message }) => message).find((message) => message.kind === 'authorization');
  const opening = question?.kind === 'authorization' ? question : first;
  const merchant = opening?.merchant ?? merchantIn(own);
  const isApproved = course.requests.some(({ approved }) => approved) || course.requests.length === 0;
  return {
    id: idOf('authorization', card, auth),
    object: 'issuing.authorization',
    amount: cents(course.leftUnits),
    amount_details: detailsOf(opening),
    approved: isApproved && (question === undefined || course.requests.length > 0),
    authorization_method: 'online',
    balance_transactions: [],
    card: cardObject(card, notes),
    cardholder: notes.cardholder.id,
    created: seconds(own[0]?.atMs ?? question?.sentAtMs ?? card.createdAtMs),
    currency: 'usd',
    livemode: false,
    merchant_amount: cents(course.leftUnits),
    merchant_currency: 'usd',
    merchant_data: merchantData(merchant),
    metadata: course.metadata,
    network_data: null,
    pending_request: question === undefined ? null : pendingRequest(question),
    request_history: course.requests.map(requestObject),
    status: course.status,
    transactions: postingsOf(card)
      .filter((posting) => posting.auth === auth)
      .map((posting) => transactionObject(card, posting)),
    treasury: null,
    verification_data: checksOf(opening),
    wallet: null,
  };
}

const START: Course = { requests: [], status: 'pending', leftUnits: 0n, metadata: {}, undoneUnits: null };

function follow(before: Course, { message, answer, atMs }: Movement): Course {
  const course = { ...before, undoneUnits: null };
  switch (message.kind) {
    case 'authorization':
    case 'increment':
      return request(course, { message, answer, atMs });
    case 'reversal':
      return message.amountUnits !== null && message.amountUnits === before.undoneUnits
        ? course
        : reverse(course, message.amountUnits);
    case 'expiry':
      return { ...course, status: 'reversed' };
    case 'timeout':
      return timeOut(course);
    case 'clearing': {
      const rest = course.leftUnits - message.amountUnits;
      const leftUnits = rest > 0n && !message.isFinal ? rest : 0n;
      return { ...course, leftUnits, status: message.isFinal ? 'closed' : course.status };
    }
    default:
      return course;
  }
}

function request(
  course: Course,
  {
    message,
    answer,
    atMs,
  }: { readonly message: Asked; readonly answer: MessageAnswer | null; readonly atMs: number },
): Course {
  const outcome = outcomeOf(message, answer);
  if (outcome === null) return course;
  const { units, approved, mark } = outcome;
  const requests = [...course.requests, { approved, reason: outcome.reason, units, atMs }];
  const metadata = mark === undefined ? course.metadata : { ...course.metadata, [REASON_MARK]: mark };
  if (message.kind === 'increment') {
    const undoneUnits = outcome.reason === 'webhook_timeout' ? units : null;
    return {
      ...course,
      requests,
      metadata,
      undoneUnits,
      leftUnits: course.leftUnits + (approved ? units : 0n),
    };
  }
  const isOver = course.status === 'closed' || !approved || units === 0n || message.purpose === 'financial';
  const status = isOver ? 'closed' : 'pending';
  return { ...course, requests, metadata, status, leftUnits: course.status === 'closed' ? 0n : units };
}

/** How a request went; null while nobody knows. */
function outcomeOf(message: Asked, answer: MessageAnswer | null) {
  const units = message.amountUnits;
  if (message.mode === 'advice') return { approved: true, reason: 'card_active', units };
  if (message.mode === 'notice') return { approved: true, reason: 'webhook_approved', units };
  if (message.mode === 'declined')
    return { approved: false, reason: reasonOf(message.decline) ?? 'not_allowed', units };
  if (answer?.kind === 'approved')
    return { approved: true, reason: 'webhook_approved', units: answer.approvedUnits };
  if (answer?.kind !== 'declined') return null;
  if (answer.reason === 'issuer_timeout') return { approved: false, reason: 'webhook_timeout', units };
  return { approved: false, reason: 'webhook_declined', units, mark: answer.reason };
}

/** Stripe says what is left. Nothing left, or a reversal of what is over, and it is reversed. */
function reverse(course: Course, amountUnits: bigint | null): Course {
  const left = amountUnits === null ? 0n : course.leftUnits - amountUnits;
  if (course.status === 'pending' && left > 0n) return { ...course, leftUnits: left };
  return { ...course, leftUnits: 0n, status: 'reversed' };
}

function timeOut(course: Course): Course {
  const requests = course.requests.map((request, i) =>
    i === 0 ? { ...request, approved: false, reason: 'webhook_timeout' } : request,
  );
  return { ...course, requests, status: 'closed' };
}

function requestObject({ approved, reason, units, atMs }: Request) {
  const amount = cents(units);
  return {
    amount,
    amount_details: null,
    approved,
    created: seconds(atMs),
    currency: 'usd',
    merchant_amount: amount,
    merchant_currency: 'usd',
    reason,
    reason_message: null,
  };
}

function pendingRequest(question: Asked) {
  const amount = cents(question.amountUnits);
  return {
    amount,
    amount_details: detailsOf(question),
    currency: 'usd',
    is_amount_controllable: question.kind === 'authorization' && question.isPartialCapable,
    merchant_amount: amount,
    merchant_currency: 'usd',
  };
}

function detailsOf(message: Asked | undefined) {
  if (message?.kind !== 'authorization' || message.purpose !== 'cash') return null;
  return { atm_fee: null, cashback_amount: cents(message.amountUnits) };
}

/** An issuer that can no longer compare a code, and one that was not asked to, says that none was given. */
function checksOf(opening: Extract<Asked, { kind: 'authorization' }> | undefined) {
  const { code = 'unknown', expiry = 'unknown', decline = null } = opening ?? {};
  const given = {
    match: 'match',
    mismatch: 'mismatch',
    absent: 'not_provided',
    unknown: 'not_provided',
  } as const;
  return {
    address_line1_check: 'not_provided',
    address_postal_code_check: 'not_provided',
    cvc_check: decline === 'cvv_mismatch' ? 'mismatch' : given[code],
    expiry_check: decline === 'expiry_mismatch' ? 'mismatch' : given[expiry],
  };
}

function merchantIn(own: readonly Movement[]) {
  for (const { message } of own) if (message.kind === 'clearing') return message.merchant;
  return NOBODY;
}
