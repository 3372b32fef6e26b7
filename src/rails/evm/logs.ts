import { toEventSelector } from 'viem';
import type { Address, AssetId } from '../../core/asset.ts';
import type { Activity, DepositLog, SettlementLog } from '../../core/ports.ts';
import type { Hex } from '../../protocol/hex.ts';
import { ChainError } from './chain-error.ts';
import { readHex, readNumber, readObject } from './node.ts';

/** `AuthorizationUsed(address indexed authorizer, bytes32 indexed nonce)` (EIP-3009). */
export const AUTHORIZATION_USED = toEventSelector('AuthorizationUsed(address,bytes32)');
/** `Transfer(address indexed from, address indexed to, uint256 value)` (ERC-20). */
export const TRANSFER = toEventSelector('Transfer(address,address,uint256)');

type Place = {
  readonly assetId: AssetId;
  readonly txHash: string;
  readonly logIndex: number;
  readonly blockNumber: number;
  readonly blockHash: string;
};

/** A log of an admitted token, decoded. */
export type TokenLog =
  | (Place & { readonly event: 'authorization_used'; readonly authorizer: Address; readonly nonce: Hex })
  | (Place & {
      readonly event: 'transfer';
      readonly from: Address;
      readonly to: Address;
      readonly valueUnits: bigint;
    });

/** Decodes a node's log strictly; null for one that a reorg removed. Throws ChainError on any other log. */
export function decode(raw: unknown, assetIds: ReadonlyMap<string, AssetId>): TokenLog | null {
  const log = readObject(raw, 'a log');
  if (log.removed === true) return null;
  const assetId = assetIds.get(readHex(log.address, 20, "a log's address"));
  const topics = Array.isArray(log.topics) ? log.topics.map((topic) => readHex(topic, 32, 'a topic')) : [];
  const [selector, first, second] = topics;
  if (assetId === undefined || first === undefined || second === undefined || topics.length !== 3) {
    throw unasked(log);
  }
  const place: Place = {
    assetId,
    txHash: readHex(log.transactionHash, 32, "a log's transaction"),
    logIndex: readNumber(log.logIndex, "a log's index"),
    blockNumber: readNumber(log.blockNumber, "a log's block number"),
    blockHash: readHex(log.blockHash, 32, "a log's block hash"),
  };
  if (selector === AUTHORIZATION_USED && log.data === '0x') {
    return { ...place, event: 'authorization_used', authorizer: addressIn(first), nonce: second };
  }
  if (selector === TRANSFER) {
    const valueUnits = BigInt(readHex(log.data, 32, "a transfer's value"));
    return { ...place, event: 'transfer', from: addressIn(first), to: addressIn(second), valueUnits };
  }
  throw unasked(log);
}

/** The logs in the order of the chain, each once. Null when a block number has two hashes. */
export function inOrder(logs: readonly TokenLog[]): readonly TokenLog[] | null {
  const hashes = new Map<number, string>();
  const byPlace = new Map<string, TokenLog>();
  for (const log of logs) {
    if ((hashes.get(log.blockNumber) ?? log.blockHash) !== log.blockHash) return null;
    hashes.set(log.blockNumber, log.blockHash);
    byPlace.set(`${log.blockNumber}/${log.logIndex}`, log);
  }
  return [...byPlace.values()].sort((a, b) => a.blockNumber - b.blockNumber || a.logIndex - b.logIndex);
}

/**
 * What the logs of an address and of those who pay it say, in chain order. Each authorization of theirs that was used
 * is paired with the transfer it caused: the next one of that token out of the same address in the same transaction,
 * before another authorization is used. The token logs the two one after the other. A use without a transfer moved
 * nothing and is left out; so are transfers of nothing, which anybody can make in anybody's name, and what payers
 * send to others. A transfer to oneself is on both sides, and its nonce is on the side it goes out.
 */
export function pair(logs: readonly TokenLog[], address: Address, payers: readonly Address[] = []): Activity {
  const authorizers = new Set([address, ...payers]);
  const used = new Map<string, Hex>();
  const out: SettlementLog[] = [];
  const incoming: DepositLog[] = [];
  for (const log of logs) {
    const key = `${log.txHash} ${log.assetId}`;
    if (log.event === 'authorization_used') {
      if (authorizers.has(log.authorizer)) used.set(`${key} ${log.authorizer}`, log.nonce);
      continue;
    }
    const { event, ...transfer } = log;
    const nonce = used.get(`${key} ${log.from}`) ?? null;
    used.delete(`${key} ${log.from}`);
    if (log.valueUnits === 0n) continue;
    const isOut = log.from === address;
    if (isOut) out.push({ ...transfer, nonce });
    if (log.to === address) incoming.push(isOut || nonce === null ? transfer : { ...transfer, nonce });
  }
  return { out, in: incoming };
}

/** What the activity adds to an address's balance of an asset; less than nothing when more went out. */
export function netUnits(activity: Activity, assetId: AssetId): bigint {
  const sum = (logs: readonly Pick<DepositLog, 'assetId' | 'valueUnits'>[]) =>
    logs.reduce((total, log) => (log.assetId === assetId ? total + log.valueUnits : total), 0n);
  return sum(activity.in) - sum(activity.out);
}

function addressIn(topic: Hex): Address {
  if (!topic.startsWith(`0x${'0'.repeat(24)}`)) {
    throw new ChainError('node_answer_invalid', `The node gave ${topic} as an address`);
  }
  return `0x${topic.slice(26)}`;
}

function unasked(log: unknown): ChainError {
  const shown = JSON.stringify(log).slice(0, 200);
  return new ChainError('node_answer_invalid', `The node gave a log that was not asked for: ${shown}`);
}
