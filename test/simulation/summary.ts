import { FAULTS, type Fault } from './faults.ts';
import type { Report } from './history.ts';

/** What many histories came to. Plain data, so that it crosses threads. */
export type Summary = {
  readonly histories: number;
  readonly steps: number;
  readonly waits: number;
  readonly signatures: number;
  readonly finished: number;
  /** The longest that a payment was open after final time was past its end, without faults. */
  readonly lateMs: number;
  readonly payments: Readonly<Record<string, number>>;
  readonly refusals: Readonly<Record<string, number>>;
  readonly faults: Readonly<Partial<Record<Fault, number>>>;
  /** The seeds that broke a promise, and the first one each broke. */
  readonly broken: readonly { readonly seed: number; readonly violation: string }[];
};

export const EMPTY: Summary = {
  ...{ histories: 0, steps: 0, waits: 0, signatures: 0, finished: 0, lateMs: 0 },
  ...{ payments: {}, refusals: {}, faults: {}, broken: [] },
};

/** A history as a summary of one. */
export function summaryOf(report: Report): Summary {
  const { seed, steps, waits, signatures, finished, lateMs, violations } = report;
  return {
    ...{ histories: 1, steps, waits, signatures, finished, lateMs },
    payments: Object.fromEntries(report.payments),
    refusals: Object.fromEntries(report.refusals),
    faults: Object.fromEntries(report.faults),
    broken: violations.slice(0, 1).map((violation) => ({ seed, violation })),
  };
}

/** Two summaries in one. */
export function join(a: Summary, b: Summary): Summary {
  return {
    histories: a.histories + b.histories,
    steps: a.steps + b.steps,
    waits: a.waits + b.waits,
    signatures: a.signatures + b.signatures,
    finished: a.finished + b.finished,
    lateMs: Math.max(a.lateMs, b.lateMs),
    payments: addUp(a.payments, b.payments),
    refusals: addUp(a.refusals, b.refusals),
    faults: addUp(a.faults, b.faults),
    broken: [...a.broken, ...b.broken],
  };
}

/** The faults that never happened. */
export function missingFaults({ faults }: Summary): readonly Fault[] {
  return FAULTS.filter((fault) => (faults[fault] ?? 0) === 0);
}

/** A summary for a person to read. */
export function show(summary: Summary, seconds: number): string {
  const { histories, steps, waits, signatures, finished, lateMs, payments, refusals, faults, broken } =
    summary;
  const most = Math.max(...FAULTS.map((fault) => fault.length));
  return [
    `${histories} histories in ${seconds.toFixed(1)} s: ${(histories / seconds).toFixed(0)} a second`,
    `${steps} steps, ${waits} waits of the server, ${signatures} signatures, ${finished} final answers`,
    `payments: ${list(payments)}`,
    `refused: ${list(refusals)}`,
    `slowest proof after the end was final: ${lateMs / 1000} s`,
    'faults:',
    ...FAULTS.map((fault) => `  ${fault.padEnd(most)} ${faults[fault] ?? 0}`),
    `violations: ${broken.length}`,
    ...broken.map(({ seed, violation }) => `  seed ${seed}: ${violation}`),
  ].join('\n');
}

function list(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .sort(([, a], [, b]) => b - a)
    .map(([name, count]) => `${count} ${name}`)
    .join(', ');
}

function addUp<K extends string>(
  a: Partial<Record<K, number>>,
  b: Partial<Record<K, number>>,
): Record<K, number> {
  const sum = { ...a } as Record<K, number>;
  for (const [key, count] of Object.entries(b) as [K, number][]) sum[key] = (sum[key] ?? 0) + count;
  return sum;
}
