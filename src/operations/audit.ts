import { z } from 'zod';
import type { AuditEntry } from '../core/audit.ts';
import type { ChainId } from '../core/id.ts';
import type { Context } from './context.ts';
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
    afterSeq: z.coerce.number().int().min(0).default(0),
    limit: z.coerce.number().int().min(1).max(1000).default(200),
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
