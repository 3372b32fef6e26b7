import type { Asset } from '../../src/core/asset.ts';
import type { Decide } from '../../src/core/commit.ts';
import { decide } from '../../src/core/decide.ts';
import type { WalletId } from '../../src/core/id.ts';
import type { Payment } from '../../src/core/payment.ts';
import type { Policy } from '../../src/core/policy.ts';
import type { Chain, Clock, PaymentSigner, Rail, Store } from '../../src/core/ports.ts';
import { refuse } from '../../src/core/refusal.ts';
import { admit } from '../../src/http/credential.ts';
import { createCheckpointer } from '../../src/operations/checkpoint.ts';
import type { Context } from '../../src/operations/context.ts';
import type { Answer, Operation } from '../../src/operations/operation.ts';
import { ChainError } from '../../src/rails/evm/chain-error.ts';
import type { Registry } from '../../src/rails/evm/registry.ts';
import { createWatcher } from '../../src/rails/evm/watcher.ts';
import type { Fetcher } from '../../src/rails/x402/fetcher.ts';
import { createX402Rail } from '../../src/rails/x402/rail.ts';
import { steadyClock } from '../../src/serve/clock.ts';
import { followChains } from '../../src/serve/follow.ts';
import { StoreError } from '../../src/store/error.ts';
import { nodeHash } from '../../src/store/hash.ts';
import type { Timeline } from './clock.ts';
import type { Faults } from './faults.ts';
import type { Monitor } from './monitor.ts';
import type { Network } from './network.ts';
import { type Nodes, openNode } from './node.ts';
import type { Process } from './process.ts';
import type { Dice } from './random.ts';
import type { Scheme } from './signer.ts';
import { openStore, type StoreFlaws } from './store.ts';
import type { Vault } from './vault.ts';

/** A call as it comes in over the network. */
export type Call = {
  readonly token: string;
  readonly operation: Operation;
  readonly input: unknown;
  readonly key: string | null;
};

/** A bug put in on purpose: each part stands between two real ones. */
export type Plant = {
  readonly decide?: (real: Decide) => Decide;
  readonly store?: (real: Store, by: { readonly vault: Vault; readonly clock: Clock }) => Store;
  readonly rail?: (real: Rail) => Rail;
  readonly chain?: (real: Chain, clock: Clock) => Chain;
  readonly policy?: (real: Policy) => Policy;
  readonly flaws?: StoreFlaws;
  /** The machine's clock as it is, which can be set back. */
  readonly isClockRaw?: boolean;
};

/** What a server is started with, and what outlives it. */
export type ServerParts = {
  readonly process: Process;
  readonly timeline: Timeline;
  readonly dice: Dice;
  readonly faults: Faults;
  readonly vault: Vault;
  readonly nodes: Nodes;
  readonly network: Network;
  readonly monitor: Monitor;
  readonly scheme: Scheme;
  readonly registry: Registry;
  readonly asset: Asset;
  readonly policy: Policy;
  readonly walletId: WalletId;
  readonly operatorToken: string;
  /** How far the machine's clock is off. */
  readonly clockOffsetMs: () => number;
  readonly plant: Plant;
};

/** A running server: the wallet's real code in a process that can die at any of its waits. */
export type Server = {
  readonly process: Process;
  /** Whether it takes calls: not before it has read the chain once. */
  readonly isListening: () => boolean;
  readonly handle: (call: Call) => Promise<Answer<unknown>>;
};

const FOLLOW_MS = 4000;
/** Nothing here is sealed; an operation's context has to have one. */
const SEALER = { publicKey: '00'.repeat(32), sign: () => '00'.repeat(64) };

