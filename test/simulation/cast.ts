import type { Action } from '../../src/core/approval.ts';
import type { Address } from '../../src/core/asset.ts';
import type { Command } from '../../src/core/command.ts';
import { decideBatch } from '../../src/core/commit.ts';
import { decide } from '../../src/core/decide.ts';
import type { AgentId, IdPrefix, MandateId, WalletId } from '../../src/core/id.ts';
import { DEFAULT_POLICY } from '../../src/core/policy.ts';
import type { Scope } from '../../src/core/scope.ts';
import { addressOf } from '../../src/protocol/address.ts';
import { approvalDigest, messageOf } from '../../src/protocol/approval.ts';
import { toHex } from '../../src/protocol/hex.ts';
import { publicKeyOf, sign } from '../../src/protocol/secp256k1.ts';
import { BASE_SEPOLIA, createRegistry } from '../../src/rails/evm/registry.ts';
import { nodeHash } from '../../src/store/hash.ts';
import type { Monitor } from './monitor.ts';
import type { Vault } from './vault.ts';

/** The chain and token of every history. */
export const ENTRY = BASE_SEPOLIA;
export const REGISTRY = createRegistry([ENTRY]);
export const WALLET: WalletId = idOf('wal', 1);
export const OPERATOR_TOKEN = 'operator-token';
const OPERATOR_KEY = new Uint8Array(32).fill(9);
const OPERATOR_ADDRESS = addressOf(publicKeyOf(OPERATOR_KEY));

/** A mandate that is signed before the history begins. */
export type Grant = { readonly agent: number; readonly scope: Omit<Scope, 'currency' | 'rails' | 'assets'> };

/** An agent as its program has it. */
export type Agent = { readonly id: AgentId; readonly token: string };

/** The nth id of a kind. */
function idOf<P extends IdPrefix>(prefix: P, n: number): `${P}_${string}` {
  return `${prefix}_${String(n).padStart(26, '0')}`;
}

/** The nth agent. */
export function agentOf(n: number): Agent {
  return { id: idOf('agt', n), token: `agent-token-${n}` };
}

/** The nth mandate that was granted. */
export function mandateOf(n: number): MandateId {
  return idOf('mand', n);
}

/** The operator's signature over an approval, by the key that is never on the server. */
export function signAsOperator(approval: Parameters<typeof messageOf>[0]): string {
  return toHex(sign(approvalDigest(messageOf(approval)), OPERATOR_KEY));
}

/** Writes wallet, agents and signed mandates into empty books. */
export function enrol(
  of: { readonly agentCount: number; readonly grants: readonly Grant[]; readonly paymentAddress: Address },
  into: { readonly vault: Vault; readonly monitor: Monitor; readonly nowMs: number },
): void {
  const { agentCount, grants, paymentAddress } = of;
  const { vault, monitor, nowMs } = into;
  const commands: Command[] = [
    { type: 'wallet.create', id: WALLET, name: 'House', operatorAddress: OPERATOR_ADDRESS, paymentAddress },
  ];
  for (let n = 0; n < agentCount; n += 1) {
    const { id: agentId, token } = agentOf(n);
    const tokenHash = nodeHash.sha256(token);
    commands.push({ type: 'agent.register', walletId: WALLET, agentId, name: `Agent ${n}`, tokenHash });
  }
  commands.push(...grants.flatMap(granted));
  const env = { nowMs, hash: nodeHash, policy: DEFAULT_POLICY };
  const { verdicts, writes } = decideBatch(vault.books, commands, { decide, env });
  for (const verdict of verdicts) {
    if ('thrown' in verdict || verdict.outcome.outcome === 'refused') {
      throw new Error(`The cast cannot be enrolled: ${JSON.stringify(verdict)}`);
    }
  }
  vault.apply(writes);
  monitor.onDurable(writes);
}

function granted({ agent, scope }: Grant, n: number): readonly Command[] {
  const [mandateId, approvalId] = [mandateOf(n), idOf('appr', n)];
  const action: Action = 'mandate.approve';
  return [
    {
      ...({ type: 'mandate.request', walletId: WALLET, agentId: agentOf(agent).id, mandateId } as const),
      ...{ intent: 'Data', removed: [], idempotencyKey: null, inputHash: mandateId },
      scope: { currency: 'USD', rails: ['x402'], assets: ENTRY.assets.map((asset) => asset.id), ...scope },
    },
    {
      type: 'approval.open',
      walletId: WALLET,
      approvalId,
      action,
      subjectId: mandateId,
      nonce: '00'.repeat(32),
    },
    { type: 'approval.sign', walletId: WALLET, approvalId, signature: '0x', signer: OPERATOR_ADDRESS },
  ];
}
