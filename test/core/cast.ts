import type { Action } from '../../src/core/approval.ts';
import { type Address, type Asset, assetId, type Network } from '../../src/core/asset.ts';
import type { Command, CommandName, OutcomeOf } from '../../src/core/command.ts';
import type { AgentId, ApprovalId, MandateId, PaymentId, WalletId } from '../../src/core/id.ts';
import type { Offer, Payment, Resource } from '../../src/core/payment.ts';
import type { Price } from '../../src/core/pin.ts';
import type { Scope } from '../../src/core/scope.ts';
import { nodeHash } from '../../src/store/hash.ts';
import type { Memory } from './memory.ts';

/** A Wednesday, 2026-04-15T12:00:00Z. */
export const START_MS = Date.UTC(2026, 3, 15, 12);
export const DAY_MS = 86_400_000;
export const NETWORK: Network = 'eip155:84532';
export const OPERATOR: Address = '0x00000000000000000000000000000000000000aa';
export const PAYEE: Address = '0x00000000000000000000000000000000000000ee';
export const OTHER_PAYEE: Address = '0x00000000000000000000000000000000000000ef';
export const AGENT_ADDRESS: Address = '0x00000000000000000000000000000000000000ad';
export const HOST = 'api.example.com';

/** A token as the registry has it. */
export function token(address: Address, decimals = 6, network: Network = NETWORK): Asset {
  const names = { symbol: 'USDC', domainName: 'USDC', domainVersion: '2' };
  return { id: assetId(network, address), network, address, decimals, currency: 'USD', ...names };
}
export const USDC = token('0x036cbd53842c5426634e7929541ec2318f3dcf7e');

/** An id of a kind: the prefix and 26 characters. */
export function idOf<P extends string>(prefix: P, n: number | string): `${P}_${string}` {
  return `${prefix}_${String(n).padStart(26, '0')}`;
}
export const WALLET: WalletId = idOf('wal', 1);
export const AGENT: AgentId = idOf('agt', 1);
export const MANDATE: MandateId = idOf('mand', 1);

/** A scope that lets one host be paid up to 100 USD for a month; `change` puts other fields in. */
export function scope(change: Partial<Scope> = {}): Scope {
  return {
    currency: 'USD',
    totalUnits: 100_000_000n,
    notBeforeMs: START_MS - DAY_MS,
    expiresAtMs: START_MS + 30 * DAY_MS,
    rails: ['x402'],
    assets: [USDC.id],
    payees: { hosts: [HOST], addresses: [] },
    ...change,
  };
}

export function createWallet(id: WalletId = WALLET): Command<'wallet.create'> {
  const paymentAddress: Address = `0x${nodeHash.sha256(id).slice(0, 40)}`;
  return { type: 'wallet.create', id, name: 'House', operatorAddress: OPERATOR, paymentAddress };
}

export function registerAgent(
  agentId: AgentId = AGENT,
  walletId: WalletId = WALLET,
): Command<'agent.register'> {
  return { type: 'agent.register', walletId, agentId, name: 'Scout', tokenHash: nodeHash.sha256(agentId) };
}

/** Starts to follow the chain at block 100, with this much there. */
export function openChain(units: bigint, walletId: WalletId = WALLET): Command<'chain.open'> {
  const balances = [{ assetId: USDC.id, amountUnits: units }];
  return { type: 'chain.open', walletId, network: NETWORK, block: block(100, START_MS - 60_000), balances };
}

/** A block by number and time. */
export function block(number: number, atMs: number) {
  return { number, hash: nodeHash.sha256(`block ${number}`), seconds: Math.floor(atMs / 1000) };
}

export function requestMandate(
  given: Scope,
  change: Partial<Command<'mandate.request'>> = {},
): Command<'mandate.request'> {
  const ids = { walletId: WALLET, agentId: AGENT, mandateId: MANDATE };
  const words = { intent: 'Weather data', removed: [] };
  const key = { idempotencyKey: null, inputHash: nodeHash.sha256('mandate') };
  return { type: 'mandate.request', ...ids, ...words, ...key, scope: given, ...change };
}

export function openApproval(
  action: Action,
  subjectId: string,
  change: Partial<Command<'approval.open'>> = {},
): Command<'approval.open'> {
  const approvalId: ApprovalId = idOf('appr', nodeHash.sha256(`${action} ${subjectId}`).slice(0, 26));
  const nonce = nodeHash.sha256(change.approvalId ?? approvalId);
  return { type: 'approval.open', walletId: WALLET, approvalId, action, subjectId, nonce, ...change };
}

