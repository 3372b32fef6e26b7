import { append } from './audit.ts';
import type { Draft } from './books.ts';
import type { Json } from './canonical.ts';
import { orderCard } from './card/create.ts';
import type { Command, OutcomeOf, PaymentRequest } from './command.ts';
import type { Env } from './commit.ts';
import * as Counter from './counter.ts';
import type { TransferId } from './id.ts';
import { hold } from './ledger.ts';
import { termsOf } from './mandate.ts';
import type { Authorization, Offer, Payment } from './payment.ts';
import { learn, remembered } from './pin.ts';
import { REFUSALS, type Refusal, refuse } from './refusal.ts';
import { requestId } from './request.ts';
import { type Decision, decide, firstStop, RISK_VERSION, type RiskInput } from './risk.ts';
import { checkStanding } from './standing.ts';
import { windows } from './window.ts';

/**
 * Decides a payment and, in the same step, reserves it in the mandate and the ledger and fixes its authorization.
 * A key that was seen before answers with the payment it fixed. A refusal that can pass later by itself leaves
 * no trace under the key; any other is that key's payment, denied.
 */
export function authorizePayment(
  draft: Draft,
  command: Command<'payment.authorize'>,
  env: Env,
): OutcomeOf<'payment.authorize'> {
  const earlier = replay(draft, command);
  if (earlier !== null) return earlier;
  const input = gather(draft, command, env);
  if ('outcome' in input) return input;
  if (draft.get('payment', command.paymentId) !== null) {
    return refuse('state_conflict', `The id ${command.paymentId} is taken`);
  }
  if (command.card?.kind === 'create' && draft.get('card', command.card.cardId) !== null) {
    return refuse('state_conflict', `The id ${command.card.cardId} is taken`);
  }
  const decision = decide(input);
  if (decision.outcome !== 'allow' && !isFinal(command, decision.refusal)) return decision.refusal;
  const decisionSeq = explain(draft, env, { command, decision });
  const payment = decision.outcome === 'allow' ? reserve(draft, input, decision, env) : null;
  const record = payment ?? deniedPayment(command, decision, env);
  const fixed: Payment = { ...record, mandateVersion: input.mandate.version, decisionSeq };
  draft.put('payment', fixed);
  if (payment !== null && command.card !== undefined) {
    orderCard(draft, env, { payment: fixed, card: command.card, scope: input.terms.scope });
  }
  draft.put('request', keyOf(command, env.nowMs));
  keepPrices(draft, command, { isAllowed: payment !== null, atMs: env.nowMs });
  return { outcome: 'ok', payment: fixed, isReplay: false };
}

/** Whether a refusal is the key's answer for good: not where it can pass by itself, or once the wallet has looked. */
function isFinal(command: PaymentRequest, { code }: Refusal): boolean {
  return !REFUSALS[code].retryable && (code !== 'payee_unverified' || command.isProbed);
}

function replay(draft: Draft, command: PaymentRequest): OutcomeOf<'payment.authorize'> | null {
  const keyed = draft.get('request', requestId(command.agentId, command.idempotencyKey));
  if (keyed === null) return null;
  const payment = keyed.subjectId === null ? null : draft.get('payment', keyed.subjectId);
  if (keyed.inputHash !== command.inputHash || payment === null) {
    return refuse(
      'idempotency_key_reused',
      `The key "${command.idempotencyKey}" was used for another request`,
    );
  }
  return { outcome: 'ok', payment, isReplay: true };
}

/** The decision's input, read from the books as they stand in this commit. */
function gather(draft: Draft, request: PaymentRequest, env: Env) {
  const wallet = draft.get('wallet', request.walletId);
  const agent = draft.get('agent', request.agentId);
  const mandate = draft.get('mandate', request.mandateId);
  if (wallet === null) return refuse('wallet_not_found', `There is no wallet ${request.walletId}`);
  if (agent === null || agent.walletId !== wallet.id) {
    return refuse('agent_not_found', `There is no agent ${request.agentId}`);
  }
  if (mandate === null || mandate.agentId !== agent.id || mandate.walletId !== wallet.id) {
    return refuse('mandate_not_found', `The agent ${agent.id} has no mandate ${request.mandateId}`);
  }
  const terms = termsOf(draft, mandate);
  return {
    request,
    wallet,
    agent,
    mandate,
    terms,
    books: draft,
    policy: env.policy,
    nowMs: env.nowMs,
  };
}

/** Keeps what the wallet saw. A price that was not paid does not replace one that is known: it would become usual. */
function keepPrices(draft: Draft, request: PaymentRequest, of: { isAllowed: boolean; atMs: number }): void {
  const { walletId, resource, seen: prices } = request;
  if (of.isAllowed || remembered(draft, walletId, resource) === null) {
    learn(draft, { walletId, resource, prices, atMs: of.atMs });
  }
}

/** Takes the price from the mandate's windows and the wallet, and fixes what will be signed. */
function reserve(draft: Draft, input: RiskInput, allowed: Allowed, env: Env): Payment {
  const { request, terms, mandate, wallet } = input;
  const { offer } = allowed;
  const taken = windows({ ...input, books: draft }, offer);
  for (const { counter, capUnits, capCount } of taken) {
    Counter.reserve(draft, counter, { amountUnits: offer.budgetUnits, cap: { capUnits, capCount } });
  }
  const limit = terms.scope.velocity;
  if (limit !== undefined) noteMoment(draft, input, limit.seconds);
  const movement = {
    id: holdId(request.paymentId),
    walletId: wallet.id,
    assetId: offer.assetId,
    amountUnits: offer.priceUnits,
    subjectId: request.paymentId,
    atMs: env.nowMs,
  };
  hold(draft, movement, request.card === undefined ? 'world' : 'funding');
  return {
    ...common(request, env.nowMs),
    ...(request.card !== undefined && { cardId: request.card.cardId }),
    mandateVersion: mandate.version,
    state: 'reserved',
    offer,
    authorization: fix(input, allowed),
    signByMs: env.nowMs + env.policy.signWindowMs,
    counterIds: taken.map(({ counter }) => counter.id),
    refusal: null,
  };
}

