import type { Card } from '../../core/card/card.ts';
import type { CardEvent } from '../../core/card/network.ts';
import type { CardId } from '../../core/id.ts';
import { parse } from '../../core/money.ts';
import { centsOfUnits } from './amount.ts';
import type { CardOutcome, Outcome } from './outcome.ts';
import type { Stage } from './stage.ts';

const PAGE = 500;

/** Every entry of a card's log after one, in order. */
export async function readEvents(stage: Stage, cardId: CardId, afterSeq = 0): Promise<readonly CardEvent[]> {
  const found: CardEvent[] = [];
  for (;;) {
    const page = { afterSeq: found.at(-1)?.seq ?? afterSeq, limit: PAGE };
    const events = await stage.wallet.store().read.events(cardId, page);
    found.push(...events);
    if (events.length < PAGE) return found;
  }
}

/** Every card of the wallet, as the books have it. */
export async function readCards({ wallet }: Stage): Promise<readonly Card[]> {
  const { walletId } = wallet.server().context;
  return wallet.store().read.cards({ walletId }, { limit: PAGE });
}

/** What came of a scenario so far, apart from refusals: what the operator is shown of each card, and the money. */
export async function readOutcome(stage: Stage): Promise<Omit<Outcome, 'declines' | 'apiErrors'>> {
  const { wallet, cards: names, openingUnits } = stage;
  const cards = new Map<string, CardOutcome>();
  for (const [name, card] of names) cards.set(name, await readCard(stage, card));
  const events = await Promise.all([...new Set(names.values())].map((card) => readEvents(stage, card)));
  const inOrder = events.flat().sort((a, b) => a.atMs - b.atMs || a.seq - b.seq);
  const { assets } = await wallet.operatorClient().wallet.balance({});
  const available = BigInt(assets[0]?.availableUnits ?? 0);
  return {
    cards,
    exceptions: inOrder.flatMap(({ exceptions }) => exceptions),
    walletDelta: centsOfUnits(available - openingUnits),
  };
}

/** A card as the operator is shown it. */
async function readCard({ wallet }: Stage, card: CardId): Promise<CardOutcome> {
  const operator = wallet.operatorClient();
  const [view, balance] = await Promise.all([operator.card.get({ card }), operator.card.balance({ card })]);
  return {
    card_status: view.state,
    close_reason: view.state === 'closed' ? (view.reason ?? null) : null,
    locked: cents(balance.locked),
    captured: cents(balance.captured),
    released: cents(balance.returned),
    refunded: cents(balance.refunded),
    held: cents(balance.held),
    reserved: cents(balance.unused),
    receivable: cents(balance.shortfall),
    suspense: cents(balance.suspense),
    dispute_credit: cents(balance.disputed),
  };
}

/** Dollars in decimal text as cents, exactly. */
function cents(dollars: string): number | string {
  if (/^0+(\.0+)?$/.test(dollars)) return 0;
  const reading = parse(dollars, 6);
  return reading.outcome === 'ok' ? centsOfUnits(reading.units) : dollars;
}
