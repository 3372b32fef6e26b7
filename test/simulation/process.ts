import type { Timeline } from './clock.ts';

/** What comes back from outside the process. */
export type Result<T> = { readonly value: T } | { readonly error: unknown };

/** When to crash: at the nth wait for something outside, before it is asked or once it has happened. */
export type CrashPoint = { readonly index: number; readonly side: 'before' | 'after' };

/** Counts the waits of all processes of a history, and says at which of them one dies. */
export type Crashes = {
  readonly next: () => number;
  readonly isDue: (index: number, side: CrashPoint['side']) => boolean;
};

/**
 * One life of the server. All that it waits for comes from outside through `ask`, so that a crash can be put before
 * and after each of these waits. Code between two of them has no effect that outlives the process: crashing there is
 * the same as crashing at the next one before it is asked.
 */
export type Process = {
  readonly isAlive: () => boolean;
  /** Waits for something outside. A dead process waits for ever. */
  readonly ask: <T>(what: string, begin: (answer: (result: Result<T>) => void) => void) => Promise<T>;
  /** Ends it: its memory is gone, and nothing of it ever answers. */
  readonly kill: () => void;
};

/** Starts a process; `onDeath` is called once. */
export function startProcess(by: {
  readonly timeline: Timeline;
  readonly crashes: Crashes;
  readonly onDeath: () => void;
}): Process {
  const { timeline, crashes, onDeath } = by;
  let isAlive = true;

  function kill(): void {
    if (!isAlive) return;
    isAlive = false;
    onDeath();
  }

  function ask<T>(what: string, begin: (answer: (result: Result<T>) => void) => void): Promise<T> {
    return new Promise((resolve, reject) => {
      if (!isAlive) return;
      const index = crashes.next();
      timeline.note(`asks ${what}`);
      if (crashes.isDue(index, 'before')) return kill();
      begin((result) => {
        if (!isAlive) return;
        if (crashes.isDue(index, 'after')) return kill();
        timeline.wake();
        if ('error' in result) reject(result.error);
        else resolve(result.value);
      });
    });
  }

  return { isAlive: () => isAlive, ask, kill };
}
