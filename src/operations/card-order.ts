import { z } from 'zod';
import type { CardControls } from '../core/card/card.ts';
import { CENT_UNITS } from '../core/card/cents.ts';
import type { CardPolicy } from '../core/card/ports.ts';
import { cleanText } from '../core/intent.ts';
import { formatBudget } from '../core/money.ts';
import { type Refusal, refuse } from '../core/refusal.ts';
import { duration, host } from './fields.ts';

const LABEL_MAX = 100;
const COUNTRIES_MAX = 50;
const MCCS_MAX = 50;

/** What an agent may narrow about a card; what it leaves out is as the operator's policy has it. */
export const orderFields = {
  merchant: host
    .optional()
    .meta({ description: 'The host of the checkout page; without it, those of the mandate' }),
  label: z.string().min(1).max(LABEL_MAX).optional().meta({ description: 'What the card is for' }),
  merchantLock: z
    .string()
    .min(1)
    .max(LABEL_MAX)
    .optional()
    .meta({ description: "The merchant's name or id as the card network words it; others are declined" }),
  mccs: z
    .array(z.string().regex(/^\d{4}$/, 'must be four digits'))
    .min(1)
    .max(MCCS_MAX)
    .optional()
    .meta({ description: 'Only merchants of these categories' }),
  countries: z
    .array(z.string().regex(/^[A-Z]{2}$/, 'must be two capital letters (ISO 3166)'))
    .min(1)
    .max(COUNTRIES_MAX)
    .optional()
    .meta({ description: 'Only merchants of these countries' }),
  ttl: duration.optional().meta({ description: 'How long it can be charged, such as "2h"' }),
  require3ds: z.boolean().optional().meta({ description: 'Only charges with a passed 3-D Secure challenge' }),
} as const;

const orderInput = z.strictObject(orderFields);
type OrderInput = z.output<typeof orderInput>;

/** Whole cents, or why this amount cannot be locked on a card. */
export function centsFlaw(units: bigint): Refusal | null {
  if (units % CENT_UNITS === 0n) return null;
  return refuse('amount_invalid', `A card counts in cents: ${formatBudget(units)} has more than 2 decimals`);
}

/** What a card will take: the operator's policy, narrowed by the agent. Nothing is ever wider. */
export function controlsOf(policy: CardPolicy, input: OrderInput): CardControls | Refusal {
  const { ttl = policy.ttlMs, mccs, countries, merchant, merchantLock } = input;
  const stop = (detail: string) => refuse('card_option_not_allowed', detail);
  if (ttl > policy.ttlMs) return stop(`A card lasts at most ${policy.ttlMs / 60_000} minutes`);
  const blocked = mccs?.find((mcc) => policy.blockedMccs.includes(mcc));
  if (blocked !== undefined) return stop(`Merchants of the category ${blocked} are blocked`);
  if (input.require3ds === false && policy.requires3ds) return stop('Every charge needs 3-D Secure here');
  const lock = merchantLock === undefined ? null : cleanText(merchantLock).text;
  if (lock === '') return refuse('input_invalid', 'The merchant to lock to has no visible character');
  const { decisionMsMax: _, shortfallBlocks: __, revealsToAgents: ___, revealMs: ____, ...controls } = policy;
  return {
    ...controls,
    hosts: merchant === undefined ? [] : [merchant],
    merchantLock: lock,
    allowedMccs: mccs === undefined ? null : [...new Set(mccs)],
    allowedCountries: countries === undefined ? null : [...new Set(countries)],
    requires3ds: policy.requires3ds || input.require3ds === true,
    ttlMs: ttl,
  };
}

/** What the card is called: cleaned, and never empty. */
export function labelOf({ label, merchant }: OrderInput): string {
  const text = label === undefined ? '' : cleanText(label).text;
  return text === '' ? (merchant ?? 'Card') : text;
}
