import { contrastOf, otherKindOf } from './contrast.ts';
import type { Coverage } from './coverage.ts';
import type { Draft } from './draft.ts';
import type { SemanticHit } from './judge.ts';
import { otherSellerIn } from './merchant.ts';
import { mostOf } from './quantity.ts';
import type { Reading } from './reading.ts';

import { isFound } from './subject.ts';
import { categoryOf, PERIODIC, TOPICAL } from './taxonomy/categories.ts';

function ask(rule: string, detail: string, inputs: Readonly<Record<string, string>> = {}): SemanticHit {
  return { rule, outcome: 'review', inputs, code: 'purchase_unclear', detail };
}

/** The soft signs that a purchase is not what the words ask for. One is enough to ask. */
export function softStops(draft: Draft, reading: Reading, coverage: Coverage): readonly SemanticHit[] {
  return [
    ...categorySigns(draft, reading, coverage),
    ...itemSigns(draft, reading),
    ...placeSigns(draft, reading),
    ...dateSigns(draft, reading),
    ...quantitySigns(draft, reading),
    ...priceSigns(draft, reading),
    ...formSigns(draft, reading),
    ...payeeSigns(draft, reading),
  ];
}

function categorySigns(
  { categories, items, deny, payees }: Draft,
  reading: Reading,
  coverage: Coverage,
): readonly SemanticHit[] {
  if (categories.length === 0) return [];
  const { described, claimed, isBrandFit, near } = coverage;
  const isTitled =
    claimed === 'within' && items.length > 0 && categories.some((id) => TOPICAL.has(categoryOf(id)));
  const isSure = claimed === 'within' && coverage.isMostlyWithin;
  const outside = isTitled || isSure ? [] : coverage.outside;
  const hits: SemanticHit[] = [];
  if (claimed === 'outside')
    hits.push(ask('semantic.claim', `The merchant calls it "${reading.candidate.category}"`));
  if (claimed === 'near' && described !== 'strong')
    hits.push(ask('semantic.claim', `"${reading.candidate.category}" is next to what the words ask for`));
  if (outside.length > 0) hits.push(ask('semantic.mixed', `It names other things: ${outside.join(', ')}`));
  if (near.length > 0 && !isSure)
    hits.push(ask('semantic.neighbour', `It names a neighbour: ${near.join(', ')}`));
  const isClaimed = claimed === 'within' || claimed === 'broad';
  const isNamed = items.some((item) => item.kind !== 'topic' && isFound(item, reading.text, reading.words));
  const isBare = described === 'none' && deny.concepts.length > 0;
  const isQuiet = outside.length === 0 && near.length === 0 && claimed !== 'outside' && claimed !== 'near';
  const isKnown =
    (payees.mode === 'listed' && isQuiet) ||
    described === 'strong' ||
    (isClaimed && !isBare && (described === 'weak' || isBrandFit || isNamed || isTopic(reading, items)));
  if (!isKnown) hits.push(ask('semantic.unknown', 'Its text does not say that it is what the words ask for'));
  return hits;
}

/** True when the text shares the topic by two words, or by all of a topic of one. */
function isTopic({ words, text }: Reading, items: Draft['items']): boolean {
  return items.some(
    (item) =>
      item.kind === 'topic' &&
      item.words.filter((word) => isFound({ ...item, words: [word] }, text, words)).length >=
        Math.min(2, item.words.length),
  );
}

function itemSigns({ items }: Draft, { text, words, candidate }: Reading): readonly SemanticHit[] {
  if (items.length === 0) return [];
  const all = `${text} ${candidate.merchant}`;
  if (items.some((item) => isFound(item, all, words))) return [];
  return [ask('semantic.item', `It names none of: ${items.map(({ name }) => name).join('; ')}`)];
}

