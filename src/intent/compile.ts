import { cleanText } from '../core/intent.ts';
import { daysOf } from './dates.ts';
import type { Draft, Item } from './draft.ts';
import { exclusionsOf } from './exclusion.ts';
import { languageOf } from './language.ts';
import { hostsOf, merchantsOf } from './merchant.ts';
import { placesOf } from './places.ts';
import { itemLimitsOf, withoutMoney } from './price.ts';
import { mostOf, quantitiesOf } from './quantity.ts';
import { namedItems, topicOf } from './subject.ts';
import { brandNamed } from './taxonomy/brands.ts';
import { categoryOf, groupOf, TAXONOMY_VERSION, TOPICAL, WRAPPERS } from './taxonomy/categories.ts';
import { type Finding, scan } from './taxonomy/lexicon.ts';
import { wordsOf } from './text.ts';

/** Where a sentence turns from what is bought to what it is for. */
const PURPOSE =
  /(?<!\b(?:pay|search|look|ask|apply|sign up|shop|zahl\w*|payer|pagar|pagare)) (?:for|while|because|so that|before|as part of|until|in (?:the|our|my)|between|für|während|damit|pour|pendant|afin de|para|mientras|durante|per|mentre|voor|terwijl|dla|podczas)(?= )| to (?=(?!be\b)[a-z]+ (?:the|our|my|a|an)\b)/u;

/** Proposes the semantic part of a scope from the operator's words. The same words give the same draft. */
export function compileIntent(text: string, _options: { readonly nowMs?: number } = {}): Draft {
  const words = cleanText(text).text;
  const { deny, rest } = exclusionsOf(words);
  const asked = withoutMoney(rest);
  const found = findingsOf(asked);
  const merchants = merchantsOf(words);
  const places = placesOf(words);
  const categories = categoriesOf(asked, found, merchants.names);
  const hosts = categories.includes('domain_name') ? [] : hostsOf(words);
  const items = itemsOf(asked, found, { categories, taken: [...merchants.names, ...hosts], places });
  const isListed = merchants.names.length > 0 || hosts.length > 0;
  const mode = isListed ? 'listed' : categories.length > 0 ? 'open' : 'ask';
  return {
    taxonomyVersion: TAXONOMY_VERSION,
    words: asked,
    categories,
    items,
    isAnyItem: items.length === 0 && categories.every((concept) => !concept.includes('.')),
    payees: { mode, names: merchants.names, hosts },
    deny: { ...deny, concepts: deny.concepts.filter((concept) => !categories.includes(concept)) },
    recurring: recurrenceOf(words),
    places,
    ...daysOf(words),
    quantities: quantitiesOf(asked),
    itemLimits: itemLimitsOf(words),
    onUnsure: 'ask',
    questions: questionsOf(categories, items, quantitiesOf(asked)),
  };
}

/** Verbs and small words that are things elsewhere: at the start of a clause they say what to do. */
const VERBS =
  /^(?:book|send|sends|text|texts|post|ship|print|record|search|ride|stay|call|train|charge|park|rent|house|host|run|fly|translate|transcribe|crawl|scrape|tutor|lead|leads|like|likes|love|loves|cover|top|fine tune|order|records|donate|insure|fuel|present)$/;
const CLAUSE_START = /(?:^|[.;:!?,]|\b(?:and|then|please|to|she|he|they|we|i|you|can))\s*$/i;

/** What the words name, without verbs and without what stands in a host name. */
function findingsOf(asked: string): readonly Finding[] {
  const plain = asked.replace(/(?:[a-z0-9-]+\.)+[a-z]{2,}/gi, (host) => ' '.repeat(host.length));
  const found = scan(plain, languageOf(plain)).filter(
    ({ phrase, at }) => !(VERBS.test(phrase) && CLAUSE_START.test(plain.slice(0, at))),
  );
  return found.filter((finding, i) => !isModifier(finding, found[i + 1], plain));
}

/** True for the first of two nouns side by side: a Kubernetes course is a course. */
function isModifier(finding: Finding, next: Finding | undefined, text: string): boolean {
  if (next === undefined || next.isWeak || !/^[ -]$/.test(text.slice(finding.until, next.at))) return false;
  return finding.concepts.every(
    (concept) => !next.concepts.some((head) => groupOf(head) === groupOf(concept)),
  );
}

function strongConcepts(found: readonly Finding[]): readonly string[] {
  const clear = found.filter((finding) => !finding.isWeak);
  const sure = new Set(
    clear.filter(({ concepts }) => concepts.length === 1).flatMap(({ concepts }) => concepts),
  );
  const groups = new Set([...sure].map(groupOf));
  return [
    ...new Set(
      clear.flatMap(({ concepts }) => {
        const near = concepts.filter((concept) => groups.has(groupOf(concept)));
        return near.length > 0 ? near : concepts;
      }),
    ),
  ];
}

