import type { Draft } from '../books.ts';
import type { Env } from '../commit.ts';
import type { CardId } from '../id.ts';
import type { Card } from './card.ts';
import type { Moved } from './moves.ts';
import type { CardException } from './network.ts';

/** One act on a card in the making: what it changes is in the draft as it goes. */
export type Act = {
  readonly draft: Draft;
  readonly env: Env;
  readonly cardId: CardId;
  /** Unique per card: the act's transfers are named by it. */
  readonly cause: string;
  readonly exceptions: CardException[];
  /** The money it moved, in this order. */
  readonly moves: Moved[];
  /** A fee that goes back with what is unused. */
  feeBackUnits: bigint;
};

/** Begins an act. */
export function beginAct(of: Pick<Act, 'draft' | 'env' | 'cardId' | 'cause'>): Act {
  return { ...of, exceptions: [], moves: [], feeBackUnits: 0n };
}

/** The card as it stands within the act. */
export function cardOf({ draft, cardId }: Pick<Act, 'draft' | 'cardId'>): Card {
  const card = draft.get('card', cardId);
  if (card === null) throw new Error(`There is no card ${cardId}`);
  return card;
}

/** Changes fields of the card that are no money: that is the purse's. */
export function patch(act: Act, change: Partial<Card>): void {
  act.draft.put('card', { ...cardOf(act), ...change });
}

/** Whether its one charge is still to come. */
export function isUnused({ state }: Pick<Card, 'state'>): boolean {
  return state === 'pending' || state === 'active' || state === 'frozen';
}

/** Whether it is over: messages about money still post to it. */
export function isOver({ state }: Pick<Card, 'state'>): boolean {
  return state === 'closed' || state === 'failed';
}

/** The lower of two amounts. */
export function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
