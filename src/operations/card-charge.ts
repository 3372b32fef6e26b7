import type { Card } from '../core/card/card.ts';
import { type CardEvent, ofCard } from '../core/card/network.ts';
import { viewDecline } from './card-log.ts';
import type { Workshop } from './card-work.ts';

/** How long the whole of typing a card in and waiting for its charge may take. */
export const WAIT_MS = 20_000;
const POLL_MS = 250;
const PAGE = 200;

/** What became of a charge, by the books. */
export type Charge =
  | { readonly status: 'authorized'; readonly authorization: string }
  | {
      readonly status: 'declined';
      readonly authorization: string;
      readonly decline: ReturnType<typeof viewDecline>;
    }
  | { readonly status: 'challenge' }
  /** Nothing was heard of it in time. */
  | { readonly status: 'pressed' };

type Since = { readonly card: Card; readonly totalUnits: bigint; readonly endAtMs: number };

/** What happened on a card after it was as given: waits for word of the network, and for no word of the page. */
export async function outcomeSince(shop: Workshop, { card, totalUnits, endAtMs }: Since): Promise<Charge> {
  for (;;) {
    const events = await shop.store.read.events(card.id, { afterSeq: card.events, limit: PAGE });
    const present = await shop.store.read.get('card', card.id);
    const found = chargeOf(events, { useHold: present?.useHold ?? null, totalUnits });
    if (found !== null) return found;
    if (shop.clock.nowMs() >= endAtMs) return { status: 'pressed' };
    await shop.clock.wait(POLL_MS);
  }
}

/** A probe, or a check of the card, is not the charge: what was approved is the card's one use, or covers the total. */
function chargeOf(
  events: readonly CardEvent[],
  of: { readonly useHold: string | null; readonly totalUnits: bigint },
): Charge | null {
  const charges = events.flatMap(({ answer, cardId, message }) =>
    message.kind === 'authorization' && message.purpose !== 'verification'
      ? [{ answer, cardId, message }]
      : [],
  );
  const approved = charges.find(({ answer, cardId, message }) => {
    if (answer.kind !== 'approved') return false;
    return ofCard(cardId, message.auth) === of.useHold || answer.approvedUnits >= of.totalUnits;
  });
  if (approved !== undefined) return { status: 'authorized', authorization: approved.message.auth };
  if (isChallenged(events)) return { status: 'challenge' };
  for (const { answer, message } of charges.toReversed()) {
    if (answer.kind !== 'declined') continue;
    return { status: 'declined', authorization: message.auth, decline: viewDecline(answer.reason) };
  }
  return null;
}

/** Whether a code was asked for, and nothing is known yet of what was typed. */
function isChallenged(events: readonly CardEvent[]): boolean {
  const over = new Set(
    events.flatMap(({ message }) => (message.kind === 'challenge_result' ? message.ref : [])),
  );
  return events.some(({ message }) => message.kind === 'challenge' && !over.has(message.ref));
}
