import type { Draft } from '../books.ts';
import type { Command, OutcomeOf } from '../command.ts';
import type { Env } from '../commit.ts';
import type { PaymentId } from '../id.ts';
import type { Payment } from '../payment.ts';
import { refuse } from '../refusal.ts';
import { type Act, cardOf, patch } from './act.ts';
import type { CardFunding } from './card.ts';
import { ownAct, perform } from './log.ts';
import { ofCard } from './network.ts';
import { move } from './purse.ts';
import { wakePaybacks } from './return.ts';
import { passTime } from './timer.ts';

/** Takes the treasury's word that it took a payment into a card: the card can be issued, or has its new lock. */
export function fundCard(draft: Draft, command: Command<'card.funded'>, env: Env): OutcomeOf<'card.funded'> {
  const { cardId, paymentId, txHash, walletId } = command;
  const card = draft.get('card', cardId);
  if (card?.walletId !== walletId) return refuse('card_not_found', `There is no card ${cardId}`);
  const funding = card.fundings.find((one) => one.paymentId === paymentId);
  if (funding === undefined) {
    return refuse('payment_not_found', `The payment ${paymentId} is not into the card ${cardId}`);
  }
  if (funding.state === 'released') {
    return refuse('state_conflict', `The payment ${paymentId} was never taken, and cannot be any more`);
  }
  const isMaking = card.fundings[0] === funding;
  const message = ownAct(isMaking ? 'funded' : 'recharged', paymentId, {
    units: funding.lockUnits,
    detail: txHash,
  });
  if (draft.get('event', ofCard(cardId, message.id)) !== null) return { outcome: 'ok', card };
  passTime(draft, env, cardId);
  perform(draft, env, { cardId, message, actor: { kind: 'system', id: 'treasury' } }, (act) =>
    take(act, paymentId),
  );
  return { outcome: 'ok', card: cardOf({ draft, cardId }) };
}

/** The treasury has the money: the card can be issued, or its lock grows. */
function take(act: Act, paymentId: PaymentId): void {
  const { fundings, work } = cardOf(act);
  if (fundings[0]?.paymentId === paymentId && work === 'fund') patch(act, { work: 'issue' });
  if (!fundingOf(act, paymentId).isLoaded) load(act, paymentId);
}

/** Puts the money of a payment on the card. */
export function load(act: Act, paymentId: PaymentId): void {
  const card = cardOf(act);
  const funding = fundingOf(act, paymentId);
  move(act, 'load', funding.lockUnits);
  move(act, 'charge', funding.feeUnits);
  // What comes for a card that was never made goes back whole.
  if (card.failure !== null) act.feeBackUnits += funding.feeUnits;
  changeFunding(act, paymentId, { isLoaded: true });
}

/** A payment into the card. */
export function fundingOf(act: Act, paymentId: PaymentId): CardFunding {
  const funding = cardOf(act).fundings.find((one) => one.paymentId === paymentId);
  if (funding === undefined) throw new Error(`${act.cardId} has no payment ${paymentId}`);
  return funding;
}

/** Changes what is known of a payment into the card. */
export function changeFunding(act: Act, paymentId: PaymentId, change: Partial<CardFunding>): void {
  const fundings = cardOf(act).fundings.map((one) =>
    one.paymentId === paymentId ? { ...one, ...change } : one,
  );
  patch(act, { fundings });
}

/** A payment into a card is proved: what waited for it can come back now. */
export function settleFunding(draft: Draft, payment: Payment, env: Env): void {
  if (payment.cardId === undefined) return;
  const message = ownAct('funding_settled', payment.id, { units: payment.offer?.priceUnits ?? 0n });
  const actor = { kind: 'system', id: 'chain' } as const;
  perform(draft, env, { cardId: payment.cardId, message, actor }, (act) => {
    changeFunding(act, payment.id, { state: 'settled' });
    take(act, payment.id);
    wakePaybacks(act);
  });
}
