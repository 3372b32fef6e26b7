import { type Act, cardOf } from './act.ts';
import { freeableUnits, standingOf, statusOf } from './decision.ts';
import type { DeclineReason } from './decline.ts';
import { fill, findHold, isOpen, makeRoom, markUse } from './hold.ts';
import type { Hold, MessageAnswer, MessageBody } from './network.ts';

type Increment = Extract<MessageBody, { kind: 'increment' }>;

/** More on top of an authorization: up to what is reserved, also when the card is used. */
export function takeIncrement(act: Act, increment: Increment): MessageAnswer {
  const hold = findHold(act, increment.auth);
  const isKnown = hold !== null && isOpen(hold);
  if (increment.mode === 'advice') {
    if (isKnown) grow(act, hold, increment.amountUnits);
    else act.exceptions.push('standin_uncovered');
    return { kind: 'noted' };
  }
  if (!isKnown) return { kind: 'declined', reason: 'original_not_found' };
  const reason = reasonAgainst(act, hold, increment.amountUnits);
  if (reason !== null) return { kind: 'declined', reason };
  grow(act, hold, increment.amountUnits);
  return { kind: 'approved', approvedUnits: increment.amountUnits, isPartial: false };
}

function reasonAgainst(act: Act, hold: Hold, units: bigint): DeclineReason | null {
  const card = cardOf(act);
  const status = statusOf(card);
  // Only the use grows on a used card; what else is open there, a probe or the network's, would be a second charge.
  const isItsUse = status === 'card_used' && hold.id === card.useHold;
  const reason = (isItsUse ? null : status) ?? standingOf(act);
  if (reason !== null) return reason;
  const isUse = hold.isProbe && isAboveProbe(act, hold, units);
  if (isUse && card.controls.requires3ds) return 'threeds_required';
  return units > freeableUnits(act, hold.id) ? 'amount_exceeds_locked' : null;
}

function isAboveProbe(act: Act, hold: Hold, units: bigint): boolean {
  const { controls, lockedUnits, releasedUnits } = cardOf(act);
  const total = hold.authorizedUnits + units;
  return total > controls.probeMaxUnits || total >= lockedUnits - releasedUnits;
}

/** Authorizes more and holds it, as far as it is there. A probe that grows too large becomes the use. */
function grow(act: Act, hold: Hold, units: bigint): void {
  const isProbe = hold.isProbe && !isAboveProbe(act, hold, units);
  makeRoom(act, units, hold.id);
  const grown = fill(act, { ...hold, authorizedUnits: hold.authorizedUnits + units, isProbe }, units);
  if (grown.heldUnits - hold.heldUnits < units) act.exceptions.push('standin_uncovered');
  if (!isProbe) markUse(act, grown);
}
