import type { Clock } from '../../core/ports.ts';
import type { Hex } from '../../protocol/hex.ts';
import { AUTHORIZATION_USED, decode, pair, TRANSFER } from '../evm/logs.ts';
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
      return Promise.resolve(failed('invalid_transaction_state', 'The authorization is used by another request'));
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
      const fault = checkWindow(claim, nowSeconds()) ?? (await checkOnChain(claim, chain));
      if (fault !== null) return { kind: 'failed', fault };
      const { asset, authorization, signature } = claim;
      entry.sent = await chain.send({ to: asset.address, data: transferWithAuthorization(authorization, signature) });
    } else {
      await chain.ask('eth_sendRawTransaction', [entry.sent.raw]).catch(() => undefined);
    }
    const { hash } = entry.sent;
    const receipt = await receiptOf(chain, hash);
    if (receipt === null) return { kind: 'pending', txHash: hash };
    entry.txHash = hasSettled(claim, receipt.logs) ? hash : await settledBy(claim, chain, receipt.blockNumber);
    if (entry.txHash !== null) return { kind: 'settled', txHash: entry.txHash };
    entry.sent = null;
    return failed('invalid_transaction_state', 'The transaction moved no money');
  }

  async function receiptOf(chain: ChainAccess, hash: Hex): Promise<Receipt | null> {
    for (let waitedMs = 0; ; waitedMs += pollMs) {
      const receipt = await chain.ask('eth_getTransactionReceipt', [hash]).catch(() => null);
      if (receipt !== null) return receipt as Receipt;
      if (waitedMs >= confirmMs) return null;
      await clock.wait(pollMs);
    }
  }

  function open(claim: Claim): Entry {
    const { fingerprint, authorization } = claim;
    const entry = { fingerprint, validBefore: authorization.validBefore, sent: null, running: null, txHash: null };
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
