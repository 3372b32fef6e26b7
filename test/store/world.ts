import { type AssetId, assetId } from '../../src/core/asset.ts';
import type { Command } from '../../src/core/command.ts';
import type { AgentId, ApprovalId, MandateId, PaymentId, WalletId } from '../../src/core/id.ts';
import type { Store } from '../../src/core/ports.ts';
import { nodeHash } from '../../src/store/hash.ts';

/** 2026-01-01T00:00:00Z */
export const START_MS = Date.UTC(2026, 0, 1);
export const NETWORK = 'eip155:84532';
export const USDC: AssetId = assetId(NETWORK, '0x036cbd53842c5426634e7929541ec2318f3dcf7e');
const PAYEE = '0x00000000000000000000000000000000000000ee';
const OPERATOR = '0x00000000000000000000000000000000000000aa';
const DAY_MS = 86_400_000;

/** Who pays, by a number: a wallet with one agent and one mandate. */
export type Cast = { readonly walletId: WalletId; readonly agentId: AgentId; readonly mandateId: MandateId };

/** The ids of the nth wallet, agent and mandate. */
export function cast(n: number): Cast {
  return { walletId: `wal_${tag(n)}`, agentId: `agt_${tag(n)}`, mandateId: `mand_${tag(n)}` };
}

/** A clock that tells the times it is set to. */
export function manualClock(nowMs = START_MS) {
  let now = nowMs;
  return {
    nowMs: () => now,
    set: (ms: number) => {
      now = ms;
    },
  };
}

export function createWallet(n: number): Command<'wallet.create'> {
  const paymentAddress = `0x${n.toString(16).padStart(40, '0')}` as const;
  return {
    type: 'wallet.create',
    id: cast(n).walletId,
    name: `Wallet ${n}`,
    operatorAddress: OPERATOR,
    paymentAddress,
  };
}

export function registerAgent(n: number, name = `Agent ${n}`): Command<'agent.register'> {
  const { walletId, agentId } = cast(n);
  return { type: 'agent.register', walletId, agentId, name, tokenHash: nodeHash.sha256(agentId) };
}

/** Everything up to a signed mandate of `totalUnits` and a wallet that holds `depositUnits`. */
export function enrol(n: number, amounts: { totalUnits: bigint; depositUnits: bigint }): readonly Command[] {
  const { walletId, agentId, mandateId } = cast(n);
  const approvalId: ApprovalId = `appr_${tag(n)}`;
  const block = { number: 100, hash: nodeHash.sha256('block 100'), seconds: START_MS / 1000 };
  return [
    createWallet(n),
    registerAgent(n),
    {
      type: 'chain.open',
      walletId,
      network: NETWORK,
      block,
      balances: [{ assetId: USDC, amountUnits: amounts.depositUnits }],
    },
    {
      type: 'mandate.request',
      walletId,
      agentId,
      mandateId,
      intent: 'Weather data',
      removed: [],
      scope: {
        currency: 'USD',
        totalUnits: amounts.totalUnits,
        perPeriod: { limitUnits: amounts.totalUnits, every: 'month' },
        notBeforeMs: START_MS - DAY_MS,
        expiresAtMs: START_MS + 300 * DAY_MS,
        rails: ['x402'],
        assets: [USDC],
        payees: { hosts: ['api.example.com'], addresses: [PAYEE] },
      },
      idempotencyKey: null,
      inputHash: nodeHash.sha256(mandateId),
    },
    {
      type: 'approval.open',
      walletId,
      approvalId,
      action: 'mandate.approve',
      subjectId: mandateId,
      nonce: nodeHash.sha256(approvalId),
    },
    { type: 'approval.sign', walletId, approvalId, signature: '0xsigned', signer: OPERATOR },
  ];
}

/** The kth payment of the nth agent. */
export function authorize(n: number, k: number, priceUnits = 1000n): Command<'payment.authorize'> {
  const paymentId: PaymentId = `pay_${tag(k)}${tag(n)}`;
  const [decimals, symbol] = [6, 'USDC'];
  const [domainName, domainVersion] = ['USDC', '2'];
  const address = USDC.slice(-42) as `0x${string}`;
  const asset = {
    id: USDC,
    network: NETWORK,
    address,
    symbol,
    decimals,
    currency: 'USD',
    domainName,
    domainVersion,
  } as const;
  const wire = JSON.stringify({
    scheme: 'exact',
    network: NETWORK,
    amount: String(priceUnits),
    payTo: PAYEE,
    extra: { name: 'USDC', version: '2' },
  });
  return {
    type: 'payment.authorize',
    ...cast(n),
    paymentId,
    idempotencyKey: `key-${k}`,
    operation: 'payment.sign',
    inputHash: nodeHash.sha256(paymentId),
    mode: 'sign',
    resource: {
      url: `https://api.example.com/v1/weather/${k}?city=Rome`,
      origin: 'https://api.example.com',
      host: 'api.example.com',
      method: 'GET',
    },
    challenge: {
      source: 'agent',
      statedOrigin: 'https://api.example.com',
      offers: [{ rail: 'x402', scheme: 'exact', asset, payTo: PAYEE, priceUnits, timeoutSeconds: 60, wire }],
    },
    isProbed: false,
    seen: [],
    nonce: `0x${nodeHash.sha256(`nonce ${paymentId}`)}`,
    maxUnits: null,
    chainSkewSeconds: 0,
  };
}

/** The block in which these payments of the nth agent were settled. */
export function settle(n: number, ks: readonly number[]): Command<'chain.observe'> {
  const block = { number: 101, hash: nodeHash.sha256('block 101'), seconds: START_MS / 1000 + 2 };
  const { walletId } = cast(n);
  const out = ks.map((k, logIndex) => {
    const { paymentId, nonce } = authorize(n, k);
    const from = createWallet(n).paymentAddress;
    const at = {
      txHash: nodeHash.sha256(paymentId),
      logIndex,
      blockNumber: block.number,
      blockHash: block.hash,
    };
    return { assetId: USDC, from, to: PAYEE, valueUnits: 1000n, nonce, paymentId, ...at } as const;
  });
  return { type: 'chain.observe', walletId, network: NETWORK, fromBlock: 101, to: block, out, in: [] };
}

/** A checkpoint of the nth wallet's chain; its signature is not looked at by the store. */
export function checkpoint(n: number, size: number): Command<'checkpoint.add'> {
  const chain = cast(n).walletId;
  const hex = nodeHash.sha256(`${chain}/${size}`);
  const signed = { rootHash: hex, atMs: START_MS, publicKey: hex, signature: `${hex}${hex}` };
  return { type: 'checkpoint.add', chain, checkpoint: { id: `${chain}/${size}`, chain, size, ...signed } };
}

/** Sends commands one after the other; each must be answered with `ok`. */
export async function play(store: Store, commands: readonly Command[]): Promise<void> {
  for (const command of commands) {
    const outcome = await store.commit(command);
    if (outcome.outcome !== 'ok') throw new Error(`${command.type}: ${outcome.code}: ${outcome.detail}`);
  }
}

function tag(n: number): string {
  return n.toString(10).padStart(13, '0');
}
