import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { IssuerId } from '../../src/core/card/card.ts';
import { type Result, runScenarios } from '../../src/sandbox/scenarios/run.ts';
import { readScenarios } from '../../src/sandbox/scenarios/scenario.ts';

/** What of a hundred scenarios the words of an issuer must be able to say. */
const SAYABLE: Readonly<Record<IssuerId, number>> = { sandbox: 100, lithic: 80, stripe: 75 };

/** Runs all scenarios of a file. */
export async function runFile(path: string, issuer: IssuerId): Promise<readonly Result[]> {
  return runScenarios(readScenarios(readFileSync(path, 'utf8')), { issuer, report: () => {} });
}

/** Expects that nothing came out otherwise, and that most of it could be said. */
export function expectAllRight(results: readonly Result[], issuer: IssuerId): void {
  const wrong = results.filter(({ kind }) => kind === 'failed');
  expect(wrong.map((one) => `${one.id} ${'difference' in one ? one.difference : ''}`)).toEqual([]);
  const passed = results.filter(({ kind }) => kind === 'passed').length;
  expect((passed * 100) / results.length).toBeGreaterThanOrEqual(SAYABLE[issuer]);
}
