import type { Address, AssetId, Network } from './asset.ts';
import type { WalletId } from './id.ts';

/** Money that came in, booked once its block was final. One log, one deposit. */
export type Deposit = {
  /** `<txHash>/<logIndex>` behind the network, or `opening` for what was there at the start. */
  readonly id: string;
  readonly walletId: WalletId;
  readonly assetId: AssetId;
  readonly from: Address | null;
  readonly amountUnits: bigint;
  readonly txHash: string | null;
  readonly blockNumber: number;
  readonly atMs: number;
};

/** Up to which finalized block a wallet's chain has been read into the books. */
export type Cursor = {
  /** `wal_…/eip155:8453` */
  readonly id: string;
  readonly walletId: WalletId;
  readonly network: Network;
  readonly blockNumber: number;
  readonly blockHash: string;
  readonly blockSeconds: number;
};

/** The id of a cursor. */
export function cursorId(walletId: WalletId, network: Network): string {
  return `${walletId}/${network}`;
}
