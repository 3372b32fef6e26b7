import { expect, test } from 'vitest';
import { compareCodes, REFUSALS, type RefusalCode, refuse } from './refusal.ts';

const CODES = Object.keys(REFUSALS) as RefusalCode[];

test('codes are lower snake case, and each has a status and a hint that says what to do', () => {
  for (const code of CODES) {
    const { status, hint, retryable } = REFUSALS[code];
    expect(code).toMatch(/^[a-z]+(_[a-z]+)*$/);
    expect(status >= 400 && status < 600).toBe(true);
    expect(hint).toMatch(/^[A-Z].*[^.]$/);
    expect(typeof retryable).toBe('boolean');
  }
});

test('what can pass by itself is exactly what is our own side, a clock or a call under way', () => {
  expect(CODES.filter((code) => REFUSALS[code].retryable)).toEqual([
    'request_in_progress',
    'challenge_not_found',
    'issuer_unavailable',
    'checkout_unreachable',
    'payee_unreachable',
    'clock_skew',
    'engine_unavailable',
    'internal_error',
  ]);
});

test('the table is the order of precedence', () => {
  expect(CODES.toReversed().sort(compareCodes)).toEqual(CODES);
  expect(compareCodes('wallet_frozen', 'mandate_expired')).toBeLessThan(0);
  expect(compareCodes('wallet_frozen', 'wallet_frozen')).toBe(0);
});

test('a refusal without numbers has no field for them', () => {
  expect(refuse('state_conflict', 'No')).toStrictEqual({
    outcome: 'refused',
    code: 'state_conflict',
    detail: 'No',
  });
  expect(refuse('velocity_exceeded', 'No', { retryAt: 'then' })).toStrictEqual({
    outcome: 'refused',
    code: 'velocity_exceeded',
    detail: 'No',
    numbers: { retryAt: 'then' },
  });
});
