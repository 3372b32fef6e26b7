import { budgetUnits } from './asset.ts';
import { checkChallenge, checkOffer, isPayable, type Payable } from './integrity.ts';
import { availableUnits } from './ledger.ts';
import { MAX_UNITS } from './money.ts';
import type { ChosenOffer, Offer } from './payment.ts';
import { deny, type Hit, type RiskInput } from './risk.ts';

/** What was chosen of a challenge, how long the payee gives to settle it, and what every check of it found. */
export type Choice = {
  readonly offer: ChosenOffer | null;
  readonly timeoutSeconds: number;
  readonly hits: readonly Hit[];
};

/**
 * Integrity of what is asked, and the offer to take: the cheapest of those that every check passes and the wallet
 * holds enough for, else the cheapest that passes, whatever order the payee lists them in. Where none passes, the
 * hits of the one that came furthest say why.
 */
export function chooseOffer(input: RiskInput): Choice {
  const general = checkChallenge(input);
  const judged = input.request.challenge.offers.map((offer) => ({ offer, hits: checkOffer(input, offer) }));
  const best = judged.toSorted((a, b) => compare(input, a, b))[0];
  if (best === undefined) return { offer: null, timeoutSeconds: 0, hits: [...general, nothingOffered()] };
  const { offer, hits } = best;
  const chosen = isPayable(offer) ? choice(offer) : null;
  return { offer: chosen, timeoutSeconds: offer.timeoutSeconds, hits: [...general, ...hits] };
}

type Judged = { readonly offer: Offer; readonly hits: readonly Hit[] };

/**
 * Negative when `a` is the better offer: one that passes before one that does not, one that came further (a
 * judgement ends with the check that failed) before one that came less far, then affordable, cheap, and at last by
 * name, so that the payee's order never counts.
 */
function compare(input: RiskInput, a: Judged, b: Judged): number {
  const byHits = rank(b) - rank(a);
  if (byHits !== 0) return byHits;
  const [canA, canB] = [isAffordable(input, a.offer), isAffordable(input, b.offer)];
  if (canA !== canB) return canA ? -1 : 1;
  const [costA, costB] = [cost(a.offer), cost(b.offer)];
  if (costA !== costB) return costA < costB ? -1 : 1;
  const [nameA, nameB] = [nameOf(a.offer), nameOf(b.offer)];
  return nameA === nameB ? 0 : nameA < nameB ? -1 : 1;
}

function rank({ hits }: Judged): number {
  return hits.some((hit) => hit.refusal !== undefined) ? hits.length : Number.MAX_SAFE_INTEGER;
}

function isAffordable({ books, wallet }: RiskInput, offer: Offer): boolean {
  return isPayable(offer) && offer.priceUnits <= availableUnits(books, wallet.id, offer.asset.id);
}

function cost(offer: Offer): bigint {
  return isPayable(offer) ? budgetUnits(offer.asset, offer.priceUnits) : MAX_UNITS;
}

/** Everything an offer says, its price in digits that sort: of what counts the same in the budget the least is taken. */
function nameOf({ asset, priceUnits, rail, scheme, payTo, timeoutSeconds, wire }: Offer): string {
  const price = String(priceUnits).padStart(80, '0');
  return JSON.stringify([asset?.id ?? '', price, rail, scheme, payTo, timeoutSeconds, wire]);
}

function choice(offer: Payable): ChosenOffer {
  const { rail, scheme, payTo, priceUnits, wire } = offer;
  const budget = budgetUnits(offer.asset, priceUnits);
  return { rail, scheme, assetId: offer.asset.id, payTo, priceUnits, budgetUnits: budget, wire };
}

function nothingOffered(): Hit {
  const detail = 'The challenge holds no option that can be read';
  return deny('integrity.supported', {}, { code: 'no_supported_payment_option', detail });
}
