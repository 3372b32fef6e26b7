import type Stripe from 'stripe';
import type { NetworkMessage } from '../../../core/card/network.ts';
import { declineOf, isUnanswered, mayUndo } from './decline.ts';
import { messageOfTransaction } from './transaction.ts';
import { atMs, merchantOf, oldestFirst, unitsIn } from './wire.ts';

type Wire = Stripe.Issuing.Authorization;
type WireRequest = Stripe.Issuing.Authorization.RequestHistory;
type Authorization = Extract<NetworkMessage, { kind: 'authorization' }>;

/**
 * The question of an `issuing_authorization.request`; null where it asks nothing. What is to be decided is the amount
 * of the pending request: the authorization's own is what was approved before.
 */
export function questionOf(authorization: Wire): NetworkMessage | null {
  const { pending_request: asked, request_history: history } = authorization;
  if (asked === null || asked.amount < 0) return null;
  const id = requestId(authorization, history.length);
  const sentAtMs = atMs(authorization.created);
  const amountUnits = unitsIn(asked.currency, asked.amount);
  if (authorization.approved || history.some(({ approved }) => approved)) {
    return { id, sentAtMs, kind: 'increment', mode: 'ask', auth: authorization.id, amountUnits };
  }
  return {
    ...describe(authorization, amountUnits),
    id,
    mode: 'ask',
    sentAtMs,
    isPartialCapable: asked.is_amount_controllable,
  };
}

/**
 * All that an authorization tells, oldest first, whatever of it was told before: each message has the same id every
 * time, and a request that we were asked has the id of the question.
 */
export function messagesOf(authorization: Wire): readonly NetworkMessage[] {
  const requests = oldestFirst(authorization.request_history);
  const firstApproved = requests.findIndex(({ approved }) => approved);
  const told = requests.flatMap((request, i) => {
    if (request.amount < 0) return [];
    const isIncrement = firstApproved !== -1 && i > firstApproved;
    return isIncrement ? increment(authorization, request, i) : opening(authorization, request, i);
  });
  return [...told, ...transactionsOf(authorization), ...endOf(authorization, told)];
}

/**
 * A part that was given back while the authorization stays open. Only the event tells it: the object says what is left
 * and not in how many steps. Missed, that part stays held until the authorization ends.
 */
export function partialReversalOf(
  authorization: Wire,
  previous: Partial<Wire> | undefined,
): NetworkMessage | null {
  const { id: auth, amount, currency, status, request_history: history } = authorization;
  const before = previous?.amount ?? amount;
  // Captures make it less too.
  if (status !== 'pending' || previous?.transactions !== undefined || before <= amount) return null;
  const id = `${auth}/${history.length}/${before}-${amount}`;
  return { id, sentAtMs: null, kind: 'reversal', auth, amountUnits: unitsIn(currency, before - amount) };
}

/** The same for the question and for all later news of it. */
function requestId(authorization: Wire, index: number): string {
  return `${authorization.id}/${index}`;
}

function opening(authorization: Wire, request: WireRequest, index: number): readonly NetworkMessage[] {
  const { amount, currency, reason, approved } = request;
  const id = requestId(authorization, index);
  const sentAtMs = atMs(request.created);
  const body = { ...describe(authorization, unitsIn(currency, amount)), sentAtMs };
  if (approved && reason === 'webhook_approved') return [{ ...body, id, mode: 'notice' }];
  // Approved without our answer. Not the id of the question: what we made of that one was undone, or never was.
  if (approved) return [{ ...body, id: `${id}/standin`, mode: 'advice' }];
  const declined: NetworkMessage = {
    ...body,
    id,
    mode: 'declined',
    decline: declineOf(authorization, reason),
  };
  if (!mayUndo(authorization, reason)) return [declined];
  return [declined, { id: `${id}/timeout`, sentAtMs, kind: 'timeout', auth: authorization.id }];
}

/** One that was declined holds nothing more. */
function increment(authorization: Wire, request: WireRequest, index: number): readonly NetworkMessage[] {
  if (!request.approved) return [];
  const amountUnits = unitsIn(request.currency, request.amount);
  const question = requestId(authorization, index);
  const id = request.reason === 'webhook_approved' ? question : `${question}/standin`;
  const sentAtMs = atMs(request.created);
  return [{ id, sentAtMs, kind: 'increment', mode: 'advice', auth: authorization.id, amountUnits }];
}

