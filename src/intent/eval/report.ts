/** A labelled purchase under a mandate. */
export type Row = {
  readonly id: string;
  readonly domain: string;
  readonly mandate: {
    readonly id: string;
    readonly intent: string;
    readonly budget_usd: string;
    readonly per_tx_cap_usd?: string;
  };
  readonly purchase: {
    readonly merchant: string;
    readonly host: string;
    readonly description: string;
    readonly amount_usd: string;
    readonly category: string;
  };
  readonly label: 'in_scope' | 'out_of_scope' | 'ambiguous';
  readonly tactic: string;
};

/** How a row was decided, and how long that took. */
export type Result = {
  readonly row: Row;
  readonly outcome: 'allow' | 'review' | 'deny';
  readonly ms: number;
};

/** The domains the word lists and rules were tuned on; the figures of all others are of rows not looked at. */
const FITTED: readonly string[] = [
  'agent_hiring',
  'books',
  'business_travel',
  'cloud_compute',
  'domain_names',
  'event_tickets',
  'gifts',
  'groceries',
  'llm_inference',
  'marketing_ops',
];

/** The results in the parts asked for: all together, or fitted and held-out domains apart. */
export function selectRows(
  results: readonly Result[],
  { fit, split }: { readonly fit: string; readonly split: boolean },
): readonly (readonly [string, readonly Result[]])[] {
  if (fit === '' && !split) return [['all domains', results]];
  const fitted = fit === '' ? FITTED : fit.split(',');
  return [
    ['fitted domains', results.filter(({ row }) => fitted.includes(row.domain))],
    ['held-out domains', results.filter(({ row }) => !fitted.includes(row.domain))],
  ];
}

function share(part: number, whole: number): string {
  return whole === 0 ? 'none' : `${((100 * part) / whole).toFixed(1)} % (${part} of ${whole})`;
}

function count(results: readonly Result[], outcome: Result['outcome']): number {
  return results.filter((result) => result.outcome === outcome).length;
}

function percentile(results: readonly Result[], q: number): string {
  const sorted = results.map(({ ms }) => ms).sort((a, b) => a - b);
  return (sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0).toFixed(3);
}

/** The figures of some results in lines of text. */
export function formatReport(title: string, results: readonly Result[]): string {
  const of = (label: Row['label']) => results.filter(({ row }) => row.label === label);
  const [inside, outside, open] = [of('in_scope'), of('out_of_scope'), of('ambiguous')];
  const allowed = count(inside, 'allow') + count(outside, 'allow');
  const tactics = [...new Set(results.map(({ row }) => row.tactic))].sort();
  return [
    `## ${title}: ${results.length} rows`,
    `out of scope, allowed: ${share(count(outside, 'allow'), outside.length)}`,
    `in scope, denied: ${share(count(inside, 'deny'), inside.length)}`,
    `in scope, reviewed: ${share(count(inside, 'review'), inside.length)}`,
    `allow precision: ${share(count(inside, 'allow'), allowed)}`,
    `ambiguous: allowed ${count(open, 'allow')}, reviewed ${count(open, 'review')}, denied ${count(open, 'deny')}`,
    `per decision: p50 ${percentile(results, 0.5)} ms, p99 ${percentile(results, 0.99)} ms`,
    'tactic: allowed / reviewed / denied, in scope then out of scope',
    ...tactics.map((tactic) => tacticLine(tactic, inside, outside)),
  ].join('\n');
}

function tacticLine(tactic: string, inside: readonly Result[], outside: readonly Result[]): string {
  const part = (results: readonly Result[]) => {
    const own = results.filter(({ row }) => row.tactic === tactic);
    return own.length === 0
      ? '-'
      : (['allow', 'review', 'deny'] as const).map((outcome) => count(own, outcome)).join('/');
  };
  return `  ${tactic}: ${part(inside)}  ${part(outside)}`;
}