function noteMoment(draft: Draft, { mandate, wallet, nowMs }: RiskInput, seconds: number): void {
  const earlier = draft.get('velocity', mandate.id)?.atMs ?? [];
  const atMs = [...earlier.filter((moment) => moment > nowMs - seconds * 1000), nowMs];
  draft.put('velocity', { id: mandate.id, walletId: wallet.id, atMs });
}

type Allowed = Extract<Decision, { outcome: 'allow' }>;

function fix({ request, wallet, policy, nowMs }: RiskInput, allowed: Allowed): Authorization {
  const { offer, timeoutSeconds } = allowed;
  const nowSeconds = (nowMs - (nowMs % 1000)) / 1000;
  return {
    assetId: offer.assetId,
    from: wallet.paymentAddress,
    to: offer.payTo,
    valueUnits: offer.priceUnits,
    validAfterSeconds: nowSeconds - policy.validAfterSkewSeconds,
    validBeforeSeconds: nowSeconds + Math.min(timeoutSeconds, policy.authorizationSecondsMax),
    nonce: request.nonce,
  };
}

function deniedPayment(request: PaymentRequest, decision: Decision, env: Env): Payment {
  return {
    ...common(request, env.nowMs),
    mandateVersion: 0,
    state: 'denied',
    offer: decision.offer,
    authorization: null,
    signByMs: 0,
    counterIds: [],
    refusal: decision.outcome === 'allow' ? null : decision.refusal,
  };
}

function common(request: PaymentRequest, nowMs: number) {
  const { paymentId, walletId, agentId, mandateId, idempotencyKey, mode, resource } = request;
  const fresh = {
    evidence: 'none',
    proof: null,
    decisionSeq: 0,
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
  } as const;
  return { id: paymentId, walletId, agentId, mandateId, idempotencyKey, mode, resource, ...fresh };
}

/** Writes the decision, its inputs and its trace to the audit trail. */
function explain(draft: Draft, env: Env, made: { command: PaymentRequest; decision: Decision }): number {
  const { command, decision } = made;
  const kind = decision.outcome === 'allow' ? 'payment.reserved' : 'payment.denied';
  const { agentId, paymentId, walletId } = command;
  const actor = { kind: 'agent', id: agentId } as const;
  const version = draft.get('mandate', command.mandateId)?.version ?? 0;
  const body = {
    riskVersion: RISK_VERSION,
    version,
    request: factsOf(command),
    decision: outcomeOf(decision),
  };
  return append(draft, env, { chain: walletId, kind, subjectId: paymentId, actor, body }).seq;
}

/** The request as the decision saw it; how a rail words an offer on the wire decides nothing and stays out. */
function factsOf(command: PaymentRequest): Json {
  const { challenge, ...rest } = command;
  const offer = ({ rail, scheme, asset, payTo, priceUnits, timeoutSeconds }: Offer) => {
    return { rail, scheme, assetId: asset?.id ?? null, payTo, priceUnits, timeoutSeconds };
  };
  return { ...rest, challenge: { ...challenge, offers: challenge.offers.map(offer) } };
}

function outcomeOf(decision: Decision): Json {
  const { outcome, offer, trace } = decision;
  const chosen = offer === null ? null : { ...offer, wire: undefined };
  return { outcome, offer: chosen, refusal: outcome === 'allow' ? null : decision.refusal, trace };
}

function keyOf(command: PaymentRequest, nowMs: number) {
  const { walletId, agentId, idempotencyKey, operation, inputHash, paymentId } = command;
  const id = requestId(agentId, idempotencyKey);
  return { id, walletId, agentId, operation, inputHash, subjectId: paymentId, createdAtMs: nowMs };
}

/** The hold of a payment in the ledger. */
export function holdId(paymentId: Payment['id']): TransferId {
  return `tr_${paymentId.slice('pay_'.length)}`;
}

/** Lets a payment be signed, or signed again, for a while longer, if all concerned are still in good standing. */
export function renewPayment(
  draft: Draft,
  command: Command<'payment.renew'>,
  env: Env,
): OutcomeOf<'payment.renew'> {
  const payment = draft.get('payment', command.paymentId);
  if (payment?.walletId !== command.walletId) {
    return refuse('payment_not_found', `There is no payment ${command.paymentId}`);
  }
  if (payment.state === 'denied') return refuse('state_conflict', `The payment ${payment.id} is denied`);
  const [wallet, agent] = [draft.get('wallet', payment.walletId), draft.get('agent', payment.agentId)];
  const mandate = draft.get('mandate', payment.mandateId);
  if (wallet === null || agent === null || mandate === null)
    throw new Error(`${payment.id} lost its parties`);
  const hits = checkStanding({ wallet, agent, mandate, terms: termsOf(draft, mandate), nowMs: env.nowMs });
  const stop = firstStop(hits)?.refusal;
  if (stop !== undefined) return stop;
  const renewed = { ...payment, signByMs: env.nowMs + env.policy.signWindowMs };
  if (payment.state === 'reserved') draft.put('payment', renewed);
  return { outcome: 'ok', payment: renewed };
}
