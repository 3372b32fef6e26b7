import { randomBytes } from 'node:crypto';
import type { MerchantName } from '../issuer/acquirer.ts';
import { CATALOG, type Product, taxCents } from './catalog.ts';
import { type Order, type Orders, openOrders } from './orders.ts';
import type { CardToken, ChargeResult, Processor } from './processor.ts';

/** How the page of a checkout takes the card: fields of its own, a frame for each field, or one frame. */
export type FormKind = 'plain' | 'fields' | 'frame';

/** What a visitor is about to buy. */
export type Checkout = {
  readonly id: string;
  readonly product: Product;
  readonly form: FormKind;
  readonly email: string | null;
  readonly subtotalCents: bigint;
  readonly taxCents: bigint;
  readonly totalCents: bigint;
  /** The card that waits for its challenge. */
  readonly waiting: PayingCard | null;
  readonly orderId: string | null;
};

/** A card, and the challenge that was passed with it. */
export type PayingCard = { readonly card: CardToken; readonly challenge: string | null };

export type PayResult =
  | { readonly outcome: 'paid'; readonly order: Order }
  | { readonly outcome: 'declined' | 'challenge' };

export type TillOptions = {
  readonly processor: Processor;
  readonly merchant: MerchantName;
  readonly taxPercent: bigint;
  readonly clock: { readonly nowMs: () => number };
};

/** Checkouts and orders of the shop, and the money it takes. */
export type Till = {
  readonly orders: Orders;
  /** Null where nothing of that name is sold. */
  readonly begin: (productId: string, form: FormKind) => Checkout | null;
  readonly find: (id: string) => Checkout | null;
  readonly setEmail: (checkout: Checkout, email: string) => void;
  /** Charges the card for a checkout, once: one that was paid is not paid again. */
  readonly pay: (checkout: Checkout, by: PayingCard) => Promise<PayResult>;
  /** Charges the next month of a subscription, with nobody at the keyboard. */
  readonly renew: (orderId: string) => Promise<PayResult>;
};

/** Opens a till. What it holds is gone with the process. */
export function openTill({ processor, merchant, taxPercent, clock }: TillOptions): Till {
  const checkouts = new Map<string, Checkout>();
  const paying = new Map<string, Promise<PayResult>>();
  const orders = openOrders(processor, clock.nowMs);
  const change = (id: string, by: Partial<Checkout>): void => {
    const checkout = checkouts.get(id);
    if (checkout !== undefined) checkouts.set(id, { ...checkout, ...by });
  };

  /** Asks for the money, after what some shops ask of a card first. */
  async function charge(checkout: Checkout, by: PayingCard): Promise<ChargeResult> {
    const { probeCents, wants3ds } = checkout.product;
    const { card, challenge } = by;
    const about = { token: card.token, merchant, initiator: 'cardholder', challenge } as const;
    if (probeCents !== null && challenge === null) {
      const probe = await processor.charge({ ...about, amountCents: probeCents, wants3ds: false });
      if (probe.outcome === 'declined') return probe;
      if (probe.outcome === 'approved' && probeCents > 0n) await processor.reverse(probe.authorization);
    }
    return processor.charge({ ...about, amountCents: checkout.totalCents, wants3ds });
  }

  async function payOnce(checkout: Checkout, by: PayingCard): Promise<PayResult> {
    const { product, email, taxCents: tax, totalCents } = checkout;
    const { token, lastFour } = by.card;
    const result = await charge(checkout, by);
    if (result.outcome === 'challenge') {
      change(checkout.id, { waiting: { card: by.card, challenge: result.challenge } });
      return { outcome: 'challenge' };
    }
    change(checkout.id, { waiting: null });
    const doesRenew = result.outcome === 'approved' && product.isMonthly;
    if (!doesRenew) processor.forget(token);
    if (result.outcome === 'declined') return { outcome: 'declined' };
    const order = await orders.place({
      product,
      email: email ?? '',
      taxCents: tax,
      totalCents,
      lastFour,
      authorization: result.authorization,
      renewalToken: doesRenew ? token : null,
      renews: null,
    });
    change(checkout.id, { orderId: order.id });
    return { outcome: 'paid', order };
  }

  return {
    orders,
    begin(productId, form) {
      const product = CATALOG.find(({ id }) => id === productId);
      if (product === undefined) return null;
      const subtotalCents = product.priceCents;
      const tax = product.isTaxed ? taxCents(subtotalCents, taxPercent) : 0n;
      const id = randomBytes(9).toString('hex');
      const sums = { subtotalCents, taxCents: tax, totalCents: subtotalCents + tax };
      const checkout = { id, product, form, email: null, ...sums, waiting: null, orderId: null };
      checkouts.set(id, checkout);
      return checkout;
    },
    find: (id) => checkouts.get(id) ?? null,
    setEmail: ({ id }, email) => change(id, { email }),
    async pay({ id }, by) {
      const running = paying.get(id);
      if (running !== undefined) return running;
      const checkout = checkouts.get(id);
      if (checkout === undefined) throw new RangeError(`There is no checkout "${id}"`);
      const paid = checkout.orderId === null ? null : orders.find(checkout.orderId);
      if (paid !== null) return { outcome: 'paid', order: paid };
      const result = payOnce(checkout, by).finally(() => paying.delete(id));
      paying.set(id, result);
      return result;
    },
    async renew(orderId) {
      const order = orders.find(orderId);
      if (order?.renewalToken == null) throw new RangeError(`Order "${orderId}" does not renew`);
      const { renewalToken: token, totalCents: amountCents } = order;
      const about = { token, amountCents, merchant, challenge: null, wants3ds: false } as const;
      const result = await processor.charge({ ...about, initiator: 'merchant' });
      if (result.outcome !== 'approved') return { outcome: 'declined' };
      const { authorization } = result;
      const next = await orders.place({ ...order, authorization, renewalToken: null, renews: order.id });
      return { outcome: 'paid', order: next };
    },
  };
}
