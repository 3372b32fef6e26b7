import type { CardId } from '../../core/id.ts';
import type { Receipt } from '../issuer/acquirer.ts';
import type { Embedded } from './embedded.ts';
import type { Ground } from './ground.ts';
import { MAIN_CARD } from './outcome.ts';
import type { Act, Scenario } from './scenario.ts';

/** Where a scenario is played, and what it made so far, by the scenario's names. */
export type Stage = {
  readonly scenario: Scenario;
  readonly ground: Ground;
  readonly wallet: Embedded;
  /** What could be spent before the first card. */
  readonly openingUnits: bigint;
  readonly cards: Map<string, CardId>;
  readonly mandates: Map<string, string>;
  /** The card that an authorization or a record is on. */
  readonly owners: Map<string, string>;
  /** What was told of an authorization or a record, and of how many cents. */
  readonly told: Map<string, { readonly receipt: Receipt | null; readonly cents: number }>;
  /** What the network calls a name, where a race exchanged names. */
  readonly aliases: Map<string, string>;
  /** Answers to messages that may be sent again, by the message's name. */
  readonly answers: Map<string, string>;
};

/** What came of one step. `broken` is a difference whatever is expected. */
export type ActResult =
  | { readonly kind: 'done' }
  | { readonly kind: 'declined'; readonly reason: string; readonly isRepeat: boolean }
  | { readonly kind: 'refused'; readonly code: string }
  | { readonly kind: 'broken'; readonly detail: string };

export const DONE: ActResult = { kind: 'done' };

/** A step that came to something it never may come to. */
export function broken(detail: string): ActResult {
  return { kind: 'broken', detail };
}

/** The scenario's name of the card that a step is about. */
export function cardNameOf(stage: Stage, act: Act): string {
  if ('card' in act && act.card !== undefined) return act.card;
  const about = ('auth' in act && act.auth) || ('of' in act && act.of) || null;
  return (about === null ? undefined : stage.owners.get(about)) ?? MAIN_CARD;
}

/** The card that a step is about; null where none was made. */
export function cardOf(stage: Stage, act: Act): CardId | null {
  return stage.cards.get(cardNameOf(stage, act)) ?? null;
}

const CANNOT_SAY = 'The issuer cannot say this: ';

/** The issuer has no words for what a scenario does. The network says it in the same way. */
export function cannotSay(why: string): Error {
  return new Error(`${CANNOT_SAY}${why}`);
}

/** Why the issuer has no words for it, where that is what went wrong. */
export function whyUnsaid(error: unknown): string | null {
  const message = error instanceof Error ? error.message : '';
  return message.startsWith(CANNOT_SAY) ? message.slice(CANNOT_SAY.length) : null;
}
