import type { Agent } from './agent.ts';
import { type Action, type Approval, digest } from './approval.ts';
import { append } from './audit.ts';
import type { Draft } from './books.ts';
import { canonicalJson } from './canonical.ts';
import { closeCardsOf, unfreezeCard } from './card/control.ts';
import type { Command, OutcomeOf } from './command.ts';
import type { Env } from './commit.ts';
import type { CardId, MandateId } from './id.ts';
import { type Mandate, type MandateState, termsOf } from './mandate.ts';
import { type Refusal, refuse } from './refusal.ts';
import type { Wallet } from './wallet.ts';
import { type ApprovalTerms, describe, WORDS_VERSION } from './words.ts';

/** Puts exact terms before the operator, with a nonce of their own and a short life. Nothing else changes. */
export function openApproval(
  draft: Draft,
  command: Command<'approval.open'>,
  env: Env,
): OutcomeOf<'approval.open'> {
  const present = draft.get('approval', command.approvalId);
  if (present !== null) return reopen(present, command);
  const terms = termsFor(draft, command);
  if ('outcome' in terms) return terms;
  const approval: Approval = {
    id: command.approvalId,
    walletId: command.walletId,
    action: command.action,
    subjectId: command.subjectId,
    terms: canonicalJson(terms),
    digest: digest(terms, env.hash),
    words: describe(terms),
    wordsVersion: WORDS_VERSION,
    nonce: command.nonce,
    expiresAtMs: wholeSecond(env.nowMs + env.policy.approvalTtlMs),
    state: 'open',
    signature: null,
    signer: null,
    signedAtMs: null,
  };
  draft.put('approval', approval);
  return { outcome: 'ok', approval };
}

/** Opening the same thing again under the same id changes nothing. */
function reopen(present: Approval, { walletId, action, subjectId }: Ask): OutcomeOf<'approval.open'> {
  const isSame =
    present.walletId === walletId && present.action === action && present.subjectId === subjectId;
  return isSame
    ? { outcome: 'ok', approval: present }
    : refuse('state_conflict', `The id ${present.id} is taken`);
}

function wholeSecond(ms: number): number {
  return ms - (ms % 1000);
}

/**
 * Takes the operator's signature and does what it says, once. The terms are made anew from the books: if they are
 * no longer what was shown, nothing happens.
 */
export function signApproval(
  draft: Draft,
  command: Command<'approval.sign'>,
  env: Env,
): OutcomeOf<'approval.sign'> {
  const approval = draft.get('approval', command.approvalId);
  if (approval === null || approval.walletId !== command.walletId) {
    return refuse('approval_not_found', `There is no approval ${command.approvalId}`);
  }
  const wallet = present(draft.get('wallet', approval.walletId));
  if (command.signer !== wallet.operatorAddress) {
    return refuse(
      'approval_signature_invalid',
      `The signature is not by the operator's key ${wallet.operatorAddress}`,
    );
  }
  if (approval.state === 'signed') {
    if (approval.signature === command.signature) return { outcome: 'ok', approval };
    return refuse('approval_already_used', `The approval ${approval.id} was signed before`);
  }
  if (env.nowMs >= approval.expiresAtMs) {
    const at = new Date(approval.expiresAtMs).toISOString();
    return refuse('approval_expired', `The approval ${approval.id} ended at ${at}`);
  }
  const terms = termsFor(draft, approval);
  if ('outcome' in terms) return terms;
  if (digest(terms, env.hash) !== approval.digest) {
    return refuse(
      'approval_stale',
      `What the approval ${approval.id} is about has changed since it was opened`,
    );
  }
  if (approval.action === 'mandate.approve' && env.nowMs >= (terms.terms?.scope.expiresAtMs ?? 0)) {
    return refuse('mandate_expired', `The mandate ${approval.subjectId} would have ended already`);
  }
  const { signature, signer } = command;
  const signed: Approval = { ...approval, state: 'signed', signature, signer, signedAtMs: env.nowMs };
  apply(draft, signed, env);
  draft.put('approval', signed);
  const kind = EVENTS[approval.action];
  const actor = { kind: 'operator', id: signer } as const;
  append(draft, env, { chain: wallet.id, kind, subjectId: approval.subjectId, actor, body: signed });
  return { outcome: 'ok', approval: signed };
}

const EVENTS = {
  'mandate.approve': 'mandate.signed',
  'mandate.reject': 'mandate.rejected',
  'mandate.revoke': 'mandate.revoked',
  'agent.freeze': 'agent.frozen',
  'agent.unfreeze': 'agent.unfrozen',
  'agent.revoke': 'agent.revoked',
  'wallet.freeze': 'wallet.frozen',
  'wallet.unfreeze': 'wallet.unfrozen',
  'card.unfreeze': 'card.unfrozen',
} as const satisfies Record<Action, string>;

