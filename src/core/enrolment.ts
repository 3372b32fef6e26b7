import { append } from './audit.ts';
import type { Draft } from './books.ts';
import type { Command, OutcomeOf } from './command.ts';
import type { Env } from './commit.ts';
import { refuse } from './refusal.ts';

const SYSTEM = { kind: 'system', id: 'server' } as const;

/** Opens a wallet. Opening it again with the same keys changes nothing. */
export function createWallet(
  draft: Draft,
  command: Command<'wallet.create'>,
  env: Env,
): OutcomeOf<'wallet.create'> {
  const { id, name, operatorAddress, paymentAddress } = command;
  const present = draft.get('wallet', id);
  if (present !== null) {
    const isSame = present.operatorAddress === operatorAddress && present.paymentAddress === paymentAddress;
    return isSame
      ? { outcome: 'ok', wallet: present }
      : refuse('state_conflict', `The wallet ${id} has other keys`);
  }
  if (operatorAddress === paymentAddress) {
    return refuse('input_invalid', 'The key that approves must not be the key that pays');
  }
  const wallet = { id, name, operatorAddress, paymentAddress, isFrozen: false, createdAtMs: env.nowMs };
  draft.put('wallet', wallet);
  append(draft, env, { chain: 'system', kind: 'wallet.created', subjectId: id, actor: SYSTEM, body: wallet });
  return { outcome: 'ok', wallet };
}

/** Registers an agent with a wallet. It can do nothing with money before a mandate of it is signed. */
export function registerAgent(
  draft: Draft,
  command: Command<'agent.register'>,
  env: Env,
): OutcomeOf<'agent.register'> {
  const { agentId, walletId, name, tokenHash } = command;
  if (draft.get('wallet', walletId) === null)
    return refuse('wallet_not_found', `There is no wallet ${walletId}`);
  const present = draft.get('agent', agentId);
  if (present !== null) {
    const isSame = present.walletId === walletId && present.tokenHash === tokenHash;
    return isSame
      ? { outcome: 'ok', agent: present }
      : refuse('state_conflict', `The id ${agentId} is taken`);
  }
  const agent = {
    id: agentId,
    walletId,
    name,
    tokenHash,
    state: 'active',
    isFrozen: false,
    createdAtMs: env.nowMs,
  } as const;
  draft.put('agent', agent);
  append(draft, env, {
    chain: 'system',
    kind: 'agent.registered',
    subjectId: agentId,
    actor: SYSTEM,
    body: agent,
  });
  return { outcome: 'ok', agent };
}
