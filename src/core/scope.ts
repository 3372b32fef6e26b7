import type { Address, AssetId } from './asset.ts';

/** The ways to pay that exist. */
export const RAILS = ['x402', 'card'] as const;
export type RailId = (typeof RAILS)[number];

/** Calendar windows of UTC that a limit can refill at. */
export type Period = 'day' | 'week' | 'month';

/** What a signed mandate enforces. Money is in the mandate's currency at 6 decimals; an absent limit does not limit. */
export type Scope = {
  readonly currency: 'USD';
  readonly totalUnits: bigint;
  readonly perPaymentUnits?: bigint;
  /** Per UTC day of the decision. */
  readonly perDayUnits?: bigint;
  /** Over the mandate's life, per payee. */
  readonly perPayeeUnits?: bigint;
  /** Refilled at UTC calendar boundaries, within the total. */
  readonly perPeriod?: { readonly limitUnits: bigint; readonly every: Period };
  readonly paymentsMax?: number;
  /** At most `count` allowed payments in any `seconds`. */
  readonly velocity?: { readonly count: number; readonly seconds: number };
  /** Half-open: from `notBeforeMs` up to, not including, `expiresAtMs`. */
  readonly notBeforeMs: number;
  readonly expiresAtMs: number;
  readonly rails: readonly RailId[];
  readonly assets: readonly AssetId[];
  readonly payees: Payees;
};

/** Who may be paid: exact hosts (lower case, punycode) and addresses. Both empty: nobody yet. */
export type Payees = { readonly hosts: readonly string[]; readonly addresses: readonly Address[] };

/** The window of a moment: `day:2026-04-01`, `week:2026-03-30` (its Monday), `month:2026-04`; all UTC. */
export function windowOf(every: Period, atMs: number): string {
  const day = new Date(atMs);
  if (every === 'month') return `month:${day.toISOString().slice(0, 7)}`;
  if (every === 'week') day.setUTCDate(day.getUTCDate() - ((day.getUTCDay() + 6) % 7));
  return `${every}:${day.toISOString().slice(0, 10)}`;
}
