import type { CardPolicy } from './card/ports.ts';

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
  /** What cards take, and how they are handled. */
  readonly card: CardPolicy;
};

const HOUR_MS = 3_600_000;

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
  card: {
    ttlMs: 24 * HOUR_MS,
    holdMs: 168 * HOUR_MS,
    holdLongMs: 744 * HOUR_MS,
    longMccs: ['3351', '3501', '4411', '7011', '7512', '7513'],
    blockedMccs: ['6010', '6011', '6051', '4829', '7995', '5542', '6540'],
    probeMaxUnits: 1_000_000n,
    probesOpenMax: 1,
    probesMax: 3,
    verificationsMax: 3,
    credentialFailuresMax: 3,
    requires3ds: false,
    allowsPartialApproval: false,
    reopensOnFullReversal: false,
    lateReserveMs: 0,
    decisionMsMax: 1500,
    shortfallBlocks: true,
    revealsToAgents: false,
    revealMs: 60_000,
  },
};
