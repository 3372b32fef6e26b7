import { z } from 'zod';
import type { Agent } from '../core/agent.ts';
import type { Approval } from '../core/approval.ts';
import type { Counter } from '../core/counter.ts';
import { taken } from '../core/counter.ts';
import type { Mandate, Terms } from '../core/mandate.ts';
import { format, formatBudget } from '../core/money.ts';
import type { Payment } from '../core/payment.ts';
import { REFUSALS, type Refusal } from '../core/refusal.ts';
import type { Scope } from '../core/scope.ts';
import type { Context } from './context.ts';

const time = z.string().meta({ description: 'ISO 8601, UTC' });
const money = z.string().meta({ description: 'USD as decimal text' });

/** A refusal as callers see it. */
export const refusalView = z
  .object({
    code: z.string(),
    detail: z.string(),
    hint: z.string(),
    retryable: z.boolean(),
    numbers: z.record(z.string(), z.string()).optional(),
  })
  .meta({ id: 'Refusal' });

/** A refusal with what the table says of its code. */
export function viewRefusal(refusal: Refusal): z.input<typeof refusalView> {
  const { hint, retryable } = REFUSALS[refusal.code];
  const { code, detail, numbers } = refusal;
  return { code, detail, hint, retryable, ...(numbers && { numbers: sorted(numbers) }) };
}

/** The scope of a mandate, with money as decimal text and moments as ISO 8601. */
const scopeView = z
  .object({
    currency: z.string(),
    total: money,
    perPayment: money.optional(),
    perDay: money.optional(),
    perPayee: money.optional(),
    perPeriod: z.object({ limit: money, every: z.string() }).optional(),
    paymentsMax: z.number().optional(),
    velocity: z.object({ count: z.number(), seconds: z.number() }).optional(),
    notBefore: time,
    expiresAt: time,
    rails: z.array(z.string()),
    assets: z.array(z.string()),
    hosts: z.array(z.string()),
    payees: z.array(z.string()),
  })
  .meta({ id: 'Scope' });

function viewScope(scope: Scope): z.input<typeof scopeView> {
  const optional = (key: string, units: bigint | undefined) =>
    units === undefined ? {} : { [key]: formatBudget(units) };
  const { perPeriod, paymentsMax, velocity } = scope;
  return {
    currency: scope.currency,
    total: formatBudget(scope.totalUnits),
    ...optional('perPayment', scope.perPaymentUnits),
    ...optional('perDay', scope.perDayUnits),
    ...optional('perPayee', scope.perPayeeUnits),
    ...(perPeriod && { perPeriod: { limit: formatBudget(perPeriod.limitUnits), every: perPeriod.every } }),
    ...(paymentsMax !== undefined && { paymentsMax }),
    ...(velocity && { velocity }),
    notBefore: iso(scope.notBeforeMs),
    expiresAt: iso(scope.expiresAtMs),
    rails: [...scope.rails],
    assets: [...scope.assets],
    hosts: [...scope.payees.hosts],
    payees: [...scope.payees.addresses],
  };
}

/** A mandate with the terms in force and where its budget stands. */
export const mandateView = z
  .object({
    id: z.string(),
    agentId: z.string(),
    state: z.enum(['pending_signature', 'signed', 'rejected', 'revoked', 'expired']),
    paused: z.boolean(),
    version: z.number(),
    intent: z.string(),
    scope: scopeView,
    spent: money.meta({ description: 'USD of settled payments' }),
    reserved: money.meta({ description: 'USD of payments under way' }),
    remaining: money,
    payments: z.number(),
    createdAt: time,
    updatedAt: time,
  })
  .meta({ id: 'Mandate' });

/** What a mandate looks like at a moment. */
export function viewMandate(
  of: { mandate: Mandate; terms: Terms; total: Counter | null },
  nowMs: number,
): z.input<typeof mandateView> {
  const { mandate, terms, total } = of;
  const { scope } = terms;
  const isOpen = mandate.state === 'signed' || mandate.state === 'pending_signature';
  const left = scope.totalUnits - (total === null ? 0n : taken(total));
  return {
    id: mandate.id,
    agentId: mandate.agentId,
    state: isOpen && nowMs >= scope.expiresAtMs ? 'expired' : mandate.state,
    paused: mandate.isPaused,
    version: mandate.version,
    intent: terms.intent,
    scope: viewScope(scope),
    spent: formatBudget(total?.settledUnits ?? 0n),
    reserved: formatBudget(total?.reservedUnits ?? 0n),
    remaining: formatBudget(left > 0n ? left : 0n),
    payments: total?.count ?? 0,
    createdAt: iso(mandate.createdAtMs),
    updatedAt: iso(mandate.updatedAtMs),
  };
}

