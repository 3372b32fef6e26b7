import type { Address, Asset } from '../../src/core/asset.ts';
import type { Activity, Block, Chain } from '../../src/core/ports.ts';
import { ChainError } from '../../src/rails/evm/chain-error.ts';
import { pair } from '../../src/rails/evm/logs.ts';
import type { SimChain } from './chain.ts';
import type { Timeline } from './clock.ts';
import type { Faults } from './faults.ts';
import type { Process } from './process.ts';
import type { Dice } from './random.ts';
import type { ChainBlock } from './token.ts';

/** The chain as one node has it: as it is, or as it was when the node last heard of it. */
type View = { readonly blocks: readonly ChainBlock[]; readonly finalizedNumber: number };

/** What stands behind one URL: nodes that may be down, behind or on a branch that does not count any more. */
export type Nodes = { readonly view: () => View | null; readonly chain: SimChain };

/** Starts the nodes. They outlive the server's process. */
export function startNodes(chain: SimChain, by: { timeline: Timeline; dice: Dice; faults: Faults }): Nodes {
  const { timeline, dice, faults } = by;
  let old: View | null = null;
  let oldUntilMs = 0;

  const fresh = (): View => ({ blocks: chain.blocks(), finalizedNumber: chain.finalized().number });
  const isOffBranch = ({ blocks }: View) => blocks.at(-1) !== chain.blocks()[blocks.length - 1];

  function view(): View | null {
    if (faults.lasts('node down', 0.01, 15_000)) return null;
    if (timeline.nowMs() >= oldUntilMs || faults.isStopped()) {
      old = { ...fresh(), blocks: [...chain.blocks()] };
      oldUntilMs = timeline.nowMs() + dice.between(5_000, 30_000);
    }
    if (old === null || !faults.lasts('node behind', 0.03, 10_000)) return fresh();
    if (isOffBranch(old)) faults.count('node on another branch');
    return old;
  }
  return { view, chain };
}

/** The chain as the rails see it through these nodes, with the same checks as behind a real one. */
export function openNode(
  nodes: Nodes,
  by: { process: Process; asset: Asset; timeline: Timeline; dice: Dice; faults: Faults },
): Chain {
  const { process, asset, timeline, dice, faults } = by;
  let lastFinal: Block | null = null;

  /** One question: what the answering node knows when it answers. */
  function ask<T>(what: string, read: (view: View) => T): Promise<T> {
    return process.ask(`node ${what}`, (answer) =>
      timeline.after(dice.between(1, 40), `node ${what}`, () => {
        try {
          const view = nodes.view();
          if (view === null) throw new ChainError('node_unreachable', 'The node did not answer');
          answer({ value: read(view) });
        } catch (error) {
          answer({ error });
        }
      }),
    );
  }

  function blocks(): Promise<{ readonly latest: Block; readonly finalized: Block }> {
    const before = lastFinal;
    return ask('blocks', (view) => {
      const finalized = blockAt(view, view.finalizedNumber);
      const latest = blockAt(view, lastNumber(view));
      if (before !== null && finalized.number < before.number) throw behind(before.number, finalized.number);
      if (before?.number === finalized.number && before.hash !== finalized.hash) {
        throw new ChainError('finality_broken', `The finalized block ${finalized.number} is another one now`);
      }
      if (lastFinal === null || finalized.number > lastFinal.number) lastFinal = finalized;
      return { latest, finalized };
    });
  }

  function activity(address: Address, range: { readonly from: number; readonly to: number }) {
    return ask('activity', (view): Activity & { readonly to: Block } => {
      const to = blockAt(view, range.to);
      if (faults.happens('chain moved while it was read', 0.02)) {
        throw new ChainError('chain_moving', 'The chain changed while it was read');
      }
      const first = view.blocks[0]?.number ?? 0;
      const logs = view.blocks.slice(range.from - first, range.to + 1 - first).flatMap((block) => block.logs);
      return { ...pair(logs, address), to };
    });
  }

  return {
    network: asset.network,
    assets: [asset],
    blocks,
    activity,
    block: (number) => ask('block', (view) => blockAt(view, number)),
    isNonceUsed: ({ nonce }, atBlock) =>
      ask('nonce', (view) => {
        blockAt(view, atBlock);
        return view.blocks.some((block) => block.number <= atBlock && block.usedNonces.includes(nonce));
      }),
    balance: (_asset, _address, atBlock) => ask('balance', (view) => found(view, atBlock).walletUnits),
  };
}

function lastNumber({ blocks }: View): number {
  return (blocks[0]?.number ?? 0) + blocks.length - 1;
}

function found(view: View, number: number): ChainBlock {
  const block = view.blocks[number - (view.blocks[0]?.number ?? 0)];
  if (block === undefined) throw behind(number, lastNumber(view));
  return block;
}

function blockAt(view: View, number: number): Block {
  const { hash, seconds } = found(view, number);
  return { number, hash, seconds };
}

function behind(known: number, now: number): ChainError {
  return new ChainError('node_behind', `The node is behind: block ${known} was known, it has ${now}`);
}
