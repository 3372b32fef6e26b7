import { type Act, cardOf, patch } from './act.ts';
import { standingOf, statusOf } from './decision.ts';
import { type Challenge3ds, type MessageAnswer, type MessageBody, ofCard } from './network.ts';

/** A 3-D Secure challenge of the issuer. A card that takes nothing new takes none. */
export function takeChallenge(act: Act, message: Extract<MessageBody, { kind: 'challenge' }>): MessageAnswer {
  const card = cardOf(act);
  const reason = statusOf(card) ?? standingOf(act);
  if (reason !== null) return { kind: 'declined', reason };
  const { ref, amountUnits, merchant, code, expiresAtMs } = message;
  const id = ofCard(card.id, ref);
  if (act.draft.get('challenge', id) !== null) return { kind: 'noted' };
  const isOver = act.env.nowMs >= expiresAtMs;
  const common = { id, walletId: card.walletId, cardId: card.id, ref, amountUnits, merchant, expiresAtMs };
  const fresh = { ...common, createdAtMs: act.env.nowMs };
  if (isOver) act.draft.put('challenge', { ...fresh, code: null, state: 'expired' });
  else {
    act.draft.put('challenge', { ...fresh, code, state: 'open' });
    patch(act, { challenges: [...card.challenges, ref] });
  }
  return { kind: 'noted' };
}

/** What came of a challenge. Only one that is open can be passed; its code is wiped either way. */
export function takeChallengeResult(
  act: Act,
  { ref, result }: Extract<MessageBody, { kind: 'challenge_result' }>,
): void {
  const challenge = act.draft.get('challenge', ofCard(act.cardId, ref));
  if (challenge?.state === 'open') endChallenge(act, challenge, result);
}

/** Uses a passed challenge up. */
export function useChallenge(act: Act, challenge: Challenge3ds | null): void {
  if (challenge !== null) endChallenge(act, challenge, 'used');
}

/** Brings a challenge to another state and wipes its code. */
export function endChallenge(act: Act, challenge: Challenge3ds, state: Challenge3ds['state']): void {
  act.draft.put('challenge', { ...challenge, code: null, state });
  if (state === 'passed') return;
  patch(act, { challenges: cardOf(act).challenges.filter((ref) => ref !== challenge.ref) });
}