/** The categories of the main clauses; what it is all for counts only where those say nothing of a thing. */
function categoriesOf(
  asked: string,
  found: readonly Finding[],
  merchants: readonly string[],
): readonly string[] {
  const isMain = mainParts(asked);
  const main = strongConcepts(found.filter((finding) => isMain(finding.at)));
  const isThin = main.every((concept) => WRAPPERS.has(concept));
  const all = isThin ? strongConcepts(found) : main;
  if (all.length > 0) return withoutGeneric(all);
  const weak = found.filter((finding) => isMain(finding.at)).flatMap(({ concepts }) => concepts);
  const sold = merchants.flatMap((name) => brandNamed(name)?.concepts ?? []);
  const both = weak.filter((concept) => sold.includes(concept));
  return [...new Set(both.length > 0 ? both : weak.length > 0 ? weak : sold)];
}

/** Tells for a position whether it stands in the main part of its sentence: before any purpose, or in a list. */
function mainParts(text: string): (at: number) => boolean {
  const ends = [...text.matchAll(/[.;!?:](?=\s|$)|[。；：]|\n/g)].map((match) => match.index + 1);
  const bounds = [0, ...ends, text.length];
  const aside = bounds.slice(0, -1).flatMap((start, i) => {
    const end = bounds[i + 1] ?? text.length;
    const cut = PURPOSE.exec(text.slice(start, end));
    return cut === null || cut.index < 3 ? [] : [{ from: start + cut.index, to: end }];
  });
  return (at) => !aside.some(({ from, to }) => at >= from && at < to);
}

/** A wrapper beside a thing of its own group says no more than the thing. */
function withoutGeneric(concepts: readonly string[]): readonly string[] {
  return concepts.filter(
    (concept) =>
      !WRAPPERS.has(concept) ||
      concept === 'gift' ||
      !concepts.some((other) => other !== concept && groupOf(other) === groupOf(concept)),
  );
}

type Context = {
  readonly categories: readonly string[];
  readonly taken: readonly string[];
  readonly places: readonly string[];
};

function itemsOf(
  asked: string,
  found: readonly Finding[],
  { categories, taken, places }: Context,
): readonly Item[] {
  const placeWords = places.flatMap((place) => wordsOf(place).map((word) => word.stem));
  const takenWords = [...taken.flatMap((name) => wordsOf(name).map((word) => word.stem)), ...placeWords];
  const isTopical = categories.some((concept) => TOPICAL.has(categoryOf(concept)));
  const isMain = mainParts(asked);
  const isTaken = (name: string) => {
    const words = wordsOf(name);
    const at = asked.indexOf(name);
    if (!isTopical && !isMain(at)) return true;
    if (placesOf(name).length > 0) return true;
    if (found.some((finding) => !finding.isWeak && finding.at <= at && finding.until >= at + name.length))
      return true;
    return words.every((word) => takenWords.includes(word.stem)) || brandNamed(name) !== undefined;
  };
  const named = namedItems(asked, isTaken).filter((item) => !taken.includes(item.name.toLowerCase()));
  if (named.length > 0 || !isTopical) return named;
  const ownWords = found.filter(({ concepts }) => concepts.some((concept) => categories.includes(concept)));
  const topic = topicOf(asked, ownWords, takenWords);
  return topic === undefined ? [] : [topic];
}

function recurrenceOf(text: string): Draft['recurring'] {
  if (
    /\b(?:weekly|every week|per week|wöchentlich|hebdomadaire|semanal|settimanale|wekelijks)\b|每周|毎週/i.test(
      text,
    )
  )
    return 'week';
  if (
    /\b(?:daily|every day|per day|each day|täglich|quotidien\w*|diari\w+|dagelijks)\b|每天|毎日/i.test(text)
  )
    return 'day';
  if (
    /\b(?:monthly|every month|per month|a month|each month|monatlich|mensuel\w*|mensual|mensal|mensile|maandelijks)\b|每月|毎月|月額/i.test(
      text,
    )
  )
    return 'month';
  if (
    /\b(?:yearly|annual(?:ly)?|per year|every year|a year|jährlich|annuel\w*|anual|annuale|jaarlijks)\b|每年|年額/i.test(
      text,
    )
  )
    return 'year';
  return /\b(?:subscription|subscribe|recurring|ongoing|keep .{0,60}running|abo|abonnement|suscripción|assinatura|abbonamento|renew)\b|订阅|サブスク/i.test(
    text,
  )
    ? 'any'
    : 'none';
}

function questionsOf(
  categories: readonly string[],
  items: readonly Item[],
  quantities: Draft['quantities'],
): readonly string[] {
  const questions: string[] = [];
  if (categories.length === 0)
    questions.push('What kind of thing is this for? No category was found in the words');
  if (categories.includes('gift')) questions.push('Which kinds of present may it be?');
  if (new Set(categories.map(groupOf)).size > 2)
    questions.push('May all of these be bought, or only the first?');
  const topic = items.find(({ kind }) => kind === 'topic');
  if (topic !== undefined) questions.push(`Must every purchase be about "${topic.name}"?`);
  if (mostOf(quantities, 'piece') === undefined && items.some(({ kind }) => kind === 'name'))
    questions.push('How many of each?');
  return questions;
}
