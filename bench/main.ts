import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type Bounds, measureAuthorizing } from './authorize.ts';
import { measureCommand } from './command.ts';
import { machine } from './machine.ts';
import { type Finding, findCommand, findMany, findSingle, findStarting, TABLE_HEAD } from './report.ts';
import { measureStarting } from './start.ts';

const USAGE = 'Usage: npm run bench -- [--only P1|P2|P8|P10] [--quick]';
const RESULTS = new URL('./RESULTS.md', import.meta.url);

/** The benchmarks, each with the pieces of work it measures. */
const BENCHES: readonly {
  readonly ids: readonly string[];
  readonly measure: (bounds: Bounds & { readonly runs: number }) => Promise<readonly Finding[]>;
}[] = [
  {
    ids: ['P1', 'P2'],
    measure: async (bounds) => {
      const authorizing = await measureAuthorizing(bounds);
      return [findMany(authorizing), findSingle(authorizing)];
    },
  },
  { ids: ['P8'], measure: async (bounds) => [findStarting(await measureStarting(bounds))] },
  { ids: ['P10'], measure: async (bounds) => [findCommand(await measureCommand(bounds))] },
];

/** Measures; a whole run is written down, one of a part or a quick one is only shown. */
async function main(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: { only: { type: 'string' }, quick: { type: 'boolean', default: false } },
  });
  const { only, quick } = values;
  const chosen = BENCHES.filter(({ ids }) => only === undefined || ids.includes(only));
  if (chosen.length === 0) throw new TypeError(`There is no work "${only}". ${USAGE}`);
  const findings: Finding[] = [];
  for (const { ids, measure } of chosen) {
    process.stderr.write(`Measuring ${ids.join(' and ')} …\n`);
    const bounds = quick ? { rounds: 2, seconds: 1, runs: 5 } : { rounds: 5, seconds: 4, runs: 21 };
    findings.push(...(await measure(bounds)));
  }
  const text = document(findings);
  process.stdout.write(text);
  if (only === undefined && !quick) writeFileSync(RESULTS, text);
}

function document(findings: readonly Finding[]): string {
  const lines = [
    '# Results',
    '',
    'Written by `npm run bench`. Figures are medians of several runs, everything in one run of the program, measured in',
    'turns; quote the ratios, because the figures themselves are of this machine and this moment.',
    '',
    ...machine().map((line) => `- ${line}`),
    '',
    ...TABLE_HEAD,
    ...findings.map(({ row }) => row),
    '',
    ...findings.flatMap(({ notes }) => notes.map((note) => `- ${note}`)),
  ];
  return `${lines.join('\n')}\n`;
}

await main(process.argv.slice(2));
