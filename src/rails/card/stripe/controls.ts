import type Stripe from 'stripe';
import type { CardControls } from '../../../core/card/card.ts';

type Limits = NonNullable<Stripe.Issuing.CardCreateParams.SpendingControls['spending_limits']>;
type Category = NonNullable<Stripe.Issuing.CardCreateParams.SpendingControls['blocked_categories']>[number];

/** Stripe's categories that are exactly one merchant category code. Codes without one are left to our own answer. */
const CATEGORIES: ReadonlyMap<string, Category> = new Map<string, Category>([
  ['4829', 'wires_money_orders'],
  ['5542', 'automated_fuel_dispensers'],
  ['6010', 'manual_cash_disburse'],
  ['6011', 'automated_cash_disburse'],
  ['6051', 'non_fi_money_orders'],
  ['6540', 'non_fi_stored_value_card_purchase_load'],
  ['7800', 'government_owned_lotteries_us_region_only'],
  ['7801', 'government_licensed_online_casions_online_gambling_us_region_only'],
  ['7802', 'government_licensed_horse_dog_racing_us_region_only'],
  ['7995', 'betting_casino_gambling'],
  ['9406', 'government_owned_lotteries_non_us_region'],
]);

/** Stripe's category of a merchant category code; null where there is none that means it alone. */
export function categoryOf(mcc: string): Category | null {
  return CATEGORIES.get(mcc) ?? null;
}

/** The categories that Stripe itself is to block. */
export function blockedCategories(controls: CardControls): Category[] {
  return controls.blockedMccs.flatMap((mcc) => categoryOf(mcc) ?? []);
}

/** Stripe's own limits: the net below our answer, which alone is exact. Throws for a lock of nothing. */
export function spendingLimits(lockCents: bigint, headroom: bigint): Limits {
  return [
    { interval: 'per_authorization', amount: wholeCents(lockCents) },
    { interval: 'all_time', amount: wholeCents(lockCents + headroom) },
  ];
}

/** Cents as the number that the client sends. */
function wholeCents(cents: bigint): number {
  const amount = Number(cents);
  if (cents <= 0n || !Number.isSafeInteger(amount))
    throw new RangeError(`${cents} cents are no spending limit`);
  return amount;
}
