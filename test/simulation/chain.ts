import type { Hex } from '../../src/protocol/hex.ts';
import type { Timeline } from './clock.ts';
import type { Faults } from './faults.ts';
import type { Dice } from './random.ts';
import { type ChainBlock, execute, type Holder, type Signed, type TokenState, type Tx } from './token.ts';

/** The chain itself: what is true of it, whatever a node says. */
export type SimChain = {
  /** Sends authorizations in one transaction; who does it does not matter. It gets into a block after the delay. */
  readonly submit: (signed: readonly Signed[], delayMs: number) => void;
  /** Takes the newest blocks back; at most those that are not final. */
  readonly reorg: (depth: number) => void;
  readonly deposit: (units: bigint, delayMs: number) => void;
  /** The blocks of the branch that counts now, oldest first. */
  readonly blocks: () => readonly ChainBlock[];
  readonly head: () => ChainBlock;
  readonly finalized: () => ChainBlock;
  /** Whether a nonce is used on the branch that counts now. */
  readonly isUsed: (nonce: Hex) => boolean;
  /** Transactions that wait for a block. */
  readonly waitingCount: () => number;
  /** A number that changes with every change. */
  readonly version: () => number;
};

const BLOCK_MS = 2000;
const FIRST_NUMBER = 100;
const LAG_BLOCKS = 3;

/** Starts a chain whose first block is final, with so much in the wallet. */
export function startChain(options: {
  readonly timeline: Timeline;
  readonly dice: Dice;
  readonly faults: Faults;
  readonly holder: Holder;
  readonly openingUnits: bigint;
}): SimChain {
  const { timeline, dice, faults, holder, openingUnits } = options;
  const state: TokenState = { walletUnits: openingUnits, used: new Set() };
  const blocks: ChainBlock[] = [];
  let waiting: { readonly tx: Tx; readonly fromMs: number }[] = [];
  let finalizedNumber = FIRST_NUMBER;
  let ids = 0;
  let version = 0;

  const nextHash = (kind: 'b' | 'c'): Hex => {
    ids += 1;
    return `0x${kind}${ids.toString(16).padStart(63, '0')}`;
  };
  const head = () => blocks[blocks.length - 1] as ChainBlock;
  const at = (number: number) => blocks[number - FIRST_NUMBER] as ChainBlock;

  function append(seconds: number, txs: readonly Tx[]): void {
    const block = { number: FIRST_NUMBER + blocks.length, hash: nextHash('b'), seconds, txs };
    const effects = execute(state, holder, block);
    blocks.push({ ...block, ...effects, walletUnits: state.walletUnits });
    version += 1;
    timeline.note(`block ${block.number} ${seconds} ${effects.usedNonces.length} ${state.walletUnits}`);
  }

  /** What may go into a block now, in an order nobody can foresee. */
  function takeDue(): readonly Tx[] {
    const due = waiting.filter(({ fromMs }) => fromMs <= timeline.nowMs());
    waiting = waiting.filter(({ fromMs }) => fromMs > timeline.nowMs());
    const order = due.map(({ tx }) => ({ tx, rank: dice.below(1_000_000) }));
    return order.sort((a, b) => a.rank - b.rank).map(({ tx }) => tx);
  }

  function nextSeconds(): number {
    const drift = faults.lasts('block clock drifts', 0.02, 30_000) ? dice.between(-12, 12) : dice.below(3);
    return Math.max(head().seconds + 1, Math.floor(timeline.nowMs() / 1000) + drift);
  }

  function mine(): void {
    timeline.after(BLOCK_MS, 'block', mine);
    const open = head().number - finalizedNumber;
    if (open > 0 && faults.happens('reorg', 0.06)) reorg(dice.between(1, open));
    append(nextSeconds(), takeDue());
    if (faults.lasts('finality stalls', 0.02, 25_000)) return;
    finalizedNumber = Math.max(finalizedNumber, head().number - LAG_BLOCKS);
  }

  /** Takes the newest blocks back. Their transactions wait again, or are gone; other blocks take their place. */
  function reorg(depth: number): void {
    const gone = blocks.splice(blocks.length - depth);
    for (const nonce of gone.flatMap((block) => block.usedNonces)) state.used.delete(nonce);
    state.walletUnits = head().walletUnits;
    for (const tx of gone.flatMap((block) => block.txs)) {
      if (faults.happens('transaction lost in a reorg', 0.3)) continue;
      waiting.push({ tx, fromMs: timeline.nowMs() + (dice.chance(0.5) ? 0 : dice.below(20_000)) });
    }
    for (let i = 0; i < depth; i += 1) append(head().seconds + 1, takeDue());
  }

  function send(tx: Omit<Tx, 'hash'>, delayMs: number): void {
    const lateMs = faults.happens('inclusion late', 0.15) ? dice.below(60_000) : 0;
    waiting.push({ tx: { hash: nextHash('c'), ...tx }, fromMs: timeline.nowMs() + delayMs + lateMs });
    version += 1;
  }

  append(Math.floor(timeline.nowMs() / 1000), []);
  timeline.after(BLOCK_MS, 'block', mine);
  return {
    submit: (signed, delayMs) => send({ signed, depositUnits: 0n }, delayMs),
    reorg: (depth) => reorg(Math.min(depth, head().number - finalizedNumber)),
    deposit: (units, delayMs) => send({ signed: [], depositUnits: units }, delayMs),
    blocks: () => blocks,
    head,
    finalized: () => at(finalizedNumber),
    isUsed: (nonce) => state.used.has(nonce),
    waitingCount: () => waiting.length,
    version: () => version,
  };
}
