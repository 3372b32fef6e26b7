import type { NetworkCard } from '../dialect.ts';
import { cardId } from './names.ts';
import { seconds, type Wire } from './wire.ts';

/** What Stripe keeps of a card besides what the network knows. */
export type CardNotes = {
  readonly cardholder: Wire;
  readonly metadata: Readonly<Record<string, string>>;
  readonly spending_controls: Readonly<Record<string, unknown>>;
};

const STATUS = { pending: 'inactive', open: 'active', paused: 'inactive', closed: 'canceled' } as const;

/** A card as Stripe writes it. */
export function cardObject(card: NetworkCard, notes: CardNotes): Wire {
  const [month = '', year = ''] = card.expiry.split('/');
  return {
    id: cardId(card),
    object: 'issuing.card',
    brand: 'Visa',
    cancellation_reason: null,
    cardholder: notes.cardholder,
    created: seconds(card.createdAtMs),
    currency: 'usd',
    exp_month: Number(month),
    exp_year: 2000 + Number(year),
    last4: card.lastFour,
    livemode: false,
    metadata: notes.metadata,
    replaced_by: null,
    replacement_for: null,
    replacement_reason: null,
    shipping: null,
    spending_controls: notes.spending_controls,
    status: STATUS[card.state],
    type: 'virtual',
    wallets: null,
  };
}

/** What is known of a card that was made before the sandbox last started. */
export function defaultNotes({ reference, label, lockCents }: NetworkCard): CardNotes {
  const amount = Number(lockCents);
  return {
    cardholder: holderObject('ich_sandbox', {}),
    metadata: { fluxa_card: reference, fluxa_label: label },
    spending_controls: controlsObject({ spending_limits: [{ amount, interval: 'per_authorization' }] }),
  };
}

/** A cardholder as Stripe writes one, from what was sent to make it. */
export function holderObject(id: string, given: Readonly<Record<string, unknown>>): Wire {
  const billing = (given.billing ?? {}) as Readonly<Record<string, unknown>>;
  const address = (billing.address ?? {}) as Readonly<Record<string, unknown>>;
  const line = { city: null, country: null, line1: null, line2: null, postal_code: null, state: null };
  return {
    id,
    object: 'issuing.cardholder',
    billing: { address: { ...line, ...address } },
    company: null,
    created: 1_767_225_600,
    email: given.email ?? null,
    individual: null,
    livemode: false,
    metadata: given.metadata ?? {},
    name: given.name ?? 'Sandbox Holder',
    phone_number: null,
    preferred_locales: null,
    requirements: { disabled_reason: null, past_due: [] },
    spending_controls: null,
    status: 'active',
    type: 'individual',
  };
}

/** Spending controls as Stripe writes them: numbers were sent as text, an empty list as an empty text. */
export function controlsObject(given: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const limits = listOf(given.spending_limits).map((limit) => {
    const { amount, interval } = limit as { amount: string | number; interval: string };
    return { amount: Number(amount), interval, categories: [] };
  });
  return {
    allowed_categories: null,
    blocked_categories: listOf(given.blocked_categories),
    spending_limits: limits,
    spending_limits_currency: 'usd',
  };
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
