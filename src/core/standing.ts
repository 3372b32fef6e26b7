import type { Agent } from './agent.ts';
import type { Mandate, Terms } from './mandate.ts';
import type { RefusalCode } from './refusal.ts';
import { deny, type Hit, pass } from './risk.ts';
import type { Wallet } from './wallet.ts';

/** Those who must be in good standing for a payment to be signed, and the moment. */
export type Parties = {
  readonly wallet: Wallet;
  readonly agent: Agent;
  readonly mandate: Mandate;
  readonly terms: Terms;
  readonly nowMs: number;
};

/** Whether the wallet, the agent and the mandate may pay now. */
export function checkStanding(parties: Parties): readonly Hit[] {
  return [wallet(parties), agent(parties), mandateState(parties), mandateWindow(parties)];
}

function wallet({ wallet }: Parties): Hit {
  const inputs = { frozen: String(wallet.isFrozen) };
  if (!wallet.isFrozen) return pass('standing.wallet', inputs);
  return deny('standing.wallet', inputs, {
    code: 'wallet_frozen',
    detail: `The wallet ${wallet.id} is frozen`,
  });
}

function agent({ agent }: Parties): Hit {
  const inputs = { state: agent.state, frozen: String(agent.isFrozen) };
  const stop = (code: RefusalCode, is: string) =>
    deny('standing.agent', inputs, { code, detail: `The agent ${agent.id} is ${is}` });
  if (agent.state === 'revoked') return stop('agent_revoked', 'revoked');
  if (agent.isFrozen) return stop('agent_frozen', 'frozen');
  return pass('standing.agent', inputs);
}

const STATE_CODES = {
  pending_signature: 'mandate_not_signed',
  rejected: 'mandate_rejected',
  revoked: 'mandate_revoked',
  expired: 'mandate_expired',
} as const satisfies Partial<Record<Mandate['state'], RefusalCode>>;

function mandateState({ mandate }: Parties): Hit {
  const inputs = { state: mandate.state, paused: String(mandate.isPaused), version: String(mandate.version) };
  const stop = (code: RefusalCode, is: string) =>
    deny('standing.mandate', inputs, { code, detail: `The mandate ${mandate.id} is ${is}` });
  if (mandate.state !== 'signed') return stop(STATE_CODES[mandate.state], mandate.state.replace('_', ' '));
  if (mandate.isPaused) return stop('mandate_paused', 'paused');
  return pass('standing.mandate', inputs);
}

function mandateWindow({ mandate, terms, nowMs }: Parties): Hit {
  const { notBeforeMs, expiresAtMs } = terms.scope;
  const [from, until] = [new Date(notBeforeMs).toISOString(), new Date(expiresAtMs).toISOString()];
  const inputs = { from, until, now: new Date(nowMs).toISOString() };
  const stop = (code: RefusalCode, detail: string) =>
    deny('standing.window', inputs, { code, detail, numbers: { notBefore: from, expiresAt: until } });
  if (nowMs < notBeforeMs) return stop('mandate_not_started', `The mandate ${mandate.id} starts at ${from}`);
  if (nowMs >= expiresAtMs) return stop('mandate_expired', `The mandate ${mandate.id} ended at ${until}`);
  return pass('standing.window', inputs);
}
