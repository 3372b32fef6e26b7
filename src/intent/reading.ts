import { cleanText } from '../core/intent.ts';
import { daysOf } from './dates.ts';
import { languageOf } from './language.ts';
import { placesOf } from './places.ts';
import { type Quantity, quantitiesOf } from './quantity.ts';
import { type Signal, signalsOf } from './signals.ts';
import { type Brand, brandOfHost } from './taxonomy/brands.ts';
import { QUASI_CASH } from './taxonomy/categories.ts';
import { type Finding, scan } from './taxonomy/lexicon.ts';
import { wordsOf } from './text.ts';

/** A purchase as it is put to the wallet. All but host and amount are the merchant's claims. */
export type Candidate = {
  readonly merchant: string;
  readonly host: string;
  readonly description: string;
  /** In the mandate's currency at 6 decimals. */
  readonly amountUnits: bigint;
  readonly category: string;
};

/** What is known of a host by means other than the merchant's words. */
export type Identity = {
  readonly registrableDomain: string;
  /** The known name it imitates. */
  readonly lookAlikeOf: string | null;
  /** Built like the hosts of frauds: bait words, an ending that is given away. */
  readonly isSuspect: boolean;
};

/** What a purchase says of itself. */
export type Reading = {
  readonly candidate: Candidate;
  readonly identity: Identity;
  readonly text: string;
  /** Folded words of description, merchant and host. */
  readonly words: readonly string[];
  readonly described: readonly Finding[];
  readonly claimed: readonly Finding[];
  readonly brand: Brand | undefined;
  readonly signals: ReadonlySet<Signal>;
  readonly quasiCash: readonly string[];
  readonly places: readonly string[];
  readonly dates: readonly string[];
  readonly weekdays: readonly string[];
  readonly quantities: readonly Quantity[];
  /** Letters in a script the word lists do not cover. */
  readonly isForeign: boolean;
};

const COVERED = /[^\p{sc=Latin}\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\P{L}ー]/u;

/** Reads a purchase. Nothing the merchant wrote makes it more acceptable than its plain meaning. */
export function readPurchase(candidate: Candidate, identity: Identity): Reading {
  const text = cleanText(candidate.description).text;
  const plain = text.replace(/(?:[a-z0-9-]+\.)+[a-z]{2,}/gi, ' ');
  const described = scan(plain, languageOf(plain));
  const claimed = scan(candidate.category.replaceAll('_', ' '), 'en');
  const all = `${text} ${candidate.merchant} ${identity.registrableDomain}`;
  const cash = [...described, ...claimed].flatMap(({ concepts, isWeak }) =>
    !isWeak && concepts.every((concept) => QUASI_CASH.has(concept)) ? concepts : [],
  );
  return {
    candidate,
    identity,
    text,
    words: [...new Set(wordsOf(all).map((word) => word.stem))],
    described,
    claimed,
    brand: brandOfHost(candidate.host),
    signals: signalsOf(`${text} · ${candidate.merchant}`),
    quasiCash: [...new Set(cash)],
    places: placesOf(text),
    ...daysOf(text),
    quantities: quantitiesOf(text),
    isForeign: COVERED.test(text),
  };
}
