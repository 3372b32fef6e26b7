/** How far a figure got, on the scale that the project set itself. */
export type Level = 'below the floor' | 'floor' | 'goal' | 'moonshot';

/** What must hold for each level of one piece of work, in words and as a check. */
export type Target<Figures> = {
  readonly words: readonly [floor: string, goal: string, moonshot: string];
  readonly floor: (figures: Figures) => boolean;
  readonly goal: (figures: Figures) => boolean;
  readonly moonshot: (figures: Figures) => boolean;
};

/** The highest level that the figures reach. */
export function levelOf<Figures>(target: Target<Figures>, figures: Figures): Level {
  if (target.moonshot(figures)) return 'moonshot';
  if (target.goal(figures)) return 'goal';
  return target.floor(figures) ? 'floor' : 'below the floor';
}

/** Authorizing over 64 connections; `ofEcho` is the share of the bare server's rate. */
export const P1: Target<{ perSecond: number; p99Ms: number; ofEcho: number }> = {
  words: ['3,000/s, p99 ≤ 150 ms', '6,000/s, p99 ≤ 40 ms', '≥ 0.5 × the bare echo, p99 ≤ 15 ms'],
  floor: ({ perSecond, p99Ms }) => perSecond >= 3000 && p99Ms <= 150,
  goal: ({ perSecond, p99Ms }) => perSecond >= 6000 && p99Ms <= 40,
  moonshot: ({ ofEcho, p99Ms }) => ofEcho >= 0.5 && p99Ms <= 15,
};

/** Authorizing over one connection. */
export const P2: Target<{ p50Ms: number }> = {
  words: ['p50 ≤ 2 ms', 'p50 ≤ 1 ms', 'p50 ≤ 0.7 ms'],
  floor: ({ p50Ms }) => p50Ms <= 2,
  goal: ({ p50Ms }) => p50Ms <= 1,
  moonshot: ({ p50Ms }) => p50Ms <= 0.7,
};

/** Starting the server and paying once; its memory when idle. */
export const P8: Target<{ paidMs: number; idleMiB: number }> = {
  words: ['≤ 3 s; ≤ 250 MB', '≤ 1 s; ≤ 150 MB', '≤ 0.5 s; ≤ 100 MB'],
  floor: ({ paidMs, idleMiB }) => paidMs <= 3000 && idleMiB <= 250,
  goal: ({ paidMs, idleMiB }) => paidMs <= 1000 && idleMiB <= 150,
  moonshot: ({ paidMs, idleMiB }) => paidMs <= 500 && idleMiB <= 100,
};

/** One command as a whole process. */
export const P10: Target<{ balanceMs: number }> = {
  words: ['≤ 400 ms', '≤ 200 ms', '≤ 120 ms'],
  floor: ({ balanceMs }) => balanceMs <= 400,
  goal: ({ balanceMs }) => balanceMs <= 200,
  moonshot: ({ balanceMs }) => balanceMs <= 120,
};
