import type { Wallet } from '@fluxa/sdk';
import { createPublicClient, http, parseAbi } from 'viem';
import type { Address } from '../../src/core/asset.ts';
import { format } from '../../src/core/money.ts';
import type { World } from '../../src/sandbox/world.ts';
import { microsOf } from '../e2e/reckoning.ts';

const BALANCE = parseAbi(['function balanceOf(address) view returns (uint256)']);
const ROUNDS_MAX = 40;

/** Where the money is, in millionths of a dollar: by the chain, by the books of the wallet, by the mandate. */
export type Purse = Readonly<
  Record<'wallet' | 'treasury' | 'available' | 'held' | 'onCards' | 'returning' | 'spent', bigint>
>;

/** Looks at all of it. */
export async function lookInto(world: World, agent: Wallet, mandate: string): Promise<Purse> {
  const client = createPublicClient({ transport: http(world.chain.rpcUrl) });
  const unitsOf = (address: Address) =>
    client.readContract({
      address: world.chain.usdc,
      abi: BALANCE,
      functionName: 'balanceOf',
      args: [address],
    });
  const [wallet, treasury] = await Promise.all([
    unitsOf(world.paymentAddress),
    unitsOf(world.bank.treasury.address),
  ]);
  const { available, assets } = await agent.wallet.balance();
  const { spent, reserved } = await agent.mandate.get({ mandate });
  const sum = (of: 'held' | 'onCards' | 'returning') =>
    assets.reduce((total, asset) => total + microsOf(asset[of].replace(/ .*/, '')), 0n);
  const own = { held: sum('held'), onCards: sum('onCards'), returning: sum('returning') };
  return {
    wallet,
    treasury,
    available: microsOf(available),
    ...own,
    spent: microsOf(spent) + microsOf(reserved),
  };
}

/** What changed between two looks, in dollars. What did not is left out. */
export function changeOf(before: Purse, after: Purse): Partial<Record<keyof Purse, string>> {
  const names = Object.keys(before) as (keyof Purse)[];
  const changes = names.map((name) => [name, after[name] - before[name]] as const);
  return Object.fromEntries(
    changes.filter(([, units]) => units !== 0n).map(([name, units]) => [name, format(units, 6)]),
  );
}

/** Goes on until no money is under way any more: all of it is final on the chain, and booked. */
export async function settle({ chain, server }: World): Promise<void> {
  const { store, walletId } = server.context;
  for (let rounds = 0; rounds < ROUNDS_MAX; rounds += 1) {
    await server.work();
    await chain.mine(3);
    await server.sync();
    const payments = await store.read.openPayments({ walletId }, { limit: 1 });
    const paybacks = await store.read.openPaybacks(walletId, { limit: 1 });
    if (payments.length + paybacks.length === 0) return;
  }
  throw new Error('The money does not come to rest');
}
