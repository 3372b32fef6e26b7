import type { Draft } from '../books.ts';
import type { Command, OutcomeOf } from '../command.ts';
import type { Env } from '../commit.ts';
import type { CardId } from '../id.ts';
import { refuse } from '../refusal.ts';
import { type Act, cardOf, isUnused, patch } from './act.ts';
import { endChallenge } from './challenge.ts';
import { close } from './closing.ts';
import { expireHold } from './ending.ts';
import { openHolds } from './hold.ts';
import { ownAct, perform } from './log.ts';
import { type CardAct, ofCard } from './network.ts';

const CLOCK = { kind: 'system', id: 'clock' } as const;

/** Does what time alone brings to a card by now. */
export function tickCard(draft: Draft, command: Command<'card.tick'>, env: Env): OutcomeOf<'card.tick'> {
  const { cardId, walletId } = command;
  if (draft.get('card', cardId)?.walletId !== walletId) {
    return refuse('card_not_found', `There is no card ${cardId}`);
  }
  passTime(draft, env, cardId);
  return { outcome: 'ok', card: cardOf({ draft, cardId }) };
}

/** Something that time brings: when, how it is called in the log, and what it does. */
type Due = { readonly atMs: number; readonly message: CardAct; readonly run: (act: Act) => void };

/** Applies what is due, in the order of its time, each as an act of its own. */
export function passTime(draft: Draft, env: Env, cardId: CardId): void {
  for (let next = nextDue({ draft, cardId }); next !== null; next = nextDue({ draft, cardId })) {
    if (next.atMs > env.nowMs) return;
    perform(draft, env, { cardId, message: next.message, actor: CLOCK }, next.run);
  }
}

function nextDue(of: Pick<Act, 'draft' | 'cardId'>): Due | null {
  const card = cardOf(of);
  if (card.dueAtMs === null) return null;
  const all = [...lifeDue(of), ...holdsDue(of), ...challengesDue(of)];
  return all.reduce<Due | null>(
    (first, due) => (first === null || due.atMs < first.atMs ? due : first),
    null,
  );
}

function lifeDue(of: Pick<Act, 'draft' | 'cardId'>): readonly Due[] {
  const card = cardOf(of);
  const { expiresAtMs, lateUntilMs } = card;
  const end: Due = {
    atMs: expiresAtMs,
    message: ownAct('closed', `ttl ${card.events}`, { detail: 'ttl' }),
    run: (act) => close(act, 'ttl'),
  };
  if (isUnused(card)) return [end];
  if (lateUntilMs === null) return [];
  const message = ownAct('reserve_released', `${lateUntilMs}`);
  return [{ atMs: lateUntilMs, message, run: (act) => patch(act, { lateUntilMs: null }) }];
}

function holdsDue(of: Pick<Act, 'draft' | 'cardId'>): readonly Due[] {
  return openHolds(of).map((hold) => ({
    atMs: hold.expiresAtMs,
    message: ownAct('expired', `${hold.auth} ${hold.createdAtMs}`, {
      units: hold.heldUnits,
      detail: hold.auth,
    }),
    run: (act) => expireHold(act, hold, hold.expiresAtMs),
  }));
}

function challengesDue({ draft, cardId }: Pick<Act, 'draft' | 'cardId'>): readonly Due[] {
  return cardOf({ draft, cardId }).challenges.flatMap((ref) => {
    const challenge = draft.get('challenge', ofCard(cardId, ref));
    if (challenge === null) return [];
    const message = ownAct('challenge_ended', ref, { detail: ref });
    return [
      { atMs: challenge.expiresAtMs, message, run: (act: Act) => endChallenge(act, challenge, 'expired') },
    ];
  });
}
