import type { Payment } from '../core/payment.ts';
import type { Challenge, PayeeReply, PayOutcome } from '../core/ports.ts';
import { type Refusal, refuse } from '../core/refusal.ts';
import type { Reply } from '../core/request.ts';
import { findMandate } from './access.ts';
import { type Ask, decisionOf, pricesOf } from './ask.ts';
import type { Context } from './context.ts';
import type { Answer } from './operation.ts';
import type { ExecuteOutput } from './payment.ts';
import { allowSigning, type Decided, refusalOf } from './sign.ts';
import { asDecided, sorted, viewPayment } from './views.ts';

type Fetched = Promise<Answer<ExecuteOutput>>;

/**
 * *fetch*: the wallet makes the request, pays if it is asked to and may, and returns the answer. A key that was seen
 * goes on where it stopped: with the kept answer, or with the same bytes again. It never pays a second time. Nobody is
 * asked for an agent without a mandate of its own.
 */
export async function fetchPaid(context: Context, ask: Ask): Fetched {
  const keyed = await context.store.read.get('request', ask.requestId);
  if (keyed !== null && keyed.inputHash !== ask.inputHash) {
    return refuse('idempotency_key_reused', `The key "${ask.idempotencyKey}" was used for another request`);
  }
  if (keyed !== null) return resume(context, ask, keyed.subjectId);
  const mandate = await findMandate(context, { kind: 'agent', agent: ask.agent }, ask.input.mandate);
  if ('outcome' in mandate) return mandate;
  const quote = await ask.rail.quote(ask.request);
  if ('outcome' in quote) return quote;
  if (quote.kind === 'free' && quote.reply.status >= 500) {
    return refuse(
      'payee_unreachable',
      `The payee answered with status ${quote.reply.status}; nothing was paid`,
    );
  }
  if (quote.kind === 'free')
    return conclude(context, ask, { payment: null, reply: quote.reply, receipt: null });
  const { challenge, resource } = quote;
  const reached = { ...ask, request: { ...ask.request, resource } };
  const facts = { source: 'wallet', challenge, isProbed: true, seen: pricesOf(challenge) } as const;
  const decided = await context.store.commit(decisionOf(context, reached, facts));
  if (decided.outcome === 'refused') return decided;
  const { payment, isReplay } = decided;
  if (isReplay) return resume(context, ask, payment.id);
  if (payment.refusal !== null) return refusalOf(payment, payment.refusal);
  return pay(context, reached, { payment, isReplay });
}

/** A key that was seen: its kept answer, its proof, or another try with the bytes that were fixed then. */
async function resume(context: Context, ask: Ask, paymentId: string | null): Fetched {
  const payment = paymentId === null ? null : await context.store.read.get('payment', paymentId);
  if (payment !== null && payment.refusal !== null) return refusalOf(payment, payment.refusal);
  const reply = await context.store.read.get('reply', ask.requestId);
  if (reply !== null) return { ...answer(payment, reply), isReplay: true };
  if (payment === null) throw new Error(`The request ${ask.requestId} has neither a payment nor a reply`);
  if (payment.state !== 'reserved') return ended(payment);
  const request = { ...ask.request, resource: payment.resource };
  return pay(context, { ...ask, request }, { payment, isReplay: true });
}

/** Proved without an answer of the payee: paid, or provably never to be. */
function ended(payment: Payment): Answer<ExecuteOutput> {
  const detail =
    payment.state === 'settled'
      ? "The payment is settled; the payee's answer was lost"
      : 'The payment was never taken and no longer can be; its budget is free again';
  return {
    outcome: 'ok',
    output: { status: 'finished', payment: viewPayment(payment), detail },
    isReplay: true,
  };
}

async function pay(context: Context, ask: Ask, decided: Decided): Fetched {
  const { payment } = decided;
  const signable = await allowSigning(context, decided);
  if ('outcome' in signable) return pending(payment, signable.detail);
  if (signable.state !== 'reserved') return ended(signable);
  const header = await ask.rail.present(signable);
  const outcome = await ask.rail.pay(ask.request, header);
  if (outcome.kind === 'answered') return conclude(context, ask, { payment, ...outcome });
  const { id: paymentId, walletId } = payment;
  const detail = outcome.detail;
  const noted = await context.store.commit({
    type: 'payment.note',
    walletId,
    paymentId,
    evidence: 'unknown',
    detail,
  });
  const changed = change(payment, outcome);
  if (changed !== null) return refusalOf(payment, changed);
  return pending(noted.outcome === 'ok' ? noted.payment : payment, detail);
}

/** Whether a payee that asks again asks for something else than what was signed. */
function change(payment: Payment, outcome: PayOutcome): Refusal | null {
  if (outcome.kind !== 'asked_again' || outcome.challenge === null || payment.offer === null) return null;
  if (isStillOffered(payment.offer, outcome.challenge)) return null;
  return refuse('challenge_changed', 'After it was paid the payee asks for other terms; they are not signed');
}

function isStillOffered(chosen: NonNullable<Payment['offer']>, challenge: Challenge): boolean {
  return challenge.offers.some(
    ({ asset, payTo, priceUnits }) =>
      asset?.id === chosen.assetId && payTo === chosen.payTo && priceUnits === chosen.priceUnits,
  );
}

function pending(payment: Payment, detail: string): Answer<ExecuteOutput> {
  return {
    outcome: 'ok',
    output: { status: 'pending', payment: viewPayment(payment), detail },
    isPending: true,
  };
}

type Delivery = {
  readonly payment: Payment | null;
  readonly reply: PayeeReply;
  readonly receipt: string | null;
};

/** Keeps the payee's answer, then gives it: what is kept is what every repeated call gets. */
async function conclude(context: Context, ask: Ask, { payment, reply, receipt }: Delivery): Fetched {
  const { agent, idempotencyKey, inputHash } = ask;
  const bodyBase64 = Buffer.from(reply.body).toString('base64');
  const outcome = await context.store.commit({
    type: 'request.conclude',
    walletId: agent.walletId,
    agentId: agent.id,
    idempotencyKey,
    inputHash,
    operation: 'payment.execute',
    freeResource: payment === null && isSuccess(reply) ? ask.request.resource : null,
    reply: { status: reply.status, headers: reply.headers, bodyBase64, receipt },
  });
  return outcome.outcome === 'refused' ? outcome : answer(payment, outcome.reply);
}

/** A refusal of the payee's own says nothing of its price. */
function isSuccess({ status }: PayeeReply): boolean {
  return status >= 200 && status < 300;
}

function answer(payment: Payment | null, reply: Reply): Extract<Answer<ExecuteOutput>, { outcome: 'ok' }> {
  const { status, receipt } = reply;
  const response = { status, headers: sorted(reply.headers), ...bodyOf(reply) };
  const view = payment === null ? null : viewPayment(asDecided(payment));
  const output = {
    status: 'finished',
    payment: view,
    response,
    ...(receipt !== null && { receipt }),
  } as const;
  return { outcome: 'ok', output };
}

/** The body as text where it is UTF-8 without a loss, else as base64. */
function bodyOf({ bodyBase64 }: Reply) {
  if (bodyBase64 === null) return { isDropped: true };
  const bytes = Buffer.from(bodyBase64, 'base64');
  const text = bytes.toString('utf8');
  return Buffer.from(text, 'utf8').equals(bytes) ? { body: text } : { bodyBase64 };
}
