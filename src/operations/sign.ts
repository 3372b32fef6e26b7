import type { Payment } from '../core/payment.ts';
import { REFUSALS, type Refusal, refuse } from '../core/refusal.ts';
import { type Ask, decisionOf, type Facts, pricesOf } from './ask.ts';
import type { Context } from './context.ts';
import type { Answer } from './operation.ts';
import type { ExecuteOutput } from './payment.ts';
import { asDecided, sorted, viewPayment } from './views.ts';

/**
 * *sign*: the agent hands in a challenge and gets the header that pays it. The challenge is the claim of a hostile
 * party: where neither the scope lists the payee nor the wallet remembers the price, the wallet asks the payee itself.
 */
export async function signPayment(context: Context, ask: Ask): Promise<Answer<ExecuteOutput>> {
  const challenge = ask.rail.readChallenge(ask.input.challenge ?? {});
  if ('outcome' in challenge) return challenge;
  const claim: Facts = { source: 'agent', challenge, isProbed: false, seen: [] };
  let decided = await context.store.commit(decisionOf(context, ask, claim));
  if (decided.outcome === 'refused' && decided.code === 'payee_unverified') {
    const seen = await probe(ask);
    if ('outcome' in seen) return seen;
    decided = await context.store.commit(decisionOf(context, ask, { ...claim, isProbed: true, seen }));
  }
  if (decided.outcome === 'refused') return decided;
  const { payment, isReplay } = decided;
  if (payment.refusal !== null) return refusalOf(payment, payment.refusal);
  return present(context, ask, { payment, isReplay });
}

/** The wallet's own request to the resource: same method, no body, nothing of the agent's. */
async function probe(ask: Ask): Promise<Facts['seen'] | Refusal> {
  const { resource } = ask.request;
  const quote = await ask.rail.quote({ resource, headers: {}, body: null });
  if ('outcome' in quote) return quote.code === 'payee_unreachable' ? quote : [];
  if (quote.kind === 'free' || quote.resource.url !== resource.url) return [];
  return pricesOf(quote.challenge);
}

/** A payment as its commit answered: `isReplay` when an earlier call had decided it. */
export type Decided = { readonly payment: Payment; readonly isReplay: boolean };

/**
 * The header, unless somebody was frozen or revoked meanwhile: then the payment's state alone. Where that could not be
 * looked at in time, the call is not finished.
 */
async function present(context: Context, ask: Ask, decided: Decided): Promise<Answer<ExecuteOutput>> {
  const { payment, isReplay } = decided;
  const signable = await allowSigning(context, decided);
  const view = viewPayment(asDecided(payment));
  if ('outcome' in signable && REFUSALS[signable.code].retryable) {
    const { detail } = signable;
    return { outcome: 'ok', output: { status: 'pending', payment: view, detail }, isPending: true };
  }
  if ('outcome' in signable) {
    const detail = `${signable.detail}: no signature is given out`;
    return { outcome: 'ok', output: { status: 'finished', payment: view, detail }, isReplay };
  }
  const header = await ask.rail.present(asDecided(signable));
  return { outcome: 'ok', output: { status: 'finished', payment: view, header }, isReplay };
}

/**
 * The payment, if it may be signed now. Freezes and revocations are looked at again once its time to sign is over, and
 * always where an earlier call decided it: that time may be of another process, whose clock was ahead of this one's.
 */
export async function allowSigning(context: Context, decided: Decided): Promise<Payment | Refusal> {
  const { payment, isReplay } = decided;
  if (!isReplay && context.clock.nowMs() < payment.signByMs) return payment;
  const { id: paymentId, walletId } = payment;
  const renewed = await context.store.commit({ type: 'payment.renew', walletId, paymentId });
  if (renewed.outcome === 'refused') return renewed;
  if (context.clock.nowMs() < renewed.payment.signByMs) return renewed.payment;
  return refuse('engine_unavailable', 'The decision took longer than it may be signed on');
}

/** The refusal of a denied payment, with where to find it. */
export function refusalOf(payment: Payment, refusal: Refusal): Refusal {
  return { ...refusal, numbers: sorted({ ...refusal.numbers, paymentId: payment.id }) };
}