function placeSigns(draft: Draft, { places }: Reading): readonly SemanticHit[] {
  const others = places.filter((place) => !draft.places.includes(place));
  const isLocal = draft.categories.includes('taxi');
  if ((draft.places.length === 0 && !isLocal) || others.length === 0) return [];
  return [
    ask(
      'semantic.place',
      `It names ${others.join(', ')}; the words name ${draft.places.join(', ') || 'none'}`,
    ),
  ];
}

function dateSigns(draft: Draft, reading: Reading): readonly SemanticHit[] {
  const differs = (wanted: readonly string[], offered: readonly string[]) =>
    wanted.length > 0 && offered.length > 0 && !offered.some((day) => wanted.includes(day));
  if (!differs(draft.dates, reading.dates) && !differs(draft.weekdays, reading.weekdays)) return [];
  return [ask('semantic.date', 'It is for another day than the words name')];
}

function quantitySigns(draft: Draft, reading: Reading): readonly SemanticHit[] {
  for (const unit of ['hour', 'night', 'piece'] as const) {
    const [wanted, offered] = [mostOf(draft.quantities, unit), mostOf(reading.quantities, unit)];
    if (wanted !== undefined && offered !== undefined && offered > wanted) {
      return [ask('semantic.quantity', `${offered} of unit ${unit} against ${wanted} in the words`)];
    }
  }
  return [];
}

function priceSigns({ itemLimits }: Draft, { candidate, quantities }: Reading): readonly SemanticHit[] {
  const over = itemLimits.find(({ units, per }) => {
    const unit = per === 'night' ? 'night' : per === 'hour' ? 'hour' : 'piece';
    const count = per === 'payment' ? 1 : Math.max(1, Math.floor(mostOf(quantities, unit) ?? 1));
    return candidate.amountUnits > units * BigInt(count);
  });
  if (over === undefined) return [];
  const inputs = {
    amountUnits: String(candidate.amountUnits),
    limitUnits: String(over.units),
    per: over.per,
  };
  return [
    {
      ...ask('semantic.price', `It costs more than the words allow per ${over.per}`, inputs),
      code: 'item_price_too_high',
    },
  ];
}

function formSigns(draft: Draft, { text, signals, identity }: Reading): readonly SemanticHit[] {
  const hits: SemanticHit[] = [];
  const isPeriodic = draft.categories.some((concept) => PERIODIC.has(categoryOf(concept)));
  const contrast = contrastOf(draft.words, text) ?? otherKindOf(draft.words, text);
  if (contrast !== undefined) hits.push(ask('semantic.contrast', `It differs from the words in ${contrast}`));
  if (signals.has('extra') && !signals.has('instruction'))
    hits.push(ask('semantic.extra', 'It is, or brings, an extra that the words do not name'));
  if (signals.has('second_hand')) hits.push(ask('semantic.second_hand', 'It is sold again or used'));
  if (signals.has('period') && draft.recurring === 'none' && !isPeriodic)
    hits.push(ask('semantic.period', 'It is sold by the month or year'));
  if (/auto ?(?:top|re)|auto-(?:top|re)/i.test(text))
    hits.push(ask('semantic.period', 'It goes on charging by itself'));
  if (signals.has('pressure')) hits.push(ask('semantic.pressure', 'Its text presses for payment'));
  if (identity.isSuspect) hits.push(ask('semantic.host', 'Its host is built like those of frauds'));
  return hits;
}

function payeeSigns({ payees }: Draft, { candidate, text, isForeign }: Reading): readonly SemanticHit[] {
  const other = payees.mode === 'listed' ? otherSellerIn(payees, text) : undefined;
  return [
    ...(other === undefined ? [] : [ask('semantic.other_seller', `Its text names ${other}`)]),
    ...(payees.mode === 'ask' ? [ask('semantic.new_payee', `${candidate.host} was not paid before`)] : []),
    ...(isForeign ? [ask('semantic.language', 'Its text is in a script the word lists do not cover')] : []),
  ];
}
