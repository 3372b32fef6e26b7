import { type Asset, budgetUnits } from './asset.ts';
import { MAX_UNITS } from './money.ts';
import type { ChosenOffer, Offer } from './payment.ts';
import { knownPayees, type Price, prices } from './pin.ts';
import { deny, type Hit, pass, type RiskInput, review, type Stop } from './risk.ts';

/** The schemes a rail of this wallet can pay by. */
const SCHEMES: ReadonlySet<string> = new Set(['exact']);

/** An offer that can be paid at all: its asset is admitted and its price is one. */
type Payable = Offer & { readonly asset: Asset; readonly priceUnits: bigint };

/**
 * Integrity of what is asked, and the offer to take: the cheapest of those that every check passes, whatever
 * order the payee lists them in. Where none passes, the hits of the one that came furthest say why.
 */
export function chooseOffer(input: RiskInput): {
  readonly offer: ChosenOffer | null;
  readonly hits: readonly Hit[];
} {
  const general = [resource(input), clock(input)];
  const judged = input.request.challenge.offers.map((offer) => ({ offer, hits: judge(input, offer) }));
  const open = judged.filter(({ hits }) => hits.every((hit) => hit.refusal === undefined));
  const best = cheapest(open) ?? furthest(judged);
  if (best === undefined) return { offer: null, hits: [...general, nothingOffered()] };
  const chosen = isPayable(best.offer) ? choice(best.offer) : null;
  return { offer: chosen, hits: [...general, ...best.hits] };
}

type Judged = { readonly offer: Offer; readonly hits: readonly Hit[] };

function cheapest(open: readonly Judged[]): Judged | undefined {
  return open.reduce<Judged | undefined>(
    (best, next) => (best === undefined || cost(next.offer) < cost(best.offer) ? next : best),
    undefined,
  );
}

function cost(offer: Offer): bigint {
  return isPayable(offer) ? budgetUnits(offer.asset, offer.priceUnits) : MAX_UNITS;
}

/** A judgement ends with the check that failed, so the longest went furthest. */
function furthest(judged: readonly Judged[]): Judged | undefined {
  return judged.reduce<Judged | undefined>(
    (best, next) => (best === undefined || next.hits.length > best.hits.length ? next : best),
    undefined,
  );
}

function choice(offer: Payable): ChosenOffer {
  const { rail, scheme, payTo, priceUnits, wire } = offer;
  const budget = budgetUnits(offer.asset, priceUnits);
  return { rail, scheme, assetId: offer.asset.id, payTo, priceUnits, budgetUnits: budget, wire };
}

/** The checks of one offer, up to the first that stops it. */
function judge(input: RiskInput, offer: Offer): readonly Hit[] {
  const hits: Hit[] = [];
  for (const check of [supported, inScope, amount, lifetime, payee, pinned, verified]) {
    const hit = check(offer, input);
    hits.push(hit);
    if (hit.refusal !== undefined) break;
  }
  return hits;
}

function isPayable(offer: Offer): offer is Payable {
  return offer.asset !== null && offer.priceUnits !== null;
}

function nothingOffered(): Hit {
  const detail = 'The challenge holds no option that can be read';
  return deny('integrity.supported', {}, { code: 'no_supported_payment_option', detail });
}

function resource({ request }: RiskInput): Hit {
  const { statedOrigin } = request.challenge;
  const inputs = { requested: request.resource.origin, stated: statedOrigin ?? '' };
  if (statedOrigin === null || statedOrigin === request.resource.origin)
    return pass('integrity.resource', inputs);
  const detail = `The challenge names "${statedOrigin}", the request went to "${request.resource.origin}"`;
  return deny('integrity.resource', inputs, { code: 'resource_mismatch', detail });
}

function clock({ request, policy }: RiskInput): Hit {
  const skew = request.chainSkewSeconds;
  const inputs = { skewSeconds: String(skew), most: String(policy.clockSkewSecondsMax) };
  const stop = (stop: Stop) => deny('integrity.clock', inputs, stop);
  if (skew === null)
    return stop({ code: 'engine_unavailable', detail: 'The chain did not say what time it is' });
  if (Math.abs(skew) <= policy.clockSkewSecondsMax) return pass('integrity.clock', inputs);
  return stop({ code: 'clock_skew', detail: `The chain's clock is ${skew} seconds off` });
}

