import type { Card } from '../core/card/card.ts';
import { mirrorOf } from '../core/card/mirror.ts';
import type { Payback } from '../core/card/payback.ts';
import type { CommandName, OutcomeOf } from '../core/command.ts';
import type { CardId, PaymentId } from '../core/id.ts';
import { REFUSALS, type Refusal } from '../core/refusal.ts';
import type { CardParts } from './cards.ts';
import type { Context } from './context.ts';
import { allowSigning } from './sign.ts';

/** What a step works with: a context whose wallet makes cards. */
export type Workshop = Context & { readonly cards: CardParts };

/** More steps than any card takes in one go. */
const STEPS_MAX = 12;

/**
 * Brings a card as far as it can come now: its money is taken, the issuer makes it, and is told its state and lock.
 * Every step may be made twice, at once or after a crash. Rejects where somebody did not answer: what is left then is
 * for the next time.
 */
export async function bringForward(shop: Workshop, cardId: CardId): Promise<Card> {
  for (let step = 1; ; step += 1) {
    const card = await shop.store.read.get('card', cardId);
    if (card === null) throw new Error(`There is no card ${cardId}`);
    if (step > STEPS_MAX || !(await takeStep(shop, card))) return card;
  }
}

/** Makes the next step of a card. False where there is none, or it has to wait for something. */
async function takeStep(shop: Workshop, card: Card): Promise<boolean> {
  const [owed] = untaken(card);
  if (owed !== undefined && (await fund(shop, card, owed))) return true;
  if (card.work === 'issue') return issue(shop, card);
  return card.work === 'mirror' && (await mirror(shop, card));
}

/** Payments into a card that the treasury did not say it took: its making, and recharges. */
export function untaken({ fundings, work }: Card): readonly PaymentId[] {
  return fundings
    .filter(({ isLoaded, state }, i) => state !== 'released' && (i === 0 ? work === 'fund' : !isLoaded))
    .map(({ paymentId }) => paymentId);
}

/** Hands money of the card to the treasury. Whether it went is known by the chain alone. */
async function fund(shop: Workshop, { walletId, id: cardId }: Card, paymentId: PaymentId): Promise<boolean> {
  const txHash = await take(shop, paymentId);
  if (txHash === null) return false;
  done(await shop.store.commit({ type: 'card.funded', walletId, cardId, paymentId, txHash }));
  return true;
}

/** The transaction that takes a payment; null where it may not be signed, or can no longer be taken. */
async function take({ cards, ...context }: Workshop, paymentId: PaymentId): Promise<string | null> {
  const payment = await context.store.read.get('payment', paymentId);
  if (payment === null) throw new Error(`There is no payment ${paymentId}`);
  const { authorization, proof, state } = payment;
  if (proof?.kind === 'settled') return proof.txHash;
  if (state !== 'reserved' || authorization === null) return null;
  if (context.clock.nowMs() >= authorization.validBeforeSeconds * 1000) return null;
  const signable = await allowSigning({ ...context, cards }, { payment, isReplay: true });
  if ('outcome' in signable) return waits(signable);
  return (await cards.treasury.take(authorization, cards.signer.sign(authorization))).txHash;
}

/** Freezes and revocations hold a payment back; where that could not be looked at, it is looked at again soon. */
function waits(refusal: Refusal): null {
  if (REFUSALS[refusal.code].retryable) throw new Error(`${refusal.code}: ${refusal.detail}`);
  return null;
}

/** Has the issuer make the card, or say that it never will. One it still works on is asked for in the same way. */
export async function issue(shop: Workshop, card: Card): Promise<boolean> {
  const { walletId, id: cardId, label, controls, expiresAtMs } = card;
  const { lockCents, headroomCents } = mirrorOf(card);
  const order = { cardId, label, lockCents, headroomCents, controls, expiresAtMs };
  const issued = await shop.cards.issuer.issue(order);
  if (!('outcome' in issued)) {
    done(await shop.store.commit({ type: 'card.issued', walletId, cardId, ...issued }));
    return true;
  }
  if (REFUSALS[issued.code].retryable) throw new Error(`${issued.code}: ${issued.detail}`);
  done(await shop.store.commit({ type: 'card.fail', walletId, cardId, reason: issued.detail }));
  return true;
}

/** Brings the issuer's card to the state and lock of the books. */
async function mirror(shop: Workshop, card: Card): Promise<boolean> {
  const { walletId, id: cardId, mirrorVersion, token } = card;
  if (token !== null) await shop.cards.issuer.mirror(token, mirrorOf(card));
  done(await shop.store.commit({ type: 'card.mirrored', walletId, cardId, mirrorVersion }));
  return true;
}

/** Has the treasury send a payback. It goes once, however often it is asked for. */
export async function sendBack(shop: Workshop, payback: Payback): Promise<void> {
  const { walletId, id: paybackId } = payback;
  const { txHash } = await shop.cards.treasury.payBack(payback);
  done(await shop.store.commit({ type: 'payback.sent', walletId, paybackId, txHash }));
}

/** A step is refused where the books changed under it: what is to be done then is found out anew. */
function done(outcome: OutcomeOf<CommandName>): void {
  if (outcome.outcome === 'refused') throw new Error(`${outcome.code}: ${outcome.detail}`);
}
