import { z } from 'zod';
import { formatBudget } from '../core/money.ts';
import { refuse } from '../core/refusal.ts';
import { actorOf, findCard, openShop } from './card-access.ts';
import { merchantView, viewMerchant } from './card-log.ts';
import { defineOperation } from './operation.ts';

const TOKEN_BYTES = 32;
const cardId = z.string().max(100).meta({ description: 'The card' });
const time = z.string().meta({ description: 'ISO 8601, UTC' });

/** Grants a look at a card's number. */
export const reveal = defineOperation({
  name: 'card.reveal',
  summary: "Get a token that shows a card's number once; for the operator, unless its policy says otherwise",
  audience: 'any',
  movesMoney: false,
  http: { method: 'POST', path: '/v1/cards/{card}/reveal' },
  isTool: false,
  input: z.strictObject({ card: cardId }),
  output: z.object({
    token: z.string().meta({ description: 'Good once, and soon over' }),
    expiresAt: time,
  }),
  async run(context, { caller, input }) {
    const shop = openShop(context);
    if ('outcome' in shop) return shop;
    const card = await findCard(context, caller, input.card);
    if ('outcome' in card) return card;
    if (caller.kind === 'agent' && !context.policy.card.revealsToAgents) {
      return refuse('reveal_not_allowed', 'The policy of this wallet shows no card to an agent');
    }
    const token = `fxr_${Buffer.from(context.random(TOKEN_BYTES)).toString('base64url')}`;
    const granted = await context.store.commit({
      type: 'reveal.grant',
      walletId: card.walletId,
      cardId: card.id,
      tokenHash: context.hash.sha256(token),
      purpose: 'show',
      origin: null,
      actor: actorOf(caller),
    });
    if (granted.outcome === 'refused') return granted;
    return { outcome: 'ok', output: { token, expiresAt: iso(granted.reveal.expiresAtMs) } };
  },
});

/** Shows it. */
export const show = defineOperation({
  name: 'card.show',
  summary: "Trade a token of card.reveal for the card's number, code and expiry; no answer is kept anywhere",
  audience: 'any',
  movesMoney: false,
  http: { method: 'POST', path: '/v1/cards/{card}/show' },
  isTool: false,
  input: z.strictObject({ card: cardId, token: z.string().min(1).max(200) }),
  output: z.object({
    number: z.string(),
    code: z.string(),
    expiry: z.string().meta({ description: 'MM/YY' }),
  }),
  async run(context, { caller, input }) {
    const shop = openShop(context);
    if ('outcome' in shop) return shop;
    const card = await findCard(context, caller, input.card);
    if ('outcome' in card) return card;
    const tokenHash = context.hash.sha256(input.token);
    const granted = await context.store.read.get('reveal', tokenHash);
    if (granted?.cardId !== card.id || granted.purpose !== 'show') {
      return refuse('reveal_token_used', 'This token shows nothing');
    }
    const actor = actorOf(caller);
    const { walletId } = card;
    const used = await context.store.commit({ type: 'reveal.use', walletId, tokenHash, actor, origin: null });
    if (used.outcome === 'refused') return used;
    const secrets = used.card.token === null ? null : await shop.cards.issuer.reveal(used.card.token);
    if (secrets === null)
      return refuse('credentials_destroyed', `The card ${card.id} can no longer be shown`);
    const { number, code, expiry } = secrets;
    return { outcome: 'ok', output: { number, code, expiry } };
  },
});

/** The newest code that a checkout asked for. */
export const challenge = defineOperation({
  name: 'card.challenge',
  summary: 'The one-time code (3-D Secure) that a checkout asks for now, with its merchant and amount',
  audience: 'any',
  movesMoney: false,
  http: { method: 'GET', path: '/v1/cards/{card}/3ds' },
  isTool: true,
  input: z.strictObject({ card: cardId }),
  output: z.object({
    ref: z.string(),
    code: z.string().meta({ description: 'Type it only where this merchant asks for this amount' }),
    merchant: merchantView,
    amount: z.string().meta({ description: 'USD as decimal text' }),
    expiresAt: time,
  }),
  async run(context, { caller, input }) {
    const card = await findCard(context, caller, input.card);
    if ('outcome' in card) return card;
    const [newest] = await context.store.read.challenges(card.id, 1);
    const isOpen = newest?.state === 'open' && context.clock.nowMs() < newest.expiresAtMs;
    if (newest === undefined || !isOpen || newest.code === null) {
      return refuse('challenge_not_found', `No code is open for the card ${card.id}`);
    }
    const { ref, code, merchant, amountUnits, expiresAtMs } = newest;
    const output = { ref, code, merchant: viewMerchant(merchant), amount: formatBudget(amountUnits) };
    return { outcome: 'ok', output: { ...output, expiresAt: iso(expiresAtMs) } };
  },
});

/** A moment on the wire. */
function iso(ms: number): string {
  return new Date(ms).toISOString();
}
