import type { Actor } from '../core/audit.ts';
import type { Card } from '../core/card/card.ts';
import { type Refusal, refuse } from '../core/refusal.ts';
import { maySee } from './access.ts';
import type { Workshop } from './card-work.ts';
import type { Caller, Context } from './context.ts';

/** The context of a wallet that makes cards. */
export function openShop(context: Context): Workshop | Refusal {
  const { cards } = context;
  return cards === null
    ? refuse('cards_not_configured', 'This wallet has no issuer of cards')
    : { ...context, cards };
}

/** A card the caller may see; one that it may not see is not there. */
export async function findCard(context: Context, caller: Caller, id: string): Promise<Card | Refusal> {
  const card = await context.store.read.get('card', id);
  const isSeen = card?.walletId === context.walletId && maySee(caller, card.agentId);
  return isSeen ? card : refuse('card_not_found', `There is no card ${id}`);
}

/** Who a caller is in the books. A token of the operator's is not the operator: his acts are signatures. */
export function actorOf(caller: Caller): Actor {
  return caller.kind === 'agent'
    ? { kind: 'agent', id: caller.agent.id }
    : { kind: 'system', id: 'operator.token' };
}