/** Starts the wallet over durable books, as `src/serve` does. */
export function startServer(parts: ServerParts): Server {
  const { process, timeline, dice, vault, nodes, monitor, asset, policy, walletId, plant } = parts;
  const wallMs = () => timeline.nowMs() + parts.clockOffsetMs();
  const clock: Clock = {
    nowMs: plant.isClockRaw === true ? wallMs : steadyClock(wallMs, timeline.nowMs),
    wait: (ms) =>
      process.ask('wait', (answer) => timeline.after(ms, 'wait', () => answer({ value: undefined }))),
  };
  const onDurable = monitor.onDurable;
  const decides = plant.decide?.(decide) ?? decide;
  const opened = openStore({ ...parts, clock, decide: decides, flaws: plant.flaws ?? {}, onDurable });
  const store = plant.store?.(opened, { vault, clock }) ?? opened;
  const node = openNode(nodes, parts);
  const chain = plant.chain?.(node, clock) ?? node;
  const wallet = { id: walletId, paymentAddress: parts.scheme.address };
  const watchers = [createWatcher({ store, chain, clock })];
  const log = (line: string) => checkLog(monitor, line);
  const follower = followChains({ watchers, wallet, clock, everyMs: FOLLOW_MS, log });
  const rail = openRail(parts);
  const context: Context = {
    store,
    clock,
    random: (length) => dice.bytes(length),
    hash: nodeHash,
    policy: plant.policy?.(policy) ?? policy,
    rails: new Map([['x402', plant.rail?.(rail) ?? rail]]),
    assets: [asset],
    chain: follower.facts,
    checkpoints: createCheckpointer({ store, hash: nodeHash, clock, signer: SEALER }),
    operatorTokenHash: nodeHash.sha256(parts.operatorToken),
    walletId,
    isSandbox: false,
    running: new Set(),
    cards: null,
  };
  let hasSynced = false;
  follower.sync().then(() => {
    hasSynced = true;
  });
  return {
    process,
    isListening: () => hasSynced && process.isAlive(),
    handle: (call) => handle(context, call, parts),
  };
}

async function handle(context: Context, call: Call, parts: ServerParts): Promise<Answer<unknown>> {
  const { monitor, process } = parts;
  try {
    const caller = await admit(context, call.operation.audience, `Bearer ${call.token}`);
    if ('outcome' in caller) return caller;
    const input = call.operation.input.parse(call.input);
    const answer = await call.operation.run(context, { caller, input, idempotencyKey: call.key });
    return answer.outcome === 'ok'
      ? { ...answer, output: call.operation.output.parse(answer.output) }
      : answer;
  } catch (error) {
    // What the simulation breaks is a StoreError; anything else broke by itself.
    const isPlanned = error instanceof StoreError || !process.isAlive();
    if (!isPlanned) monitor.fail(`An operation threw: ${String(error)}`);
    return refuse('internal_error', 'Something broke');
  }
}

/** The real rail over the simulated network, which says of each signature which payment it is for. */
function openRail({ process, network, monitor, scheme, registry }: ServerParts): Rail {
  let signing: Payment | null = null;
  const signer: PaymentSigner = {
    address: scheme.address,
    sign: (authorization) => {
      if (!process.isAlive()) throw new Error('A dead process signs nothing');
      const signature = scheme.sign(authorization);
      monitor.onSigned({ authorization, signature, payment: signing });
      return signature;
    },
  };
  const fetcher: Fetcher = {
    fetch: ({ target, method, headers }) =>
      process.ask('fetch', (answer) =>
        network.exchange({ url: target.url, method, headers }, (heard) =>
          answer({ value: heard.ok ? { ok: true, reply: { ...heard.reply, target } } : heard }),
        ),
      ),
    close: async () => undefined,
  };
  const rail = createX402Rail({ fetcher, rules: { admitted: new Map() }, assets: registry, signer });
  const present: Rail['present'] = (payment) => {
    signing = payment;
    try {
      return rail.present(payment);
    } finally {
      signing = null;
    }
  };
  return { ...rail, present };
}

const PLANNED: readonly string[] = [
  new StoreError('outcome_unknown', 'Nothing was written'),
  new StoreError('outcome_unknown', 'The answer was lost'),
  new StoreError('outcome_unknown', 'The books could not be read'),
  new ChainError('node_unreachable', 'The node did not answer'),
  new ChainError('chain_moving', 'The chain changed while it was read'),
].map(({ message }) => message);

/** What a node that is behind leads to: it has not come so far, or still has the block of another branch. */
const OLD_NODE = /^The node is behind|^Block [0-9]+ of .* was final as/;

/** Following the chain may fail for what the simulation breaks, and for no other reason. */
function checkLog(monitor: Monitor, line: string): void {
  const problem = line.replace('The chain could not be read: ', '');
  const isPlanned = PLANNED.includes(problem) || OLD_NODE.test(problem);
  if (!isPlanned) monitor.fail(`The log says: ${line}`);
}
