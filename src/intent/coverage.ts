import type { Draft } from './draft.ts';
import type { Reading } from './reading.ts';
import { categoryOf, groupOf, WRAPPERS } from './taxonomy/categories.ts';
import type { Finding } from './taxonomy/lexicon.ts';
import { flatten } from './text.ts';

/** Concepts that stand for a whole group, and the groups they open. */
const HEADS: Readonly<Record<string, readonly string[]>> = {
  marketing: ['marketing'],
  business_travel: ['travel', 'transit', 'driving'],
  software_subscription: ['software'],
  gift: ['gift_goods'],
};

/** Categories that are sold as one thing: a scope that holds the first is content with the second. */
const ALLIED: readonly (readonly [string, string])[] = [
  ['book', 'ebook'],
  ['ebook', 'book'],
  ['event_ticket', 'conference'],
  ['conference', 'event_ticket'],
  ['web_scraping', 'proxy'],
  ['computer_part', 'computer'],
  ['pottery', 'craft'],
  ['pottery', 'home_decor'],
  ['pottery', 'kitchenware'],
  ['garden', 'flowers'],
  ['flowers', 'garden'],
  ['search_ads', 'display_ads'],
  ['logo_design', 'freelance_design'],
  ['dataset', 'company_data'],
  ['agent_service', 'consulting'],
  ['gpu_rental', 'cloud_compute'],
  ['weather_data', 'dataset'],
  ['market_data', 'dataset'],
  ['map_data', 'dataset'],
  ['company_data', 'dataset'],
  ['news', 'dataset'],
  ['accessory', 'electronics'],
  ['accessory', 'computer'],
  ['computer', 'electronics'],
  ['phone_device', 'electronics'],
  ['printer_supply', 'office_supply'],
  ['coffee', 'grocery'],
  ['household', 'grocery'],
  ['baby', 'grocery'],
  ['tutoring', 'online_course'],
  ['furniture', 'home_decor'],
  ['shoes', 'clothing'],
  ['pet', 'grocery'],
];

/** Where a claim of software or a subscription says nothing: all of it is sold so. */
const DIGITAL: ReadonlySet<string> = new Set(
  'web cloud network ai data software messaging marketing media'.split(' '),
);

/** How a concept of a purchase lies to the scope. */
export type Fit = 'within' | 'broad' | 'near' | 'outside';

/** `within` the scope, `broad`er than the kinds it names, `near` it (same group), or `outside`. */
function fitOf(draft: Draft, concept: string): Fit {
  const { categories } = draft;
  if (categories.includes(concept) || categories.includes(categoryOf(concept))) return 'within';
  const group = groupOf(concept);
  if (categories.some((held) => HEADS[held]?.includes(group) === true)) return 'within';
  if (categories.some((held) => categoryOf(held) === concept)) return 'broad';
  if (WRAPPERS.has(concept) && categories.some((held) => groupOf(held) === group)) return 'broad';
  if (concept === 'software_subscription' && categories.some((held) => DIGITAL.has(groupOf(held))))
    return 'broad';
  if (ALLIED.some(([held, other]) => categories.includes(held) && other === categoryOf(concept)))
    return 'broad';
  return categories.some((held) => groupOf(held) === group) ? 'near' : 'outside';
}

const ORDER: readonly Fit[] = ['within', 'broad', 'near', 'outside'];

function bestFit(draft: Draft, concepts: readonly string[]): Fit {
  const fits = concepts.map((concept) => fitOf(draft, concept));
  return ORDER.find((fit) => fits.includes(fit)) ?? 'outside';
}

/** What the words of a purchase and the merchant's claim say of the scope's categories. */
export type Coverage = {
  /** The description names a thing of the scope; `weak` if only in words that need another sign. */
  readonly described: 'strong' | 'weak' | 'none';
  readonly claimed: Fit | 'unknown';
  /** The seller is known to sell such things. */
  readonly isBrandFit: boolean;
  /** Clear words of the description for things the scope does not hold. */
  readonly outside: readonly string[];
  readonly near: readonly string[];
  /** Most of what it names lies within the scope. */
  readonly isMostlyWithin: boolean;
};

/** Compares a purchase with the categories of a scope. */
export function coverageOf(draft: Draft, { described, claimed, brand }: Reading): Coverage {
  const fitting = (finding: Finding) => bestFit(draft, finding.concepts);
  const strong = described.filter((finding) => !finding.isWeak);
  const clearClaims = claimed.filter((finding) => !finding.isWeak);
  const claims =
    clearClaims.length > 0
      ? clearClaims
      : claimed.filter((finding) => ['within', 'broad'].includes(fitting(finding)));
  const claimFits = claims.map(fitting);
  const isWithin = (finding: Finding) => fitting(finding) === 'within';
  const asked = flatten(draft.words);
  const isAsked = ({ phrase }: Finding) => phrase.length > 2 && asked.includes(` ${phrase} `);
  const others = strong.filter((finding) => !isAsked(finding));
  return {
    described: strong.some(isWithin)
      ? 'strong'
      : described.some(
            (f) =>
              isWithin(f) ||
              (!f.isWeak && fitting(f) === 'broad' && !f.concepts.every((concept) => WRAPPERS.has(concept))),
          )
        ? 'weak'
        : 'none',
    claimed: claims.length === 0 ? 'unknown' : (ORDER.find((one) => claimFits.includes(one)) ?? 'outside'),
    isBrandFit: (brand?.concepts ?? []).some((concept) =>
      ['within', 'broad'].includes(fitOf(draft, concept)),
    ),
    isMostlyWithin: strong.filter(isWithin).length * 2 > strong.length,
    outside: others.filter((finding) => fitting(finding) === 'outside').map(({ phrase }) => phrase),
    near: others.filter((finding) => fitting(finding) === 'near').map(({ phrase }) => phrase),
  };
}
