import type { Lithic } from 'lithic';
import { unitsOf } from '../../../core/card/cents.ts';
import type { MessageBody, NetworkMessage } from '../../../core/card/network.ts';
import type { CardNotice } from '../../../core/card/ports.ts';
import { type Reader, readStrictly } from '../reader.ts';
import { short, unitsIn } from './amount.ts';
import { declineOf, mayUndo } from './decline.ts';
import { readMerchant } from './merchant.ts';
import { followPending, type History, type TransactionEvent } from './pending.ts';

type Transaction = Lithic.Transaction;
type Authorization = Extract<MessageBody, { readonly kind: 'authorization' }>;

/**
 * Everything a transaction says, oldest first. The transaction's token names the authorization, and is the id of the message
 * that opened it, as it is of the question that we were asked about it; every other message has the token of its event. So
 * reading a transaction again, or an older state of it, says nothing new. Each event is read by the reader alone.
 */
export function readTransaction(
  transaction: Transaction,
  read: Reader = readStrictly,
): readonly CardNotice[] {
  const history = followPending(transaction);
  const toNotice = (message: NetworkMessage) => ({ token: transaction.card_token, message });
  return history.events.flatMap((event) =>
    read(`the event ${event.token}`, () => readEvent(transaction, { event, history }).map(toNotice)),
  );
}

type Place = { readonly event: TransactionEvent; readonly history: History };

function readEvent(transaction: Transaction, place: Place): readonly NetworkMessage[] {
  const { event, history } = place;
  if (event === history.opening) return readOpening(transaction, event);
  if (event.result !== 'APPROVED') return readLaterDecline(transaction, place);
  const body = readBody(transaction, place);
  return body === null ? [] : [{ id: event.token, sentAtMs: momentOf(event), ...body }];
}

/**
 * Approved, it is what we were asked before, or else what was approved without us: the books know by the id. Declined, it
 * was declined without us; where our answer may have been a yes that did not arrive, that yes is undone too.
 */
function readOpening(transaction: Transaction, event: TransactionEvent): readonly NetworkMessage[] {
  const { token: auth, pos } = transaction;
  const sentAtMs = momentOf(event);
  const isApproved = event.result === 'APPROVED';
  const decline = isApproved ? null : declineOf(event.detailed_results);
  const message: NetworkMessage & Authorization = {
    id: auth,
    sentAtMs,
    kind: 'authorization',
    mode: isApproved ? 'advice' : 'declined',
    auth,
    purpose: purposeOf(event),
    amountUnits: unitsIn(event.amounts.cardholder),
    merchant: readMerchant(transaction.merchant),
    code: decline === 'cvv_mismatch' ? 'mismatch' : 'unknown',
    expiry: decline === 'expiry_mismatch' ? 'mismatch' : 'unknown',
    initiator: pos.entry_mode.cardholder === 'REOCCURRING' ? 'merchant' : 'unknown',
    isPartialCapable: pos.terminal.partial_approval_capable,
    challenge: challengeIn(transaction.cardholder_authentication),
    expiresAtMs: null,
    decline,
  };
  if (isApproved || !mayUndo(event.detailed_results)) return [message];
  return [message, { id: `${event.token}:timeout`, sentAtMs, kind: 'timeout', auth }];
}

/**
 * An advice that is declined says that the network gave up what was approved; a reversal that is declined while nothing is
 * pending, that it found nothing to reverse. Any other no changes nothing.
 */
function readLaterDecline(transaction: Transaction, { event, history }: Place): readonly NetworkMessage[] {
  const about = { id: event.token, sentAtMs: momentOf(event), auth: transaction.token };
  if (event.type === 'AUTHORIZATION_ADVICE') return [{ ...about, kind: 'timeout' }];
  const isUnmatched = event.type === 'AUTHORIZATION_REVERSAL' && history.pendingAfter(event) === 0n;
  return isUnmatched ? [{ ...about, kind: 'reversal', amountUnits: null }] : [];
}

