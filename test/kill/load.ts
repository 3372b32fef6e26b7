import { nodeHash } from '../../src/store/hash.ts';
import * as World from '../store/world.ts';

/** The wallets that are paid from at once. */
export const WALLETS = Array.from({ length: 16 }, (_, n) => n);
export const AMOUNTS = { totalUnits: 10n ** 12n, depositUnits: 10n ** 12n };

/** The deposit that a block brings the nth wallet. */
export function depositLog(n: number, blockNumber: number) {
  const blockHash = nodeHash.sha256(`block ${blockNumber}`);
  const to = World.createWallet(n).paymentAddress;
  const from = World.createWallet(n + 1000).paymentAddress;
  const at = { txHash: nodeHash.sha256(`${n} ${blockNumber}`), logIndex: 0, blockNumber, blockHash };
  return { assetId: World.USDC, from, to, valueUnits: 5n, ...at };
}
