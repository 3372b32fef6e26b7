import type { Draft } from '../books.ts';
import type { Command, OutcomeOf } from '../command.ts';
import type { Env } from '../commit.ts';
import { refuse } from '../refusal.ts';
import { type Act, cardOf, patch } from './act.ts';
import type { Card } from './card.ts';
import { ownAct, perform } from './log.ts';
import { leaveRoster } from './roster.ts';
import { passTime } from './timer.ts';

const ISSUER = { kind: 'system', id: 'issuer' } as const;

/** Takes over what the issuer made. One that was closed meanwhile is closed there next. */
export function issueCard(draft: Draft, command: Command<'card.issued'>, env: Env): OutcomeOf<'card.issued'> {
  const { cardId, walletId, token, lastFour, expiry, isPending } = command;
  const card = draft.get('card', cardId);
  if (card?.walletId !== walletId) return refuse('card_not_found', `There is no card ${cardId}`);
  if (card.token !== null && card.token !== token) {
    return refuse('state_conflict', `The card ${cardId} was issued under another name`);
  }
  const isNews = card.token === null || (card.state === 'pending' && !isPending);
  if (!isNews) return { outcome: 'ok', card };
  if (card.work === 'fund') return refuse('state_conflict', `The card ${cardId} is not paid for`);
  passTime(draft, env, cardId);
  const message = ownAct('issued', isPending ? 'pending' : 'ready');
  perform(draft, env, { cardId, message, actor: ISSUER }, (act) => {
    const { mirrorVersion, state, token: known, work } = cardOf(act);
    // What changed since the issuer was asked is told once its name for the card is known.
    const next: Card['work'] = known !== null ? work : mirrorVersion > 0 ? 'mirror' : 'none';
    patch(act, { token, lastFour, expiry, work: next });
    if (state === 'pending' && !isPending) patch(act, { state: 'active' });
  });
  return { outcome: 'ok', card: cardOf({ draft, cardId }) };
}

/** The issuer will not make it: lock and fee go back. */
export function failCard(draft: Draft, command: Command<'card.fail'>, env: Env): OutcomeOf<'card.fail'> {
  const { cardId, reason, walletId } = command;
  const before = draft.get('card', cardId);
  if (before?.walletId !== walletId) return refuse('card_not_found', `There is no card ${cardId}`);
  if (before.failure !== null) return { outcome: 'ok', card: before };
  passTime(draft, env, cardId);
  const card = cardOf({ draft, cardId });
  const wasNeverMade = card.state === 'closed' && card.token === null && card.capturedUnits === 0n;
  if (card.state !== 'pending' && !wasNeverMade)
    return refuse('state_conflict', `The card ${cardId} is ${card.state}`);
  const message = ownAct('failed', 'issuer', { detail: reason });
  perform(draft, env, { cardId, message, actor: ISSUER }, (act) => {
    act.feeBackUnits = card.feeUnits;
    if (card.state === 'closed') patch(act, { failure: reason });
    else fail(act, reason);
  });
  return { outcome: 'ok', card: cardOf({ draft, cardId }) };
}

/** The card will never be. */
export function fail(act: Act, reason: string): void {
  patch(act, { state: 'failed', failure: reason, isCodeGone: true, isNumberGone: true });
  leaveRoster(act);
}

/** Notes that the issuer has what it was told; what changed since is still to be told. It is no act on the card. */
export function noteMirror(draft: Draft, command: Command<'card.mirrored'>): OutcomeOf<'card.mirrored'> {
  const { cardId, mirrorVersion, walletId } = command;
  const card = draft.get('card', cardId);
  if (card?.walletId !== walletId) return refuse('card_not_found', `There is no card ${cardId}`);
  if (card.work !== 'mirror' || card.mirrorVersion !== mirrorVersion) return { outcome: 'ok', card };
  const told: Card = { ...card, work: 'none' };
  draft.put('card', told);
  return { outcome: 'ok', card: told };
}
