import { z } from 'zod';
import type { Agent } from '../core/agent.ts';
import { canonicalJson, type Json } from '../core/canonical.ts';
import type { Card, CardOrder } from '../core/card/card.ts';
import { unitsOf } from '../core/card/cents.ts';
import type { CardId, MandateId, PaymentId } from '../core/id.ts';
import { makeId } from '../core/id.ts';
import type { Payment, Resource } from '../core/payment.ts';
import { type Refusal, refuse } from '../core/refusal.ts';
import { requestId } from '../core/request.ts';
import { nonceOf } from '../protocol/eip3009.ts';
import { cardView, viewCard } from './card-views.ts';
import { bringForward, type Workshop } from './card-work.ts';
import type { Answer } from './operation.ts';
import { refusalOf } from './sign.ts';

/** How long a call waits for issuer and treasury before it says that the card is under way. */
const INLINE_MS = 10_000;

/** What paying into a card leads to. */
export const cardAnswer = z.object({
  status: z.enum(['finished', 'pending']).meta({ description: 'pending: ask again with the same key' }),
  card: cardView,
  payment: z.string().meta({ description: 'The payment into the card' }),
  detail: z.string().optional(),
});
type CardAnswer = Answer<z.input<typeof cardAnswer>>;

/** A call that pays into a card. */
export type CardPayment = {
  readonly agent: Agent;
  readonly idempotencyKey: string;
  readonly operation: 'card.create' | 'card.recharge';
  readonly input: unknown;
};

/** What is to be decided under a key that was not used before. */
export type Wanted = {
  readonly mandateId: MandateId;
  readonly merchant: string | null;
  readonly order: (feeUnits: bigint) => CardOrder;
};

/**
 * Pays into a card: one decision like any payment's, then as much of the work as can be done now. A key that was used
 * for this before answers with the same card as it is now.
 */
export async function payIntoCard(
  shop: Workshop,
  call: CardPayment,
  want: () => Wanted | Refusal,
): Promise<CardAnswer> {
  const { agent, idempotencyKey, operation, input } = call;
  const id = requestId(agent.id, idempotencyKey);
  if (shop.running.has(id)) {
    return refuse('request_in_progress', `A call with the key "${idempotencyKey}" still runs`);
  }
  shop.running.add(id);
  try {
    const inputHash = shop.hash.sha256(canonicalJson({ operation, input: input as Json }));
    const keyed = await shop.store.read.get('request', id);
    if (keyed !== null && keyed.inputHash !== inputHash) {
      return refuse('idempotency_key_reused', `The key "${idempotencyKey}" was used for another request`);
    }
    const known = keyed === null ? null : await paymentOf(shop, keyed.subjectId);
    const decided = known ?? (await decide(shop, { ...call, inputHash }, want));
    if ('outcome' in decided) return decided;
    const { payment, isReplay } = decided;
    if (payment.refusal !== null) return refusalOf(payment, payment.refusal);
    if (payment.cardId === undefined) throw new Error(`The payment ${payment.id} is for no card`);
    return answer(await workOn(shop, payment.cardId), payment, isReplay);
  } finally {
    shop.running.delete(id);
  }
}

type Decided = { readonly payment: Payment; readonly isReplay: boolean };

async function paymentOf({ store }: Workshop, id: string | null): Promise<Decided> {
  const payment = id === null ? null : await store.read.get('payment', id);
  if (payment === null) throw new Error('A key that was used for a card has no payment');
  return { payment, isReplay: true };
}

