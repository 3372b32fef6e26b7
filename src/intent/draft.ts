import type { ItemLimit } from './price.ts';
import type { Quantity } from './quantity.ts';

/** A named thing to be bought. */
export type Item = {
  /** As the words put it. */
  readonly name: string;
  /** `name`: a title, an event, a product; `host`: a domain name; `topic`: what a book or an ad is about. */
  readonly kind: 'name' | 'host' | 'topic';
  /** Folded words; the item is found where enough of them stand. */
  readonly words: readonly string[];
};

/** Who may be paid. `listed`: these only; `open`: anybody within the categories; `ask`: a new one needs approval. */
export type PayeeRule = {
  readonly mode: 'listed' | 'open' | 'ask';
  readonly names: readonly string[];
  readonly hosts: readonly string[];
};

/** What may not be bought: concepts of the taxonomy, single words, and forms of sale. */
export type Denied = {
  readonly concepts: readonly string[];
  readonly words: readonly string[];
  readonly forms: readonly ('recurring' | 'annual' | 'second_hand' | 'extra' | 'digital' | 'other_items')[];
};

/** The semantic part of a scope, as the operator's words propose it: what a human sees, narrows and signs. */
export type Draft = {
  readonly taxonomyVersion: number;
  /** The words it was made of; kept for the contrasts and for showing. */
  readonly words: string;
  /** Concepts of the taxonomy: a category, or a kind within one. */
  readonly categories: readonly string[];
  readonly items: readonly Item[];
  /** Whether any thing of the categories will do: no kind, name or topic is required. */
  readonly isAnyItem: boolean;
  readonly payees: PayeeRule;
  readonly deny: Denied;
  readonly recurring: 'none' | 'day' | 'week' | 'month' | 'year' | 'any';
  readonly places: readonly string[];
  readonly dates: readonly string[];
  readonly weekdays: readonly string[];
  readonly quantities: readonly Quantity[];
  readonly itemLimits: readonly ItemLimit[];
  readonly onUnsure: 'ask' | 'block';
  /** What the words leave open, one question each. */
  readonly questions: readonly string[];
};
