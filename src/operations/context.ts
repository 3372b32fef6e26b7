import type { Agent } from '../core/agent.ts';
import type { Asset, AssetId } from '../core/asset.ts';
import type { Hash } from '../core/hash.ts';
import type { WalletId } from '../core/id.ts';
import type { Policy } from '../core/policy.ts';
import type { Clock, Rail, Random, Store } from '../core/ports.ts';
import type { RailId } from '../core/scope.ts';
import type { CardParts } from './cards.ts';
import type { Checkpointer } from './checkpoint.ts';

/** Everything an operation works with. Made once, in `src/serve`; the simulation makes its own. */
export type Context = {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly hash: Hash;
  readonly policy: Policy;
  readonly rails: ReadonlyMap<RailId, Rail>;
  /** The assets this server admits. */
  readonly assets: readonly Asset[];
  readonly chain: ChainFacts;
  readonly checkpoints: Checkpointer;
  /** SHA-256 of the operator's token, hex: it reads and prepares, and approves nothing. */
  readonly operatorTokenHash: string;
  /** The wallet this server keeps. */
  readonly walletId: WalletId;
  /** A world to try things in: its money is worth nothing. */
  readonly isSandbox: boolean;
  /** Keys of calls that run in this process now. */
  readonly running: Set<string>;
  /** Null where the operator configured no issuer of cards. */
  readonly cards: CardParts | null;
};

/** What following the chain tells besides the books. */
export type ChainFacts = {
  /** How far the newest block is from our clock, in seconds; null while no node answers. */
  readonly skewSeconds: () => number | null;
  /** Money on its way in that is not final yet. */
  readonly incoming: () => readonly { readonly assetId: AssetId; readonly amountUnits: bigint }[];
};

/** Who calls: known by a credential, or nobody in particular. The operator's token approves nothing. */
export type Caller =
  | { readonly kind: 'agent'; readonly agent: Agent }
  | { readonly kind: 'operator' }
  | { readonly kind: 'anyone' };
