import { z } from 'zod';
import type { Agent } from '../core/agent.ts';
import { canonicalJson } from '../core/canonical.ts';
import type { Card } from '../core/card/card.ts';
import type { Command } from '../core/command.ts';
import { type Refusal, refuse } from '../core/refusal.ts';
import { requestId } from '../core/request.ts';
import { actorOf, findCard, openShop } from './card-access.ts';
import { centsFlaw } from './card-order.ts';
import { cardView, viewCard } from './card-views.ts';
import { bringForward, type Workshop } from './card-work.ts';
import type { Caller, Context } from './context.ts';
import { amount } from './fields.ts';
import { type Call, defineOperation } from './operation.ts';

const input = z.strictObject({ card: z.string().max(100).meta({ description: 'The card' }) });
const output = z.object({
  card: cardView,
  isDone: z.boolean().meta({ description: 'Whether the issuer has it too; where not, it is told again' }),
});

type Act = Command<'card.control'>['act'];
type Wish = { readonly caller: Caller; readonly card: Card; readonly act: Act; readonly actId: string };

/** Does it in the books, which is what counts, and then tells the issuer. */
async function control(shop: Workshop, { caller, card, act, actId }: Wish) {
  const { walletId, id: cardId } = card;
  const actor = actorOf(caller);
  const made = await shop.store.commit({ type: 'card.control', walletId, cardId, actId, actor, act });
  if (made.outcome === 'refused') return made;
  if (act.kind === 'freeze' && made.card.state !== 'frozen') {
    return refuse('card_not_active', `The card ${cardId} is ${made.card.state}, and takes no freeze`);
  }
  const told = await bringForward(shop, cardId).catch(() => made.card);
  return {
    outcome: 'ok',
    output: { card: viewCard(told), isDone: told.work === 'none' },
  } as const;
}

/** A name for an act: the key of the call, or one of its own. */
function actIdOf({ random }: Workshop, kind: Act['kind'], key: string | null): string {
  return `${kind}/${key ?? Buffer.from(random(12)).toString('hex')}`;
}

/** Ends a card. */
export const close = defineOperation({
  name: 'card.close',
  summary: 'Close a card for good; what is unused goes back to the wallet, what was charged still posts',
  audience: 'any',
  movesMoney: false,
  http: { method: 'POST', path: '/v1/cards/{card}/close' },
  isTool: true,
  input,
  output,
  run: (context, call) => stop(context, call, 'close'),
});

/** Stops a card from being charged. */
export const freeze = defineOperation({
  name: 'card.freeze',
  summary: 'Stop a card from being charged; only the operator can lift that, with a signature',
  audience: 'any',
  movesMoney: false,
  http: { method: 'POST', path: '/v1/cards/{card}/freeze' },
  isTool: false,
  input,
  output,
  run: (context, call) => stop(context, call, 'freeze'),
});

/** Closes or freezes the card that a call names. */
async function stop(context: Context, call: Call<z.output<typeof input>>, kind: 'close' | 'freeze') {
  const shop = openShop(context);
  if ('outcome' in shop) return shop;
  const card = await findCard(context, call.caller, call.input.card);
  if ('outcome' in card) return card;
  const actId = actIdOf(shop, kind, call.idempotencyKey);
  return control(shop, { caller: call.caller, card, act: { kind }, actId });
}

/** Takes unused money back. */
export const withdraw = defineOperation({
  name: 'card.withdraw',
  summary: 'Take unused money back from a card; all of it closes the card',
  audience: 'any',
  movesMoney: true,
  http: { method: 'POST', path: '/v1/cards/{card}/withdraw' },
  isTool: false,
  input: input.extend({ amount: amount.optional().meta({ description: 'How much; all without this' }) }),
  output,
  async run(context, { caller, input, idempotencyKey }) {
    if (idempotencyKey === null) throw new Error('A withdrawal needs an idempotency key');
    const shop = openShop(context);
    if ('outcome' in shop) return shop;
    const card = await findCard(context, caller, input.card);
    if ('outcome' in card) return card;
    const { amount: amountUnits = null } = input;
    const flaw = amountUnits === null ? null : centsFlaw(amountUnits);
    if (flaw !== null) return flaw;
    const key = caller.kind === 'agent' ? idempotencyKey : `operator ${idempotencyKey}`;
    const agentId = caller.kind === 'agent' ? caller.agent.id : card.agentId;
    const taken = await claimKey(shop, { agentId, key, input: { card: card.id, amount: amountUnits } });
    if (taken !== null) return taken;
    const actId = actIdOf(shop, 'withdraw', requestId(agentId, key));
    return control(shop, { caller, card, act: { kind: 'withdraw', amountUnits }, actId });
  },
});

type Claim = {
  readonly agentId: Agent['id'];
  readonly key: string;
  readonly input: { readonly card: string; readonly amount: bigint | null };
};

/** Binds a key to this withdrawal before anything moves, so that it can never stand for another. */
async function claimKey(shop: Workshop, { agentId, key, input }: Claim): Promise<Refusal | null> {
  const operation = 'card.withdraw';
  const claimed = await shop.store.commit({
    type: 'request.conclude',
    walletId: shop.walletId,
    agentId,
    idempotencyKey: key,
    inputHash: shop.hash.sha256(canonicalJson({ operation, input })),
    operation,
    freeResource: null,
    reply: { status: 200, headers: {}, bodyBase64: null, receipt: null },
  });
  return claimed.outcome === 'refused' ? claimed : null;
}
