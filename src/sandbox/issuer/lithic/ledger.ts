import { centsOf } from '../../../core/card/cents.ts';
import type { Merchant, NetworkMessage } from '../../../core/card/network.ts';
import type { Movement, NetworkCard } from '../dialect.ts';
import { type Authorization, addEvent, type Draft, type EventParts } from './draft.ts';
import { uuidFor } from './name.ts';

/** What happened on a card, as transactions, and which of them each message is in. */
export type Ledger = {
  readonly transactions: readonly Draft[];
  /** The transaction of a message; null where it is in none. */
  readonly ofMessage: (id: string) => Draft | null;
  /** The transaction, and in it the event, of a record or an authorization; null where there is none. */
  readonly ofRecord: (name: string) => { readonly transaction: Draft; readonly event: string | null } | null;
};

/** A message of one kind. */
export type Of<K extends NetworkMessage['kind']> = Extract<NetworkMessage, { readonly kind: K }>;

type Book = {
  /** Transactions by the authorization, or else the record, that opened them. */
  readonly byName: Map<string, Draft>;
  readonly byRecord: Map<string, Draft>;
  readonly open: (name: string, merchant?: Merchant) => Draft;
  /** Puts the event of the message at hand into a transaction; `record` names the event where it is one. */
  readonly add: (draft: Draft, parts: EventParts, record?: string) => void;
  readonly eventOf: (record: string) => string;
};

const NOBODY: Merchant = { name: '', id: null, mcc: null, country: null };

/** Sorts a card's movements into transactions: an authorization with all that follows it, or a record that stands alone. */
export function openLedger(card: Pick<NetworkCard, 'token'>, movements: readonly Movement[]): Ledger {
  const [byName, byRecord, byMessage] = [
    new Map<string, Draft>(),
    new Map<string, Draft>(),
    new Map<string, Draft>(),
  ];
  const eventOf = (record: string) => uuidFor(card, 'record', record);
  for (const movement of movements) {
    const { message, atMs } = movement;
    if (byMessage.has(message.id)) continue;
    const open: Book['open'] = (name, merchant = NOBODY) => {
      const token = uuidFor(card, 'transaction', name);
      const draft = byName.get(name) ?? openDraft({ token, atMs, merchant });
      byName.set(name, draft);
      return draft;
    };
    const add: Book['add'] = (draft, parts, record) => {
      const token = record === undefined ? uuidFor(card, 'event', message.id) : eventOf(record);
      byMessage.set(message.id, draft);
      addEvent(draft, { token, atMs, parts });
    };
    post({ byName, byRecord, open, add, eventOf }, movement);
  }
  return {
    transactions: [...byName.values()].filter(({ events }) => events.length > 0),
    ofMessage: (id) => byMessage.get(id) ?? null,
    ofRecord(name) {
      const transaction = byRecord.get(name) ?? byName.get(name);
      if (transaction === undefined) return null;
      return { transaction, event: byRecord.has(name) ? eventOf(name) : null };
    },
  };
}

function openDraft(from: {
  readonly token: string;
  readonly atMs: number;
  readonly merchant: Merchant;
}): Draft {
  const { token, atMs, merchant } = from;
  const empty = { authorization: null, pending: 0n, settled: 0n, events: [] };
  return { token, createdAtMs: atMs, updatedAtMs: atMs, merchant, ...empty };
}

function post(book: Book, { message, answer }: Movement): void {
  switch (message.kind) {
    case 'authorization':
      postAuthorization(book, { message, answer });
      break;
    case 'increment':
      postIncrement(book, { message, answer });
      break;
    case 'reversal':
      postReversal(book, message);
      break;
    case 'expiry':
      postExpiry(book, message);
      break;
    case 'timeout':
      postTimeout(book, message);
      break;
    case 'clearing':
      postClearing(book, message);
      break;
    case 'refund':
      postRefund(book, message);
      break;
    case 'refund_reversal':
      postRefundReversal(book, message);
      break;
    default:
  }
}

