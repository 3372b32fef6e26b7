/** Where money of a card can be. `reserved` and `held` are the card's own, the rest is its wallet's. */
export type Pocket =
  | 'wallet'
  | 'funding'
  | 'fees'
  | 'reserved'
  | 'held'
  | 'network'
  | 'return'
  | 'receivable'
  | 'suspense';

/** A total of a card that follows from the name of a move, and from no account. */
type Total =
  | 'lockedUnits'
  | 'feeUnits'
  | 'capturedUnits'
  | 'shortfallUnits'
  | 'releasedUnits'
  | 'refundedUnits'
  | 'disputeCreditUnits'
  | 'creditedUnits';

/** What a way of moving money does. */
export type MoveKind = {
  readonly from: Pocket;
  readonly to: Pocket;
  readonly adds?: readonly Total[];
  readonly takes?: readonly Total[];
};

/**
 * Every way in which money of a card moves: between which accounts, and what of the card's totals goes up or down by
 * it. What is reserved, held, carried by the issuer and in suspense follows from the accounts.
 */
export const MOVES = {
  // In and, where the payment for it never came, out again
  load: { from: 'funding', to: 'reserved', adds: ['lockedUnits'] },
  unload: { from: 'reserved', to: 'funding', takes: ['lockedUnits'] },
  unloadHeld: { from: 'held', to: 'funding', takes: ['lockedUnits'] },
  carryLost: { from: 'receivable', to: 'funding', adds: ['shortfallUnits'], takes: ['lockedUnits'] },
  charge: { from: 'funding', to: 'fees', adds: ['feeUnits'] },
  uncharge: { from: 'fees', to: 'funding', takes: ['feeUnits'] },
  // Holds
  hold: { from: 'reserved', to: 'held' },
  free: { from: 'held', to: 'reserved' },
  // What merchants take
  captureHeld: { from: 'held', to: 'network', adds: ['capturedUnits'] },
  captureReserved: { from: 'reserved', to: 'network', adds: ['capturedUnits'] },
  captureShort: { from: 'receivable', to: 'network', adds: ['capturedUnits', 'shortfallUnits'] },
  uncapture: { from: 'network', to: 'reserved', takes: ['capturedUnits'] },
  // Back to the wallet
  repay: { from: 'reserved', to: 'receivable', takes: ['shortfallUnits'] },
  giveBack: { from: 'reserved', to: 'return', adds: ['releasedUnits'] },
  takeBack: { from: 'return', to: 'reserved', takes: ['releasedUnits'] },
  returnFee: { from: 'fees', to: 'return' },
  keepFee: { from: 'return', to: 'fees' },
  arrive: { from: 'return', to: 'wallet' },
  // Credits
  creditIssuer: { from: 'network', to: 'receivable', adds: ['creditedUnits'] },
  refund: { from: 'network', to: 'return', adds: ['refundedUnits', 'creditedUnits'] },
  unrefund: { from: 'return', to: 'network', takes: ['refundedUnits', 'creditedUnits'] },
  reinstate: { from: 'network', to: 'return', adds: ['disputeCreditUnits', 'creditedUnits'] },
  unreinstate: { from: 'return', to: 'network', takes: ['disputeCreditUnits', 'creditedUnits'] },
  suspend: { from: 'network', to: 'suspense' },
  unsuspend: { from: 'suspense', to: 'network' },
  settleIssuer: { from: 'suspense', to: 'receivable', adds: ['creditedUnits'] },
  settleRefund: { from: 'suspense', to: 'return', adds: ['refundedUnits', 'creditedUnits'] },
  reverseRefund: { from: 'receivable', to: 'network', takes: ['creditedUnits'] },
} as const satisfies Readonly<Record<string, MoveKind>>;

/** A way in which money of a card moves. */
export type Move = keyof typeof MOVES;

/** Money of a card that moved, and in which way. */
export type Moved = { readonly name: Move; readonly amountUnits: bigint };
