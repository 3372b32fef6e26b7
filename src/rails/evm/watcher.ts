import type { Address, AssetId } from '../../core/asset.ts';
import type { PaymentId, WalletId } from '../../core/id.ts';
import type { Evidence, Payment } from '../../core/payment.ts';
import type { Block, Chain, Clock, DepositLog, OpenFilter, SettlementLog, Store } from '../../core/ports.ts';
import { matches } from '../../core/settlement.ts';
import { createFollower, unplanned } from './follower.ts';

/** Brings what a chain says into the books. */
export type Watcher = {
  /**
   * Books what became final since the last step, gives back what can no longer be taken, and notes what is
   * seen but not final. Can be repeated, interrupted and run twice at once. Rejects when the chain cannot be
   * read or trusted; what was booked until then is right, and the next step goes on from there.
   */
  readonly step: (walletId: WalletId, address: Address) => Promise<StepReport>;
};

/** A chain as one step found it. */
export type StepReport = {
  readonly latest: Block;
  readonly finalized: Block;
  /** Our clock when `latest` was read: how far the two are apart is a fact of decisions. */
  readonly readAtMs: number;
  /** Deposits that are seen, but not final and not in the books. */
  readonly incoming: readonly Incoming[];
  /** Whether the books know every transfer out that is seen but not final: if not, they are old or the key is stolen. */
  readonly isExplained: boolean;
  /** The oldest payment on this chain without proof; late once `finalized` is past its end. */
  readonly oldestOpen: { readonly paymentId: PaymentId; readonly validBeforeSeconds: number } | null;
};

/** A deposit that a reorg can still take back. */
type Incoming = {
  readonly assetId: AssetId;
  readonly amountUnits: bigint;
  readonly from: Address;
  readonly txHash: string;
};

export type WatcherOptions = {
  readonly store: Pick<Store, 'commit' | 'read'>;
  readonly chain: Chain;
  readonly clock: Pick<Clock, 'nowMs'>;
  /** How many blocks are booked in one commit at most. */
  readonly observeBlocksMax?: number;
};

/** Transfers out by their authorization's nonce, in blocks that are not final. */
type Seen = ReadonlyMap<string, SettlementLog>;

const OBSERVE_BLOCKS_MAX = 500;
const PAGE_LIMIT = 20;

/** Makes the watcher of one chain. */
export function createWatcher(options: WatcherOptions): Watcher {
  const { store, chain, clock, observeBlocksMax: blocksMax = OBSERVE_BLOCKS_MAX } = options;
  const follower = createFollower({ store, chain, blocksMax });
  const assetIds = new Set(chain.assets.map((asset) => asset.id));

  async function step(walletId: WalletId, address: Address): Promise<StepReport> {
    const { latest, finalized } = await chain.blocks();
    const readAtMs = clock.nowMs();
    const cursor = await follower.follow({ walletId, address }, finalized);
    const from = cursor.blockNumber + 1;
    const isAllFinal = from > latest.number;
    const found = isAllFinal ? null : await chain.activity(address, { from, to: latest.number });
    const seen = new Map(found?.out.map((log) => [log.nonce ?? '', log]));
    const oldestOpen = await reviewPayments(walletId, finalized, seen);
    const isExplained = await areKnown(found?.out ?? []);
    return {
      latest,
      finalized,
      readAtMs,
      incoming: (found?.in ?? []).map(toIncoming),
      isExplained,
      oldestOpen,
    };
  }

  /** Whether each of these transfers is of a payment in the books. Anybody can make one of nothing. */
  async function areKnown(out: readonly SettlementLog[]): Promise<boolean> {
    const nonces = out.filter((log) => log.valueUnits > 0n).map((log) => log.nonce);
    const payments = await Promise.all(
      nonces.map((nonce) => (nonce === null ? null : store.read.paymentByNonce(nonce))),
    );
    return payments.every((payment) => payment !== null);
  }

  /** Looks at the payments that something can be said of, and returns the oldest without proof. */
  async function reviewPayments(
    walletId: WalletId,
    finalized: Block,
    seen: Seen,
  ): Promise<StepReport['oldestOpen']> {
    for (const log of seen.values()) await confirm(walletId, log);
    await each({ walletId, only: 'confirmed' }, (payment) => doubt(payment, seen));
    const only = { endedBySeconds: finalized.seconds };
    await each({ walletId, only }, (payment) => releaseUnused(payment, finalized, seen));
    for (let after: PaymentId | undefined; ; ) {
      const page = await store.read.openPayments({ walletId }, { after, limit: PAGE_LIMIT });
      const oldest = page.find(isOurs);
      if (oldest?.authorization) {
        const { validBeforeSeconds } = oldest.authorization;
        return { paymentId: oldest.id, validBeforeSeconds };
      }
      after = page.at(-1)?.id;
      if (page.length < PAGE_LIMIT) return null;
    }
  }

  /** Does something with every open payment of a kind that is of this chain. */
  async function each(filter: OpenFilter, act: (payment: Payment) => Promise<void>): Promise<void> {
    for (let after: PaymentId | undefined; ; ) {
      const page = await store.read.openPayments(filter, { after, limit: PAGE_LIMIT });
      await Promise.all(page.filter(isOurs).map(act));
      after = page.at(-1)?.id;
      if (page.length < PAGE_LIMIT) return;
    }
  }

  function isOurs({ authorization }: Payment): boolean {
    return authorization !== null && assetIds.has(authorization.assetId);
  }

  async function confirm(walletId: WalletId, log: SettlementLog): Promise<void> {
    const payment = log.nonce === null ? null : await store.read.paymentByNonce(log.nonce);
    if (payment?.walletId !== walletId || payment.state !== 'reserved' || !matches(payment, log)) return;
    await note(payment, 'confirmed', `Seen in block ${log.blockNumber}, transaction ${log.txHash}`);
  }

  async function doubt(payment: Payment, seen: Seen): Promise<void> {
    if (isSeen(payment, seen)) return;
    await note(payment, 'unknown', 'The transfer that was seen is no longer on the chain');
  }

  async function releaseUnused(payment: Payment, finalized: Block, seen: Seen): Promise<void> {
    const { authorization } = payment;
    if (authorization === null || isSeen(payment, seen)) return;
    if (await chain.isNonceUsed(authorization, finalized.number)) return;
    await release(payment, finalized);
  }

  function isSeen(payment: Payment, seen: Seen): boolean {
    const log = seen.get(payment.authorization?.nonce ?? '');
    return log !== undefined && matches(payment, log);
  }

  async function note(payment: Payment, evidence: Exclude<Evidence, 'none'>, detail: string): Promise<void> {
    if (payment.evidence === evidence) return;
    const { id: paymentId, walletId } = payment;
    const outcome = await store.commit({ type: 'payment.note', walletId, paymentId, evidence, detail });
    if (outcome.outcome === 'refused') throw unplanned('payment.note', outcome);
  }

  /** A step that runs at the same time may have proven something else. */
  async function release({ id: paymentId, walletId }: Payment, block: Block): Promise<void> {
    const { number: blockNumber, hash: blockHash, seconds: blockSeconds } = block;
    const proof = { kind: 'released', blockNumber, blockHash, blockSeconds } as const;
    const outcome = await store.commit({ type: 'payment.release', walletId, paymentId, proof });
    if (outcome.outcome === 'refused' && outcome.code !== 'state_conflict') {
      throw unplanned('payment.release', outcome);
    }
  }

  return { step };
}

function toIncoming({ assetId, valueUnits, from, txHash }: DepositLog): Incoming {
  return { assetId, amountUnits: valueUnits, from, txHash };
}
