import { type Act, cardOf, isUnused, patch } from './act.ts';
import { useChallenge } from './challenge.ts';
import { capture } from './clearing.ts';
import { type Ask, judge, passedChallenge, statusOf } from './decision.ts';
import type { DeclineReason } from './decline.ts';
import { fill, findHold, holdUntil, isOpen, makeHold, makeRoom, markUse, putHold } from './hold.ts';
import type { Hold, MessageAnswer } from './network.ts';

const NOTED: MessageAnswer = { kind: 'noted' };

/** Takes a message about a new authorization. */
export function takeAuthorization(act: Act, ask: Ask): MessageAnswer {
  const known = findHold(act, ask.auth);
  const isHeardOf = known !== null && known.state !== 'declined' && known.end !== 'timeout';
  switch (ask.mode) {
    case 'ask':
      return isHeardOf ? answerAgain(act, known, ask) : decideAsk(act, ask);
    case 'advice':
      if (!isHeardOf) standIn(act, ask);
      return NOTED;
    case 'notice':
      if (known === null) standIn(act, ask);
      return NOTED;
    case 'declined':
      return noteDecline(act, ask, { isNew: known === null });
  }
}

/** The same authorization under another message: what was said stands as long as its money is there. */
function answerAgain(act: Act, known: Hold, ask: Ask): MessageAnswer {
  const units = known.authorizedUnits;
  const isPartial = units > 0n && units < ask.amountUnits;
  const mayBePartial = ask.isPartialCapable && cardOf(act).controls.allowsPartialApproval;
  const isSame = units === ask.amountUnits || (isPartial && mayBePartial);
  const isCovered = isOpen(known) && known.heldUnits + known.capturedUnits >= units;
  if (isSame && (isCovered || units === 0n)) return { kind: 'approved', approvedUnits: units, isPartial };
  return { kind: 'declined', reason: statusOf(cardOf(act)) ?? 'card_used' };
}

function decideAsk(act: Act, ask: Ask): MessageAnswer {
  const verdict = judge(act, ask);
  if (verdict.kind === 'declined') return decline(act, ask, verdict.reason);
  if (verdict.kind === 'verified') {
    patch(act, { verifications: cardOf(act).verifications + 1 });
    putHold(act, { ...holdOf(act, ask), authorizedUnits: 0n, state: 'ended', end: 'reversed' });
    return { kind: 'approved', approvedUnits: 0n, isPartial: false };
  }
  const { units, isProbe } = verdict;
  if (isProbe) patch(act, { probes: cardOf(act).probes + 1 });
  else makeRoom(act, units);
  const hold = fill(act, { ...holdOf(act, ask), isProbe, authorizedUnits: units }, units);
  if (!isProbe) spend(act, ask, hold);
  return { kind: 'approved', approvedUnits: units, isPartial: units < ask.amountUnits };
}

/** The hold becomes the use, and uses up what proved it. A financial message is captured at once. */
function spend(act: Act, ask: Ask, hold: Hold): void {
  if (cardOf(act).controls.requires3ds) useChallenge(act, passedChallenge(act, ask));
  markUse(act, hold);
  if (hold.isFinancial) capture(act, hold, { units: hold.authorizedUnits, isFinal: true });
}

/** Books what the network approved for us: it cannot be refused. Only an unused card has anything to hold for it. */
function standIn(act: Act, ask: Ask): void {
  const hold = holdOf(act, ask);
  if (ask.amountUnits === 0n || ask.purpose === 'balance_inquiry') {
    putHold(act, { ...hold, authorizedUnits: 0n, state: 'ended', end: 'reversed' });
    return;
  }
  const isFirst = isUnused(cardOf(act));
  if (isFirst) makeRoom(act, ask.amountUnits);
  const held = isFirst ? fill(act, hold, ask.amountUnits) : putHold(act, hold);
  if (held.heldUnits < ask.amountUnits) act.exceptions.push('standin_uncovered');
  markUse(act, held);
  if (held.isFinancial) capture(act, held, { units: ask.amountUnits, isFinal: true });
}

function holdOf(act: Act, { auth, merchant, amountUnits, purpose, expiresAtMs }: Ask): Hold {
  return makeHold(act, {
    auth,
    merchant,
    authorizedUnits: amountUnits,
    isFinancial: purpose === 'financial',
    expiresAtMs: holdUntil(act, merchant, expiresAtMs),
  });
}

/** Keeps a no: nothing is held, and the card is not used by it. */
function decline(act: Act, ask: Ask, reason: DeclineReason): MessageAnswer {
  const { auth, merchant } = ask;
  putHold(act, makeHold(act, { auth, merchant, state: 'declined', decline: reason }));
  if (reason === 'cvv_mismatch' || reason === 'expiry_mismatch') countFailure(act);
  return { kind: 'declined', reason };
}

/** A wrong code or date; too many of them freeze the card. */
function countFailure(act: Act): void {
  const card = cardOf(act);
  if (card.state !== 'active') return;
  const credentialFailures = card.credentialFailures + 1;
  const isTooMany = credentialFailures >= card.controls.credentialFailuresMax;
  patch(act, { credentialFailures, ...(isTooMany && { state: 'frozen' }) });
}

/** A no that was said without us, with its own reason where it gives one, else with the one we would have had. */
function noteDecline(act: Act, ask: Ask, { isNew }: { isNew: boolean }): MessageAnswer {
  const own = judge(act, ask);
  const reason = ask.decline ?? (own.kind === 'declined' ? own.reason : 'merchant_not_allowed');
  return isNew ? decline(act, ask, reason) : { kind: 'declined', reason };
}
