import { z } from 'zod';

/** Money in cents. A whole number, except where a scenario tries what is refused. */
const cents = z.number();
const name = { name: z.string().optional() };
const onCard = { ...name, card: z.string().optional() };
/** The message that is meant; the latest where none is named. */
const webhook = { of: z.string().optional(), ref: z.string().optional(), auth: z.string().optional() };
const shop = {
  merchant: z.string().optional(),
  mcc: z.string().optional(),
  country: z.string().optional(),
};

/** What of the operator's policy, or of the agent's wishes, a card is made with. */
const policy = z.strictObject({
  ttl_h: z.number().optional(),
  auth_validity_h: z.number().optional(),
  auth_validity_long_h: z.number().optional(),
  long_mccs: z.array(z.string()).optional(),
  probe_max_cents: z.int().optional(),
  max_probes_open: z.int().optional(),
  max_probes_total: z.int().optional(),
  max_zero_verifications: z.int().optional(),
  max_credential_failures: z.int().optional(),
  blocked_mccs: z.array(z.string()).optional(),
  merchant_lock: z.string().nullable().optional(),
  allowed_mccs: z.array(z.string()).nullable().optional(),
  allowed_countries: z.array(z.string()).nullable().optional(),
  allow_partial_approval: z.boolean().optional(),
  reopen_on_full_reversal: z.boolean().optional(),
  late_presentment_reserve_h: z.number().optional(),
  require_3ds: z.boolean().optional(),
});
export type PolicyOverrides = z.output<typeof policy>;

const create = z.object({
  event: z.literal('card.create'),
  ...name,
  amount_cents: cents,
  fee_cents: z.int().default(0),
  policy: policy.default({}),
  ref: z.string().default('card'),
  mandate: z.string().optional(),
  idempotency_key: z.string().optional(),
  issuer_result: z.enum(['ok', 'pending', 'error', 'timeout_after_create']).default('ok'),
});

const authorization = {
  ...onCard,
  ...shop,
  ref: z.string(),
  amount_cents: z.int(),
  kind: z.enum(['purchase', 'verification', 'balance_inquiry', 'financial', 'cash']).default('purchase'),
  cvv: z.enum(['match', 'mismatch', 'absent']).default('match'),
  expiry: z.enum(['match', 'mismatch']).default('match'),
  initiator: z.enum(['cardholder', 'merchant']).default('cardholder'),
  partial_capable: z.boolean().default(false),
  network_ref: z.string().optional(),
};

/** Everything that a scenario does, but for `parallel` and `assert`. Fields that are not known are passed over. */
const act = z.discriminatedUnion('event', [
  z.object({ event: z.literal('wallet.fund'), ...name, amount_cents: z.int() }),
  z.object({ event: z.literal('mandate.create'), ...name, ref: z.string(), amount_cents: z.int() }),
  z.object({ event: z.literal('mandate.revoke'), ...name, mandate: z.string().optional() }),
  create,
  z.object({ event: z.literal('card.activated'), ...onCard }),
  z.object({ event: z.literal('card.reveal'), ...onCard }),
  z.object({ event: z.literal('card.freeze'), ...onCard }),
  z.object({ event: z.literal('card.unfreeze'), ...onCard }),
  z.object({ event: z.literal('card.close'), ...onCard }),
  z.object({ event: z.literal('card.withdraw'), ...onCard, amount_cents: cents.optional() }),
  z.object({
    event: z.literal('card.recharge'),
    ...onCard,
    amount_cents: cents,
    fee_cents: z.int().default(0),
    idempotency_key: z.string().optional(),
  }),
  z.object({ event: z.literal('auth.request'), ...authorization }),
  z.object({ event: z.literal('auth.advice'), ...authorization }),
  z.object({ event: z.literal('auth.notice'), ...authorization }),
  z.object({
    event: z.literal('auth.increment'),
    ...onCard,
    ref: z.string().optional(),
    auth: z.string(),
    amount_cents: z.int(),
    network_ref: z.string().optional(),
  }),
  z.object({
    event: z.literal('auth.reversal'),
    ...onCard,
    auth: z.string(),
    amount_cents: z.int().optional(),
    network_ref: z.string().optional(),
  }),
  z.object({
    event: z.literal('auth.expire'),
    ...onCard,
    auth: z.string(),
    network_ref: z.string().optional(),
  }),
  z.object({
    event: z.literal('auth.timeout'),
    ...onCard,
    auth: z.string(),
    network_ref: z.string().optional(),
  }),
  z.object({
    event: z.literal('clearing'),
    ...onCard,
    ...shop,
    ref: z.string(),
    auth: z.string().nullable().default(null),
    amount_cents: z.int(),
    final: z.boolean().default(true),
    network_ref: z.string().optional(),
  }),
  z.object({
    event: z.literal('refund'),
    ...onCard,
    ref: z.string(),
    of: z.string().nullable().default(null),
    amount_cents: z.int(),
    network_ref: z.string().optional(),
  }),
  z.object({
    event: z.literal('refund.reversal'),
    ...onCard,
    of: z.string(),
    amount_cents: z.int().optional(),
    network_ref: z.string().optional(),
  }),
  ...(['dispute.open', 'dispute.won', 'dispute.lost'] as const).map((event) =>
    z.object({
      event: z.literal(event),
      ...onCard,
      of: z.string(),
      amount_cents: z.int().optional(),
      network_ref: z.string().optional(),
    }),
  ),
  z.object({
    event: z.literal('threeds.challenge'),
    ...onCard,
    ref: z.string(),
    amount_cents: z.int(),
    merchant: z.string().optional(),
    otp: z.string().optional(),
    expires_h: z.number().default(0.1),
  }),
  z.object({ event: z.literal('threeds.otp'), ...onCard, ref: z.string().optional(), otp: z.string() }),
  z.object({ event: z.literal('clock.advance'), ...name, hours: z.number() }),
  z.object({ event: z.literal('system.restart'), ...name }),
  z.object({ event: z.literal('webhook.bad_signature'), ...onCard, ...webhook }),
  z.object({ event: z.literal('webhook.replay'), ...onCard, ...webhook }),
  z.object({ event: z.literal('wallet.return_fail'), ...onCard }),
  z.object({ event: z.literal('wallet.return_retry'), ...onCard }),
]);
export type Act = z.output<typeof act>;
export type ActNamed<E extends Act['event']> = Extract<Act, { readonly event: E }>;

