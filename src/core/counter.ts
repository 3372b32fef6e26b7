import type { Draft } from './books.ts';
import type { MandateId, WalletId } from './id.ts';
import { MAX_UNITS } from './money.ts';

/**
 * What one window of a mandate has taken: `total`, `day:…`, `payee:…`, `month:…`, `resource:…`.
 * Taken is reserved + settled, and never above the cap it was last taken under.
 */
export type Counter = {
  readonly id: string;
  readonly walletId: WalletId;
  readonly mandateId: MandateId;
  readonly window: string;
  readonly capUnits: bigint;
  readonly capCount: number;
  readonly reservedUnits: bigint;
  readonly settledUnits: bigint;
  /** Payments reserved or settled. */
  readonly count: number;
};

/** The moments, oldest first, of the newest allowed payments of a mandate: as many as its velocity limit looks at. */
export type Velocity = {
  readonly id: MandateId;
  readonly walletId: WalletId;
  readonly atMs: readonly number[];
};

/** Where a counter stands, also when nothing was taken yet. */
export function read(draft: Pick<Draft, 'get'>, owner: Owner, window: string): Counter {
  const id = `${owner.mandateId}/${window}`;
  return (
    draft.get('counter', id) ?? {
      id,
      walletId: owner.walletId,
      mandateId: owner.mandateId,
      window,
      capUnits: MAX_UNITS,
      capCount: Number.MAX_SAFE_INTEGER,
      reservedUnits: 0n,
      settledUnits: 0n,
      count: 0,
    }
  );
}

/** The mandate that a counter belongs to. */
export type Owner = { readonly walletId: WalletId; readonly mandateId: MandateId };

/** What a window has taken. */
export function taken(counter: Counter): bigint {
  return counter.reservedUnits + counter.settledUnits;
}

/** Reserves in a window, under the cap in force. Throws above it: the risk engine looks first. */
export function reserve(draft: Draft, counter: Counter, take: Take): void {
  const next = {
    ...counter,
    ...take.cap,
    reservedUnits: counter.reservedUnits + take.amountUnits,
    count: counter.count + 1,
  };
  if (taken(next) > next.capUnits || next.count > next.capCount)
    throw new RangeError(`${counter.id} is full`);
  draft.put('counter', next);
}

/** An amount to take and the cap it is taken under. */
export type Take = {
  readonly amountUnits: bigint;
  readonly cap: { readonly capUnits: bigint; readonly capCount: number };
};

/** Turns what was reserved into what is settled. */
export function settle(draft: Draft, counterIds: readonly string[], amountUnits: bigint): void {
  for (const counter of counterIds.map((id) => present(draft, id))) {
    draft.put('counter', {
      ...counter,
      reservedUnits: counter.reservedUnits - amountUnits,
      settledUnits: counter.settledUnits + amountUnits,
    });
  }
}

/** Gives back what was reserved, to the windows it was taken from. */
export function release(draft: Draft, counterIds: readonly string[], amountUnits: bigint): void {
  for (const counter of counterIds.map((id) => present(draft, id))) {
    draft.put('counter', {
      ...counter,
      reservedUnits: counter.reservedUnits - amountUnits,
      count: counter.count - 1,
    });
  }
}

/** Gives back some of what was settled, to the windows it was taken from: it came back. The payments still count. */
export function restore(draft: Draft, counterIds: readonly string[], amountUnits: bigint): void {
  for (const counter of counterIds.map((id) => present(draft, id))) {
    if (counter.settledUnits < amountUnits) throw new RangeError(`${counter.id} never settled as much`);
    draft.put('counter', { ...counter, settledUnits: counter.settledUnits - amountUnits });
  }
}

function present(draft: Draft, id: string): Counter {
  const counter = draft.get('counter', id);
  if (counter === null) throw new RangeError(`There is no counter ${id}`);
  return counter;
}
