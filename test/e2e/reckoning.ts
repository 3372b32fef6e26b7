import { createPublicClient, http, parseAbi, parseAbiItem } from 'viem';
import { expect } from 'vitest';
import type { AuditEntriesOutput, PaymentListOutput } from '../../sdk/src/index.ts';
import type { Address } from '../../src/core/asset.ts';
import { settleAll, verifyTrail } from '../../src/sandbox/demo/reckoning.ts';
import type { Sandbox } from './world.ts';

const BALANCE = parseAbi(['function balanceOf(address) view returns (uint256)']);
const TRANSFER = parseAbiItem('event Transfer(address indexed from, address indexed to, uint256 value)');
const USED = parseAbiItem('event AuthorizationUsed(address indexed authorizer, bytes32 indexed nonce)');

/** Money that left the wallet by an authorization, as the chain's logs have it. */
export type Outflow = {
  readonly to: string;
  readonly units: bigint;
  readonly nonce: string | null;
  readonly txHash: string;
};

/** Everything that left the wallet, oldest first. */
export async function outflows({ chain, paymentAddress }: Sandbox): Promise<readonly Outflow[]> {
  const client = createPublicClient({ transport: http(chain.rpcUrl) });
  const range = { address: chain.usdc, fromBlock: 0n, toBlock: 'latest' } as const;
  const [transfers, uses] = await Promise.all([
    client.getLogs({ ...range, event: TRANSFER, args: { from: paymentAddress } }),
    client.getLogs({ ...range, event: USED, args: { authorizer: paymentAddress } }),
  ]);
  return transfers.map(({ args, transactionHash: txHash }) => ({
    to: (args.to ?? '').toLowerCase(),
    units: args.value ?? 0n,
    nonce: uses.find((use) => use.transactionHash === txHash)?.args.nonce ?? null,
    txHash,
  }));
}

/** What an address holds on the chain, in units. */
export async function unitsOf({ chain }: Sandbox, address: Address): Promise<bigint> {
  const client = createPublicClient({ transport: http(chain.rpcUrl) });
  const call = { address: chain.usdc, abi: BALANCE, functionName: 'balanceOf', args: [address] } as const;
  return client.readContract(call);
}

/** The sum of what was sent to an address. */
export async function sentTo(sandbox: Sandbox, address: string): Promise<bigint> {
  const all = await outflows(sandbox);
  return all.reduce((sum, { to, units }) => (to === address ? sum + units : sum), 0n);
}

/** Every payment of the wallet, oldest first. */
export async function allPayments({ operatorClient }: Sandbox): Promise<PaymentListOutput['payments']> {
  const found: PaymentListOutput['payments'][number][] = [];
  for (;;) {
    const { payments } = await operatorClient.payment.list({ after: found.at(-1)?.id, limit: 200 });
    found.push(...payments);
    if (payments.length < 200) return found;
  }
}

/** The wallet's audit trail. */
export async function trailOf({ operatorClient }: Sandbox): Promise<AuditEntriesOutput['entries']> {
  const found: AuditEntriesOutput['entries'][number][] = [];
  for (;;) {
    const { entries } = await operatorClient.audit.entries({ afterSeq: found.length, limit: 1000 });
    found.push(...entries);
    if (entries.length < 1000) return found;
  }
}

/**
 * Reads the chain to its end and expects that the books say what it says: every transfer out is one settled payment,
 * every settled payment is one transfer, what was taken without a decision is noticed, nothing is stuck, no budget is
 * overdrawn, and the audit trail is whole.
 */
export async function expectBooksToMatchChain(sandbox: Sandbox): Promise<void> {
  await settleAll({ ...sandbox, server: sandbox.server });
  await sandbox.chain.mine(3);
  await sandbox.server.sync();
  const payments = await allPayments(sandbox);
  expect(payments.filter(({ state }) => !['denied', 'settled', 'released'].includes(state))).toEqual([]);

  const settled = payments.filter(({ state }) => state === 'settled');
  const moved = (await outflows(sandbox)).filter(({ units }) => units > 0n);
  const noticed = (await trailOf(sandbox)).filter(({ kind }) => kind === 'chain.unexplained');
  const taken = noticed.map(({ subjectId }) => subjectId.split('/')[0] ?? '');
  const [paid, lost] = [false, true].map((isTaken) =>
    moved.filter(({ txHash }) => taken.includes(txHash) === isTaken),
  );
  expect(paid?.map(nameOfMove).sort()).toEqual(settled.map(nameOfPayment).sort());
  expect(lost?.map(({ txHash }) => txHash)).toEqual(taken);

  const { assets } = await sandbox.operatorClient.wallet.balance({});
  const onChain = await unitsOf(sandbox, sandbox.paymentAddress);
  expect(assets.map(({ availableUnits }) => availableUnits)).toEqual([onChain.toString()]);

  const { mandates } = await sandbox.operatorClient.mandate.list({ limit: 200 });
  for (const { id, spent, reserved, payments: count, scope } of mandates) {
    const own = settled.filter(({ mandateId }) => mandateId === id);
    const sum = own.reduce((total, { units }) => total + BigInt(units ?? 0), 0n);
    expect({ id, spent: microsOf(spent), reserved, count }).toEqual({
      id,
      spent: sum,
      reserved: '0.00',
      count: own.length,
    });
    expect(sum).toBeLessThanOrEqual(microsOf(scope.total));
  }
  const trail = await verifyTrail(sandbox.operatorClient, sandbox.operator.address);
  expect(trail.fault).toBeNull();
}

const nameOfMove = ({ nonce, to, units }: Outflow) => `${nonce} ${to} ${units}`;

function nameOfPayment({ authorization, payTo, units }: PaymentListOutput['payments'][number]): string {
  return `${authorization?.nonce} ${payTo} ${units}`;
}

/** USD text in millionths. */
export function microsOf(amount: string): bigint {
  const [whole = '0', part = ''] = amount.split('.');
  return BigInt(whole) * 1_000_000n + BigInt(part.padEnd(6, '0'));
}
