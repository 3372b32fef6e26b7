import type { TableName, Tables } from '../../core/books.ts';

/**
 * How a field is stored: money as a 64-bit integer, other numbers as integers, structures as JSON without money.
 * `made` is text the database makes of other columns.
 */
export type ColumnKind = 'text' | 'integer' | 'units' | 'json' | 'made';

type KindOf<V> = [V] extends [bigint]
  ? 'units'
  : [V] extends [number | null]
    ? 'integer'
    : [V] extends [string | null]
      ? 'text'
      : 'json';
type Columns<R> = { readonly [K in keyof R]-?: KindOf<R[K]> | 'made' };

/** The fields that are columns; where that is not all of them, the rest is in the column `body`. */
type Layout<R> =
  | { readonly columns: Columns<R>; readonly hasBody: false }
  | { readonly columns: Partial<Columns<R>>; readonly hasBody: true };

/**
 * How each table keeps its records, those that others refer to first: the order in which a batch is written. A field
 * `walletId` is the column `wallet_id`.
 */
export const LAYOUTS: { readonly [T in TableName]: Layout<Tables[T]> } = {
  wallet: { columns: { id: 'text' }, hasBody: true },
  agent: { columns: { id: 'text', walletId: 'text', tokenHash: 'text' }, hasBody: true },
  mandate: { columns: { id: 'text', walletId: 'text', agentId: 'text', state: 'text' }, hasBody: true },
  terms: { columns: { id: 'text', walletId: 'text', mandateId: 'text', version: 'integer' }, hasBody: true },
  approval: { columns: { id: 'text', walletId: 'text', state: 'text', nonce: 'text' }, hasBody: true },
  payment: {
    columns: {
      id: 'text',
      walletId: 'text',
      agentId: 'text',
      mandateId: 'text',
      state: 'text',
      refusal: 'json',
    },
    hasBody: true,
  },
  request: { columns: { id: 'text', walletId: 'text' }, hasBody: true },
  reply: {
    columns: {
      id: 'text',
      walletId: 'text',
      status: 'integer',
      headers: 'json',
      bodyBase64: 'text',
      receipt: 'text',
      createdAtMs: 'integer',
    },
    hasBody: false,
  },
  counter: {
    columns: {
      id: 'text',
      walletId: 'text',
      mandateId: 'text',
      window: 'text',
      capUnits: 'units',
      capCount: 'integer',
      reservedUnits: 'units',
      settledUnits: 'units',
      count: 'integer',
    },
    hasBody: false,
  },
  velocity: { columns: { id: 'text', walletId: 'text' }, hasBody: true },
  account: {
    columns: {
      id: 'text',
      walletId: 'text',
      assetId: 'text',
      kind: 'text',
      debitsPendingUnits: 'units',
      debitsPostedUnits: 'units',
      creditsPendingUnits: 'units',
      creditsPostedUnits: 'units',
    },
    hasBody: false,
  },
  transfer: {
    columns: {
      id: 'text',
      walletId: 'text',
      kind: 'text',
      debitAccountId: 'text',
      creditAccountId: 'text',
      assetId: 'text',
      amountUnits: 'units',
      pendingId: 'text',
      subjectId: 'text',
      atMs: 'integer',
    },
    hasBody: false,
  },
  deposit: { columns: { id: 'text', walletId: 'text' }, hasBody: true },
  card: {
    columns: {
      id: 'text',
      walletId: 'text',
      agentId: 'text',
      mandateId: 'text',
      issuer: 'text',
      token: 'text',
      state: 'text',
      closeReason: 'text',
      lockedUnits: 'units',
      feeUnits: 'units',
      reservedUnits: 'units',
      heldUnits: 'units',
      capturedUnits: 'units',
      shortfallUnits: 'units',
      releasedUnits: 'units',
      receivableUnits: 'units',
      suspenseUnits: 'units',
      refundedUnits: 'units',
      disputeCreditUnits: 'units',
      creditedUnits: 'units',
      work: 'text',
      dueAtMs: 'integer',
    },
    hasBody: true,
  },
  hold: {
    columns: {
      id: 'text',
      walletId: 'text',
      cardId: 'text',
      auth: 'text',
      state: 'text',
      authorizedUnits: 'units',
      heldUnits: 'units',
      capturedUnits: 'units',
    },
    hasBody: true,
  },
  event: { columns: { id: 'text', walletId: 'text', cardId: 'text', seq: 'integer' }, hasBody: true },
  challenge: {
    columns: {
      id: 'text',
      walletId: 'text',
      cardId: 'text',
      ref: 'text',
      state: 'text',
      createdAtMs: 'integer',
    },
    hasBody: true,
  },
  payback: {
    columns: {
      id: 'text',
      walletId: 'text',
      cardId: 'text',
      state: 'text',
      amountUnits: 'units',
      feeUnits: 'units',
      nonce: 'text',
    },
    hasBody: true,
  },
  reveal: {
    columns: { id: 'text', walletId: 'text', cardId: 'text', tokenHash: 'text', state: 'text' },
    hasBody: true,
  },
  roster: { columns: { id: 'text', walletId: 'text' }, hasBody: true },
  pin: { columns: { id: 'text', walletId: 'text' }, hasBody: true },
  cursor: { columns: { id: 'text', walletId: 'text' }, hasBody: true },
  entry: {
    columns: {
      id: 'made',
      chain: 'text',
      seq: 'integer',
      kind: 'text',
      subjectId: 'text',
      actor: 'json',
      atMs: 'integer',
      body: 'text',
      prevHash: 'text',
      hash: 'text',
    },
    hasBody: false,
  },
  head: { columns: { id: 'text', seq: 'integer', hash: 'text' }, hasBody: false },
  checkpoint: { columns: { id: 'text', chain: 'text', size: 'integer' }, hasBody: true },
};
