import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../../core/ports.ts';

const HOUR_MS = 3_600_000;

/** The machine's time, moved forward by what was advanced: one for the wallet, the issuer and the chain. */
export type MovableClock = Clock & {
  readonly advance: (hours: number) => void;
  /** By how many whole seconds it was moved in all. */
  readonly movedSeconds: () => number;
};

/** A clock that can be moved forward. Waiting takes as long as it takes. */
export function createMovableClock(): MovableClock {
  let movedMs = 0;
  return {
    nowMs: () => Date.now() + movedMs,
    wait: async (ms) => void (await delay(ms, undefined, { ref: false })),
    advance: (hours) => {
      if (!(hours >= 0)) throw new RangeError(`Time does not go back by ${hours} hours`);
      movedMs += Math.round(hours * HOUR_MS);
    },
    movedSeconds: () => Math.floor(movedMs / 1000),
  };
}
