import { z } from 'zod';
import type { AuditEntry } from '../core/audit.ts';
import type { Checkpoint } from '../core/checkpoint.ts';
import type { ChainId } from '../core/id.ts';
import { inclusionProof } from '../core/merkle.ts';
import { refuse } from '../core/refusal.ts';
import { readHashes } from './checkpoint.ts';
import type { Context } from './context.ts';
import { count } from './fields.ts';
import { defineOperation } from './operation.ts';

const entryView = z.object({
  chain: z.string(),
  seq: z.number(),
  kind: z.string(),
  subjectId: z.string(),
  actor: z.object({ kind: z.string(), id: z.string() }),
  atMs: z.number(),
  body: z.string().meta({ description: 'Canonical JSON of what was recorded' }),
  prevHash: z.string(),
  hash: z.string(),
});

/** Chains are named by whose they are. */
const chain = z.enum(['wallet', 'system']).default('wallet');

/** The audit trail, in order. */
export const entries = defineOperation({
  name: 'audit.entries',
  summary: 'The audit trail in order: every entry is hash-chained to the one before',
  audience: 'operator',
  movesMoney: false,
  http: { method: 'GET', path: '/v1/audit' },
  isTool: false,
  input: z.strictObject({
    chain,
    afterSeq: count({ least: 0, most: Number.MAX_SAFE_INTEGER }).default(0),
    limit: count({ least: 1, most: 1000 }).default(200),
  }),
  output: z.object({ entries: z.array(entryView) }),
  async run(context, { input }) {
    const found = await context.store.read.entries(chainOf(context, input.chain), input);
    return { outcome: 'ok', output: { entries: found.map(viewEntry) } };
  },
});

function chainOf(context: Context, name: 'wallet' | 'system'): ChainId {
  return name === 'system' ? 'system' : context.walletId;
}

function viewEntry({ id: _, ...entry }: AuditEntry): z.input<typeof entryView> {
  return entry;
}

const checkpointView = z.object({
  chain: z.string(),
  size: z.number().meta({ description: 'How many entries, from the first, it covers' }),
  rootHash: z.string().meta({ description: "Merkle tree hash (RFC 6962) over the entries' hashes" }),
  atMs: z.number(),
  publicKey: z.string().meta({ description: 'Ed25519, hex' }),
  signature: z.string().meta({ description: 'Over the canonical JSON of atMs, chain, rootHash and size' }),
});

function viewCheckpoint({ id: _, ...checkpoint }: Checkpoint): z.input<typeof checkpointView> {
  return checkpoint;
}

/** Seals a chain as it stands: whoever keeps a checkpoint elsewhere can tell whether history was changed since. */
export const checkpoint = defineOperation({
  name: 'audit.checkpoint',
  summary:
    'Sign a statement of how long a chain is and what it holds; keep it elsewhere to prove that nothing changed',
  audience: 'operator',
  movesMoney: false,
  http: { method: 'POST', path: '/v1/audit/checkpoints' },
  isTool: false,
  input: z.strictObject({ chain }),
  output: checkpointView,
  async run(context, { input }) {
    const sealed = await context.checkpoints.seal(chainOf(context, input.chain));
    if (sealed === null) return refuse('audit_entry_not_found', `The ${input.chain} chain has no entry yet`);
    return { outcome: 'ok', output: viewCheckpoint(sealed) };
  },
});

/** Proves that an entry is under the latest checkpoint, without the rest of the chain. */
export const proof = defineOperation({
  name: 'audit.proof',
  summary: 'An entry with the proof that the latest checkpoint of its chain covers it',
  audience: 'operator',
  movesMoney: false,
  http: { method: 'GET', path: '/v1/audit/{seq}/proof' },
  isTool: false,
  input: z.strictObject({ chain, seq: count({ least: 1, most: Number.MAX_SAFE_INTEGER }) }),
  output: z.object({ entry: entryView, checkpoint: checkpointView, proof: z.array(z.string()) }),
  async run(context, { input }) {
    const { hash, store } = context;
    const of = chainOf(context, input.chain);
    const [latest, [entry]] = await Promise.all([
      store.read.latestCheckpoint(of),
      store.read.entries(of, { afterSeq: input.seq - 1, limit: 1 }),
    ]);
    if (latest === null || entry === undefined || input.seq > latest.size) {
      return refuse(
        'audit_entry_not_found',
        `No checkpoint of the ${input.chain} chain covers entry ${input.seq}`,
      );
    }
    const leaves = await readHashes(context, of, { afterSeq: 0, upTo: latest.size });
    const path = inclusionProof(leaves, input.seq - 1, hash);
    return {
      outcome: 'ok',
      output: { entry: viewEntry(entry), checkpoint: viewCheckpoint(latest), proof: [...path] },
    };
  },
});
