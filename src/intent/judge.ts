import { coverageOf } from './coverage.ts';
import type { Draft } from './draft.ts';
import { hardStops } from './hard.ts';
import type { Reading } from './reading.ts';
import { softStops } from './soft.ts';

/** The version of the semantic rules. It changes with every change of what they decide. */
const JUDGE_VERSION = 1;

/** Public codes of the semantic rules, in order of precedence. */
export const SEMANTIC_CODES = [
  'merchant_text_instructs',
  'payee_imitates',
  'quasi_cash',
  'payee_not_listed',
  'purchase_forbidden',
  'recurring_not_allowed',
  'category_out_of_scope',
  'item_price_too_high',
  'purchase_unclear',
] as const;
export type SemanticCode = (typeof SEMANTIC_CODES)[number];

/** What one rule looked at and found. */
export type SemanticHit = {
  readonly rule: string;
  readonly outcome: 'deny' | 'review';
  readonly inputs: Readonly<Record<string, string>>;
  readonly code: SemanticCode;
  readonly detail: string;
};

/** Allow, or the first stop and every hit. */
export type Judgement = {
  readonly version: number;
  readonly outcome: 'allow' | 'review' | 'deny';
  readonly first: SemanticHit | null;
  readonly trace: readonly SemanticHit[];
};

/** Judges a purchase by the semantic part of a scope: hard rules deny, soft signs ask, otherwise it is allowed. */
export function judge(draft: Draft, reading: Reading): Judgement {
  const coverage = coverageOf(draft, reading);
  const hard = hardStops(draft, reading, coverage);
  const soft = softStops(draft, reading, coverage);
  const trace = [...hard, ...soft];
  const first = trace.find(({ outcome }) => outcome === 'deny') ?? trace[0] ?? null;
  if (first === null) return { version: JUDGE_VERSION, outcome: 'allow', first, trace };
  const isBlocked = first.outcome === 'deny' || draft.onUnsure === 'block';
  return { version: JUDGE_VERSION, outcome: isBlocked ? 'deny' : 'review', first, trace };
}
