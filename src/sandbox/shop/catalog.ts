/** Something the shop sells. */
export type Product = {
  readonly id: string;
  readonly name: string;
  readonly about: string;
  readonly priceCents: bigint;
  /** Tax is added on the last step of the checkout. */
  readonly isTaxed: boolean;
  /** When the money is taken: at once, by the shop's staff in parts, or by them with a tip. */
  readonly settles: 'at_once' | 'in_parts' | 'with_tip';
  readonly isMonthly: boolean;
  /** What is asked of the card before the real charge, and given up at once. */
  readonly probeCents: bigint | null;
  readonly wants3ds: boolean;
};

const USUAL = {
  isTaxed: true,
  settles: 'at_once',
  isMonthly: false,
  probeCents: null,
  wants3ds: false,
} as const;

export const CATALOG: readonly Product[] = [
  {
    ...USUAL,
    id: 'lamp',
    name: 'Desk lamp',
    about: 'Warm light, brass arm. Ships today.',
    priceCents: 2300n,
  },
  {
    ...USUAL,
    id: 'report',
    name: 'Market report (PDF)',
    about: '120 pages on home batteries. Sent by e-mail.',
    priceCents: 2500n,
    isTaxed: false,
  },
  {
    ...USUAL,
    id: 'notes',
    name: 'Field Notes, monthly',
    about: 'One issue a month. Renews by itself until you cancel.',
    priceCents: 1999n,
    isTaxed: false,
    isMonthly: true,
    probeCents: 0n,
  },
  {
    ...USUAL,
    id: 'credits',
    name: 'Render credits',
    about: '1,000 minutes. We check your card with $1.00, which is given up at once.',
    priceCents: 1500n,
    isTaxed: false,
    probeCents: 100n,
  },
  {
    ...USUAL,
    id: 'shelf',
    name: 'Bookshelf in two parcels',
    about: 'Two parcels, each charged when it leaves.',
    priceCents: 8000n,
    settles: 'in_parts',
  },
  {
    ...USUAL,
    id: 'dinner',
    name: 'Dinner for two',
    about: 'Delivered. A tip is added afterwards.',
    priceCents: 4000n,
    settles: 'with_tip',
  },
  {
    ...USUAL,
    id: 'watch',
    name: 'Travel watch',
    about: 'Steel, water-proof to 100 m. Your bank asks for a code.',
    priceCents: 12000n,
    wants3ds: true,
  },
];

/** Tax in cents, half a cent up. */
export function taxCents(cents: bigint, percent: bigint): bigint {
  return (cents * percent + 50n) / 100n;
}

/** Cents as the shop writes them. */
export function dollars(cents: bigint): string {
  const whole = (cents / 100n).toString().replace(/\B(?=(\d{3})+$)/g, ',');
  return `$${whole}.${(cents % 100n).toString().padStart(2, '0')}`;
}
