import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { ISSUERS } from '../../src/core/card/card.ts';
import { runScenarios } from '../../src/sandbox/scenarios/run.ts';
import { type Reading, readScenarios } from '../../src/sandbox/scenarios/scenario.ts';
import { expectAllRight, runFile } from './scenario-file.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const OWN = join(import.meta.dirname, 'scenarios.json');
const TIMEOUT = { timeout: 240_000 };

test.each(ISSUERS)('every scenario comes out as expected with the issuer %s', TIMEOUT, async (issuer) => {
  const results = await runFile(OWN, issuer);
  expect(results.length).toBeGreaterThanOrEqual(70);
  expectAllRight(results, issuer);
});

const SETTLED = {
  id: 'settled',
  steps: [
    { event: 'card.create', amount_cents: 2500, fee_cents: 20 },
    { event: 'auth.request', ref: 'a', amount_cents: 9900 },
    { event: 'auth.request', ref: 'b', amount_cents: 2500 },
    { event: 'clearing', ref: 'c', auth: 'b', amount_cents: 2600 },
    { event: 'card.recharge', amount_cents: 100, name: 'late' },
    { event: 'assert', expect: { receivable: 100 } },
    { event: 'refund', ref: 'r', of: 'c', amount_cents: 300 },
  ],
  expect: {
    declines: [{ ref: 'a', reason: 'amount_exceeds_locked' }],
    card_status: 'closed',
    close_reason: 'settled',
    captured: 2600,
    released: 0,
    refunded: 200,
    held: 0,
    reserved: 0,
    receivable: 0,
    suspense: 0,
    wallet_delta: -2320,
    exceptions: ['over_capture', 'shortfall'],
    api_errors: [{ name: 'late', error: 'card_not_rechargeable' }],
  },
} as const;

/** The same scenario with one thing in it that is not so. */
const PLANTS: readonly (readonly [string, object])[] = [
  ['wallet_delta: expected -2319, got -2320', { expect: { ...SETTLED.expect, wallet_delta: -2319 } }],
  ['captured: expected 2500, got 2600', { expect: { ...SETTLED.expect, captured: 2500 } }],
  ['refunded: expected 300, got 200', { expect: { ...SETTLED.expect, refunded: 300 } }],
  ['close_reason: expected voided, got settled', { expect: { ...SETTLED.expect, close_reason: 'voided' } }],
  [
    'declines[0]: expected a card_used, got a amount_exceeds_locked',
    { expect: { ...SETTLED.expect, declines: [{ ref: 'a', reason: 'card_used' }] } },
  ],
  [
    'declines[0]: expected nothing, got a amount_exceeds_locked',
    { expect: { ...SETTLED.expect, declines: [] } },
  ],
  [
    'declines[1]: expected b card_used, got nothing',
    {
      expect: {
        ...SETTLED.expect,
        declines: [...SETTLED.expect.declines, { ref: 'b', reason: 'card_used' }],
      },
    },
  ],
  [
    'api_errors[0]: expected nothing, got late card_not_rechargeable',
    { expect: { ...SETTLED.expect, api_errors: [] } },
  ],
  [
    'exceptions: expected force_post, got over_capture, shortfall',
    { expect: { ...SETTLED.expect, exceptions: ['force_post'] } },
  ],
  [
    'step 2 (assert): receivable: expected 1, got 0',
    {
      steps: [
        { event: 'card.create', amount_cents: 2500 },
        { event: 'assert', expect: { receivable: 1 } },
      ],
    },
  ],
  [
    'step 3 (card.recharge): was refused with card_not_rechargeable',
    {
      steps: [
        ...SETTLED.steps.slice(0, 1),
        { event: 'card.close' },
        { ...SETTLED.steps[4], name: undefined },
      ],
    },
  ],
  [
    'card_status: expected active, got closed',
    {
      steps: [
        { event: 'card.create', amount_cents: 2500 },
        {
          event: 'parallel',
          steps: [{ event: 'auth.request', ref: 'a', amount_cents: 400 }, { event: 'card.close' }],
        },
      ],
      expect: { card_status: 'active' },
      expect_alternatives: [{ note: 'either may be first' }],
    },
  ],
  ['step 1 (card.close): there is no such card', { steps: [{ event: 'card.close' }] }],
];

const fileOf = (scenarios: readonly object[]) => JSON.stringify({ schema_version: 1, scenarios });

test('a wrong expectation is a difference, whatever it is about', TIMEOUT, async () => {
  const wrong = PLANTS.map(([difference, change]) => ({ ...SETTLED, ...change, id: difference }));
  const readings: readonly Reading[] = readScenarios(fileOf([SETTLED, ...wrong]));
  const results = await runScenarios(readings, { issuer: 'sandbox', report: () => {} });
  const found = results.map((one) => ('difference' in one ? one.difference : one.kind));
  expect(found).toEqual(['passed', ...PLANTS.map(([difference]) => difference)]);
});

test('the command prints a line for each scenario and the sums, and fails on a difference', TIMEOUT, () => {
  const folder = mkdtempSync(join(tmpdir(), 'fluxa-scenarios-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'file.json');
  const wrong = { ...SETTLED, id: 'wrong', expect: { ...SETTLED.expect, held: 1 } };
  writeFileSync(path, fileOf([SETTLED, wrong, { id: 'odd', steps: [{ event: 'card.melt' }], expect: {} }]));
  const command = (...args: readonly string[]) => {
    const main = join(ROOT, 'src/sandbox/scenarios/main.ts');
    const { status, stdout } = spawnSync(process.execPath, [main, path, ...args], { encoding: 'utf8' });
    return [status, stdout.trimEnd().split('\n')] as const;
  };
  expect(command('--only', 'settled')).toEqual([0, ['settled ok', '1 passed, 0 failed']]);
  expect(command()).toEqual([
    1,
    [
      'settled ok',
      'wrong held: expected 1, got 0',
      expect.stringMatching(/^odd cannot be read: /),
      '1 passed, 2 failed',
    ],
  ]);
  expect(command('--only', 'nobody')[0]).toBe(2);
  expect(command('--issuer', 'nobody')[0]).toBe(2);
});
