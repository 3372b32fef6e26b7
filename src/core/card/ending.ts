import { type Act, cardOf, isOver, patch } from './act.ts';
import { close } from './closing.ts';
import { endHold, findHold, free, isOpen, openHolds, putHold, waitedFor } from './hold.ts';
import type { Hold, MessageBody } from './network.ts';
import { move } from './purse.ts';
import { joinRoster } from './roster.ts';

/** A merchant gives up an authorization, or a part of it. */
export function takeReversal(act: Act, message: Extract<MessageBody, { kind: 'reversal' }>): void {
  const hold = findHold(act, message.auth);
  if (hold === null || !isOpen(hold)) {
    if (hold === null || isMissed(hold)) act.exceptions.push('reversal_unmatched');
    return;
  }
  const { amountUnits } = message;
  const leftUnits = hold.authorizedUnits - hold.capturedUnits - (amountUnits ?? 0n);
  if (amountUnits === null || leftUnits <= 0n) {
    endHold(act, hold, 'reversed');
    if (cardOf(act).controls.reopensOnFullReversal) reopen(act, hold, { isLocked: true });
    return;
  }
  const freed = hold.heldUnits > leftUnits ? hold.heldUnits - leftUnits : 0n;
  const rest = free(act, hold, freed);
  putHold(act, { ...rest, authorizedUnits: hold.authorizedUnits - amountUnits });
}

/** Whether there was something to give up: approved for more than nothing, and ended by others than us. */
function isMissed({ authorizedUnits, end }: Hold): boolean {
  return authorizedUnits > 0n && end !== 'superseded' && end !== 'closed';
}

/** The network lets an authorization end. One that ended before, or was declined, ends no more. */
export function takeExpiry(act: Act, message: Extract<MessageBody, { kind: 'expiry' }>): void {
  const hold = findHold(act, message.auth);
  if (hold === null) act.exceptions.push('reversal_unmatched');
  else if (isOpen(hold)) expireHold(act, hold, act.env.nowMs);
}

/** Ends a hold by time. Its money may be kept a while for a capture that comes late. */
export function expireHold(act: Act, hold: Hold, atMs: number): void {
  const isWaitedFor = waitedFor(act).some(({ id }) => id === hold.id);
  endHold(act, hold, 'expired');
  const { lateReserveMs } = cardOf(act).controls;
  if (lateReserveMs === 0 || !isWaitedFor || waitedFor(act).length > 0) return;
  patch(act, { lateUntilMs: atMs + lateReserveMs });
}

/** The network declined what we approved, since our answer was late: it never was. */
export function takeTimeout(act: Act, message: Extract<MessageBody, { kind: 'timeout' }>): void {
  const hold = findHold(act, message.auth);
  if (hold === null || hold.authorizedUnits === 0n || hold.end === 'timeout') return;
  if (hold.isFinancial && hold.end === 'captured') {
    undoFinancial(act, hold);
    return;
  }
  if (!isOpen(hold) || hold.capturedUnits > 0n) {
    act.exceptions.push('reversal_unmatched');
    return;
  }
  endHold(act, hold, 'timeout');
  reopen(act, hold, { isLocked: false });
}

/** What was captured with the approval was not: it is unused again, and goes back, for the card stays closed. */
function undoFinancial(act: Act, hold: Hold): void {
  const { capturedUnits, creditedUnits, receivableUnits } = cardOf(act);
  const isCredited = creditedUnits + receivableUnits > capturedUnits - hold.capturedUnits;
  if (isCredited || hold.capturedUnits !== hold.authorizedUnits) {
    act.exceptions.push('reversal_unmatched');
    return;
  }
  move(act, 'uncapture', hold.capturedUnits);
  putHold(act, { ...hold, capturedUnits: 0n, end: 'timeout' });
}

/** Gives a card its one charge back, where its use came to nothing. The code stays gone. */
function reopen(act: Act, hold: Hold, { isLocked }: { isLocked: boolean }): void {
  const card = cardOf(act);
  const isItsUse = card.useHold === hold.id && !isOver(card) && card.capturedUnits === 0n;
  if (!isItsUse || openHolds(act).some(({ isProbe }) => !isProbe)) return;
  if (act.draft.get('mandate', card.mandateId)?.state === 'revoked') {
    close(act, 'mandate_revoked');
    return;
  }
  if (act.env.nowMs >= card.expiresAtMs) {
    close(act, isLocked ? 'voided' : 'ttl');
    return;
  }
  const merchantLock = isLocked ? (hold.merchant.id ?? hold.merchant.name) : card.controls.merchantLock;
  const state = card.token === null || card.lastFour === null ? 'pending' : 'active';
  patch(act, { state, useHold: null, controls: { ...card.controls, merchantLock } });
  joinRoster(act);
}