/** A payment: what was asked, what was decided, and what is proved of it. */
export const paymentView = z
  .object({
    id: z.string(),
    mandateId: z.string(),
    agentId: z.string(),
    state: z
      .enum(['denied', 'reserved', 'unknown', 'confirmed', 'settled', 'released'])
      .meta({ description: 'settled and released are proved; unknown and confirmed are not yet' }),
    mode: z.enum(['fetch', 'sign', 'card']),
    cardId: z.string().optional().meta({ description: 'The card it is for' }),
    url: z.string(),
    method: z.string(),
    amount: money.optional(),
    asset: z.string().optional(),
    units: z.string().optional(),
    payTo: z.string().optional(),
    authorization: z.object({ nonce: z.string(), validBefore: time }).optional(),
    refusal: refusalView.optional(),
    proof: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
    decisionSeq: z.number().meta({ description: "Number of the decision's entry in the audit trail" }),
    idempotencyKey: z.string(),
    createdAt: time,
    updatedAt: time,
  })
  .meta({ id: 'Payment' });

/** A payment as it stands. */
export function viewPayment(payment: Payment): z.input<typeof paymentView> {
  const { offer, authorization, refusal, proof } = payment;
  const doubt = payment.state === 'reserved' && payment.evidence !== 'none' ? payment.evidence : null;
  return {
    id: payment.id,
    mandateId: payment.mandateId,
    agentId: payment.agentId,
    state: doubt ?? payment.state,
    mode: payment.mode,
    ...(payment.cardId !== undefined && { cardId: payment.cardId }),
    url: payment.resource.url,
    method: payment.resource.method,
    ...(offer && {
      amount: formatBudget(offer.budgetUnits),
      asset: offer.assetId,
      units: offer.priceUnits.toString(),
      payTo: offer.payTo,
    }),
    ...(authorization && {
      authorization: {
        nonce: authorization.nonce,
        validBefore: iso(authorization.validBeforeSeconds * 1000),
      },
    }),
    ...(refusal && { refusal: viewRefusal(refusal) }),
    ...(proof && { proof: { ...proof } }),
    decisionSeq: payment.decisionSeq,
    idempotencyKey: payment.idempotencyKey,
    createdAt: iso(payment.createdAtMs),
    updatedAt: iso(payment.updatedAtMs),
  };
}

/** A payment as its own commit left it: what a finished call repeats byte for byte. */
export function asDecided(payment: Payment): Payment {
  const state = payment.state === 'denied' ? 'denied' : 'reserved';
  return { ...payment, state, evidence: 'none', proof: null, updatedAtMs: payment.createdAtMs };
}

/** An agent, without anything secret. */
export const agentView = z
  .object({
    id: z.string(),
    name: z.string(),
    state: z.enum(['active', 'revoked']),
    frozen: z.boolean(),
    createdAt: time,
  })
  .meta({ id: 'Agent' });

/** What is shown of an agent. */
export function viewAgent(agent: Agent): z.input<typeof agentView> {
  const { id, name, state, isFrozen, createdAtMs } = agent;
  return { id, name, state, frozen: isFrozen, createdAt: iso(createdAtMs) };
}

/** What the operator is asked to sign, and what became of it. Terms are data; the words are made of them. */
export const approvalView = z
  .object({
    id: z.string(),
    walletId: z.string(),
    action: z.string(),
    subjectId: z.string(),
    termsJson: z.string().meta({ description: 'Canonical JSON (RFC 8785) whose SHA-256 is the digest' }),
    words: z.string(),
    wordsVersion: z.number(),
    digest: z.string(),
    nonce: z.string(),
    expiresAt: time,
    state: z.enum(['open', 'signed']),
    signature: z.string().nullable(),
    signer: z.string().nullable(),
  })
  .meta({ id: 'Approval' });

/** An approval as callers see it. */
export function viewApproval(approval: Approval): z.input<typeof approvalView> {
  const { terms, expiresAtMs, signedAtMs: _, ...rest } = approval;
  return { ...rest, termsJson: terms, expiresAt: iso(expiresAtMs) };
}

/** Units of an admitted asset as text with its symbol: "12.50 USDC". */
export function assetText(context: Context, assetId: string, units: bigint): string {
  const asset = context.assets.find(({ id }) => id === assetId);
  return asset === undefined
    ? `${units} units of ${assetId}`
    : `${format(units, asset.decimals)} ${asset.symbol}`;
}

/** The same fields in order of their names: what was just made then reads like what was kept. */
export function sorted(fields: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** A moment on the wire. */
function iso(ms: number): string {
  return new Date(ms).toISOString();
}
