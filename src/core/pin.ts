import type { Address, AssetId } from './asset.ts';
import type { Books, Draft } from './books.ts';
import type { WalletId } from './id.ts';
import type { Resource } from './payment.ts';

/** What a payee asked for when the wallet itself asked it. An agent's word never makes a pin. */
export type Price = { readonly assetId: AssetId; readonly payTo: Address; readonly priceUnits: bigint };

/** The prices learnt for one resource; none where it was free. */
export type Pin = {
  readonly id: string;
  readonly walletId: WalletId;
  readonly prices: readonly Price[];
  readonly learntAtMs: number;
};

/** The prices the wallet itself saw at exactly this method and URL. */
export function prices(books: Books, walletId: WalletId, resource: Resource): readonly Price[] {
  return books.get('pin', exactId(walletId, resource))?.prices ?? [];
}

/** The addresses the wallet itself saw this asset go to at this path, whatever the query; empty when none yet. */
export function knownPayees(books: Books, walletId: WalletId, resource: Resource): readonly Price[] {
  return books.get('pin', pathId(walletId, resource))?.prices ?? [];
}

/** What the wallet last saw at exactly this method and URL; null where it never asked. */
export function remembered(books: Books, walletId: WalletId, resource: Resource): Pin | null {
  return books.get('pin', exactId(walletId, resource));
}

/** Keeps that a resource was free, where nothing else is known of it. */
export function learnFree(draft: Draft, seen: Omit<Sighting, 'prices'>): void {
  const { walletId, resource, atMs: learntAtMs } = seen;
  const id = exactId(walletId, resource);
  if (draft.get('pin', id) === null) draft.put('pin', { id, walletId, prices: [], learntAtMs });
}

/** Keeps what the wallet saw; a path's first payee per asset stays until a human changes it. */
export function learn(draft: Draft, seen: Sighting): void {
  if (seen.prices.length === 0) return;
  const { walletId, resource } = seen;
  const known = knownPayees(draft, walletId, resource);
  const fresh = seen.prices.filter((price) => !known.some((old) => old.assetId === price.assetId));
  const put = (id: string, prices: readonly Price[]) =>
    draft.put('pin', { id, walletId, prices, learntAtMs: seen.atMs });
  if (!same(prices(draft, walletId, resource), seen.prices)) put(exactId(walletId, resource), seen.prices);
  if (fresh.length > 0) put(pathId(walletId, resource), [...known, ...fresh]);
}

/** What the wallet's own request to a resource was answered with. */
export type Sighting = {
  readonly walletId: WalletId;
  readonly resource: Resource;
  readonly prices: readonly Price[];
  readonly atMs: number;
};

/** Whether these two lists say the same in the same order. */
function same(a: readonly Price[], b: readonly Price[]): boolean {
  const equal = (x: Price, y: Price | undefined) =>
    x.assetId === y?.assetId && x.payTo === y.payTo && x.priceUnits === y.priceUnits;
  return a.length === b.length && a.every((price, i) => equal(price, b[i]));
}

function exactId(walletId: WalletId, resource: Resource): string {
  return `${walletId} ${resource.method} ${resource.url}`;
}

function pathId(walletId: WalletId, resource: Resource): string {
  return `${walletId} ${resource.url.replace(/[?#].*$/s, '')}`;
}
