import { type Act, cardOf, isOver, isUnused, least, patch } from './act.ts';
import type { Card, CloseReason } from './card.ts';
import { endHold, openHolds, waitedFor } from './hold.ts';
import { isNews } from './mirror.ts';
import { ofCard } from './network.ts';
import { move } from './purse.ts';
import { payBack } from './return.ts';
import { leaveRoster } from './roster.ts';

/** Closes the card for good. The number is gone; money under holds stays until they are. */
export function close(act: Act, reason: CloseReason): void {
  patch(act, { state: 'closed', closeReason: reason, isCodeGone: true, isNumberGone: true });
  leaveRoster(act);
}

/** What follows of any act: the card closes once nothing is held, gives back what is over, and says what is next. */
export function finishAct(act: Act, before: Card): void {
  const { state } = cardOf(act);
  const isDone = waitedFor(act).length === 0;
  if ((state === 'consumed' || state === 'settling') && isDone) close(act, reasonOf(act));
  if (isOver(cardOf(act)) && isDone) giveBackRest(act);
  const after = cardOf(act);
  const isChanged = before.events > 0 && isNews(before, after);
  patch(act, {
    work: workOf(after, isChanged),
    mirrorVersion: after.mirrorVersion + (isChanged ? 1 : 0),
    dueAtMs: dueOf(act, after),
    updatedAtMs: act.env.nowMs,
  });
}

/** Why a used card closes: money was taken, or how the hold of its one use ended. */
function reasonOf(act: Act): CloseReason {
  const { capturedUnits, useHold } = cardOf(act);
  if (capturedUnits > 0n) return 'settled';
  return act.draft.get('hold', useHold ?? '')?.end === 'expired' ? 'auth_expired' : 'voided';
}

/** Repays the shortfall from what is unused, then gives the rest back in one payback. */
function giveBackRest(act: Act): void {
  if (cardOf(act).lateUntilMs !== null) return;
  for (const probe of openHolds(act).filter(({ isProbe }) => isProbe)) endHold(act, probe, 'closed');
  const { receivableUnits, reservedUnits, shortfallUnits, state } = cardOf(act);
  const kind = state === 'failed' || act.feeBackUnits > 0n ? 'failed' : 'unused';
  move(act, 'repay', least(reservedUnits, least(shortfallUnits, receivableUnits)));
  const units = cardOf(act).reservedUnits;
  move(act, 'giveBack', units);
  move(act, 'returnFee', act.feeBackUnits);
  payBack(act, kind, { units, feeUnits: act.feeBackUnits });
}

function workOf(card: Card, isChanged: boolean): Card['work'] {
  if (card.token === null) return isOver(card) ? 'none' : card.work;
  return isChanged ? 'mirror' : card.work;
}

/** When time alone changes the card next. */
function dueOf(act: Act, card: Card): number | null {
  const challenges = card.challenges.map((ref) => act.draft.get('challenge', ofCard(card.id, ref)));
  const moments = [
    isUnused(card) ? card.expiresAtMs : null,
    card.lateUntilMs,
    ...openHolds(act).map(({ expiresAtMs }) => expiresAtMs),
    ...challenges.map((challenge) => challenge?.expiresAtMs ?? null),
  ].filter((moment) => moment !== null);
  return moments.length === 0 ? null : Math.min(...moments);
}
