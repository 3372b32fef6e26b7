import fc from 'fast-check';
import { ACTIONS } from '../../src/core/approval.ts';
import type { TableName, Tables } from '../../src/core/books.ts';
import { REFUSALS, type RefusalCode } from '../../src/core/refusal.ts';
import { CARD_RECORDS } from './card-records.ts';
import {
  address,
  agent,
  assetId,
  card,
  chain,
  count,
  hex,
  mandate,
  maybe,
  moment,
  optional,
  payment,
  ref,
  text,
  units,
  wallet,
} from './values.ts';

const refusal = fc.record({
  outcome: fc.constant('refused' as const),
  code: fc.constantFrom(...(Object.keys(REFUSALS) as RefusalCode[])),
  detail: text,
  numbers: optional(fc.dictionary(fc.constantFrom('requested', 'wouldPass', 'retryAt', 'expiresAt'), text)),
});
const resource = fc.record({ url: fc.webUrl(), origin: text, host: fc.domain(), method: text });
const offer = fc.record({
  rail: fc.constantFrom('x402', 'card'),
  scheme: text,
  assetId,
  payTo: address,
  priceUnits: units,
  budgetUnits: units,
  wire: text,
});
const authorization = fc.record({
  assetId,
  from: address,
  to: address,
  valueUnits: units,
  validAfterSeconds: count,
  validBeforeSeconds: count,
  nonce: hex(32).map((digits) => `0x${digits}` as const),
});
const place = { blockNumber: count, blockHash: hex(32) };
const proof = fc.oneof(
  fc.record({ kind: fc.constant('settled' as const), txHash: hex(32), logIndex: count, ...place }),
  fc.record({ kind: fc.constant('released' as const), blockSeconds: count, ...place }),
);
const scope = fc.record({
  currency: fc.constant('USD' as const),
  totalUnits: units,
  perPaymentUnits: optional(units),
  perDayUnits: optional(units),
  perPayeeUnits: optional(units),
  perPeriod: optional(fc.record({ limitUnits: units, every: fc.constantFrom('day', 'week', 'month') })),
  paymentsMax: optional(count),
  velocity: optional(fc.record({ count, seconds: count })),
  notBeforeMs: moment,
  expiresAtMs: moment,
  rails: fc.constantFrom([], ['x402'], ['x402', 'card']),
  assets: fc.array(assetId, { maxLength: 2 }),
  payees: fc.record({
    hosts: fc.array(fc.domain(), { maxLength: 2 }),
    addresses: fc.array(address, { maxLength: 2 }),
  }),
});
const account = fc
  .oneof(
    fc.constantFrom('wallet', 'world', 'funding', 'network', 'return', 'receivable', 'suspense', 'fees'),
    fc.tuple(fc.constantFrom('reserved', 'held'), card).map(([part, id]) => `${part}:${id}`),
  )
  .chain((kind) =>
    fc
      .tuple(wallet, assetId)
      .map(([owner, asset]) => ({ id: `${owner}/${asset}/${kind}`, walletId: owner, assetId: asset, kind })),
  );
const accountId = account.map(({ id }) => id);
const transferId = ref('tr');

