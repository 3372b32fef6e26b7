import { z } from 'zod';
import type { MandateId } from '../core/id.ts';
import { makeId } from '../core/id.ts';
import { agentOf, ownOnly } from './access.ts';
import { findCard, openShop } from './card-access.ts';
import { cardEventView, viewCardEvent } from './card-log.ts';
import { centsFlaw, controlsOf, labelOf, orderFields } from './card-order.ts';
import { cardAnswer, payIntoCard } from './card-payment.ts';
import { cardBalanceView, cardView, viewCard, viewCardBalance } from './card-views.ts';
import { amount, count, page } from './fields.ts';
import { defineOperation } from './operation.ts';

const cardId = z.string().max(100).meta({ description: 'The card' });
const cardAmount = amount.meta({ description: 'The whole charge with tax and shipping, such as "25.00"' });

/** Makes a card for one charge. */
export const create = defineOperation({
  name: 'card.create',
  summary: 'Make a card for one charge up to an exact amount, inside a mandate; what is not used comes back',
  audience: 'agent',
  movesMoney: true,
  http: { method: 'POST', path: '/v1/cards' },
  isTool: true,
  input: z.strictObject({
    amount: cardAmount,
    mandate: z.string().max(100).meta({ description: 'The mandate to pay under' }),
    ...orderFields,
  }),
  output: cardAnswer,
  async run(context, { caller, input, idempotencyKey }) {
    if (idempotencyKey === null) throw new Error('A card needs an idempotency key');
    const shop = openShop(context);
    if ('outcome' in shop) return shop;
    const call = { agent: agentOf(caller), idempotencyKey, operation: 'card.create', input } as const;
    const { amount: lockUnits, mandate, ...options } = input;
    return payIntoCard(shop, call, () => {
      const controls = controlsOf(shop.policy.card, options);
      if ('outcome' in controls) return controls;
      const { id: issuer } = shop.cards.issuer;
      const about = { cardId: makeId('card', shop.clock.nowMs(), shop.random(10)), issuer, controls };
      return (
        centsFlaw(lockUnits) ?? {
          mandateId: mandate as MandateId,
          merchant: options.merchant ?? null,
          order: (feeUnits) => ({ kind: 'create', ...about, label: labelOf(options), lockUnits, feeUnits }),
        }
      );
    });
  },
});

/** Locks more money on a card that was not used. */
export const recharge = defineOperation({
  name: 'card.recharge',
  summary: 'Lock more money on a card that was not used yet, inside its mandate',
  audience: 'agent',
  movesMoney: true,
  http: { method: 'POST', path: '/v1/cards/{card}/recharge' },
  isTool: false,
  input: z.strictObject({ card: cardId, amount: amount.meta({ description: 'How much more' }) }),
  output: cardAnswer,
  async run(context, { caller, input, idempotencyKey }) {
    if (idempotencyKey === null) throw new Error('A recharge needs an idempotency key');
    const shop = openShop(context);
    if ('outcome' in shop) return shop;
    const card = await findCard(context, caller, input.card);
    if ('outcome' in card) return card;
    const call = { agent: agentOf(caller), idempotencyKey, operation: 'card.recharge', input } as const;
    const { amount: lockUnits } = input;
    return payIntoCard(shop, call, () => {
      const order = (feeUnits: bigint) =>
        ({ kind: 'recharge', cardId: card.id, lockUnits, feeUnits }) as const;
      const [merchant = null] = card.controls.hosts;
      return centsFlaw(lockUnits) ?? { mandateId: card.mandateId, merchant, order };
    });
  },
});

/** The cards a caller may see. */
export const list = defineOperation({
  name: 'card.list',
  summary: 'Cards, oldest first; an agent sees its own',
  audience: 'any',
  movesMoney: false,
  http: { method: 'GET', path: '/v1/cards' },
  isTool: true,
  input: z.strictObject({ ...page, mandate: z.string().max(100).optional() }),
  output: z.object({ cards: z.array(cardView) }),
  async run({ store, walletId }, { caller, input }) {
    const filter = { walletId, ...ownOnly(caller), mandateId: input.mandate as MandateId | undefined };
    const cards = await store.read.cards(filter, input);
    return { outcome: 'ok', output: { cards: cards.map(viewCard) } };
  },
});

/** One card. */
export const get = defineOperation({
  name: 'card.get',
  summary: 'A card: its state, what it is for, what is left of it; never its number',
  audience: 'any',
  movesMoney: false,
  http: { method: 'GET', path: '/v1/cards/{card}' },
  isTool: true,
  input: z.strictObject({ card: cardId }),
  output: cardView,
  async run(context, { caller, input }) {
    const card = await findCard(context, caller, input.card);
    return 'outcome' in card ? card : { outcome: 'ok', output: viewCard(card) };
  },
});

/** Where the money of a card stands. */
export const balance = defineOperation({
  name: 'card.balance',
  summary: 'Where the money of a card stands: unused, held, captured, returned, refunded, and any shortfall',
  audience: 'any',
  movesMoney: false,
  http: { method: 'GET', path: '/v1/cards/{card}/balance' },
  isTool: false,
  input: z.strictObject({ card: cardId }),
  output: cardBalanceView,
  async run(context, { caller, input }) {
    const card = await findCard(context, caller, input.card);
    return 'outcome' in card ? card : { outcome: 'ok', output: viewCardBalance(card) };
  },
});

/** Everything that happened on a card. */
export const transactions = defineOperation({
  name: 'card.transactions',
  summary: "A card's log: every message of the network, every act, what came of it, and what needs a look",
  audience: 'any',
  movesMoney: false,
  http: { method: 'GET', path: '/v1/cards/{card}/transactions' },
  isTool: true,
  input: z.strictObject({
    card: cardId,
    after: count({ least: 0, most: 1_000_000_000 }).default(0).meta({ description: 'Only later entries' }),
    limit: page.limit,
  }),
  output: z.object({ transactions: z.array(cardEventView) }),
  async run(context, { caller, input }) {
    const card = await findCard(context, caller, input.card);
    if ('outcome' in card) return card;
    const events = await context.store.read.events(card.id, { afterSeq: input.after, limit: input.limit });
    return { outcome: 'ok', output: { transactions: events.map(viewCardEvent) } };
  },
});
