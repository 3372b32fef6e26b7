import type { Address } from '../../core/asset.ts';
import { type Cursor, cursorId } from '../../core/deposit.ts';
import type { WalletId } from '../../core/id.ts';
import type { Block, Chain, DepositLog, SettlementLog, Store } from '../../core/ports.ts';
import type { Refusal } from '../../core/refusal.ts';
import { ChainError } from './chain-error.ts';

/** A wallet, and the address on the chain that holds its money. */
type Watched = { readonly walletId: WalletId; readonly address: Address };

/** Reads finalized blocks into the books. */
export type Follower = {
  /**
   * Brings a wallet's books at least to this finalized block; where they never followed the chain, they begin
   * with what the address holds there.
   */
  readonly follow: (watched: Watched, finalized: Block) => Promise<Cursor>;
};

export type FollowerOptions = {
  readonly store: Pick<Store, 'commit' | 'read'>;
  readonly chain: Chain;
  /** How many blocks are booked in one commit at most. */
  readonly blocksMax: number;
};

/** Makes the follower of one chain. It keeps nothing: where it is stands in the books. */
export function createFollower({ store, chain, blocksMax }: FollowerOptions): Follower {
  const { network } = chain;

  async function follow(watched: Watched, finalized: Block): Promise<Cursor> {
    let cursor = (await readCursor(watched.walletId)) ?? (await open(watched, finalized));
    await checkCursor(cursor, finalized);
    while (cursor.blockNumber < finalized.number) {
      const next = await observe(watched, cursor, finalized);
      if (next.blockNumber <= cursor.blockNumber)
        throw new Error(`The cursor stays at ${cursor.blockNumber}`);
      cursor = next;
    }
    return cursor;
  }

  function readCursor(walletId: WalletId): Promise<Cursor | null> {
    return store.read.get('cursor', cursorId(walletId, network));
  }

  async function open({ walletId, address }: Watched, block: Block): Promise<Cursor> {
    const balances = [];
    for (const asset of chain.assets) {
      balances.push({ assetId: asset.id, amountUnits: await chain.balance(asset, address, block.number) });
    }
    const outcome = await store.commit({ type: 'chain.open', walletId, network, block, balances });
    if (outcome.outcome === 'refused') throw unplanned('chain.open', outcome);
    return outcome.cursor;
  }

  /** Refuses a node that is not as far as the books, or does not have the block they ended with. */
  async function checkCursor({ blockNumber, blockHash }: Cursor, finalized: Block): Promise<void> {
    // A step that runs at the same time may know of later blocks than this one does.
    const known = blockNumber > finalized.number ? (await chain.blocks()).finalized : finalized;
    if (blockNumber > known.number) {
      const detail = `the books are at block ${blockNumber}, its finalized block is ${known.number}`;
      throw new ChainError('node_behind', `The node is behind: ${detail}`);
    }
    const { hash } = await chain.block(blockNumber);
    if (hash !== blockHash) throw replaced(blockNumber, { books: blockHash, chain: hash });
  }

  /** Books the next range, and says how far the books are then. */
  async function observe({ walletId, address }: Watched, cursor: Cursor, finalized: Block): Promise<Cursor> {
    const fromBlock = cursor.blockNumber + 1;
    const toBlock = Math.min(cursor.blockNumber + blocksMax, finalized.number);
    const found = await chain.activity(address, { from: fromBlock, to: toBlock });
    const { to } = found;
    if (to.number === finalized.number && to.hash !== finalized.hash) {
      throw replaced(to.number, { books: finalized.hash, chain: to.hash });
    }
    const out = await Promise.all(found.out.map(withPayment));
    const incoming = await Promise.all(found.in.map(withPayback));
    const range = { walletId, network, fromBlock, to };
    const outcome = await store.commit({ type: 'chain.observe', ...range, out, in: incoming });
    if (outcome.outcome === 'ok') return outcome.cursor;
    // Another step was faster: go on from where it got.
    const moved = outcome.code === 'state_conflict' ? await readCursor(walletId) : null;
    if (moved === null) throw unplanned('chain.observe', outcome);
    return moved;
  }

  async function withPayment(log: SettlementLog) {
    const payment = log.nonce === null ? null : await store.read.paymentByNonce(log.nonce);
    return { ...log, paymentId: payment?.id ?? null };
  }

  async function withPayback(log: DepositLog) {
    const payback = log.nonce === undefined ? null : await store.read.paybackByNonce(log.nonce);
    return payback === null ? log : { ...log, paybackId: payback.id };
  }

  function replaced(number: number, hash: { readonly books: string; readonly chain: string }): ChainError {
    const detail = `was final as ${hash.books} and is ${hash.chain} now`;
    return new ChainError('finality_broken', `Block ${number} of ${network} ${detail}`);
  }

  return { follow };
}

/** The error for a refusal that no state of the books explains. */
export function unplanned(command: string, { code, detail }: Refusal): Error {
  return new Error(`The command ${command} was refused: ${code}, ${detail}`);
}