/** The states of a mandate from which each action may be taken. */
const FROM: Partial<Record<Action, readonly MandateState[]>> = {
  'mandate.approve': ['pending_signature'],
  'mandate.reject': ['pending_signature'],
  'mandate.revoke': ['signed'],
};

type Ask = { readonly walletId: Wallet['id']; readonly action: Action; readonly subjectId: string };

/** The terms of an action as the books have them now, or why it cannot be taken. */
function termsFor(draft: Draft, { walletId, action, subjectId }: Ask): ApprovalTerms | Refusal {
  const wallet = draft.get('wallet', walletId);
  if (wallet === null) return refuse('wallet_not_found', `There is no wallet ${walletId}`);
  const pot = { id: wallet.id, name: wallet.name };
  if (action === 'wallet.freeze' || action === 'wallet.unfreeze') {
    if (subjectId !== walletId) return refuse('wallet_not_found', `There is no wallet ${subjectId}`);
    if (action === 'wallet.unfreeze' && !wallet.isFrozen) return notFrozen('wallet', subjectId);
    return { action, wallet: pot };
  }
  if (action === 'agent.freeze' || action === 'agent.unfreeze' || action === 'agent.revoke') {
    const agent = draft.get('agent', subjectId);
    if (agent?.walletId !== walletId) return refuse('agent_not_found', `There is no agent ${subjectId}`);
    if (agent.state === 'revoked') return refuse('state_conflict', `The agent ${subjectId} is revoked`);
    if (action === 'agent.unfreeze' && !agent.isFrozen) return notFrozen('agent', subjectId);
    return { action, wallet: pot, agent: { id: agent.id, name: agent.name } };
  }
  if (action === 'card.unfreeze') {
    const card = draft.get('card', subjectId);
    if (card?.walletId !== walletId) return refuse('card_not_found', `There is no card ${subjectId}`);
    if (card.state !== 'frozen') return notFrozen('card', subjectId);
    const { id, name } = present(draft.get('agent', card.agentId));
    return { action, wallet: pot, agent: { id, name }, card: { id: card.id, lastFour: card.lastFour ?? '' } };
  }
  const mandate = draft.get('mandate', subjectId);
  if (mandate?.walletId !== walletId) return refuse('mandate_not_found', `There is no mandate ${subjectId}`);
  if (!FROM[action]?.includes(mandate.state)) {
    return refuse('state_conflict', `The mandate ${subjectId} is ${mandate.state.replace('_', ' ')}`);
  }
  const { id, name } = present(draft.get('agent', mandate.agentId));
  const about = { action, wallet: pot, agent: { id, name }, mandate: { id: mandate.id } };
  return action === 'mandate.approve' ? { ...about, terms: termsOf(draft, mandate) } : about;
}

/** What is not frozen has no freeze to lift: a yes from before must not lift one that comes later. */
function notFrozen(noun: string, id: string): Refusal {
  return refuse('state_conflict', `The ${noun} ${id} is not frozen`);
}

/** What each action writes. */
function apply(draft: Draft, { action, subjectId, id, signer }: Approval, env: Env): void {
  const { nowMs } = env;
  const actor = { kind: 'operator', id: signer ?? '' } as const;
  const mandate = (change: Partial<Mandate>) =>
    draft.put('mandate', { ...present(draft.get('mandate', subjectId)), ...change, updatedAtMs: nowMs });
  const agent = (change: Partial<Pick<Agent, 'isFrozen' | 'state'>>) =>
    draft.put('agent', { ...present(draft.get('agent', subjectId)), ...change });
  const wallet = (isFrozen: boolean) =>
    draft.put('wallet', { ...present(draft.get('wallet', subjectId)), isFrozen });
  const changes: Record<Action, () => void> = {
    'mandate.approve': () => mandate({ state: 'signed', approvalId: id }),
    'mandate.reject': () => mandate({ state: 'rejected' }),
    'mandate.revoke': () => {
      mandate({ state: 'revoked' });
      closeCardsOf(draft, env, { mandateId: subjectId as MandateId, actor });
    },
    'agent.freeze': () => agent({ isFrozen: true }),
    'agent.unfreeze': () => agent({ isFrozen: false }),
    'agent.revoke': () => agent({ state: 'revoked' }),
    'wallet.freeze': () => wallet(true),
    'wallet.unfreeze': () => wallet(false),
    'card.unfreeze': () => unfreezeCard(draft, env, { cardId: subjectId as CardId, approvalId: id, actor }),
  };
  changes[action]();
}

function present<T>(record: T | null): T {
  if (record === null) throw new Error('A record that another one names is missing');
  return record;
}
