import type { Clock } from '../../core/ports.ts';
import type { Hex } from '../../protocol/hex.ts';
import { AUTHORIZATION_USED, decode, pair, TRANSFER } from '../evm/logs.ts';
import { readArray, readHex, readNumber, readObject, toQuantity } from '../evm/node.ts';
import type { ChainAccess, SentTransaction } from './chain-access.ts';
import type { Claim, Fault } from './claim.ts';
import { transferWithAuthorization } from './token-call.ts';
import { checkOnChain, checkWindow } from './verification.ts';

/** What became of a settlement. Pending: a transaction is out, and nobody knows yet what it does. */
export type Settlement =
  | { readonly kind: 'settled'; readonly txHash: Hex }
  | { readonly kind: 'pending'; readonly txHash: Hex }
  | { readonly kind: 'failed'; readonly fault: Fault };

/** Moves money by authorizations whose terms were checked. */
export type Settler = {
  /** Settles a claim; asked the very same again, it gives the same answer or waits for the same transaction. */
  readonly settle: (claim: Claim) => Promise<Settlement>;
  /** Whether the claim's authorization is being settled or was settled here. */
  readonly isTaken: (claim: Claim) => boolean;
};

type Entry = {
  readonly fingerprint: string;
  readonly validBefore: bigint;
  /** A block in which the authorization was not used yet. */
  sinceBlock: number;
  sent: SentTransaction | null;
  running: Promise<Settlement> | null;
  txHash: Hex | null;
};

const MAX_ENTRIES = 10_000;

/** A settler that waits at most `confirmMs` for a transaction, asking every `pollMs`. */
export function createSettler(
  chainOf: (claim: Claim) => ChainAccess,
  options: { readonly clock: Clock; readonly confirmMs: number; readonly pollMs: number },
): Settler {
  const { clock, confirmMs, pollMs } = options;
  const entries = new Map<string, Entry>();
  const nowSeconds = () => Math.floor(clock.nowMs() / 1000);

  function settle(claim: Claim): Promise<Settlement> {
    forget();
    const key = keyOf(claim);
    const entry = entries.get(key) ?? open(claim);
    if (entry.fingerprint !== claim.fingerprint) {
      return Promise.resolve(
        failed('invalid_transaction_state', 'The authorization is used by another request'),
      );
    }
    if (entry.txHash !== null) return Promise.resolve({ kind: 'settled', txHash: entry.txHash });
    entry.running ??= run(entry, claim).finally(() => {
      entry.running = null;
      if (entry.sent === null && entry.txHash === null) entries.delete(key);
    });
    return entry.running;
  }

  async function run(entry: Entry, claim: Claim): Promise<Settlement> {
    const chain = chainOf(claim);
    if (entry.sent === null) {
      entry.sinceBlock = readNumber(await chain.ask('eth_blockNumber', []), 'the newest block');
      const fault = checkWindow(claim, nowSeconds()) ?? (await checkOnChain(claim, chain));
      if (fault !== null) return { kind: 'failed', fault };
      const { asset, authorization, signature } = claim;
      entry.sent = await chain.send({
        to: asset.address,
        data: transferWithAuthorization(authorization, signature),
      });
    } else {
      await chain.ask('eth_sendRawTransaction', [entry.sent.raw]).catch(() => undefined);
    }
    const { hash } = entry.sent;
    const receipt = await receiptOf(chain, hash);
    if (receipt === null) return { kind: 'pending', txHash: hash };
    const blocks = { from: entry.sinceBlock + 1, to: receipt.blockNumber };
    entry.txHash = hasSettled(claim, receipt.logs) ? hash : await settledByOther(claim, { chain, blocks });
    if (entry.txHash !== null) return { kind: 'settled', txHash: entry.txHash };
    entry.sent = null;
    return failed('invalid_transaction_state', 'The transaction moved no money');
  }

  async function receiptOf(chain: ChainAccess, hash: Hex): Promise<Receipt | null> {
    for (let waitedMs = 0; ; waitedMs += pollMs) {
      const receipt = await chain.ask('eth_getTransactionReceipt', [hash]).catch(() => null);
      if (receipt !== null) return readReceipt(receipt);
      if (waitedMs >= confirmMs) return null;
      await clock.wait(pollMs);
    }
  }

  function open(claim: Claim): Entry {
    const { fingerprint, authorization } = claim;
    const { validBefore } = authorization;
    const entry: Entry = { fingerprint, validBefore, sinceBlock: 0, sent: null, running: null, txHash: null };
    entries.set(keyOf(claim), entry);
    return entry;
  }

  /** Forgets what can be told no more: an ended authorization is refused for that reason, whatever became of it. */
  function forget(): void {
    if (entries.size < MAX_ENTRIES) return;
    const now = BigInt(nowSeconds());
    for (const [key, entry] of entries) {
      if (entry.running === null && (entry.validBefore <= now || entry.txHash !== null)) entries.delete(key);
      if (entries.size < MAX_ENTRIES / 2) return;
    }
  }

  return { settle, isTaken: (claim) => entries.has(keyOf(claim)) };
}

type Receipt = { readonly blockNumber: number; readonly logs: readonly unknown[] };

function readReceipt(raw: unknown): Receipt {
  const receipt = readObject(raw, 'a receipt');
  return {
    blockNumber: readNumber(receipt.blockNumber, "a receipt's block number"),
    logs: readArray(receipt.logs, "a receipt's logs"),
  };
}

/** Whether these logs of one transaction hold the claim's own transfer: what counts is that, not the status. */
function hasSettled({ asset, authorization }: Claim, logs: readonly unknown[]): boolean {
  const assetIds = new Map([[asset.address, asset.id]]);
  const ours = logs.filter((log) => isOf(asset.address, log)).map((log) => decode(log, assetIds));
  const { from, to, value, nonce } = authorization;
  return pair(
    ours.filter((log) => log !== null),
    from,
  ).out.some((log) => log.nonce === nonce && log.to === to && log.valueUnits === value);
}

/** The transaction of somebody else in these blocks that used the claim's authorization first, or null. */
async function settledByOther(
  claim: Claim,
  at: { readonly chain: ChainAccess; readonly blocks: { readonly from: number; readonly to: number } },
): Promise<Hex | null> {
  const { asset, authorization } = claim;
  const topics = [
    AUTHORIZATION_USED,
    `0x${authorization.from.slice(2).padStart(64, '0')}`,
    authorization.nonce,
  ];
  const [fromBlock, toBlock] = [at.blocks.from, at.blocks.to].map(toQuantity);
  const found = await at.chain.ask('eth_getLogs', [{ address: asset.address, topics, fromBlock, toBlock }]);
  for (const log of readArray(found, 'logs')) {
    const hash = readHex(readObject(log, 'a log').transactionHash, 32, "a log's transaction");
    const receipt = readReceipt(await at.chain.ask('eth_getTransactionReceipt', [hash]));
    if (hasSettled(claim, receipt.logs)) return hash;
  }
  return null;
}

function isOf(token: string, raw: unknown): boolean {
  const { address, topics } = readObject(raw, 'a log');
  if (String(address).toLowerCase() !== token || !Array.isArray(topics)) return false;
  return topics.length === 3 && (topics[0] === AUTHORIZATION_USED || topics[0] === TRANSFER);
}

function keyOf({ asset, authorization }: Claim): string {
  return `${asset.id} ${authorization.from} ${authorization.nonce}`;
}

function failed(reason: Fault['reason'], message: string): Settlement {
  return { kind: 'failed', fault: { reason, message } };
}