/** Records of every table as they can be, with every optional part there or not. */
export const RECORDS: { readonly [T in TableName]: fc.Arbitrary<Tables[T]> } = shaped({
  wallet: {
    id: wallet,
    name: text,
    operatorAddress: address,
    paymentAddress: address,
    isFrozen: fc.boolean(),
    createdAtMs: moment,
  },
  agent: {
    id: agent,
    walletId: wallet,
    name: text,
    tokenHash: hex(32),
    state: fc.constantFrom('active', 'revoked'),
    isFrozen: fc.boolean(),
    createdAtMs: moment,
  },
  mandate: {
    id: mandate,
    walletId: wallet,
    agentId: agent,
    state: fc.constantFrom('pending_signature', 'signed', 'rejected', 'revoked', 'expired'),
    isPaused: fc.boolean(),
    version: count,
    approvalId: maybe(ref('appr')),
    createdAtMs: moment,
    updatedAtMs: moment,
  },
  terms: {
    id: fc.tuple(mandate, fc.nat()).map(([id, version]) => `${id}/v${version}`),
    mandateId: mandate,
    version: count,
    walletId: wallet,
    agentId: agent,
    intent: text,
    removed: fc.array(text, { maxLength: 2 }),
    scope,
  },
  approval: {
    id: ref('appr'),
    walletId: wallet,
    action: fc.constantFrom(...ACTIONS),
    subjectId: text,
    terms: text,
    digest: hex(32),
    words: text,
    wordsVersion: count,
    nonce: hex(32),
    expiresAtMs: moment,
    state: fc.constantFrom('open', 'signed'),
    signature: maybe(text),
    signer: maybe(address),
    signedAtMs: maybe(moment),
  },
  payment: {
    id: payment,
    walletId: wallet,
    agentId: agent,
    mandateId: mandate,
    mandateVersion: count,
    cardId: optional(card),
    idempotencyKey: text,
    mode: fc.constantFrom('fetch', 'sign', 'card'),
    state: fc.constantFrom('denied', 'reserved', 'settled', 'released'),
    evidence: fc.constantFrom('none', 'unknown', 'confirmed'),
    resource,
    offer: maybe(offer),
    authorization: maybe(authorization),
    signByMs: moment,
    counterIds: fc.array(text, { maxLength: 3 }),
    refusal: maybe(refusal),
    proof: maybe(proof),
    decisionSeq: count,
    createdAtMs: moment,
    updatedAtMs: moment,
  },
  request: {
    id: text,
    walletId: wallet,
    agentId: agent,
    operation: text,
    inputHash: hex(32),
    subjectId: maybe(text),
    createdAtMs: moment,
  },
  reply: {
    id: text,
    walletId: wallet,
    status: count,
    // Header names are in lower case, and "__proto__" is none.
    headers: fc.dictionary(fc.stringMatching(/^[a-z][a-z-]{0,8}$/), text, { maxKeys: 3 }),
    bodyBase64: maybe(text),
    receipt: maybe(text),
    createdAtMs: moment,
  },
  counter: {
    id: text,
    walletId: wallet,
    mandateId: mandate,
    window: text,
    capUnits: units,
    capCount: count,
    reservedUnits: units,
    settledUnits: units,
    count,
  },
  velocity: { id: mandate, walletId: wallet, atMs: fc.array(moment, { maxLength: 3 }) },
  account: {
    id: accountId,
    walletId: wallet,
    assetId,
    kind: account.map(({ kind }) => kind),
    debitsPendingUnits: units,
    debitsPostedUnits: units,
    creditsPendingUnits: units,
    creditsPostedUnits: units,
  },
  transfer: {
    id: transferId,
    walletId: wallet,
    kind: fc.constantFrom('posted', 'pending', 'post', 'void'),
    debitAccountId: accountId,
    creditAccountId: accountId,
    assetId,
    amountUnits: units,
    pendingId: maybe(transferId),
    subjectId: text,
    atMs: moment,
  },
  deposit: {
    id: text,
    walletId: wallet,
    assetId,
    from: maybe(address),
    amountUnits: units,
    txHash: maybe(hex(32)),
    blockNumber: count,
    atMs: moment,
  },
  ...CARD_RECORDS,
  pin: {
    id: text,
    walletId: wallet,
    prices: fc.array(fc.record({ assetId, payTo: address, priceUnits: units }), { maxLength: 3 }),
    learntAtMs: moment,
  },
  cursor: {
    id: text,
    walletId: wallet,
    network: fc.nat().map((n) => `eip155:${n}`),
    blockNumber: count,
    blockHash: hex(32),
    blockSeconds: count,
  },
  entry: {
    id: text,
    chain,
    seq: count,
    kind: text,
    subjectId: text,
    actor: fc.record({ kind: fc.constantFrom('agent', 'operator', 'system'), id: text }),
    atMs: moment,
    body: text,
    prevHash: hex(32),
    hash: hex(32),
  },
  head: { id: chain, seq: count, hash: hex(32) },
  checkpoint: {
    id: text,
    chain,
    size: count,
    rootHash: hex(32),
    atMs: moment,
    publicKey: hex(32),
    signature: hex(64),
  },
});

type Model = { readonly [T in TableName]: { readonly [F in keyof Tables[T]]: fc.Arbitrary<unknown> } };

/** Every field of every table is named; that its values have the field's type is for the reader to see. */
function shaped(models: Model) {
  const made = Object.entries(models).map(([table, model]) => [
    table,
    fc.record(model as Record<string, fc.Arbitrary<unknown>>),
  ]);
  return Object.fromEntries(made) as { [T in TableName]: fc.Arbitrary<Tables[T]> };
}
