import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { compileIntent } from '../compile.ts';
import { type Judgement, judge } from '../judge.ts';
import { readPurchase } from '../reading.ts';
import { identityOf } from './identity.ts';
import { formatReport, type Result, type Row, selectRows } from './report.ts';

/** `$12.50` as text in units of 6 decimals. */
function toUnits(text: string): bigint {
  const [whole = '0', part = ''] = text.split('.');
  return BigInt(whole) * 1_000_000n + BigInt(part.padEnd(6, '0').slice(0, 6));
}

/** Decides one row alone: a fresh mandate, compiled from its words, with the money limits it carries. */
function decideRow(row: Row, draft: ReturnType<typeof compileIntent>): Judgement['outcome'] {
  const { merchant, host, description, amount_usd: amount, category } = row.purchase;
  const amountUnits = toUnits(amount);
  const { budget_usd: budget, per_tx_cap_usd: cap } = row.mandate;
  if (amountUnits > toUnits(budget) || (cap !== undefined && amountUnits > toUnits(cap))) return 'deny';
  const identity = identityOf(host, merchant, draft.payees.names);
  return judge(draft, readPurchase({ merchant, host, description, amountUnits, category }, identity)).outcome;
}

function evaluate(rows: readonly Row[]): readonly Result[] {
  const drafts = new Map(rows.map((row) => [row.mandate.intent, compileIntent(row.mandate.intent)]));
  return rows.map((row) => {
    const draft = drafts.get(row.mandate.intent) ?? compileIntent(row.mandate.intent);
    const start = performance.now();
    const outcome = decideRow(row, draft);
    return { row, outcome, ms: performance.now() - start };
  });
}

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    fit: { type: 'string', default: '' },
    split: { type: 'boolean', default: false },
    rows: { type: 'boolean', default: false },
  },
});
const [path] = positionals;
if (path === undefined) {
  console.error('Usage: intent-eval FILE.jsonl [--split | --fit domain,domain] [--rows]');
  process.exitCode = 2;
} else {
  const rows = readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as Row);
  evaluate(rows.slice(0, 20));
  const compileStart = performance.now();
  for (const row of rows) compileIntent(row.mandate.intent);
  const compileMs = (performance.now() - compileStart) / rows.length;
  const results = evaluate(rows);
  for (const [title, part] of selectRows(results, values)) {
    console.log(formatReport(title, part));
    if (values.rows) for (const { row, outcome } of part) console.log(`${outcome}\t${row.label}\t${row.id}`);
  }
  console.log(`compile: ${compileMs.toFixed(3)} ms on average`);
}