function postAuthorization(
  book: Book,
  { message, answer }: { readonly message: Authorization; readonly answer: Movement['answer'] },
): void {
  const parts = openingOf(message, answer);
  if (parts === null) return;
  const draft = book.open(message.auth, message.merchant);
  // A copy of one that is there already adds nothing.
  if (draft.events.length === 0) draft.authorization = message;
  book.add(draft, parts, message.auth);
}

/** What opens a transaction; null where the network is still waiting for the answer. */
function openingOf(message: Authorization, answer: Movement['answer']): EventParts | null {
  const { mode, purpose } = message;
  const cents = centsOf(message.amountUnits);
  const single = purpose === 'financial' ? 'FINANCIAL_AUTHORIZATION' : null;
  const asked = single ?? (purpose === 'balance_inquiry' ? 'BALANCE_INQUIRY' : 'AUTHORIZATION');
  if (mode === 'declined') return { type: asked, cents, decline: message.decline ?? 'issuer_timeout' };
  if (mode === 'advice') return { type: single ?? 'AUTHORIZATION_ADVICE', cents };
  if (mode === 'notice') return { type: asked, cents };
  if (answer === null) return null;
  if (answer.kind === 'declined') return { type: asked, cents, decline: answer.reason };
  return { type: asked, cents: answer.kind === 'approved' ? centsOf(answer.approvedUnits) : cents };
}

/** Told by an advice, which names the new total, once it was approved. */
function postIncrement(
  book: Book,
  { message, answer }: { readonly message: Of<'increment'>; readonly answer: Movement['answer'] },
): void {
  if (message.mode === 'ask' && answer?.kind !== 'approved') return;
  const draft = book.open(message.auth);
  book.add(draft, { type: 'AUTHORIZATION_ADVICE', cents: draft.pending + centsOf(message.amountUnits) });
}

/** Nothing pending, nothing to give up: such a reversal is declined. */
function postReversal(book: Book, { auth, amountUnits }: Of<'reversal'>): void {
  const draft = book.open(auth);
  const asked = amountUnits === null ? draft.pending : centsOf(amountUnits);
  const cents = asked < draft.pending ? asked : draft.pending;
  const decline = draft.pending === 0n ? 'original_not_found' : null;
  book.add(draft, { type: 'AUTHORIZATION_REVERSAL', cents, decline });
}

function postExpiry(book: Book, { auth }: Of<'expiry'>): void {
  const draft = book.open(auth);
  book.add(draft, { type: 'AUTHORIZATION_EXPIRY', cents: draft.pending });
}

/** The network gave up what was approved: an advice that is declined. */
function postTimeout(book: Book, message: Of<'timeout'>): void {
  const draft = book.open(message.auth);
  book.add(draft, { type: 'AUTHORIZATION_ADVICE', cents: draft.pending, decline: 'issuer_timeout' });
  draft.pending = 0n;
}

function postClearing(book: Book, message: Of<'clearing'>): void {
  const { auth, record, isFinal, merchant } = message;
  const draft = book.open(auth ?? `record ${record}`, merchant);
  if (draft.merchant === NOBODY) draft.merchant = merchant;
  book.byRecord.set(record, draft);
  const cents = centsOf(message.amountUnits);
  // The vendor's object always has the authorization of what it clears, also where the network has not told of it.
  if (auth !== null && draft.events.length === 0) book.add(draft, { type: 'AUTHORIZATION', cents }, auth);
  book.add(draft, { type: 'CLEARING', cents, isFinal }, record);
}

/** In the transaction of what it is a refund of; else in one of its own. */
function postRefund(book: Book, { of, record, amountUnits }: Of<'refund'>): void {
  const origin = of === null ? undefined : (book.byRecord.get(of) ?? book.byName.get(of));
  const draft = origin ?? book.open(`record ${record}`);
  book.byRecord.set(record, draft);
  book.add(draft, { type: 'RETURN', cents: centsOf(amountUnits) }, record);
}

function postRefundReversal(book: Book, { of, amountUnits }: Of<'refund_reversal'>): void {
  const draft = book.byRecord.get(of) ?? book.open(`record ${of}`);
  book.add(draft, { type: 'RETURN_REVERSAL', cents: centsOf(amountUnits) });
}
