import { z } from 'zod';
import { canonicalJson, type Json } from '../core/canonical.ts';
import { makeId } from '../core/id.ts';
import { cleanText, TEXT_MAX } from '../core/intent.ts';
import { type Mandate, type Terms, termsId } from '../core/mandate.ts';
import { formatBudget } from '../core/money.ts';
import { refuse } from '../core/refusal.ts';
import { RAILS, type RailId, type Scope } from '../core/scope.ts';
import { agentOf, findMandate, ownOnly } from './access.ts';
import type { Context } from './context.ts';
import { address, amount, duration, host, moment, page } from './fields.ts';
import { defineOperation } from './operation.ts';
import { mandateView, viewMandate } from './views.ts';

const requestInput = z.strictObject({
  amount: amount.meta({ description: 'The whole budget' }),
  intent: z.string().min(1).max(TEXT_MAX).meta({ description: 'What the money is for, in plain words' }),
  duration: duration.meta({ description: 'How long the mandate lasts from its start' }),
  hosts: z.array(host).max(50).default([]).meta({ description: 'Hosts that may be paid' }),
  payees: z.array(address).max(50).default([]).meta({ description: 'Addresses that may be paid' }),
  perPayment: amount.optional(),
  perDay: amount.optional(),
  perPayee: amount.optional(),
  perPeriod: z.strictObject({ limit: amount, every: z.enum(['day', 'week', 'month']) }).optional(),
  paymentsMax: z.int().min(1).max(1_000_000).optional(),
  velocity: z
    .strictObject({ count: z.int().min(1).max(1000), seconds: z.int().min(1).max(86_400) })
    .optional(),
  notBefore: moment.optional(),
  rails: z.array(z.enum(RAILS)).min(1).max(RAILS.length).optional(),
  assets: z.array(z.string().max(200)).min(1).max(20).optional(),
});
type RequestInput = z.output<typeof requestInput>;

/** Asks the operator for a budget with a purpose. */
export const request = defineOperation({
  name: 'payment.request',
  summary: 'Ask the operator for a budget with a purpose (a mandate); returns at once, before it is approved',
  audience: 'agent',
  movesMoney: false,
  http: { method: 'POST', path: '/v1/mandates' },
  isTool: true,
  input: requestInput,
  output: z.object({
    mandate: mandateView,
    asks: z.string().meta({ description: 'What the operator is asked, in plain words' }),
    approve: z.object({ command: z.string() }).meta({ description: 'Where the operator approves' }),
  }),
  async run(context, { caller, input, idempotencyKey }) {
    const agent = agentOf(caller);
    const nowMs = context.clock.nowMs();
    const { text: intent, removed } = cleanText(input.intent);
    if (intent === '') return refuse('input_invalid', 'The intent has no visible character');
    if (intent.length > TEXT_MAX)
      return refuse('input_invalid', `The intent is longer than ${TEXT_MAX} characters`);
    const scope = scopeOf(context, input, nowMs);
    if ('outcome' in scope) return scope;
    const outcome = await context.store.commit({
      type: 'mandate.request',
      walletId: agent.walletId,
      agentId: agent.id,
      mandateId: makeId('mand', nowMs, context.random(10)),
      intent,
      removed,
      scope,
      idempotencyKey,
      inputHash: context.hash.sha256(canonicalJson({ operation: 'payment.request', input: input as Json })),
    });
    if (outcome.outcome === 'refused') return outcome;
    const { mandate, terms } = outcome;
    const view = await withBudget(context, mandate, terms);
    return {
      outcome: 'ok',
      output: {
        mandate: view,
        asks: asks(terms),
        approve: { command: `fluxa-wallet mandate approve ${mandate.id}` },
      },
    };
  },
});

