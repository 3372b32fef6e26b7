import type { Timeline } from './clock.ts';
import type { Dice } from './random.ts';

/** Everything that can go wrong, or that somebody can do to the wallet. Each must really happen in a long enough run. */
export const FAULTS = [
  // The server's process
  'crash at any time',
  'crash before a call',
  'crash after a call',
  'clock ahead',
  'clock back',
  'clock back while down',
  // Its store
  'commit slow',
  'commit failed',
  'commit reply lost',
  'commit reply late',
  'read failed',
  // Between agent or operator and the wallet
  'call lost',
  'call twice',
  'call late',
  'answer lost',
  'answer late',
  // Between the wallet, or an agent, and a payee
  'payee unreachable',
  'request lost',
  'request twice',
  'request late',
  'reply lost',
  'reply late',
  // Payees
  'payee fails unpaid',
  'payee asks again',
  'payee asks again after settling',
  'payee raises the price',
  'payee raises the price after settling',
  'payee changes the address',
  'payee keeps silent after settling',
  'payee fails after settling',
  'payee fails without settling',
  'payee claims to have settled',
  'payee settles in the last moment',
  'payee settles late behind a failure',
  // The chain and its node
  'inclusion late',
  'reorg',
  'transaction lost in a reorg',
  'finality stalls',
  'block clock drifts',
  'settled in one transaction with others',
  'submitted by an outsider first',
  'submitted in the last moment',
  'submitted after the end',
  'deposit',
  'node down',
  'node behind',
  'node on another branch',
  'chain moved while it was read',
  // Operators
  'mandate revoked',
  'agent revoked',
  'agent frozen',
  'wallet frozen',
  'freeze lifted',
  'stopped while a payment is decided',
  // Agents
  'same key again',
  'same key at once',
  'new key for the same',
  'key for something else',
  'overspends at once',
  'header used twice',
  'header kept until the last moment',
  'header never used',
] as const;
export type Fault = (typeof FAULTS)[number];

/** Decides when things go wrong, and counts what did. */
export type Faults = {
  /** Whether it happens now; `share` is how often it does when this history has that fault. */
  readonly happens: (fault: Fault, share: number) => boolean;
  /** Whether a spell of it is on: one that begins with this share lasts so long. */
  readonly lasts: (fault: Fault, share: number, ms: number) => boolean;
  /** Counts something that happened by itself. */
  readonly count: (fault: Fault) => void;
  /** From now on nothing goes wrong any more. */
  readonly stop: () => void;
  readonly isStopped: () => boolean;
  readonly counts: ReadonlyMap<Fault, number>;
};

/** Which faults a history has: none, or its own random selection, each often or seldom. */
export type FaultMix = 'none' | 'swarm';

/** Opens the faults of one history. Histories with few kinds of faults find what those with all of them hide. */
export function openFaults(mix: FaultMix, by: { readonly dice: Dice; readonly timeline: Timeline }): Faults {
  const { dice, timeline } = by;
  const density = mix === 'none' ? 0 : dice.pick([0.15, 0.4, 0.8]);
  const factors = new Map(FAULTS.map((fault) => [fault, dice.chance(density) ? dice.pick([0.5, 1, 3]) : 0]));
  const counts = new Map<Fault, number>();
  const untilMs = new Map<Fault, number>();
  let isStopped = mix === 'none';

  const count = (fault: Fault) => {
    counts.set(fault, (counts.get(fault) ?? 0) + 1);
    timeline.note(fault);
  };
  const happens = (fault: Fault, share: number) => {
    const factor = isStopped ? 0 : (factors.get(fault) ?? 0);
    if (factor === 0 || !dice.chance(share * factor)) return false;
    count(fault);
    return true;
  };
  return {
    happens,
    lasts: (fault, share, ms) => {
      if (isStopped) return false;
      if (timeline.nowMs() < (untilMs.get(fault) ?? 0)) return true;
      if (!happens(fault, share)) return false;
      untilMs.set(fault, timeline.nowMs() + dice.between(1, ms));
      return true;
    },
    count,
    stop: () => {
      isStopped = true;
    },
    isStopped: () => isStopped,
    counts,
  };
}
