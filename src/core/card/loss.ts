import type { Draft } from '../books.ts';
import type { Env } from '../commit.ts';
import type { Payment } from '../payment.ts';
import { type Act, cardOf, isOver, isUnused, least, patch } from './act.ts';
import type { CardFunding } from './card.ts';
import { close } from './closing.ts';
import { credit } from './credit.ts';
import { changeFunding, fundingOf } from './funding.ts';
import { openHolds, putHold } from './hold.ts';
import { fail } from './issuing.ts';
import { ownAct, perform } from './log.ts';
import type { Move } from './moves.ts';
import type { Payback } from './payback.ts';
import { move } from './purse.ts';
import { payBack, waitingPaybacks } from './return.ts';

/**
 * A payment into a card is proved never to happen: what was locked on the strength of it is taken out again. What of
 * it merchants have taken meanwhile is the issuer's to carry.
 */
export function releaseFunding(draft: Draft, payment: Payment, env: Env): void {
  if (payment.cardId === undefined) return;
  const message = ownAct('funding_released', payment.id, { units: payment.offer?.priceUnits ?? 0n });
  const actor = { kind: 'system', id: 'chain' } as const;
  perform(draft, env, { cardId: payment.cardId, message, actor }, (act) => {
    const funding = fundingOf(act, payment.id);
    const recalled = recall(act);
    changeFunding(act, payment.id, { state: 'released' });
    if (funding.isLoaded) takeOut(act, funding);
    credit(act, 'refund', recalled.refund);
    credit(act, 'dispute', recalled.dispute);
    const feeBackUnits = recalled.fee - (funding.isLoaded ? funding.feeUnits : 0n);
    if (feeBackUnits > 0n) act.feeBackUnits = feeBackUnits;
    conclude(act, funding, recalled.unused);
  });
}

/** What the card is after it: without its making it is none, and a card that was used is closed. */
function conclude(act: Act, { paymentId }: CardFunding, withdrawnUnits: bigint): void {
  const card = cardOf(act);
  const wasUsed = card.useHold !== null || card.capturedUnits > 0n;
  if (wasUsed) {
    act.exceptions.push('funding_lost');
    if (!isOver(card)) close(act, card.capturedUnits > 0n ? 'settled' : 'voided');
    return;
  }
  if (!isUnused(card)) return;
  if (card.fundings[0]?.paymentId === paymentId) {
    fail(act, 'The payment for it was never taken');
    act.feeBackUnits = card.feeUnits;
    return;
  }
  const units = least(withdrawnUnits, card.reservedUnits);
  move(act, 'giveBack', units);
  payBack(act, 'unused', { units, feeUnits: 0n });
  // A card with nothing left is over; to some issuers a limit of nothing would be none.
  const { lockedUnits, releasedUnits } = cardOf(act);
  if (lockedUnits === releasedUnits) close(act, 'withdrawn');
}

/** Takes out what was locked: what is free, then what is held, then what the issuer must carry; and the fee. */
function takeOut(act: Act, { lockUnits, feeUnits }: CardFunding): void {
  const free = least(lockUnits, cardOf(act).reservedUnits);
  move(act, 'unload', free);
  let left = lockUnits - free;
  for (const hold of openHolds(act).toSorted((a, b) => (a.isProbe ? 0 : 1) - (b.isProbe ? 0 : 1))) {
    const units = least(left, hold.heldUnits);
    move(act, 'unloadHeld', units);
    if (units > 0n) putHold(act, { ...hold, heldUnits: hold.heldUnits - units });
    left -= units;
  }
  move(act, 'carryLost', left);
  move(act, 'uncharge', feeUnits);
}

const BACK: Readonly<Record<Payback['kind'], Move>> = {
  unused: 'takeBack',
  failed: 'takeBack',
  refund: 'unrefund',
  dispute: 'unreinstate',
};

/** Cancels what waits to be paid back: the money stands where it stood before. Returns what it was, by kind. */
function recall(act: Act) {
  const sums = { unused: 0n, refund: 0n, dispute: 0n, fee: 0n };
  for (const payback of waitingPaybacks(act)) {
    const units = payback.amountUnits - payback.feeUnits;
    move(act, BACK[payback.kind], units);
    move(act, 'keepFee', payback.feeUnits);
    act.draft.put('payback', { ...payback, state: 'cancelled', updatedAtMs: act.env.nowMs });
    sums[payback.kind === 'failed' ? 'unused' : payback.kind] += units;
    sums.fee += payback.feeUnits;
  }
  if (sums.fee > 0n) patch(act, { isFeeReturned: false });
  return sums;
}
