import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { ISSUERS, type IssuerId } from '../../core/card/card.ts';
import { type Result, runScenarios } from './run.ts';
import { readScenarios } from './scenario.ts';

const USAGE = `Usage: npm run card-scenarios -- FILE.json [--issuer ${ISSUERS.join('|')}] [--only ID,ID] [--verbose]`;

/** Runs the card scenarios of a file from the command line. Resolves to whether all of them came out as expected. */
export async function runFile(args: readonly string[], write: (line: string) => void): Promise<boolean> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      issuer: { type: 'string', default: 'sandbox' },
      only: { type: 'string' },
      verbose: { type: 'boolean', default: false },
    },
  });
  const [path] = positionals;
  if (path === undefined || positionals.length > 1) throw new TypeError('Name one file of scenarios');
  const issuer = ISSUERS.find((id) => id === values.issuer);
  if (issuer === undefined) throw new TypeError(`There is no issuer "${values.issuer}"`);
  const only = values.only?.split(',');
  const all = readScenarios(readFileSync(path, 'utf8'));
  const stray = only?.find((id) => all.every((one) => one.id !== id));
  if (stray !== undefined) throw new TypeError(`There is no scenario "${stray}" in ${path}`);
  const chosen = all.filter(({ id }) => only?.includes(id) ?? true);
  const report = (result: Result) => write(lineOf(result, values.verbose));
  const results = await runScenarios(chosen, { issuer, report });
  for (const line of sums(results, issuer)) write(line);
  return results.every(({ kind }) => kind !== 'failed');
}

function lineOf(result: Result, isVerbose: boolean): string {
  const time = isVerbose ? ` (${result.ms} ms)` : '';
  if (result.kind === 'failed') return `${result.id} ${result.difference}${time}`;
  if (result.kind === 'not_expressible') return `${result.id} not expressible: ${result.reason}${time}`;
  return `${result.id} ok${time}`;
}

function sums(results: readonly Result[], issuer: IssuerId): readonly string[] {
  const count = (kind: Result['kind']) => results.filter((result) => result.kind === kind).length;
  const unsaid = issuer === 'sandbox' ? [] : [`${count('not_expressible')} not expressible`];
  return [...unsaid, `${count('passed')} passed, ${count('failed')} failed`];
}

if (import.meta.main) {
  const write = (line: string) => void process.stdout.write(`${line}\n`);
  await runFile(process.argv.slice(2), write).then(
    (isRight) => {
      process.exitCode = isRight ? 0 : 1;
    },
    (error: unknown) => {
      process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${USAGE}\n`);
      process.exitCode = 2;
    },
  );
}
