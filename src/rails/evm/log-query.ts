import type { Address, Asset } from '../../core/asset.ts';
import { ChainError } from './chain-error.ts';
import { AUTHORIZATION_USED, decode, inOrder, type TokenLog, TRANSFER } from './logs.ts';
import { type Node, readArray, toQuantity } from './node.ts';

/** Blocks by number, both ends included. */
export type BlockRange = { readonly from: number; readonly to: number };

/** Whose logs are wanted, of which tokens. */
export type LogQuery = {
  readonly address: Address;
  /** Whose authorizations are wanted too, for what they send to the address. */
  readonly payers: readonly Address[];
  readonly assets: readonly Asset[];
  /** How many blocks one question spans at most. */
  readonly blocksMax: number;
};

/**
 * The token logs that concern an address, and all that its payers send, in the order of the chain; null when a reorg
 * came between two answers. What payers send to others shows which of their authorizations are not for the address.
 * Nothing here tells whether the node left some out.
 */
export async function readLogs(
  node: Node,
  query: LogQuery,
  range: BlockRange,
): Promise<readonly TokenLog[] | null> {
  const filters = [
    [[AUTHORIZATION_USED, TRANSFER], [query.address, ...query.payers].map(wordOf)],
    [TRANSFER, null, wordOf(query.address)],
  ];
  const tokens = query.assets.map((asset) => asset.address);
  const assetIds = new Map(query.assets.map((asset) => [asset.address, asset.id]));
  const found: TokenLog[] = [];
  for (let from = range.from; from <= range.to; from += query.blocksMax) {
    const part = { from, to: Math.min(from + query.blocksMax - 1, range.to) };
    for (const topics of filters) {
      const answer = await ask(node, { address: tokens, topics }, part);
      const logs = answer.map((raw) => decode(raw, assetIds)).filter((log) => log !== null);
      if (logs.some((log) => log.blockNumber < part.from || log.blockNumber > part.to)) {
        throw new ChainError('node_answer_invalid', 'The node gave a log of a block that was not asked for');
      }
      found.push(...logs);
    }
  }
  return inOrder(found);
}

function wordOf(address: Address): string {
  return `0x${address.slice(2).padStart(64, '0')}`;
}

/** Halves a range that the node refuses: nodes limit blocks and logs, and anybody can cause logs. */
async function ask(node: Node, filter: object, { from, to }: BlockRange): Promise<readonly unknown[]> {
  try {
    const question = { ...filter, fromBlock: toQuantity(from), toBlock: toQuantity(to) };
    return readArray(await node.ask('eth_getLogs', [question]), 'logs');
  } catch (error) {
    if (!(error instanceof ChainError && error.code === 'node_refused') || from === to) throw error;
    const middle = Math.floor((from + to) / 2);
    const first = await ask(node, filter, { from, to: middle });
    return [...first, ...(await ask(node, filter, { from: middle + 1, to }))];
  }
}
