import type { Address, Asset } from '../../core/asset.ts';
import type { Authorization } from '../../core/payment.ts';
import type { Activity, Block, Chain } from '../../core/ports.ts';
import { ChainError } from './chain-error.ts';
import { type BlockRange, readLogs } from './log-query.ts';
import { netUnits, pair } from './logs.ts';
import { type Node, openNode, readHex, readNumber, readObject, toQuantity } from './node.ts';
import type { ChainEntry } from './registry.ts';
import { balanceAt, checkToken, isUsedAt } from './token.ts';

/** Which node to ask, and which chain and tokens must be found there. */
export type ChainOptions = {
  readonly rpcUrl: string;
  readonly entry: ChainEntry;
  /** Who sends money back by authorizations: what comes in from them is told with its nonce. */
  readonly payers?: readonly Address[];
  /** How many blocks one question for logs spans at most; nodes have limits of their own. */
  readonly logBlocksMax?: number;
  /** How long one attempt of one question may take. */
  readonly timeoutMs?: number;
};

const LOG_BLOCKS_MAX = 2000;
const TIMEOUT_MS = 10_000;
const READ_ATTEMPTS = 3;

/**
 * Opens a chain, having checked that the node is on it, knows which block is final, and has the registered
 * tokens. The node must keep the state of its finalized block. `activity` proves its logs complete by the
 * change of the balance, where the node still has the state before the first block.
 */
export async function openChain(options: ChainOptions): Promise<Chain> {
  const { rpcUrl, entry, payers = [], timeoutMs = TIMEOUT_MS } = options;
  const { logBlocksMax: blocksMax = LOG_BLOCKS_MAX } = options;
  const { network, assets, finalityTag } = entry;
  if (assets.length === 0) throw new RangeError(`A token must be admitted on ${network}`);
  if (!(blocksMax >= 1)) throw new RangeError(`A question must span at least 1 block, not ${blocksMax}`);
  const node = openNode(rpcUrl, timeoutMs);
  let lastFinal: Block | null = null;

  async function blocks() {
    const before = lastFinal;
    const finalized = await readBlock(node, finalityTag);
    if (before !== null) checkForward(before, finalized);
    const latest = await readBlock(node, 'latest');
    if (latest.number < finalized.number) {
      const detail = `its latest block is ${latest.number}, its finalized one ${finalized.number}`;
      throw new ChainError('node_behind', `The node is behind: ${detail}`);
    }
    if (lastFinal === null || finalized.number > lastFinal.number) lastFinal = finalized;
    return { latest, finalized };
  }

  const block = (number: number) => readBlock(node, toQuantity(number));

  async function activity(address: Address, range: BlockRange) {
    if (range.from > range.to)
      throw new RangeError(`No block is both after ${range.from} and before ${range.to}`);
    const blocksRead = `blocks ${range.from} to ${range.to}`;
    let problem = new ChainError('chain_moving', `The chain changed while ${blocksRead} were read`);
    for (let attempt = 0; attempt < READ_ATTEMPTS; attempt += 1) {
      const before = await block(range.to);
      const logs = await readLogs(node, { address, payers, assets, blocksMax }, range);
      const found = pair(logs ?? [], address, payers);
      const isExplained = await explains(found, address, range);
      const after = await block(range.to);
      if (logs === null || before.hash !== after.hash) continue;
      if (isExplained) return { ...found, to: after };
      const detail = `The logs of ${address} in ${blocksRead} do not add up to the change of its balance`;
      problem = new ChainError('logs_incomplete', detail);
    }
    throw problem;
  }

  /** Whether the logs add up to the change of the balances; true where the state before them is gone. */
  async function explains(found: Activity, address: Address, { from, to }: BlockRange): Promise<boolean> {
    for (const asset of assets) {
      const before = from === 0 ? 0n : await balance(asset, address, from - 1).catch(nullIfRefused);
      if (before === null) continue;
      if ((await balance(asset, address, to)) - before !== netUnits(found, asset.id)) return false;
    }
    return true;
  }

  function balance(asset: Asset, address: Address, atBlock: number): Promise<bigint> {
    return balanceAt(node, asset, { address, block: toQuantity(atBlock) });
  }

  async function isNonceUsed(authorization: Authorization, atBlock: number): Promise<boolean> {
    const { assetId, from: authorizer, nonce } = authorization;
    const asset = assets.find(({ id }) => id === assetId);
    if (asset === undefined) throw new RangeError(`"${assetId}" is not an asset of ${network}`);
    return isUsedAt(node, asset, { authorizer, nonce, block: toQuantity(atBlock) });
  }

  await checkChainId(node, entry);
  for (const asset of assets) await checkToken(node, asset);
  await blocks();
  return { network, assets, blocks, block, activity, isNonceUsed, balance };
}

async function checkChainId(node: Node, { network }: ChainEntry): Promise<void> {
  const found = `eip155:${readNumber(await node.ask('eth_chainId', []), 'a chain id')}`;
  if (found !== network) throw new ChainError('wrong_chain', `The node is on ${found}, not on ${network}`);
}

async function readBlock(node: Node, tag: string): Promise<Block> {
  const answer = await node.ask('eth_getBlockByNumber', [tag, false]);
  if (answer === null) throw new ChainError('node_behind', `The node has no block ${tag}`);
  const { number, hash, timestamp } = readObject(answer, 'a block');
  const block = {
    number: readNumber(number, "a block's number"),
    hash: readHex(hash, 32, "a block's hash"),
    seconds: readNumber(timestamp, "a block's timestamp"),
  };
  if (!tag.startsWith('0x') || tag === toQuantity(block.number)) return block;
  throw new ChainError('node_answer_invalid', `The node gave block ${block.number} when asked for ${tag}`);
}

function checkForward(before: Block, now: Block): void {
  if (now.number < before.number) {
    const detail = `its finalized block was ${before.number} before and is ${now.number} now`;
    throw new ChainError('node_behind', `The node is behind: ${detail}`);
  }
  if (now.number === before.number && now.hash !== before.hash) {
    const detail = `was ${before.hash} before and is ${now.hash} now`;
    throw new ChainError('finality_broken', `The finalized block ${now.number} ${detail}`);
  }
}

function nullIfRefused(error: unknown): null {
  if (error instanceof ChainError && error.code === 'node_refused') return null;
  throw error;
}
