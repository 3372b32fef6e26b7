import { z } from 'zod';
import type { Card } from '../core/card/card.ts';
import type { CardSecrets, Checkout, CheckoutSight, Filler } from '../core/card/ports.ts';
import { formatBudget } from '../core/money.ts';
import { type Refusal, refuse } from '../core/refusal.ts';
import { actorOf, findCard, openShop } from './card-access.ts';
import { outcomeSince, WAIT_MS } from './card-charge.ts';
import { checkSight } from './card-checkout.ts';
import { declineView } from './card-log.ts';
import type { Workshop } from './card-work.ts';
import type { Caller } from './context.ts';
import { defineOperation } from './operation.ts';

const input = z.strictObject({
  card: z.string().max(100).meta({ description: 'The card' }),
  endpoint: z
    .url({ protocol: /^(https?|wss?)$/ })
    .max(500)
    .meta({ description: 'The debugging endpoint (CDP) of the browser, such as "http://127.0.0.1:9222"' }),
  page: z.string().max(2048).optional().meta({
    description: 'The URL of the checkout page, or its beginning; the page in front without this',
  }),
  press: z.boolean().default(true).meta({
    description: 'Whether to press the button that pays; false is for the operator, who then sees the card',
  }),
});
type Input = z.output<typeof input>;

/** Types a card into a checkout page. */
export const fill = defineOperation({
  name: 'card.fill',
  summary:
    'Type a card into the checkout page of its merchant in your browser, and pay; you never see the number',
  audience: 'any',
  movesMoney: false,
  http: { method: 'POST', path: '/v1/cards/{card}/fill' },
  isTool: true,
  input,
  output: z.object({
    status: z.enum(['authorized', 'declined', 'challenge', 'pressed', 'filled']).meta({
      description:
        'authorized and declined: by the books, not by the page. challenge: get the code with card.challenge',
    }),
    authorization: z.string().optional(),
    decline: declineView.optional(),
    total: z.string().meta({ description: 'What the page said is to be paid, in USD' }),
  }),
  async run(context, { caller, input }) {
    const shop = openShop(context);
    if ('outcome' in shop) return shop;
    const { filler } = shop.cards;
    if (filler === null) return refuse('cards_not_configured', 'This wallet drives no browser');
    if (!input.press && caller.kind === 'agent' && !context.policy.card.revealsToAgents) {
      const detail = 'What stands in a form can be read by whoever drives the browser';
      return refuse('reveal_not_allowed', `${detail}: the wallet presses the button itself`);
    }
    const card = await findCard(context, caller, input.card);
    if ('outcome' in card) return card;
    const running = `fill/${card.id}`;
    if (context.running.has(running))
      return refuse('request_in_progress', 'The card is being typed in already');
    context.running.add(running);
    try {
      return await fillIn(shop, filler, { caller, card, input });
    } finally {
      context.running.delete(running);
    }
  },
});

type Filling = { readonly caller: Caller; readonly card: Card; readonly input: Input };

async function fillIn(shop: Workshop, filler: Filler, { caller, card, input }: Filling) {
  const endAtMs = shop.clock.nowMs() + WAIT_MS;
  if (card.state !== 'active') return refuse('card_not_active', `The card ${card.id} is ${card.state}`);
  const checkout: Checkout = { endpoint: input.endpoint, page: input.page ?? null };
  const sight = await filler.look(checkout);
  if ('outcome' in sight) return sight;
  const totalUnits = await checkSight(shop, card, sight);
  if (typeof totalUnits !== 'bigint') return totalUnits;
  const secrets = await secretsFor(shop, { caller, card, sight });
  if ('outcome' in secrets) return secrets;
  const { name: holder } = shop.cards.cardholder;
  const filled = await filler.fill(checkout, { sight, secrets, holder, presses: input.press });
  if (filled.outcome === 'refused') return filled;
  const total = formatBudget(totalUnits);
  if (!filled.isPressed) return { outcome: 'ok', output: { status: 'filled', total } } as const;
  const charge = await outcomeSince(shop, { card, totalUnits, endAtMs });
  return { outcome: 'ok', output: { ...charge, total } } as const;
}

/** The card's secrets, by a right that is granted for this page, used at once and gone. */
async function secretsFor(
  shop: Workshop,
  { caller, card, sight }: { readonly caller: Caller; readonly card: Card; readonly sight: CheckoutSight },
): Promise<CardSecrets | Refusal> {
  const { walletId, id: cardId } = card;
  const tokenHash = shop.hash.sha256(Buffer.from(shop.random(32)).toString('hex'));
  const [actor, origin] = [actorOf(caller), sight.host];
  const right = { walletId, tokenHash, actor, origin };
  const granted = await shop.store.commit({ type: 'reveal.grant', ...right, cardId, purpose: 'fill' });
  if (granted.outcome === 'refused') return granted;
  const used = await shop.store.commit({ type: 'reveal.use', ...right });
  if (used.outcome === 'refused') return used;
  const secrets = used.card.token === null ? null : await shop.cards.issuer.reveal(used.card.token);
  return secrets ?? refuse('credentials_destroyed', `The card ${cardId} can no longer be typed in`);
}
