import { timingSafeEqual } from 'node:crypto';
import { type Refusal, refuse } from '../core/refusal.ts';
import type { Caller, Context } from '../operations/context.ts';
import type { Audience } from '../operations/operation.ts';

/** `Bearer` and one token (RFC 6750 §2.1). */
const BEARER = /^bearer +([A-Za-z0-9\-._~+/]+=*)$/i;

/** Who calls, if such a caller may call this: from the `Authorization` header, by the hash of its token. */
export async function admit(
  context: Context,
  audience: Audience,
  header: string | null,
): Promise<Caller | Refusal> {
  if (audience === 'anyone') return { kind: 'anyone' };
  if (header === null) return refuse('credential_missing', 'This operation needs a credential');
  const caller = await identify(context, header);
  if ('outcome' in caller || audience === 'any' || audience === caller.kind) return caller;
  const whose = audience === 'agent' ? "an agent's" : "the operator's";
  return refuse('operation_not_allowed', `This operation takes ${whose} token`);
}

async function identify(context: Context, header: string): Promise<Caller | Refusal> {
  const token = BEARER.exec(header)?.[1];
  if (token === undefined) return refuse('credential_invalid', 'The credential is not a bearer token');
  const tokenHash = context.hash.sha256(token);
  if (isSame(tokenHash, context.operatorTokenHash)) return { kind: 'operator' };
  const agent = await context.store.read.agentByTokenHash(tokenHash);
  if (agent === null || agent.walletId !== context.walletId) {
    return refuse('credential_invalid', 'Nobody has this token');
  }
  if (agent.state === 'revoked') return refuse('agent_revoked', `The agent ${agent.id} is revoked`);
  return { kind: 'agent', agent };
}

function isSame(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}