/** What is expected of one card; what is not there is not looked at. */
const figures = z.strictObject({
  card_status: z.string().optional(),
  close_reason: z.string().nullable().optional(),
  captured: z.int().optional(),
  released: z.int().optional(),
  refunded: z.int().optional(),
  held: z.int().optional(),
  reserved: z.int().optional(),
  receivable: z.int().optional(),
  suspense: z.int().optional(),
  dispute_credit: z.int().optional(),
  locked: z.int().optional(),
});
export type Figures = z.output<typeof figures>;

const expectation = figures.extend({
  declines: z.array(z.strictObject({ ref: z.string(), reason: z.string() })).optional(),
  api_errors: z.array(z.strictObject({ name: z.string(), error: z.string() })).optional(),
  exceptions: z.array(z.string()).optional(),
  wallet_delta: z.int().optional(),
  cards: z.record(z.string(), figures).optional(),
});
export type Expectation = z.output<typeof expectation>;

const step = z.discriminatedUnion('event', [
  act,
  z.object({ event: z.literal('parallel'), steps: z.array(act).min(1) }),
  z.object({ event: z.literal('assert'), card: z.string().optional(), expect: expectation }),
]);
export type Step = z.output<typeof step>;

/** Another outcome that is right too: what of the expectation is otherwise. In words alone it says nothing here. */
const alternative = expectation
  .extend({ note: z.string().optional(), expect: expectation.optional() })
  .transform(({ note: _, expect, ...fields }) => ({ ...fields, ...expect }));

const scenario = z.object({
  id: z.string().min(1),
  title: z.string().default(''),
  steps: z.array(step).min(1),
  expect: expectation,
  expect_alternatives: z.array(alternative).default([]),
});
export type Scenario = z.output<typeof scenario>;

/** A scenario of a file, or why it cannot be read. */
export type Reading =
  | { readonly id: string; readonly scenario: Scenario }
  | { readonly id: string; readonly problem: string };

/** Reads a file of scenarios, format 1. Throws where it is no such file; one bad scenario spoils no other. */
export function readScenarios(text: string): readonly Reading[] {
  const file = z
    .object({ schema_version: z.literal(1), scenarios: z.array(z.looseObject({})).min(1) })
    .safeParse(JSON.parse(text));
  if (!file.success) throw new Error(`This is no file of card scenarios: ${issuesOf(file.error)}`);
  return file.data.scenarios.map((raw, index) => {
    const id = typeof raw.id === 'string' ? raw.id : `#${index + 1}`;
    const parsed = scenario.safeParse(raw);
    if (parsed.success) return { id, scenario: parsed.data };
    return { id, problem: `cannot be read: ${issuesOf(parsed.error)}` };
  });
}

function issuesOf(error: z.ZodError): string {
  return error.issues.map(({ path, message }) => `${path.join('.') || 'it'}: ${message}`).join('; ');
}