export function signApproval(
  approvalId: ApprovalId,
  change: Partial<Command<'approval.sign'>> = {},
): Command<'approval.sign'> {
  const signature = `0x${'5a'.repeat(65)}`;
  return { type: 'approval.sign', walletId: WALLET, approvalId, signature, signer: OPERATOR, ...change };
}

/** Puts an action before the operator, who signs it. */
export function approve(memory: Memory, action: Action, subjectId: string, nowMs = START_MS): void {
  const count = memory.all('approval').length;
  const open = openApproval(action, subjectId, { approvalId: idOf('appr', `n${count}`) });
  must(memory.send(open, nowMs));
  must(memory.send(signApproval(open.approvalId), nowMs));
}

/** The answer of a command that is not refused; throws the refusal otherwise. */
export function must<K extends CommandName>(outcome: OutcomeOf<K>): Extract<OutcomeOf<K>, { outcome: 'ok' }> {
  if (outcome.outcome !== 'ok') throw new Error(`${outcome.code}: ${outcome.detail}`);
  return outcome as Extract<OutcomeOf<K>, { outcome: 'ok' }>;
}

/** A wallet with money, an agent, and a mandate that is signed. */
export function enrol(memory: Memory, given: Scope = scope(), units = 1_000_000_000n): void {
  must(memory.send(createWallet(), START_MS));
  must(memory.send(registerAgent(), START_MS));
  must(memory.send(openChain(units), START_MS));
  must(memory.send(requestMandate(given), START_MS));
  approve(memory, 'mandate.approve', MANDATE);
}

/** A resource at a URL, asked with GET. */
export function resource(url = `https://${HOST}/v1/weather`): Resource {
  const { origin, hostname } = new URL(url);
  return { url, origin, host: hostname, method: 'GET' };
}

/** One USD to the payee by x402, unless `change` says otherwise. */
export function offer(change: Partial<Offer> = {}): Offer {
  const open = { rail: 'x402', scheme: 'exact', asset: USDC, payTo: PAYEE, priceUnits: 1_000_000n } as const;
  const made = { ...open, timeoutSeconds: 60, ...change };
  return { wire: JSON.stringify([made.payTo, String(made.priceUnits), made.asset?.id ?? null]), ...made };
}

/** What a command to pay is made of besides its ids. */
export type Ask = {
  readonly offers?: readonly Offer[];
  readonly seen?: readonly Price[];
  readonly change?: Partial<Command<'payment.authorize'>>;
};

/** The nth payment: the wallet itself asked, and was asked for what is offered. */
export function pay(
  n: number | string,
  { offers = [offer()], seen, change = {} }: Ask = {},
): Command<'payment.authorize'> {
  const paymentId: PaymentId = idOf('pay', n);
  return {
    type: 'payment.authorize',
    walletId: WALLET,
    agentId: AGENT,
    mandateId: MANDATE,
    paymentId,
    idempotencyKey: `key-${n}`,
    operation: 'payment.execute',
    inputHash: nodeHash.sha256(`input ${n}`),
    mode: 'fetch',
    resource: resource(),
    challenge: { source: 'wallet', statedOrigin: `https://${HOST}`, offers },
    isProbed: true,
    seen: seen ?? offers.flatMap(priceOf),
    nonce: `0x${nodeHash.sha256(`nonce ${change.paymentId ?? paymentId}`)}`,
    maxUnits: null,
    chainSkewSeconds: 0,
    ...change,
  };
}

/** What the wallet learns of an offer it saw. */
export function priceOf({ asset, payTo, priceUnits }: Offer): readonly Price[] {
  return asset === null || priceUnits === null ? [] : [{ assetId: asset.id, payTo, priceUnits }];
}

/** The log that settles a payment, in this block. */
export function settlementLog(payment: Payment, blockNumber: number) {
  const signed = payment.authorization;
  if (signed === null) throw new Error(`${payment.id} was never signed`);
  const { assetId: asset, from, to, valueUnits, nonce } = signed;
  const place = {
    txHash: nodeHash.sha256(`tx ${nonce}`),
    logIndex: 1,
    blockNumber,
    blockHash: nodeHash.sha256(`block ${blockNumber}`),
  };
  return { assetId: asset, from, to, valueUnits, nonce, ...place, paymentId: payment.id };
}

/** Finalized blocks from where the books are, up to `to`. */
export function observe(
  fromBlock: number,
  to: ReturnType<typeof block>,
  logs: Partial<Pick<Command<'chain.observe'>, 'in' | 'out' | 'walletId'>> = {},
): Command<'chain.observe'> {
  return {
    type: 'chain.observe',
    walletId: WALLET,
    network: NETWORK,
    fromBlock,
    to,
    out: [],
    in: [],
    ...logs,
  };
}
