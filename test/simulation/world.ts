import type { Policy } from '../../src/core/policy.ts';
import * as Approval from '../../src/operations/approval.ts';
import type { Answer, Operation } from '../../src/operations/operation.ts';
import * as Payment from '../../src/operations/payment.ts';
import { ENTRY, enrol, type Grant, OPERATOR_TOKEN, REGISTRY, WALLET } from './cast.ts';
import { type SimChain, startChain } from './chain.ts';
import { openTimeline, type Timeline } from './clock.ts';
import { type FaultMix, type Faults, openFaults } from './faults.ts';
import { type Monitor, openMonitor } from './monitor.ts';
import { type Network, openNetwork, type Way } from './network.ts';
import { startNodes } from './node.ts';
import { openPayee, type Shop } from './payee.ts';
import { type Crashes, type CrashPoint, startProcess } from './process.ts';
import { type Dice, openDice } from './random.ts';
import { type Call, type Plant, type Server, startServer } from './server.ts';
import { curveScheme, hashScheme } from './signer.ts';
import { openVault, type Vault } from './vault.ts';

/** Who takes part in a history, and by which numbers. */
export type Setting = {
  readonly startMs: number;
  readonly openingUnits: bigint;
  readonly agentCount: number;
  readonly grants: readonly Grant[];
  readonly shops: readonly Omit<Shop, 'entry'>[];
  readonly policy: Policy;
  /** Signs with the curve instead of a hash. */
  readonly isCurve: boolean;
};

/** How a history is run. */
export type RunOptions = {
  readonly seed: number;
  readonly mix: FaultMix;
  readonly plant?: Plant;
  /** Crashes at these waits of the server; without it, where the faults say. */
  readonly crashAt?: readonly CrashPoint[];
  readonly keepsTail?: boolean;
};

/** Everything there is in a history. */
export type World = {
  readonly timeline: Timeline;
  readonly dice: Dice;
  readonly faults: Faults;
  readonly chain: SimChain;
  readonly vault: Vault;
  readonly monitor: Monitor;
  readonly network: Network;
  /** Calls the wallet over the network; null when no answer came in time. */
  readonly call: (call: Call, patienceMs: number) => Promise<Answer<unknown> | null>;
  /** The same from the server's own machine: nothing is lost on the way. */
  readonly callNear: (call: Call, patienceMs: number) => Promise<Answer<unknown> | null>;
  /** Ends the server's process; another one starts after a while. */
  readonly crash: () => void;
  /** Whether the server takes calls. */
  readonly isListening: () => boolean;
  readonly moveClock: (byMs: number) => void;
  /** How often the server waited for something outside of it. */
  readonly waitCount: () => number;
};

const CALL: Way = { lost: 'call lost', late: 'call late', twice: 'call twice' };
const ANSWER: Way = { lost: 'answer lost', late: 'answer late' };

/** Sets up a world, and starts its chain and its server. */
export function openWorld(setting: Setting, options: RunOptions): World {
  const { mix, plant = {}, crashAt, keepsTail = false } = options;
  const dice = openDice(options.seed);
  const timeline = openTimeline({ dice: dice.fork(), startMs: setting.startMs, keepsTail });
  const faults = openFaults(mix, { dice: dice.fork(), timeline });
  const base = { timeline, dice, faults };
  const [asset] = ENTRY.assets;
  if (asset === undefined) throw new Error('The chain has no asset');
  const scheme = setting.isCurve ? curveScheme(asset) : hashScheme();
  const holder = { asset, address: scheme.address, isSigned: scheme.isSigned };
  const chain = startChain({ ...base, holder, openingUnits: setting.openingUnits });
  const vault = openVault();
  const monitor = openMonitor({ vault, chain, timeline, policy: setting.policy });
  const payees = new Map(
    setting.shops.map((shop) => [shop.host, openPayee({ ...shop, entry: ENTRY }, { ...base, chain })]),
  );
  const network = openNetwork({ ...base, payees, chain });
  const nodes = startNodes(chain, base);
  const crashes = crashesOf(faults, crashAt);
  let offsetMs = 0;
  let server: Server | null = null;

  enrol({ ...setting, paymentAddress: scheme.address }, { vault, monitor, nowMs: timeline.nowMs() });
  const parts = {
    ...{ ...base, vault, nodes, network, monitor, scheme, asset, plant, registry: REGISTRY },
    ...{
      policy: setting.policy,
      walletId: WALLET,
      operatorToken: OPERATOR_TOKEN,
      clockOffsetMs: () => offsetMs,
    },
  };

  function boot(): void {
    const onDeath = () => {
      timeline.note('the process dies');
      if (faults.happens('clock back while down', 0.5)) offsetMs -= dice.between(1000, 25_000);
      timeline.after(crashAt === undefined ? dice.between(5, 8000) : 50, 'the process starts', boot);
    };
    server = startServer({ ...parts, process: startProcess({ timeline, crashes, onDeath }) });
  }

  type Carry = (what: string, way: Way, arrive: () => void) => void;
  const near: Carry = (what, _way, arrive) => timeline.after(dice.below(2), what, arrive);

  function callBy(carry: Carry, made: Call, patienceMs: number): Promise<Answer<unknown> | null> {
    return new Promise((resolve) => {
      const finish = (answer: Answer<unknown> | null) => {
        timeline.wake();
        resolve(answer);
      };
      timeline.after(patienceMs, 'the caller gives up', () => finish(null));
      carry(`call ${made.operation.name}`, CALL, () => {
        const at = server;
        if (at?.isListening() !== true) return;
        timeline.wake();
        at.handle(made).then((answer) => {
          if (!at.process.isAlive()) return;
          record(monitor, made, answer);
          carry('answer', ANSWER, () => finish(answer));
        });
      });
    });
  }

  boot();
  return {
    ...{ ...base, chain, vault, monitor, network },
    call: (made, patienceMs) => callBy(network.send, made, patienceMs),
    callNear: (made, patienceMs) => callBy(near, made, patienceMs),
    crash: () => server?.process.kill(),
    isListening: () => server?.isListening() === true,
    moveClock: (byMs) => {
      offsetMs += byMs;
    },
    waitCount: crashes.count,
  };
}

/** Tells the monitor what the server said, whether or not it arrives. */
function record(monitor: Monitor, { operation, input, key, token }: Call, answer: Answer<unknown>): void {
  if (is(operation, Payment.execute) && key !== null) {
    monitor.onAnswered(`${token}/${key}`, JSON.stringify(input), answer as Answer<Payment.ExecuteOutput>);
  }
  if (is(operation, Approval.sign) && answer.outcome === 'ok') {
    monitor.onAcknowledged((answer.output as { id: string }).id);
  }
}

function is(operation: Operation, other: { readonly name: string }): boolean {
  return operation.name === other.name;
}

/** Crashes where the plan says; without one, where the faults say. */
function crashesOf(
  faults: Faults,
  plan: readonly CrashPoint[] | undefined,
): Crashes & { count: () => number } {
  let count = 0;
  return {
    next: () => {
      count += 1;
      return count - 1;
    },
    isDue: (index, side) => {
      if (plan !== undefined) return plan.some((point) => point.index === index && point.side === side);
      return faults.happens(side === 'before' ? 'crash before a call' : 'crash after a call', 0.0015);
    },
    count: () => count,
  };
}
