import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Period, windowOf } from './scope.ts';

const CASES: readonly (readonly [Period, string, string])[] = [
  ['day', '2026-03-31T23:59:59.999Z', 'day:2026-03-31'],
  ['day', '2026-04-01T00:00:00.000Z', 'day:2026-04-01'],
  ['day', '2028-02-29T12:00:00.000Z', 'day:2028-02-29'],
  ['week', '2026-03-29T23:59:59.999Z', 'week:2026-03-23'],
  ['week', '2026-03-30T00:00:00.000Z', 'week:2026-03-30'],
  ['week', '2026-04-05T23:59:59.999Z', 'week:2026-03-30'],
  ['week', '2026-01-01T00:00:00.000Z', 'week:2025-12-29'],
  ['month', '2026-03-31T23:59:59.999Z', 'month:2026-03'],
  ['month', '2026-04-01T00:00:00.000Z', 'month:2026-04'],
  ['month', '2026-12-31T23:59:59.999Z', 'month:2026-12'],
];
test.each(CASES)('the %s of %s is %s, in UTC', (every, at, window) => {
  expect(windowOf(every, Date.parse(at))).toBe(window);
});

test('a window is one run of time: two moments share it exactly when no boundary is between them', () => {
  const moment = fc.integer({ min: 0, max: Date.UTC(2100, 0, 1) });
  const step = fc.integer({ min: 0, max: 40 * 86_400_000 });
  fc.assert(
    fc.property(fc.constantFrom<Period>('day', 'week', 'month'), moment, step, (every, atMs, stepMs) => {
      expect(windowOf(every, atMs) === windowOf(every, atMs + stepMs)).toBe(
        indexOf(every, atMs) === indexOf(every, atMs + stepMs),
      );
    }),
    { numRuns: 1000 },
  );
});

/** Counted from 1970 without a calendar, but for the months. */
function indexOf(every: Period, atMs: number): number {
  const day = Math.floor(atMs / 86_400_000);
  if (every === 'day') return day;
  if (every === 'week') return Math.floor((day + 3) / 7);
  const date = new Date(atMs);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}
