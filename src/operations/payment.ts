import { z } from 'zod';
import { refuse } from '../core/refusal.ts';
import { agentOf, findPayment, ownOnly } from './access.ts';
import { readAsk } from './ask.ts';
import { fetchPaid } from './fetch.ts';
import { amount, page } from './fields.ts';
import { defineOperation } from './operation.ts';
import { signPayment } from './sign.ts';
import { paymentView, viewPayment } from './views.ts';

const BODY_MAX = 1024 * 1024;
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

/** What a caller says of a payment. */
export const executeInput = z.strictObject({
  mandate: z.string().max(100).meta({ description: 'The mandate to pay under' }),
  url: z.string().min(1).max(2048).meta({ description: 'The resource to pay for' }),
  method: z.enum(METHODS).default('GET'),
  mode: z.enum(['fetch', 'sign']).default('fetch').meta({
    description: 'fetch: the wallet makes the request and pays. sign: you get the header and make it',
  }),
  headers: z.record(z.string().max(100), z.string().max(8192)).default({}),
  body: z.string().max(BODY_MAX).optional().meta({ description: 'The body as text' }),
  bodyBase64: z.base64().max(BODY_MAX).optional().meta({ description: 'The body as base64' }),
  challenge: z
    .strictObject({ header: z.string().max(131_072).optional(), body: z.string().max(262_144).optional() })
    .optional()
    .meta({
      description: 'sign: the 402 you got: the PAYMENT-REQUIRED header, or the body of x402 version 1',
    }),
  maxAmount: amount.optional().meta({ description: 'The most to pay for this' }),
});
export type ExecuteInput = z.output<typeof executeInput>;

/** What a payment leads to. */
export const executeOutput = z.object({
  status: z.enum(['finished', 'pending']).meta({ description: 'pending: ask again with the same key' }),
  payment: paymentView.nullable().meta({ description: 'Null where the resource turned out to be free' }),
  detail: z.string().optional(),
  header: z
    .object({ name: z.string(), value: z.string() })
    .optional()
    .meta({ description: 'sign: send this' }),
  response: z
    .object({
      status: z.number(),
      headers: z.record(z.string(), z.string()),
      body: z.string().optional().meta({ description: 'The body, where it is text' }),
      bodyBase64: z.string().optional().meta({ description: 'The body, where it is not text' }),
      isDropped: z.boolean().optional().meta({ description: 'The body was too large to be kept' }),
    })
    .optional()
    .meta({ description: 'fetch: what the payee answered' }),
  receipt: z.string().optional().meta({ description: "The payee's claim of settlement, as JSON; not proof" }),
});
export type ExecuteOutput = z.input<typeof executeOutput>;

/** Pays for a resource, inside a mandate. */
export const execute = defineOperation({
  name: 'payment.execute',
  summary: 'Pay for a resource inside a mandate; the same idempotency key never pays twice',
  audience: 'agent',
  movesMoney: true,
  http: { method: 'POST', path: '/v1/payments' },
  isTool: true,
  input: executeInput,
  output: executeOutput,
  async run(context, { caller, input, idempotencyKey }) {
    if (idempotencyKey === null) throw new Error('A payment needs an idempotency key');
    const ask = readAsk(context, { agent: agentOf(caller), input, idempotencyKey });
    if ('outcome' in ask) return ask;
    if (context.running.has(ask.requestId)) {
      return refuse('request_in_progress', `A call with the key "${idempotencyKey}" still runs`);
    }
    context.running.add(ask.requestId);
    try {
      return input.mode === 'sign' ? await signPayment(context, ask) : await fetchPaid(context, ask);
    } finally {
      context.running.delete(ask.requestId);
    }
  },
});

/** One payment. */
export const get = defineOperation({
  name: 'payment.get',
  summary: 'A payment: what was decided and why, and what is proved of its settlement',
  audience: 'any',
  movesMoney: false,
  http: { method: 'GET', path: '/v1/payments/{payment}' },
  isTool: true,
  input: z.strictObject({ payment: z.string().max(100) }),
  output: paymentView,
  async run(context, { caller, input }) {
    const payment = await findPayment(context, caller, input.payment);
    return 'outcome' in payment ? payment : { outcome: 'ok', output: viewPayment(payment) };
  },
});

/** The payments a caller may see. */
export const list = defineOperation({
  name: 'payment.list',
  summary: 'Payments, oldest first; an agent sees its own',
  audience: 'any',
  movesMoney: false,
  http: { method: 'GET', path: '/v1/payments' },
  isTool: false,
  input: z.strictObject({ ...page, mandate: z.string().max(100).optional() }),
  output: z.object({ payments: z.array(paymentView) }),
  async run({ store, walletId }, { caller, input }) {
    const filter = { walletId, ...ownOnly(caller), mandateId: input.mandate as `mand_${string}` | undefined };
    const payments = await store.read.payments(filter, input);
    return { outcome: 'ok', output: { payments: payments.map(viewPayment) } };
  },
});
