import { createPublicClient, http, parseAbi } from 'viem';
import type { Wallet } from '../../../sdk/src/index.ts';
import { createVerifier, type ExportedEntry, type Fault, type Findings } from '../../cli/verification.ts';
import type { Address } from '../../core/asset.ts';
import { format } from '../../core/money.ts';
import type { World } from '../world.ts';

const abi = parseAbi(['function balanceOf(address) view returns (uint256)']);

/** What the chain says these addresses hold, as text. */
export async function balancesOf<A extends Readonly<Record<string, Address>>>(world: World, addresses: A) {
  const client = createPublicClient({ transport: http(world.chain.rpcUrl) });
  const read = async (address: Address) => {
    const args = [address] as const;
    const units = await client.readContract({
      address: world.chain.usdc,
      abi,
      functionName: 'balanceOf',
      args,
    });
    return format(units, 6);
  };
  const pairs = Object.entries(addresses).map(
    async ([name, address]) => [name, await read(address)] as const,
  );
  return Object.fromEntries(await Promise.all(pairs)) as Readonly<Record<keyof A, string>>;
}

/** Reads the chain into the books until no payment waits for proof any more. */
export async function settleAll(world: World): Promise<void> {
  const { store, walletId } = world.server.context;
  for (let blocks = 0; blocks < 60; blocks += 1) {
    const open = await store.read.openPayments({ walletId }, { limit: 1 });
    if (open.length === 0) return;
    await world.chain.mine();
    await world.server.sync();
  }
}

/** Verifies the whole audit trail as `fluxa-wallet audit verify` does. */
export async function verifyTrail(
  operator: Wallet,
  address: Address,
): Promise<Findings & { fault: Fault | null }> {
  const verifier = createVerifier(address);
  for (const chain of ['system', 'wallet'] as const) {
    let afterSeq = 0;
    for (;;) {
      const { entries } = await operator.audit.entries({ chain, afterSeq, limit: 1000 });
      for (const entry of entries) {
        const fault = verifier.take({ entry: entry as ExportedEntry });
        if (fault !== null) return { ...verifier.findings(), fault };
      }
      const last = entries.at(-1);
      if (last === undefined) break;
      afterSeq = last.seq;
    }
  }
  return { ...verifier.findings(), fault: null };
}
