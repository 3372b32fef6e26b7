import type { Product } from './catalog.ts';
import type { Processor } from './processor.ts';

/** What somebody bought. It holds no card: a token of the processor's where it renews, else only the last four digits. */
export type Order = {
  readonly id: string;
  readonly product: Product;
  readonly email: string;
  readonly taxCents: bigint;
  readonly totalCents: bigint;
  readonly lastFour: string;
  readonly authorization: string;
  readonly capturedCents: bigint;
  readonly refundedCents: bigint;
  readonly state: 'authorized' | 'partly_captured' | 'captured' | 'cancelled';
  readonly renewalToken: string | null;
  /** The order that this one renews. */
  readonly renews: string | null;
  readonly placedAtMs: number;
};

/** An order whose money was just authorized. */
export type NewOrder = Omit<Order, 'id' | 'capturedCents' | 'refundedCents' | 'state' | 'placedAtMs'>;

/** The orders of the shop, and what its staff do with their money. Calls reject where that cannot be done. */
export type Orders = {
  readonly find: (id: string) => Order | null;
  readonly list: () => readonly Order[];
  /** Keeps a new order, and takes its money where that is not left for later. */
  readonly place: (order: NewOrder) => Promise<Order>;
  /** Takes money of an order: what was authorized, less, or more with a tip. */
  readonly capture: (id: string, part: { amountCents: bigint; isFinal: boolean }) => Promise<Order>;
  /** Gives up what was not taken yet. */
  readonly cancel: (id: string) => Promise<Order>;
  /** Gives back all that was taken, or this much. */
  readonly refund: (id: string, amountCents?: bigint) => Promise<Order>;
};

/** Opens a book of orders. It is gone with the process. */
export function openOrders(processor: Processor, nowMs: () => number): Orders {
  const orders = new Map<string, Order>();
  const orderOf = (id: string): Order => {
    const order = orders.get(id);
    if (order === undefined) throw new RangeError(`There is no order "${id}"`);
    return order;
  };
  const openOrderOf = (id: string): Order => {
    const order = orderOf(id);
    if (order.state !== 'captured' && order.state !== 'cancelled') return order;
    throw new RangeError(`All of order "${id}" is done`);
  };
  const change = (id: string, by: Partial<Order>): Order => {
    const changed = { ...orderOf(id), ...by };
    orders.set(id, changed);
    return changed;
  };

  async function capture(id: string, part: { amountCents: bigint; isFinal: boolean }): Promise<Order> {
    await processor.capture(openOrderOf(id).authorization, part);
    const capturedCents = orderOf(id).capturedCents + part.amountCents;
    return change(id, { capturedCents, state: part.isFinal ? 'captured' : 'partly_captured' });
  }

  return {
    find: (id) => orders.get(id) ?? null,
    list: () => Array.from(orders.values()),
    async place(order) {
      const id = `R-${1001 + orders.size}`;
      const money = { capturedCents: 0n, refundedCents: 0n, state: 'authorized' } as const;
      const placed: Order = { id, ...order, ...money, placedAtMs: nowMs() };
      orders.set(id, placed);
      if (order.product.settles !== 'at_once') return placed;
      return capture(id, { amountCents: order.totalCents, isFinal: true });
    },
    capture,
    async cancel(id) {
      await processor.reverse(openOrderOf(id).authorization);
      return change(id, { state: orderOf(id).capturedCents > 0n ? 'captured' : 'cancelled' });
    },
    async refund(id, amountCents) {
      const { authorization, capturedCents, refundedCents } = orderOf(id);
      const cents = amountCents ?? capturedCents - refundedCents;
      if (cents <= 0n || refundedCents + cents > capturedCents) {
        throw new RangeError(`Order "${id}" has not that much to give back`);
      }
      await processor.refund(authorization, cents);
      return change(id, { refundedCents: refundedCents + cents });
    },
  };
}
