import type { Coverage } from './coverage.ts';
import type { Draft } from './draft.ts';
import type { SemanticCode, SemanticHit } from './judge.ts';
import { isListed } from './merchant.ts';
import type { Reading } from './reading.ts';
import { categoryOf, PERIODIC } from './taxonomy/categories.ts';

type Stop = {
  readonly code: SemanticCode;
  readonly detail: string;
  readonly inputs?: Readonly<Record<string, string>>;
};

function stop(rule: string, { code, detail, inputs = {} }: Stop): SemanticHit {
  return { rule, outcome: 'deny', inputs, code, detail };
}

/** The hard rules that a purchase breaks. */
export function hardStops(draft: Draft, reading: Reading, coverage: Coverage): readonly SemanticHit[] {
  return [
    ...textStops(reading),
    ...payeeStops(draft, reading),
    ...cashStops(draft, reading),
    ...deniedStops(draft, reading),
    ...recurringStops(draft, reading),
    ...categoryStops(coverage, reading),
  ];
}

function textStops({ signals, text }: Reading): readonly SemanticHit[] {
  const speaks = (['instruction', 'off_payment', 'delegation'] as const).find((signal) =>
    signals.has(signal),
  );
  if (speaks === undefined) return [];
  const detail = "The merchant's text tells whoever reads it what to do instead of saying what is sold";
  return [
    stop('semantic.instruction', {
      code: 'merchant_text_instructs',
      detail,
      inputs: { signal: speaks, text },
    }),
  ];
}

function payeeStops(draft: Draft, { candidate, identity, signals }: Reading): readonly SemanticHit[] {
  const { lookAlikeOf, registrableDomain } = identity;
  if (lookAlikeOf !== null) {
    const detail = `The host ${registrableDomain} imitates ${lookAlikeOf}`;
    return [
      stop('semantic.look_alike', { code: 'payee_imitates', detail, inputs: { host: candidate.host } }),
    ];
  }
  if (identity.isSuspect && signals.has('pressure')) {
    const detail = `The host ${registrableDomain} is built like those of frauds and its text presses for payment`;
    return [stop('semantic.pressure', { code: 'payee_imitates', detail, inputs: { host: candidate.host } })];
  }
  if (draft.payees.mode !== 'listed' || isListed(draft.payees, candidate.host)) return [];
  const listed = [...draft.payees.names, ...draft.payees.hosts].join(', ');
  const detail = `${candidate.host} is none of those the words name: ${listed}`;
  return [
    stop('semantic.payee', { code: 'payee_not_listed', detail, inputs: { host: candidate.host, listed } }),
  ];
}

function cashStops(draft: Draft, { quasiCash }: Reading): readonly SemanticHit[] {
  const found = quasiCash.filter((concept) => !draft.categories.includes(concept));
  if (found.length === 0) return [];
  const detail = `Stored value, money and its like are bought only where the words name them (${found.join(', ')})`;
  return [stop('semantic.quasi_cash', { code: 'quasi_cash', detail, inputs: { found: found.join(' ') } })];
}

function deniedStops(
  { deny }: Draft,
  { described, claimed, words, signals }: Reading,
): readonly SemanticHit[] {
  const named = [...described, ...claimed].flatMap(({ concepts, isWeak }) =>
    !isWeak && concepts.every((concept) => isDenied(deny.concepts, concept)) ? concepts : [],
  );
  const said = deny.words.filter((word) => words.includes(word));
  const forms = [
    ...(deny.forms.includes('second_hand') && signals.has('second_hand') ? ['second-hand'] : []),
    ...(deny.forms.includes('digital') && signals.has('digital') ? ['not a physical item'] : []),
    ...(deny.forms.includes('extra') && signals.has('extra') ? ['an extra'] : []),
  ];
  const found = [...new Set([...named, ...said, ...forms])].join(', ');
  if (found === '') return [];
  const detail = `The words leave this out: ${found}`;
  return [stop('semantic.denied', { code: 'purchase_forbidden', detail, inputs: { found } })];
}

function isDenied(denied: readonly string[], concept: string): boolean {
  return denied.includes(concept) || denied.includes(categoryOf(concept));
}

function recurringStops(
  { deny, recurring, categories }: Draft,
  { signals }: Reading,
): readonly SemanticHit[] {
  const isPeriodic = categories.some((concept) => PERIODIC.has(categoryOf(concept)));
  const isForbidden =
    (deny.forms.includes('recurring') && signals.has('recurring')) ||
    (deny.forms.includes('annual') && signals.has('annual') && recurring !== 'year');
  const isUnasked = recurring === 'none' && !isPeriodic && signals.has('recurring');
  if (!isForbidden && !isUnasked) return [];
  const detail = 'It charges again and again; the words ask for a purchase that ends';
  return [stop('semantic.recurring', { code: 'recurring_not_allowed', detail, inputs: { recurring } })];
}

/** Only where description and claim agree that it is something else; one of them alone is asked about. */
function categoryStops({ described, claimed, outside }: Coverage, reading: Reading): readonly SemanticHit[] {
  if (described !== 'none' || claimed !== 'outside' || outside.length === 0) return [];
  const { category } = reading.candidate;
  const detail = `It is ${outside.join(', ')} (${category}), which the scope does not hold`;
  const inputs = { claimed: category, described: outside.join(' ') };
  return [stop('semantic.category', { code: 'category_out_of_scope', detail, inputs })];
}