function supported(offer: Offer): Hit {
  const inputs = { scheme: offer.scheme, asset: offer.asset?.id ?? '' };
  if (offer.asset !== null && SCHEMES.has(offer.scheme)) return pass('integrity.supported', inputs);
  const detail = 'No option has a scheme, network and asset that this wallet admits';
  return deny('integrity.supported', inputs, { code: 'no_supported_payment_option', detail });
}

function inScope(offer: Offer, { terms }: RiskInput): Hit {
  const { assets, rails } = terms.scope;
  const inputs = { rail: offer.rail, asset: offer.asset?.id ?? '' };
  const stop = (stop: Stop) => deny('integrity.scope', inputs, stop);
  if (!rails.includes(offer.rail)) {
    return stop({ code: 'rail_not_in_scope', detail: `The mandate does not allow the rail "${offer.rail}"` });
  }
  if (offer.asset === null || !assets.includes(offer.asset.id)) {
    return stop({
      code: 'asset_not_in_scope',
      detail: `The mandate does not allow the asset ${inputs.asset}`,
    });
  }
  return pass('integrity.scope', inputs);
}

function amount(offer: Offer): Hit {
  const inputs = { units: String(offer.priceUnits) };
  const inRange =
    isPayable(offer) && offer.priceUnits > 0n && budgetUnits(offer.asset, offer.priceUnits) <= MAX_UNITS;
  if (inRange) return pass('integrity.amount', inputs);
  return deny('integrity.amount', inputs, {
    code: 'amount_out_of_range',
    detail: 'The price is not a payable amount',
  });
}

function lifetime(offer: Offer, { policy }: RiskInput): Hit {
  const least = policy.authorizationSecondsMin;
  const inputs = { offered: String(offer.timeoutSeconds), least: String(least) };
  if (offer.timeoutSeconds >= least) return pass('integrity.lifetime', inputs);
  const detail = `The payee gives ${offer.timeoutSeconds} seconds to settle, at least ${least} are needed`;
  return deny('integrity.lifetime', inputs, { code: 'authorization_window_invalid', detail });
}

function payee(offer: Offer, input: RiskInput): Hit {
  const { host } = input.request.resource;
  const inputs = { host, payTo: offer.payTo };
  const { hosts } = input.terms.scope.payees;
  if (hosts.includes(host) || isListed(offer, input)) return pass('integrity.payee', inputs);
  const detail = `Neither the host "${host}" nor the address ${offer.payTo} is in the signed scope`;
  const numbers = { proposeHost: host, listedHosts: hosts.join(' ') };
  return deny('integrity.payee', inputs, { code: 'payee_not_in_scope', detail, numbers });
}

function pinned(offer: Offer, input: RiskInput): Hit {
  const { request, wallet, books } = input;
  const known = knownPayees(books, wallet.id, request.resource).filter(
    (pin) => pin.assetId === offer.asset?.id,
  );
  const inputs = { payTo: offer.payTo, known: known.map((pin) => pin.payTo).join(' ') };
  const isKnown = known.length === 0 || known.some((pin) => pin.payTo === offer.payTo);
  if (isKnown || isListed(offer, input)) return pass('integrity.pin', inputs);
  const detail = `This resource was paid to ${inputs.known} before and now asks for ${offer.payTo}`;
  return review('integrity.pin', inputs, { code: 'payee_changed', detail });
}

/** In *sign* mode the agent's copy proves nothing: the payee is listed, or the wallet itself saw these terms. */
function verified(offer: Offer, input: RiskInput): Hit {
  const { request, wallet, books } = input;
  const inputs = { source: request.challenge.source };
  if (request.challenge.source === 'wallet' || isListed(offer, input))
    return pass('integrity.verified', inputs);
  const seen = [...request.seen, ...prices(books, wallet.id, request.resource)];
  if (seen.some((price) => covers(price, offer))) return pass('integrity.verified', inputs);
  const most = seen.find((price) => price.assetId === offer.asset?.id && price.payTo === offer.payTo);
  const detail = `The wallet has not itself seen "${request.resource.url}" ask for this`;
  const numbers = most === undefined ? undefined : { seenUnits: most.priceUnits.toString() };
  return review('integrity.verified', inputs, {
    code: 'payee_unverified',
    detail,
    ...(numbers && { numbers }),
  });
}

function covers(price: Price, offer: Offer): boolean {
  if (price.assetId !== offer.asset?.id || price.payTo !== offer.payTo) return false;
  return offer.priceUnits !== null && price.priceUnits >= offer.priceUnits;
}

function isListed(offer: Offer, { terms }: RiskInput): boolean {
  return terms.scope.payees.addresses.includes(offer.payTo);
}
