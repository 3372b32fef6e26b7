import { append, entryId } from './audit.ts';
import type { Draft } from './books.ts';
import type { Command, OutcomeOf } from './command.ts';
import type { Env } from './commit.ts';
import { learnFree } from './pin.ts';
import { refuse } from './refusal.ts';
import { type KeyedRequest, type Reply, requestId } from './request.ts';

/** Keeps a payee's answer under its key, which ends the request. The first answer stays for ever. */
export function concludeRequest(
  draft: Draft,
  command: Command<'request.conclude'>,
  env: Env,
): OutcomeOf<'request.conclude'> {
  const { walletId, agentId, idempotencyKey, inputHash, operation } = command;
  const id = requestId(agentId, idempotencyKey);
  const keyed = draft.get('request', id);
  if (keyed !== null && keyed.inputHash !== inputHash) {
    return refuse('idempotency_key_reused', `The key "${idempotencyKey}" was used for another request`);
  }
  if (keyed === null && draft.get('agent', agentId)?.walletId !== walletId) {
    return refuse('agent_not_found', `There is no agent ${agentId}`);
  }
  const free = { id, walletId, agentId, operation, inputHash, subjectId: null, createdAtMs: env.nowMs };
  const request: KeyedRequest = keyed ?? free;
  const present = draft.get('reply', id);
  if (present !== null) return { outcome: 'ok', request, reply: present };
  const reply: Reply = { id, walletId, ...command.reply, createdAtMs: env.nowMs };
  if (keyed === null) draft.put('request', request);
  draft.put('reply', reply);
  if (request.subjectId !== null) noteDelivery(draft, env, { request, reply });
  else if (command.freeResource !== null) {
    learnFree(draft, { walletId, resource: command.freeResource, atMs: env.nowMs });
  }
  return { outcome: 'ok', request, reply };
}

/** What was delivered for the money, by hash: the trail can show it without keeping it. */
function noteDelivery(draft: Draft, env: Env, made: { request: KeyedRequest; reply: Reply }): void {
  const { request, reply } = made;
  const bodyHash = env.hash.sha256(reply.bodyBase64 ?? '');
  const body = { status: reply.status, bodyHash, receipt: reply.receipt };
  const actor = { kind: 'system', id: 'rail' } as const;
  const subjectId = request.subjectId ?? '';
  append(draft, env, { chain: request.walletId, kind: 'payment.delivered', subjectId, actor, body });
}

/** Keeps a signed checkpoint, if it is of a chain as the books have it. */
export function addCheckpoint(
  draft: Draft,
  command: Command<'checkpoint.add'>,
  _env: Env,
): OutcomeOf<'checkpoint.add'> {
  const { chain, checkpoint } = command;
  const present = draft.get('checkpoint', checkpoint.id);
  if (present !== null) return { outcome: 'ok', checkpoint: present };
  if (checkpoint.chain !== chain || checkpoint.id !== entryId(chain, checkpoint.size)) {
    return refuse('state_conflict', `The checkpoint ${checkpoint.id} is not of ${chain}`);
  }
  const head = draft.get('head', chain);
  if (head === null || checkpoint.size > head.seq || checkpoint.size < 1) {
    return refuse('state_conflict', `The chain ${chain} has no ${checkpoint.size} entries`);
  }
  draft.put('checkpoint', checkpoint);
  return { outcome: 'ok', checkpoint };
}