/** Asks the core. What the issuer takes for it is found out before. */
async function decide(
  shop: Workshop,
  call: CardPayment & { readonly inputHash: string },
  want: () => Wanted | Refusal,
): Promise<Decided | Refusal> {
  const { agent, idempotencyKey, operation, inputHash } = call;
  const wanted = want();
  if ('outcome' in wanted) return wanted;
  const feeCents = await shop.cards.issuer.feeCents().catch(() => null);
  if (feeCents === null) return refuse('issuer_unavailable', 'The issuer does not say what a card costs');
  const card = wanted.order(unitsOf(feeCents));
  const paymentId = makeId('pay', shop.clock.nowMs(), shop.random(10));
  const { walletId } = agent;
  const decided = await shop.store.commit({
    type: 'payment.authorize',
    walletId,
    agentId: agent.id,
    mandateId: wanted.mandateId,
    paymentId,
    idempotencyKey,
    operation,
    inputHash,
    mode: 'card',
    resource: resourceOf(wanted.merchant, card.cardId),
    challenge: { source: 'wallet', statedOrigin: null, offers: [offerOf(shop, card)] },
    isProbed: true,
    seen: [],
    nonce: nonceOf(walletId, paymentId),
    maxUnits: null,
    chainSkewSeconds: shop.chain.skewSeconds(),
    card,
  });
  if (decided.outcome === 'refused') return decided;
  const { payment, isReplay } = decided;
  return { payment, isReplay };
}

/** The issuer's treasury is who is paid: lock and fee together. */
function offerOf({ assets, cards, policy }: Workshop, { lockUnits, feeUnits }: CardOrder) {
  const asset = assets.find(({ id }) => id === cards.assetId);
  if (asset === undefined) throw new Error(`The asset ${cards.assetId} of the cards is not admitted`);
  return {
    rail: 'card',
    scheme: 'exact',
    asset,
    payTo: cards.treasuryAddress,
    priceUnits: lockUnits + feeUnits,
    timeoutSeconds: policy.authorizationSecondsMax,
    wire: '',
  } as const;
}

/** What is bought is known by its host alone; where that is open, by the card. */
function resourceOf(merchant: string | null, cardId: CardId): Resource {
  if (merchant === null) return { url: `card:${cardId}`, origin: 'card:', host: '', method: 'CARD' };
  const origin = `https://${merchant}`;
  return { url: `${origin}/`, origin, host: merchant, method: 'CARD' };
}

/** Does what can be done now, within the time a caller waits. */
async function workOn(shop: Workshop, cardId: CardId): Promise<Card> {
  const work = bringForward(shop, cardId).catch(() => null);
  const done = await Promise.race([work, shop.clock.wait(INLINE_MS).then(() => null)]);
  const card = done ?? (await shop.store.read.get('card', cardId));
  if (card === null) throw new Error(`There is no card ${cardId}`);
  return card;
}

function answer(card: Card, payment: Payment, isReplay: boolean): CardAnswer {
  if (card.state === 'failed') {
    const detail = `The card ${card.id} could not be made: ${card.failure ?? 'the issuer gave no reason'}`;
    return refuse('issuer_refused', detail, { cardId: card.id, paymentId: payment.id });
  }
  const output = { card: viewCard(card), payment: payment.id };
  const flaw = lostOf(card, payment.id);
  if (flaw !== null)
    return { outcome: 'ok', output: { ...output, status: 'finished', detail: flaw }, isReplay };
  if (isDone(card, payment.id)) return { outcome: 'ok', output: { ...output, status: 'finished' }, isReplay };
  const detail = 'The money is on its way, or the issuer has not answered yet';
  return { outcome: 'ok', output: { ...output, status: 'pending', detail }, isPending: true };
}

/** Why a recharge came to nothing. */
function lostOf({ fundings }: Card, paymentId: PaymentId): string | null {
  const isReleased = fundings.some((one) => one.paymentId === paymentId && one.state === 'released');
  return isReleased ? 'The money was never taken and no longer can be; its budget is free again' : null;
}

/** A new card is done when it can be charged, a recharged one when the issuer has the new lock. */
function isDone({ fundings, state, work }: Card, paymentId: PaymentId): boolean {
  const i = fundings.findIndex((one) => one.paymentId === paymentId);
  if (i === 0) return state !== 'pending';
  return fundings[i]?.isLoaded === true && (work === 'none' || state === 'closed');
}
