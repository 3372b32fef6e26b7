import { append } from './audit.ts';
import type { Draft } from './books.ts';
import type { Command, OutcomeOf } from './command.ts';
import type { Env } from './commit.ts';
import { type Mandate, type Terms, termsId, termsOf } from './mandate.ts';
import { refuse } from './refusal.ts';
import { requestId } from './request.ts';

/** Puts a mandate before the operator. It allows nothing until it is signed. */
export function requestMandate(
  draft: Draft,
  command: Command<'mandate.request'>,
  env: Env,
): OutcomeOf<'mandate.request'> {
  const { walletId, agentId, mandateId, idempotencyKey, inputHash } = command;
  const agent = draft.get('agent', agentId);
  if (agent === null || agent.walletId !== walletId)
    return refuse('agent_not_found', `There is no agent ${agentId}`);
  if (agent.state === 'revoked') return refuse('agent_revoked', `The agent ${agentId} is revoked`);
  const keyed = idempotencyKey === null ? null : draft.get('request', requestId(agentId, idempotencyKey));
  const present = draft.get('mandate', keyed === null ? mandateId : (keyed.subjectId ?? ''));
  if (keyed !== null && (keyed.inputHash !== inputHash || present === null)) {
    return refuse('idempotency_key_reused', `The key "${idempotencyKey}" was used for another request`);
  }
  if (present !== null && present.agentId !== agentId) {
    return refuse('state_conflict', `The id ${mandateId} is taken`);
  }
  if (present !== null) return { outcome: 'ok', mandate: present, terms: termsOf(draft, present) };
  const { mandate, terms } = propose(command, env.nowMs);
  draft.put('mandate', mandate);
  draft.put('terms', terms);
  if (idempotencyKey !== null) {
    const id = requestId(agentId, idempotencyKey);
    const subjectId = mandateId;
    const key = {
      id,
      walletId,
      agentId,
      operation: 'payment.request',
      inputHash,
      subjectId,
      createdAtMs: env.nowMs,
    };
    draft.put('request', key);
  }
  const actor = { kind: 'agent', id: agentId } as const;
  append(draft, env, {
    chain: walletId,
    kind: 'mandate.requested',
    subjectId: mandateId,
    actor,
    body: terms,
  });
  return { outcome: 'ok', mandate, terms };
}

function propose(command: Command<'mandate.request'>, nowMs: number): { mandate: Mandate; terms: Terms } {
  const { walletId, agentId, mandateId, intent, removed, scope } = command;
  const common = { walletId, agentId, version: 1 };
  const stamps = { createdAtMs: nowMs, updatedAtMs: nowMs };
  return {
    mandate: {
      id: mandateId,
      ...common,
      state: 'pending_signature',
      isPaused: false,
      approvalId: null,
      ...stamps,
    },
    terms: { id: termsId(mandateId, 1), mandateId, ...common, intent, removed, scope },
  };
}

/** Records that a mandate's time is over. Decisions look at the time themselves and do not wait for this. */
export function expireMandate(
  draft: Draft,
  command: Command<'mandate.expire'>,
  env: Env,
): OutcomeOf<'mandate.expire'> {
  const mandate = draft.get('mandate', command.mandateId);
  if (mandate?.walletId !== command.walletId) {
    return refuse('mandate_not_found', `There is no mandate ${command.mandateId}`);
  }
  if (mandate.state !== 'signed' && mandate.state !== 'pending_signature') return { outcome: 'ok', mandate };
  const { expiresAtMs } = termsOf(draft, mandate).scope;
  if (env.nowMs < expiresAtMs) return refuse('state_conflict', `The mandate ${mandate.id} has not ended yet`);
  const expired: Mandate = { ...mandate, state: 'expired', updatedAtMs: env.nowMs };
  draft.put('mandate', expired);
  const actor = { kind: 'system', id: 'clock' } as const;
  const note = {
    chain: mandate.walletId,
    kind: 'mandate.expired',
    subjectId: mandate.id,
    actor,
    body: { expiresAtMs },
  };
  append(draft, env, note);
  return { outcome: 'ok', mandate: expired };
}
