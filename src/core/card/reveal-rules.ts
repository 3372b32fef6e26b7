import type { Actor } from '../audit.ts';
import type { Draft } from '../books.ts';
import type { Command, OutcomeOf } from '../command.ts';
import type { Env } from '../commit.ts';
import { termsOf } from '../mandate.ts';
import { type Refusal, refuse } from '../refusal.ts';
import { firstStop } from '../risk.ts';
import { checkStanding } from '../standing.ts';
import { cardOf, patch } from './act.ts';
import type { Card } from './card.ts';
import { ownAct, perform } from './log.ts';
import type { Reveal } from './reveal.ts';
import { passTime } from './timer.ts';

/** Gives a one-time right to a card's number: to its agent for filling a form, to be shown as the policy allows. */
export function grantReveal(
  draft: Draft,
  command: Command<'reveal.grant'>,
  env: Env,
): OutcomeOf<'reveal.grant'> {
  const { actor, cardId, origin, purpose, tokenHash, walletId } = command;
  const before = draft.get('card', cardId);
  const isStranger = actor.kind === 'agent' && before?.agentId !== actor.id;
  if (before?.walletId !== walletId || isStranger) {
    return refuse('card_not_found', `There is no card ${cardId}`);
  }
  const known = draft.get('reveal', tokenHash);
  if (known !== null) return grantAgain(known, before, command);
  passTime(draft, env, cardId);
  const refusal = refuseGrant(draft, env, command);
  if (refusal !== null) return refusal;
  const reveal: Reveal = {
    id: tokenHash,
    walletId,
    cardId,
    tokenHash,
    purpose,
    holder: holderOf(actor),
    origin,
    state: 'open',
    expiresAtMs: env.nowMs + env.policy.card.revealMs,
    createdAtMs: env.nowMs,
  };
  draft.put('reveal', reveal);
  const message = ownAct('reveal_granted', tokenHash, { detail: `${purpose} ${origin ?? ''}`.trim() });
  perform(draft, env, { cardId, message, actor }, (act) => patch(act, { reveals: cardOf(act).reveals + 1 }));
  return { outcome: 'ok', reveal, card: cardOf({ draft, cardId }) };
}

function grantAgain(
  known: Reveal,
  card: Card,
  { actor, origin, purpose }: Command<'reveal.grant'>,
): OutcomeOf<'reveal.grant'> {
  const isSame =
    known.cardId === card.id &&
    known.holder === holderOf(actor) &&
    known.purpose === purpose &&
    known.origin === origin;
  return isSame
    ? { outcome: 'ok', reveal: known, card }
    : refuse('state_conflict', 'The token was made for something else');
}

function holderOf(actor: Actor): string {
  return actor.kind === 'agent' ? actor.id : 'operator';
}

function refuseGrant(draft: Draft, env: Env, command: Command<'reveal.grant'>): Refusal | null {
  const { actor, cardId, purpose } = command;
  const card = cardOf({ draft, cardId });
  if (card.isCodeGone || card.isNumberGone) {
    return refuse('credentials_destroyed', `The number or the code of the card ${cardId} is gone`);
  }
  if (card.state !== 'active') return refuse('card_not_active', `The card ${cardId} is ${card.state}`);
  if (actor.kind !== 'agent') return null;
  if (purpose === 'show' && !env.policy.card.revealsToAgents) {
    return refuse('reveal_not_allowed', 'An agent is not shown the numbers of its cards here');
  }
  const wallet = draft.get('wallet', card.walletId);
  const agent = draft.get('agent', card.agentId);
  const mandate = draft.get('mandate', card.mandateId);
  if (wallet === null || agent === null || mandate === null) throw new Error(`${cardId} lost its parties`);
  const parties = { wallet, agent, mandate, terms: termsOf(draft, mandate), nowMs: env.nowMs };
  return firstStop(checkStanding(parties))?.refusal ?? null;
}

/** Uses a right up. Only the first use, in time and by its holder, is answered with ok. */
export function useReveal(draft: Draft, command: Command<'reveal.use'>, env: Env): OutcomeOf<'reveal.use'> {
  const { actor, origin, tokenHash, walletId } = command;
  const reveal = draft.get('reveal', tokenHash);
  if (reveal?.walletId !== walletId || reveal.state === 'used' || env.nowMs >= reveal.expiresAtMs) {
    return refuse('reveal_token_used', 'This right to see a card was used, is over, or never was');
  }
  if (reveal.holder !== holderOf(actor) || reveal.origin !== origin) {
    return refuse('reveal_not_allowed', 'This right to see a card was given to another, or for another page');
  }
  const { cardId } = reveal;
  passTime(draft, env, cardId);
  const refusal = refuseGrant(draft, env, { ...command, ...reveal, type: 'reveal.grant' });
  if (refusal !== null) return refusal;
  const used: Reveal = { ...reveal, state: 'used' };
  draft.put('reveal', used);
  perform(draft, env, { cardId, message: ownAct('revealed', tokenHash), actor }, () => undefined);
  return { outcome: 'ok', reveal: used, card: cardOf({ draft, cardId }) };
}
