import { type Act, cardOf, isUnused, least, patch } from './act.ts';
import { close } from './closing.ts';
import { applySuspense } from './credit.ts';
import { endHold, findHold, isOpen, makeHold, makeRoom, markUse, putHold } from './hold.ts';
import { isSameMerchant } from './merchant.ts';
import type { CardException, Hold, MessageBody } from './network.ts';
import { move } from './purse.ts';

type Clearing = Extract<MessageBody, { kind: 'clearing' }>;

/** Posts what a merchant took. It cannot be refused, whatever the card's state is. */
export function takeClearing(act: Act, clearing: Clearing): void {
  const hold = clearing.auth === null ? null : findHold(act, clearing.auth);
  if (hold !== null && isOpen(hold)) captureHold(act, hold, clearing);
  else if (hold !== null) captureLate(act, hold, clearing);
  else if (clearing.auth !== null && clearing.amountUnits > 0n) captureUnseen(act, clearing.auth, clearing);
  else if (clearing.auth === null) captureLoose(act, 'force_post', clearing.amountUnits);
  applySuspense(act);
}

/** On a hold that is open: the rest of it is free again once it is final. */
function captureHold(act: Act, hold: Hold, { amountUnits, isFinal, merchant }: Clearing): void {
  const isOver = hold.capturedUnits + amountUnits > hold.authorizedUnits;
  if (isOver && amountUnits > 0n && hold.state !== 'unseen') act.exceptions.push('over_capture');
  const isNamed = merchant.name !== '' && hold.merchant.name !== '';
  if (isNamed && !isSameMerchant(merchant, hold.merchant)) act.exceptions.push('merchant_mismatch');
  const isFirst = amountUnits > 0n && isUnused(cardOf(act));
  const use = isFirst ? putHold(act, { ...hold, isProbe: false }) : hold;
  if (isFirst) markUse(act, use);
  capture(act, use, { units: amountUnits, isFinal });
}

/** Takes an amount from under a hold, what is more from what is free, and the rest from the issuer. */
export function capture(act: Act, hold: Hold, of: { units: bigint; isFinal: boolean }): void {
  const heldUnits = least(of.units, hold.heldUnits);
  move(act, 'captureHeld', heldUnits);
  const captured = putHold(act, {
    ...hold,
    heldUnits: hold.heldUnits - heldUnits,
    capturedUnits: hold.capturedUnits + of.units,
    ...(hold.state === 'unseen' && { authorizedUnits: hold.capturedUnits + of.units }),
  });
  takeFree(act, of.units - heldUnits, hold.id);
  const { state, useHold } = cardOf(act);
  if (state === 'consumed' && hold.id === useHold && of.units > 0n) patch(act, { state: 'settling' });
  if (of.isFinal) endHold(act, captured, captured.capturedUnits > 0n ? 'captured' : 'reversed');
}

/** From what is free, probes giving way; what is not there is the issuer's to carry. */
function takeFree(act: Act, units: bigint, keep: string | null = null): void {
  makeRoom(act, units, keep);
  const there = least(units, cardOf(act).reservedUnits);
  move(act, 'captureReserved', there);
  move(act, 'captureShort', units - there);
  if (units > there) act.exceptions.push('shortfall');
}

/** On a hold that ended, or was never approved. */
function captureLate(act: Act, hold: Hold, { amountUnits }: Clearing): void {
  const wasDeclined = hold.state === 'declined' || hold.end === 'timeout';
  putHold(act, { ...hold, capturedUnits: hold.capturedUnits + amountUnits });
  captureLoose(act, wasDeclined ? 'clearing_after_decline' : 'late_clearing', amountUnits);
}

/** Money that no open hold stands for: on an unused card it is the one use. */
function captureLoose(act: Act, exception: CardException, units: bigint): void {
  if (units === 0n) return;
  act.exceptions.push(exception);
  takeFree(act, units);
  if (isUnused(cardOf(act))) close(act, 'settled');
}

/** On an authorization that was not heard of yet: the one use of an unused card, else as if there were none. */
function captureUnseen(act: Act, auth: string, { amountUnits: units, isFinal, merchant }: Clearing): void {
  act.exceptions.push('clearing_unmatched');
  const unseen = makeHold(act, { auth, merchant, state: 'unseen' });
  if (isUnused(cardOf(act))) {
    markUse(act, putHold(act, unseen));
    capture(act, unseen, { units, isFinal });
    return;
  }
  putHold(act, { ...unseen, end: 'captured', authorizedUnits: units, capturedUnits: units });
  takeFree(act, units);
}