/** The questions of increments that Stripe declined without a usable answer of ours. */
export function lostIncrementsOf(
  authorization: Wire,
): readonly Extract<NetworkMessage, { kind: 'increment' }>[] {
  const requests = oldestFirst(authorization.request_history);
  const firstApproved = requests.findIndex(({ approved }) => approved);
  return requests.flatMap(({ approved, reason, amount, currency, created }, i) => {
    if (firstApproved === -1 || i <= firstApproved || approved || amount <= 0) return [];
    // A no of ours in words, in time or not, never held anything for long: the desk takes its own back.
    if (reason === 'webhook_declined' || !isUnanswered(authorization, reason)) return [];
    const [id, auth] = [requestId(authorization, i), authorization.id];
    const amountUnits = unitsIn(currency, amount);
    return [{ id, sentAtMs: atMs(created), kind: 'increment', mode: 'ask', auth, amountUnits }];
  });
}

/** What was taken and given back on it. */
function transactionsOf({ id: authorization, transactions }: Wire): readonly NetworkMessage[] {
  return oldestFirst(transactions).map((transaction) =>
    messageOfTransaction({ ...transaction, authorization }),
  );
}

/** How it ended. One that held nothing, and that nothing was taken on, has no end. */
function endOf(authorization: Wire, told: readonly NetworkMessage[]): readonly NetworkMessage[] {
  const { id: auth, status, amount, merchant_data, transactions } = authorization;
  if (!told.some(isHold) && transactions.length === 0) return [];
  const all = [authorization, ...authorization.request_history, ...transactions];
  const sentAtMs = atMs(Math.max(...all.map(({ created }) => created)));
  // Until 2025-03-31 an expired authorization was called reversed, with what is kept for late captures as its amount.
  if (status === 'expired' || (status === 'reversed' && amount > 0)) {
    return [{ id: `${auth}/expired`, sentAtMs, kind: 'expiry', auth }];
  }
  if (status === 'reversed') {
    return [{ id: `${auth}/reversed`, sentAtMs, kind: 'reversal', auth, amountUnits: null }];
  }
  if (status !== 'closed') return [];
  // Nothing more is taken: a final clearing of nothing, whatever came before.
  const record = `${auth}/closed`;
  const merchant = merchantOf(merchant_data);
  return [{ id: record, sentAtMs, kind: 'clearing', auth, record, amountUnits: 0n, isFinal: true, merchant }];
}

function isHold(message: NetworkMessage): boolean {
  if (message.kind === 'increment') return true;
  return message.kind === 'authorization' && message.mode !== 'declined' && message.amountUnits > 0n;
}

function describe(authorization: Wire, amountUnits: bigint): Omit<Authorization, 'id' | 'sentAtMs' | 'mode'> {
  const { id: auth, merchant_data, verification_data: checks } = authorization;
  return {
    kind: 'authorization',
    auth,
    purpose: purposeOf(authorization, amountUnits),
    amountUnits,
    merchant: merchantOf(merchant_data),
    code: CODE.get(checks.cvc_check) ?? 'unknown',
    expiry: EXPIRY.get(checks.expiry_check) ?? 'unknown',
    // Stripe does not say who started a charge, names no challenge, and gives no end to a hold.
    initiator: 'unknown',
    isPartialCapable: false,
    challenge: null,
    expiresAtMs: null,
    decline: null,
  };
}

const CODE: ReadonlyMap<string, Authorization['code']> = new Map([
  ['match', 'match'],
  ['mismatch', 'mismatch'],
  ['not_provided', 'absent'],
]);
const EXPIRY: ReadonlyMap<string, Authorization['expiry']> = new Map([
  ['match', 'match'],
  ['mismatch', 'mismatch'],
]);
/** Manual and automated cash disbursement. */
const CASH_MCCS = ['6010', '6011'];

function purposeOf(authorization: Wire, amountUnits: bigint): Authorization['purpose'] {
  const details = authorization.pending_request?.amount_details ?? authorization.amount_details;
  const cash = (details?.cashback_amount ?? 0) + (details?.atm_fee ?? 0);
  if (cash > 0 || CASH_MCCS.includes(authorization.merchant_data.category_code)) return 'cash';
  return amountUnits === 0n ? 'verification' : 'purchase';
}
