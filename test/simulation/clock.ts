import type { Dice } from './random.ts';

/** Virtual time. Everything that waits, waits here; among what is due at the same moment the dice choose. */
export type Timeline = {
  /** True time. The server's own clock may be off it. */
  readonly nowMs: () => number;
  /** Runs something once, this much later. */
  readonly after: (delayMs: number, what: string, run: () => void) => void;
  /** Resolves this much later. */
  readonly sleep: (delayMs: number, what: string) => Promise<void>;
  /** Must be called when a promise was resolved: what waits for it runs before the next event. */
  readonly wake: () => void;
  /** Adds to the history, so that its hash covers it. */
  readonly note: (what: string) => void;
  /** Runs the next event and all that follows from it at once; false when nothing is left to run. */
  readonly step: () => Promise<boolean>;
  readonly stepCount: () => number;
  /** A number that two runs share only if they went the same way. */
  readonly traceHash: () => string;
  /** The last lines of the history, newest last. */
  readonly tail: () => readonly string[];
};

type Event = {
  readonly atMs: number;
  readonly rank: number;
  readonly what: string;
  readonly run: () => void;
};

/** More rounds of microtasks than any chain of awaits between two events is long. */
const ROUNDS = 60;
const TAIL_LENGTH = 400;

/** Opens a timeline. `keepsTail` keeps the last lines of the history, for a person to read. */
export function openTimeline(options: {
  readonly dice: Dice;
  readonly startMs: number;
  readonly keepsTail?: boolean;
}): Timeline {
  const { dice, keepsTail = false } = options;
  const heap: Event[] = [];
  const tail: string[] = [];
  let nowMs = options.startMs;
  let steps = 0;
  let isAwake = false;
  let high = 0x811c9dc5;
  let low = 0x1b873593;

  function note(what: string): void {
    for (let i = 0; i < what.length; i += 1) {
      const code = what.charCodeAt(i);
      high = Math.imul(high ^ code, 0x01000193);
      low = Math.imul(low ^ (code + i), 0x85ebca6b) ^ (low >>> 13);
    }
    if (keepsTail && tail.push(`${new Date(nowMs).toISOString().slice(11)} ${what}`) > TAIL_LENGTH * 2) {
      tail.splice(0, TAIL_LENGTH);
    }
  }

  function after(delayMs: number, what: string, run: () => void): void {
    push(heap, { atMs: nowMs + Math.max(0, delayMs), rank: dice.below(2 ** 32), what, run });
  }

  const wake = () => {
    isAwake = true;
  };

  async function step(): Promise<boolean> {
    const event = pop(heap);
    if (event === null) return false;
    nowMs = event.atMs;
    steps += 1;
    note(event.what);
    event.run();
    if (!isAwake) return true;
    isAwake = false;
    for (let i = 0; i < ROUNDS; i += 1) await undefined;
    return true;
  }

  return {
    nowMs: () => nowMs,
    after,
    sleep: (delayMs, what) =>
      new Promise((resolve) => {
        after(delayMs, what, () => {
          wake();
          resolve();
        });
      }),
    wake,
    note,
    step,
    stepCount: () => steps,
    traceHash: () => `${steps}/${nowMs}/${(high >>> 0).toString(16)}${(low >>> 0).toString(16)}`,
    tail: () => tail.slice(-TAIL_LENGTH),
  };
}

function isBefore(a: Event, b: Event): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.rank < b.rank);
}

function push(heap: Event[], event: Event): void {
  let at = heap.push(event) - 1;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (!isBefore(event, heap[parent] as Event)) break;
    heap[at] = heap[parent] as Event;
    at = parent;
  }
  heap[at] = event;
}

function pop(heap: Event[]): Event | null {
  const top = heap[0];
  const last = heap.pop();
  if (top === undefined || last === undefined) return null;
  if (heap.length === 0) return top;
  let at = 0;
  for (;;) {
    const left = at * 2 + 1;
    const right = left + 1;
    if (left >= heap.length) break;
    const child = right < heap.length && isBefore(heap[right] as Event, heap[left] as Event) ? right : left;
    if (!isBefore(heap[child] as Event, last)) break;
    heap[at] = heap[child] as Event;
    at = child;
  }
  heap[at] = last;
  return top;
}
