import { type Asset, budgetUnits } from './asset.ts';
import { CARD_CHECKS } from './card/order.ts';
import { format, MAX_UNITS } from './money.ts';
import type { Offer } from './payment.ts';
import { knownPayees, type Price, prices, remembered } from './pin.ts';
import { deny, type Hit, pass, type RiskInput, review, type Stop } from './risk.ts';

/** The schemes a rail of this wallet can pay by. */
const SCHEMES: ReadonlySet<string> = new Set(['exact']);

/** An offer that can be paid at all: its asset is admitted and its price is above zero. */
export type Payable = Offer & { readonly asset: Asset; readonly priceUnits: bigint };

/** What must hold of the whole challenge, whichever option is taken. */
export function checkChallenge(input: RiskInput): readonly Hit[] {
  return [resource(input), clock(input)];
}

/** The checks of one option, up to the first that stops it. */
export function checkOffer(input: RiskInput, offer: Offer): readonly Hit[] {
  const hits: Hit[] = [];
  for (const check of input.request.card === undefined ? CHECKS : CHECKS_WITH_CARD) {
    const hit = check(offer, input);
    hits.push(hit);
    if (hit.refusal !== undefined) break;
  }
  return hits;
}

/** The checks of an option, in their order. A card's payees are its merchants, not who takes the money for it. */
const COMMON = [supported, inScope, amount, lifetime] as const;
const CHECKS = [...COMMON, payee, pinned, verified, steady] as const;
const CHECKS_WITH_CARD = [...COMMON, ...CARD_CHECKS] as const;

/** Whether the wallet can read what and how much this option asks for. */
export function isPayable(offer: Offer): offer is Payable {
  return offer.asset !== null && offer.priceUnits !== null && offer.priceUnits > 0n;
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

function supported(offer: Offer, { request }: RiskInput): Hit {
  const inputs = { scheme: offer.scheme, asset: offer.asset?.id ?? '' };
  const isCard = offer.rail === 'card';
  const isMeant = isCard === (request.card !== undefined) && isCard === (request.mode === 'card');
  if (offer.asset !== null && SCHEMES.has(offer.scheme) && isMeant)
    return pass('integrity.supported', inputs);
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
  const inRange = isPayable(offer) && budgetUnits(offer.asset, offer.priceUnits) <= MAX_UNITS;
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
  const detail = `The wallet has not itself seen "${request.resource.url}" ask for this`;
  const numbers = wouldPass(offer, seen);
  return review('integrity.verified', inputs, {
    code: 'payee_unverified',
    detail,
    ...(numbers && { numbers }),
  });
}

/** The highest price the wallet itself saw this payee ask for, as numbers of a refusal. */
function wouldPass({ asset, payTo }: Offer, seen: readonly Price[]): Stop['numbers'] {
  if (asset === null) return undefined;
  const known = seen.filter((price) => price.assetId === asset.id && price.payTo === payTo);
  const most = known.reduce((high, { priceUnits }) => (priceUnits > high ? priceUnits : high), 0n);
  return most === 0n ? undefined : { wouldPass: format(most, asset.decimals) };
}

/** What was free, or cost far less, when the wallet last asked needs a human; a listed address may ask what it likes. */
function steady(offer: Offer, input: RiskInput): Hit {
  const most = usualMost(input, offer);
  const inputs = { price: String(offer.priceUnits), most: String(most) };
  if (most === null || (offer.priceUnits ?? 0n) <= most) return pass('integrity.price', inputs);
  const usual = most === 0n ? 'was free' : `may cost ${most} units`;
  const detail = `"${input.request.resource.url}" ${usual} by what was asked before, and now asks for ${offer.priceUnits}`;
  const numbers = { wouldPass: format(most, offer.asset?.decimals ?? 0) };
  return review('integrity.price', inputs, { code: 'price_changed', detail, numbers });
}

/** The most that a price can be without being far from what the wallet last saw there; null where nothing says so. */
export function usualMost(input: RiskInput, offer: Pick<Offer, 'asset' | 'payTo'>): bigint | null {
  const { request, wallet, books, policy } = input;
  const known = remembered(books, wallet.id, request.resource);
  if (known === null || isListed(offer, input)) return null;
  if (known.prices.length === 0) return 0n;
  const before = known.prices.filter((price) => price.assetId === offer.asset?.id);
  const highest = before.reduce((most, { priceUnits }) => (priceUnits > most ? priceUnits : most), 0n);
  return highest === 0n ? null : highest * BigInt(policy.priceFactorMax);
}

function covers(price: Price, offer: Offer): boolean {
  if (price.assetId !== offer.asset?.id || price.payTo !== offer.payTo) return false;
  return offer.priceUnits !== null && price.priceUnits >= offer.priceUnits;
}

function isListed(offer: Pick<Offer, 'payTo'>, { terms }: RiskInput): boolean {
  return terms.scope.payees.addresses.includes(offer.payTo);
}
