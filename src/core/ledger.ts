import type { AssetId } from './asset.ts';
import type { Draft } from './books.ts';
import type { CardId, TransferId, WalletId } from './id.ts';

/**
 * `wallet`: the operator's money. `world`: everything outside. What cards need besides: `funding` (on its way into
 * cards), `reserved:…` and `held:…` of each card, `network` (for merchants), `return` (on its way back), `receivable`
 * (what the issuer carries, below zero), `suspense` (credits that match nothing) and `fees`.
 */
export type AccountKind =
  | 'wallet'
  | 'world'
  | 'funding'
  | 'network'
  | 'return'
  | 'receivable'
  | 'suspense'
  | 'fees'
  | `reserved:${CardId}`
  | `held:${CardId}`;
export type AccountId = `${WalletId}/${AssetId}/${AccountKind}`;

/** The running sums of an account's transfers, in atomic units of its asset. */
export type Account = {
  readonly id: AccountId;
  readonly walletId: WalletId;
  readonly assetId: AssetId;
  readonly kind: AccountKind;
  readonly debitsPendingUnits: bigint;
  readonly debitsPostedUnits: bigint;
  readonly creditsPendingUnits: bigint;
  readonly creditsPostedUnits: bigint;
};

/** `posted` moves at once; `pending` holds; `post` and `void` each end one pending transfer, in whole. */
export type TransferKind = 'posted' | 'pending' | 'post' | 'void';

/** One balanced entry of the books. Never changed, never deleted. */
export type Transfer = {
  readonly id: TransferId;
  readonly walletId: WalletId;
  readonly kind: TransferKind;
  readonly debitAccountId: AccountId;
  readonly creditAccountId: AccountId;
  readonly assetId: AssetId;
  readonly amountUnits: bigint;
  /** The pending transfer that this one ends. */
  readonly pendingId: TransferId | null;
  /** The payment or deposit it belongs to. */
  readonly subjectId: string;
  readonly atMs: number;
};

/** An amount of a wallet's money that moves between two of its accounts. */
export type Movement = {
  readonly id: TransferId;
  readonly walletId: WalletId;
  readonly assetId: AssetId;
  readonly amountUnits: bigint;
  readonly subjectId: string;
  readonly atMs: number;
};

/** The id of a wallet's account in one asset. */
export function accountId(walletId: WalletId, assetId: AssetId, kind: AccountKind): AccountId {
  return `${walletId}/${assetId}/${kind}`;
}

/** What the wallet can still spend of an asset: posted in, less posted out, less what is held. */
export function availableUnits(draft: Pick<Draft, 'get'>, walletId: WalletId, assetId: AssetId): bigint {
  const account = draft.get('account', accountId(walletId, assetId, 'wallet'));
  return account === null ? 0n : spendable(account);
}

/** The spendable balance of an account. */
export function spendable(account: Account): bigint {
  return account.creditsPostedUnits - account.debitsPostedUnits - account.debitsPendingUnits;
}

/** Accounts that may go below zero: those on whose other side somebody else stands. */
const OPEN_KINDS: ReadonlySet<AccountKind> = new Set(['world', 'funding', 'network', 'receivable']);

/** Moves money between two kinds of a wallet's accounts, at once. Throws where that would leave one below zero. */
export function transfer(draft: Draft, movement: Movement, between: Between): void {
  const [from, to] = [openAccount(draft, movement, between.from), openAccount(draft, movement, between.to)];
  if (!OPEN_KINDS.has(from.kind) && spendable(from) < movement.amountUnits) {
    throw new RangeError(`${from.id} holds too little`);
  }
  record(draft, movement, { kind: 'posted', from, to, pendingId: null });
  draft.put('account', { ...from, debitsPostedUnits: from.debitsPostedUnits + movement.amountUnits });
  draft.put('account', { ...to, creditsPostedUnits: to.creditsPostedUnits + movement.amountUnits });
}

/** Two different accounts of a wallet in one asset. */
export type Between = { readonly from: AccountKind; readonly to: AccountKind };