/** The scope that the request proposes. Until signed it allows nothing. */
function scopeOf(context: Context, input: RequestInput, nowMs: number): Scope | ReturnType<typeof refuse> {
  const admitted = context.assets.map((asset) => asset.id);
  const assets = input.assets?.map((id) => admitted.find((known) => known === id.toLowerCase())) ?? admitted;
  const isKnown = (id: (typeof assets)[number]) => id !== undefined;
  if (!assets.every(isKnown)) {
    return refuse('input_invalid', `The assets this wallet admits are ${admitted.join(', ')}`);
  }
  const { perPeriod, paymentsMax, velocity } = input;
  const notBeforeMs = input.notBefore ?? nowMs;
  const expiresAtMs = notBeforeMs + input.duration;
  if (expiresAtMs <= nowMs) return refuse('input_invalid', 'The mandate would have ended already');
  return {
    currency: 'USD',
    totalUnits: input.amount,
    ...(input.perPayment !== undefined && { perPaymentUnits: input.perPayment }),
    ...(input.perDay !== undefined && { perDayUnits: input.perDay }),
    ...(input.perPayee !== undefined && { perPayeeUnits: input.perPayee }),
    ...(perPeriod && { perPeriod: { limitUnits: perPeriod.limit, every: perPeriod.every } }),
    ...(paymentsMax !== undefined && { paymentsMax }),
    ...(velocity && { velocity }),
    notBeforeMs,
    expiresAtMs,
    rails: [...new Set(input.rails ?? railsOf(context))],
    assets: [...new Set(assets.filter(isKnown))],
    payees: { hosts: [...new Set(input.hosts)], addresses: [...new Set(input.payees)] },
  };
}

/** What a mandate allows that names no rails: those that this wallet has, cards only where it makes them. */
function railsOf({ cards }: Context): readonly RailId[] {
  return RAILS.filter((rail) => rail !== 'card' || cards !== null);
}

function asks({ intent, scope }: Terms): string {
  const { hosts, addresses } = scope.payees;
  const payees = [...hosts, ...addresses];
  const who = payees.length > 0 ? `to ${payees.join(', ')}` : 'to nobody yet: no host or address is proposed';
  const until = new Date(scope.expiresAtMs).toISOString();
  return `Spend up to ${formatBudget(scope.totalUnits)} USD until ${until}, ${who}, for: “${intent}”`;
}

async function withBudget(context: Context, mandate: Mandate, given?: Terms) {
  const terms = given ?? (await context.store.read.get('terms', termsId(mandate.id, mandate.version)));
  if (terms === null) throw new Error(`The mandate ${mandate.id} has no terms`);
  const total = await context.store.read.get('counter', `${mandate.id}/total`);
  return viewMandate({ mandate, terms, total }, context.clock.nowMs());
}

/** One mandate. */
export const get = defineOperation({
  name: 'mandate.get',
  summary: 'A mandate: its state, its signed scope, and how much of its budget is left',
  audience: 'any',
  movesMoney: false,
  http: { method: 'GET', path: '/v1/mandates/{mandate}' },
  isTool: true,
  input: z.strictObject({ mandate: z.string().max(100) }),
  output: mandateView,
  async run(context, { caller, input }) {
    const mandate = await findMandate(context, caller, input.mandate);
    if ('outcome' in mandate) return mandate;
    return { outcome: 'ok', output: await withBudget(context, mandate) };
  },
});

/** The mandates a caller may see. */
export const list = defineOperation({
  name: 'mandate.list',
  summary: 'Mandates, oldest first; an agent sees its own',
  audience: 'any',
  movesMoney: false,
  http: { method: 'GET', path: '/v1/mandates' },
  isTool: true,
  input: z.strictObject(page),
  output: z.object({ mandates: z.array(mandateView) }),
  async run(context, { caller, input }) {
    const filter = { walletId: context.walletId, ...ownOnly(caller) };
    const mandates = await context.store.read.mandates(filter, input);
    const views = await Promise.all(mandates.map((mandate) => withBudget(context, mandate)));
    return { outcome: 'ok', output: { mandates: views } };
  },
});