function readBody(transaction: Transaction, { event, history }: Place): MessageBody | null {
  const auth = history.opening === null ? null : transaction.token;
  const amountUnits = unitsIn(event.amounts.cardholder);
  const isPendingGone = history.pendingAfter(event) === 0n;
  const record = event.token;
  const clearing = (isFinal: boolean): MessageBody => {
    const merchant = readMerchant(transaction.merchant);
    return { kind: 'clearing', auth, record, amountUnits, isFinal, merchant };
  };
  const refund = (): MessageBody => {
    return { kind: 'refund', record, of: debitOf(transaction, history), amountUnits };
  };
  switch (event.type) {
    case 'CLEARING':
      return event.effective_polarity === 'CREDIT' ? refund() : clearing(isPendingGone);
    case 'CORRECTION_DEBIT':
      return clearing(isPendingGone);
    case 'FINANCIAL_AUTHORIZATION':
      return clearing(true);
    case 'RETURN':
    case 'FINANCIAL_CREDIT_AUTHORIZATION':
    case 'CORRECTION_CREDIT':
      return refund();
    case 'RETURN_REVERSAL':
      return { kind: 'refund_reversal', of: reversedBy(event, history), amountUnits };
    case 'CREDIT_AUTHORIZATION':
    case 'CREDIT_AUTHORIZATION_ADVICE':
    case 'BALANCE_INQUIRY':
      return null;
    default:
      return readChange(auth, { event, history });
  }
}

/** What changes a hold; null where there is none, for money that was to come to the card. */
function readChange(auth: string | null, { event, history }: Place): MessageBody | null {
  if (!CHANGES.has(event.type)) {
    throw new RangeError(`Expected an event of a known kind, not "${short(event.type)}"`);
  }
  if (auth === null) return null;
  const amountUnits = unitsIn(event.amounts.cardholder);
  switch (event.type) {
    case 'AUTHORIZATION':
      return { kind: 'increment', mode: 'advice', auth, amountUnits };
    case 'AUTHORIZATION_ADVICE':
      return readAdvice(auth, history.pendingAfter(event) - history.pendingBefore(event));
    case 'AUTHORIZATION_REVERSAL':
      return { kind: 'reversal', auth, amountUnits: history.pendingAfter(event) === 0n ? null : amountUnits };
    case 'AUTHORIZATION_EXPIRY':
      return { kind: 'expiry', auth };
    default:
      return null;
  }
}

const CHANGES: ReadonlySet<string> = new Set([
  'AUTHORIZATION',
  'AUTHORIZATION_ADVICE',
  'AUTHORIZATION_REVERSAL',
  'AUTHORIZATION_EXPIRY',
]);

function readAdvice(auth: string, cents: bigint): MessageBody | null {
  if (cents === 0n) return null;
  if (cents > 0n) return { kind: 'increment', mode: 'advice', auth, amountUnits: unitsOf(cents) };
  return { kind: 'reversal', auth, amountUnits: unitsOf(-cents) };
}

/** What a credit in this transaction belongs to: its authorization, or its latest debit; null where it stands alone. */
function debitOf(transaction: Transaction, { opening, events }: History): string | null {
  if (opening !== null) return transaction.token;
  return events.findLast(isDebit)?.token ?? null;
}

/** The credit that is taken back: the latest of the same amount before it, or else the latest. */
function reversedBy(event: TransactionEvent, { events }: History): string {
  const credits = events.slice(0, events.indexOf(event)).filter(isCredit);
  const same = credits.findLast(
    (credit) => unitsIn(credit.amounts.cardholder) === unitsIn(event.amounts.cardholder),
  );
  return (same ?? credits.at(-1) ?? event).token;
}

const isDebit = ({ type, effective_polarity: polarity }: TransactionEvent) =>
  type === 'CORRECTION_DEBIT' || (type === 'CLEARING' && polarity === 'DEBIT');

const isCredit = ({ type, result, effective_polarity: polarity }: TransactionEvent) =>
  result === 'APPROVED' &&
  (type === 'RETURN' ||
    type === 'CORRECTION_CREDIT' ||
    type === 'FINANCIAL_CREDIT_AUTHORIZATION' ||
    (type === 'CLEARING' && polarity === 'CREDIT'));

function purposeOf({ type, amounts }: TransactionEvent): Authorization['purpose'] {
  if (type === 'BALANCE_INQUIRY') return 'balance_inquiry';
  if (type === 'FINANCIAL_AUTHORIZATION') return 'financial';
  return unitsIn(amounts.cardholder) === 0n ? 'verification' : 'purchase';
}

/** The 3-D Secure authentication that the cardholder passed for a transaction. */
export function challengeIn(
  authentication: Lithic.CardholderAuthentication | null | undefined,
): string | null {
  if (authentication?.authentication_result !== 'SUCCESS') return null;
  return authentication.three_ds_authentication_token;
}

function momentOf({ created }: TransactionEvent): number | null {
  const moment = Date.parse(created);
  return Number.isNaN(moment) ? null : moment;
}
