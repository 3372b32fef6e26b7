import { type Asset, assetUnits } from './asset.ts';
import { taken } from './counter.ts';
import { usualMost } from './integrity.ts';
import { availableUnits } from './ledger.ts';
import { format, formatBudget, MAX_UNITS } from './money.ts';
import type { ChosenOffer } from './payment.ts';
import type { Refusal, RefusalCode } from './refusal.ts';
import { deny, type Hit, pass, type RiskInput } from './risk.ts';
import { left, type Window, windows } from './window.ts';

/** Whether the price fits every limit of the mandate and what the wallet holds. */
export function checkLimits(input: RiskInput, offer: ChosenOffer): readonly Hit[] {
  const open = windows(input, offer);
  const hits = [
    callerMax(input, offer),
    perPayment(input, offer),
    ...open.map((window) => within(window, offer)),
    velocity(input),
    balance(input, offer),
  ];
  return hits.some(isStop) ? withWouldPass(hits, wouldPass(input, { offer, open, hits })) : hits;
}

type Stopped = Hit & { readonly refusal: Refusal };

function isStop(hit: Hit): hit is Stopped {
  return hit.refusal !== undefined;
}

/** The same hits; those that an amount stopped say which price fits every limit, not only their own. */
function withWouldPass(hits: readonly Hit[], wouldPass: string): readonly Hit[] {
  return hits.map((hit) =>
    isStop(hit) && isAmount(hit)
      ? { ...hit, refusal: { ...hit.refusal, numbers: { ...hit.refusal.numbers, wouldPass } } }
      : hit,
  );
}

function isAmount({ refusal }: Stopped): boolean {
  return refusal.numbers?.requested !== undefined;
}

type Seen = {
  readonly offer: ChosenOffer;
  readonly open: readonly Window[];
  readonly hits: readonly Hit[];
};

/** The highest price in the offer's asset that fits every limit now, as decimal text; "0.00" where none does. */
function wouldPass(input: RiskInput, { offer, open, hits }: Seen): string {
  const { request, terms, books, wallet } = input;
  const asset = request.challenge.offers.find((one) => one.asset?.id === offer.assetId)?.asset as Asset;
  const isFull = open.some(({ counter, capCount }) => counter.count >= capCount);
  if (isFull || hits.some((hit) => isStop(hit) && !isAmount(hit))) return format(0n, asset.decimals);
  const caps = [request.maxUnits ?? MAX_UNITS, terms.scope.perPaymentUnits ?? MAX_UNITS, ...open.map(left)];
  const usual = usualMost(input, { asset, payTo: offer.payTo }) ?? MAX_UNITS;
  const held = availableUnits(books, wallet.id, asset.id);
  const prices = [...caps.map((cap) => assetUnits(asset, cap)), held, usual];
  return format(
    prices.reduce((least, price) => (price < least ? price : least)),
    asset.decimals,
  );
}

function callerMax({ request }: RiskInput, offer: ChosenOffer): Hit {
  const most = request.maxUnits;
  const inputs = { price: offer.budgetUnits.toString(), most: String(most) };
  if (most === null || offer.budgetUnits <= most) return pass('limit.caller', inputs);
  return deny(
    'limit.caller',
    inputs,
    tooMuch('max_amount_exceeded', 'the most the caller allows', most, offer),
  );
}

function perPayment({ terms }: RiskInput, offer: ChosenOffer): Hit {
  const most = terms.scope.perPaymentUnits;
  const inputs = { price: offer.budgetUnits.toString(), most: String(most ?? null) };
  if (most === undefined || offer.budgetUnits <= most) return pass('limit.payment', inputs);
  return deny(
    'limit.payment',
    inputs,
    tooMuch('payment_limit_exceeded', 'the limit per payment', most, offer),
  );
}

function within(window: Window, offer: ChosenOffer): Hit {
  const { counter, capUnits, capCount } = window;
  const room = left(window);
  const inputs = {
    price: offer.budgetUnits.toString(),
    window: counter.window,
    taken: taken(counter).toString(),
    cap: capUnits.toString(),
    count: String(counter.count),
    capCount: String(capCount),
  };
  if (offer.budgetUnits > room) {
    return deny(
      window.rule,
      inputs,
      tooMuch(window.amountCode, `what is left of ${counter.window}`, room, offer),
    );
  }
  if (counter.count >= capCount) {
    const detail = `All ${capCount} payments of ${counter.window} are used`;
    return deny(window.rule, inputs, {
      code: window.countCode,
      detail,
      numbers: { paymentsMax: String(capCount) },
    });
  }
  return pass(window.rule, inputs);
}

function tooMuch(code: RefusalCode, what: string, most: bigint, offer: ChosenOffer) {
  const [requested, allowed] = [formatBudget(offer.budgetUnits), formatBudget(most)];
  const detail = `${requested} USD is more than ${what}, ${allowed} USD`;
  return { code, detail, numbers: { requested } };
}

function velocity(input: RiskInput): Hit {
  const limit = input.terms.scope.velocity;
  if (limit === undefined) return pass('limit.velocity');
  const after = input.nowMs - limit.seconds * 1000;
  const recent = (input.books.get('velocity', input.mandate.id)?.atMs ?? []).filter((atMs) => atMs > after);
  const inputs = { recent: String(recent.length), most: String(limit.count), seconds: String(limit.seconds) };
  if (recent.length < limit.count) return pass('limit.velocity', inputs);
  const oldest = recent[recent.length - limit.count] ?? input.nowMs;
  const retryAt = new Date(oldest + limit.seconds * 1000).toISOString();
  const detail = `The mandate allows ${limit.count} payments in ${limit.seconds} seconds`;
  return deny('limit.velocity', inputs, { code: 'velocity_exceeded', detail, numbers: { retryAt } });
}

function balance({ books, wallet }: RiskInput, offer: ChosenOffer): Hit {
  const available = availableUnits(books, wallet.id, offer.assetId);
  const inputs = { price: offer.priceUnits.toString(), available: available.toString() };
  if (offer.priceUnits <= available) return pass('limit.balance', inputs);
  const detail = `The wallet can spend ${available} units of ${offer.assetId}, ${offer.priceUnits} are needed`;
  const numbers = { requested: formatBudget(offer.budgetUnits) };
  return deny('limit.balance', inputs, { code: 'insufficient_balance', detail, numbers });
}
