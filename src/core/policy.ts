/** The server's own numbers, an input of every decision. */
export type Policy = {
  /** How long after its commit a decision may be signed on without freezes being looked at again. */
  readonly signWindowMs: number;
  /** The longest life of an authorization; a payee's shorter wish is met. */
  readonly authorizationSecondsMax: number;
  /** Below this a payee leaves no usable time to settle. */
  readonly authorizationSecondsMin: number;
  /** How far before now an authorization starts, for chains whose clock lags. */
  readonly validAfterSkewSeconds: number;
  /** Above this difference between the chain's clock and ours nothing is signed. */
  readonly clockSkewSecondsMax: number;
  /** At most this many payments for one resource in one clock minute, per mandate. */
  readonly resourcePaymentsPerMinute: number;
  /** A price above this many times what the wallet last saw at the same method and URL needs a human. */
  readonly priceFactorMax: number;
  readonly approvalTtlMs: number;
};

/** The numbers that hold unless the operator configures others. */
export const DEFAULT_POLICY: Policy = {
  signWindowMs: 50,
  authorizationSecondsMax: 120,
  authorizationSecondsMin: 5,
  validAfterSkewSeconds: 60,
  clockSkewSecondsMax: 30,
  resourcePaymentsPerMinute: 60,
  priceFactorMax: 10,
  approvalTtlMs: 5 * 60_000,
};