/** Books money that came in from the world. */
export function receive(draft: Draft, movement: Movement): void {
  transfer(draft, movement, { from: 'world', to: 'wallet' });
}

/**
 * Books money that left without a decision, as far as it is there: what is held for payments stays held. Returns what
 * was booked; the rest is a shortfall that only new money can cover.
 */
export function lose(draft: Draft, movement: Movement): bigint {
  const there = availableUnits(draft, movement.walletId, movement.assetId);
  const amountUnits = movement.amountUnits < there ? movement.amountUnits : there;
  if (amountUnits === 0n) return 0n;
  transfer(draft, { ...movement, amountUnits }, { from: 'wallet', to: 'world' });
  return amountUnits;
}

/** Holds money for another account: it stays the wallet's, and cannot be spent twice. Throws when there is too little. */
export function hold(draft: Draft, movement: Movement, to: AccountKind = 'world'): void {
  const [wallet, counter] = [openAccount(draft, movement, 'wallet'), openAccount(draft, movement, to)];
  if (spendable(wallet) < movement.amountUnits) throw new RangeError(`${wallet.id} holds too little`);
  record(draft, movement, { kind: 'pending', from: wallet, to: counter, pendingId: null });
  draft.put('account', { ...wallet, debitsPendingUnits: wallet.debitsPendingUnits + movement.amountUnits });
  draft.put('account', {
    ...counter,
    creditsPendingUnits: counter.creditsPendingUnits + movement.amountUnits,
  });
}

/** Ends a hold, once: `post` pays it out, `void` gives it back. Throws unless the hold is there and open. */
export function endHold(draft: Draft, end: HoldEnd): void {
  const held = draft.get('transfer', end.pendingId);
  if (held?.kind !== 'pending') throw new RangeError(`${end.pendingId} is not a hold`);
  const movement: Movement = { ...held, id: `${end.pendingId}_end`, atMs: end.atMs };
  const [wallet, counter] = [
    draft.get('account', held.debitAccountId),
    draft.get('account', held.creditAccountId),
  ];
  if (wallet === null || counter === null) throw new Error(`The hold ${held.id} lost its accounts`);
  record(draft, movement, { kind: end.kind, from: wallet, to: counter, pendingId: end.pendingId });
  const paid = end.kind === 'post' ? held.amountUnits : 0n;
  draft.put('account', {
    ...wallet,
    debitsPendingUnits: wallet.debitsPendingUnits - held.amountUnits,
    debitsPostedUnits: wallet.debitsPostedUnits + paid,
  });
  draft.put('account', {
    ...counter,
    creditsPendingUnits: counter.creditsPendingUnits - held.amountUnits,
    creditsPostedUnits: counter.creditsPostedUnits + paid,
  });
}

/** How a hold ends; its ending transfer's id is made of the hold's, so that there can be only one. */
export type HoldEnd = {
  readonly pendingId: TransferId;
  readonly kind: 'post' | 'void';
  readonly atMs: number;
};

type Entry = {
  readonly kind: TransferKind;
  readonly from: Account;
  readonly to: Account;
  readonly pendingId: TransferId | null;
};

function record(draft: Draft, movement: Movement, entry: Entry): void {
  if (movement.amountUnits <= 0n) throw new RangeError('A transfer moves more than nothing');
  draft.put('transfer', {
    ...movement,
    kind: entry.kind,
    debitAccountId: entry.from.id,
    creditAccountId: entry.to.id,
    pendingId: entry.pendingId,
  });
}

function openAccount(draft: Draft, of: Movement, kind: AccountKind): Account {
  const id = accountId(of.walletId, of.assetId, kind);
  const empty = {
    debitsPendingUnits: 0n,
    debitsPostedUnits: 0n,
    creditsPendingUnits: 0n,
    creditsPostedUnits: 0n,
  };
  return draft.get('account', id) ?? { id, walletId: of.walletId, assetId: of.assetId, kind, ...empty };
}
