import { z } from 'zod';
import { ACTIONS, type Approval } from '../core/approval.ts';
import { makeId } from '../core/id.ts';
import { refuse } from '../core/refusal.ts';
import { approvalDigest, messageOf } from '../protocol/approval.ts';
import { fromHex, isHex } from '../protocol/hex.ts';
import { recover } from '../protocol/secp256k1.ts';
import { page } from './fields.ts';
import { defineOperation } from './operation.ts';
import { approvalView, viewApproval } from './views.ts';

const NONCE_BYTES = 32;
const SIGNATURE_BYTES = 65;

/** Puts something before the operator. It decides nothing. */
export const open = defineOperation({
  name: 'approval.open',
  summary: 'Put exact terms before the operator to sign; valid once, for five minutes',
  audience: 'operator',
  movesMoney: false,
  http: { method: 'POST', path: '/v1/approvals' },
  isTool: false,
  input: z.strictObject({ action: z.enum(ACTIONS), subject: z.string().min(1).max(100) }),
  output: approvalView,
  async run({ clock, random, store, walletId }, { input }) {
    const outcome = await store.commit({
      type: 'approval.open',
      walletId,
      approvalId: makeId('appr', clock.nowMs(), random(10)),
      action: input.action,
      subjectId: input.subject,
      nonce: Buffer.from(random(NONCE_BYTES)).toString('hex'),
    });
    if (outcome.outcome === 'refused') return outcome;
    return { outcome: 'ok', output: viewApproval(outcome.approval) };
  },
});

/** One approval. */
export const get = defineOperation({
  name: 'approval.get',
  summary: 'An approval: its exact terms, their words and digest, and its signature',
  audience: 'operator',
  movesMoney: false,
  http: { method: 'GET', path: '/v1/approvals/{approval}' },
  isTool: false,
  input: z.strictObject({ approval: z.string().max(100) }),
  output: approvalView,
  async run({ store, walletId }, { input }) {
    const approval = await store.read.get('approval', input.approval);
    if (approval?.walletId !== walletId) {
      return refuse('approval_not_found', `There is no approval ${input.approval}`);
    }
    return { outcome: 'ok', output: viewApproval(approval) };
  },
});

/** What was put before the operator. */
export const list = defineOperation({
  name: 'approval.list',
  summary: 'Approvals, oldest first: what the operator was asked, and what was signed',
  audience: 'operator',
  movesMoney: false,
  http: { method: 'GET', path: '/v1/approvals' },
  isTool: false,
  input: z.strictObject(page),
  output: z.object({ approvals: z.array(approvalView) }),
  async run({ store, walletId }, { input }) {
    const approvals = await store.read.approvals(walletId, input);
    return { outcome: 'ok', output: { approvals: approvals.map(viewApproval) } };
  },
});

/** Carries out what the operator signed. The signature is the only credential that counts. */
export const sign = defineOperation({
  name: 'approval.sign',
  summary: "Hand in the operator's signature over an approval; what it says is done at once",
  audience: 'anyone',
  movesMoney: false,
  http: { method: 'POST', path: '/v1/approvals/{approval}/signature' },
  isTool: false,
  input: z.strictObject({ approval: z.string().max(100), signature: z.string().max(200) }),
  output: approvalView,
  async run(context, { input }) {
    const { clock, policy, store, walletId } = context;
    const approval = await store.read.get('approval', input.approval);
    if (approval?.walletId !== walletId) {
      return refuse('approval_not_found', `There is no approval ${input.approval}`);
    }
    const signature = input.signature.toLowerCase();
    const signer = signerOf(approval, signature);
    const approvalId = approval.id;
    const outcome = await store.commit({ type: 'approval.sign', walletId, approvalId, signature, signer });
    if (outcome.outcome === 'refused') return outcome;
    if (TIGHTENING.has(approval.action)) await clock.wait(policy.signWindowMs);
    return { outcome: 'ok', output: viewApproval(outcome.approval) };
  },
});

/** After these nothing may be signed any more: the answer waits until earlier decisions cannot be signed on. */
const TIGHTENING: ReadonlySet<Approval['action']> = new Set([
  'mandate.revoke',
  'agent.freeze',
  'agent.revoke',
  'wallet.freeze',
]);

function signerOf(approval: Approval, signature: string): `0x${string}` | null {
  if (!isHex(signature, SIGNATURE_BYTES)) return null;
  return recover(approvalDigest(messageOf(approval)), fromHex(signature, SIGNATURE_BYTES));
}
