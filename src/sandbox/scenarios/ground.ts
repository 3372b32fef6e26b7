import { createPublicClient, http, parseAbi } from 'viem';
import type { Address } from '../../core/asset.ts';
import { type Chain, startChain } from '../chain.ts';
import { createMovableClock, type MovableClock } from './clock.ts';

/** What all scenarios of a run share: a local chain, and the time. */
export type Ground = {
  readonly chain: Chain;
  readonly clock: MovableClock;
  /** Brings the chain's clock to the time it is now, and makes everything that was mined before final. */
  readonly finalize: () => Promise<void>;
  /** What an address holds now, in units of test USDC. */
  readonly balanceOf: (address: Address) => Promise<bigint>;
  readonly close: () => Promise<void>;
};

const abi = parseAbi(['function balanceOf(address) view returns (uint256)']);

/** Starts a chain that mines a block for each transaction, and a clock that can be moved. */
export async function openGround(): Promise<Ground> {
  const clock = createMovableClock();
  const chain = await startChain({ mining: 'auto' });
  const client = createPublicClient({ transport: http(chain.rpcUrl) });
  let chainSeconds = 0;
  const follow = async () => {
    const seconds = clock.movedSeconds() - chainSeconds;
    if (seconds > 0) await chain.increaseTime(seconds);
    chainSeconds += seconds;
  };
  return {
    chain,
    clock,
    finalize: async () => {
      await follow();
      await chain.mine(2);
    },
    balanceOf: (address) =>
      client.readContract({ address: chain.usdc, abi, functionName: 'balanceOf', args: [address] }),
    close: chain.stop,
  };
}
