import { type Counter, read, taken } from './counter.ts';
import { availableUnits } from './ledger.ts';
import { formatBudget, MAX_UNITS } from './money.ts';
import type { ChosenOffer } from './payment.ts';
import type { RefusalCode } from './refusal.ts';
import { deny, type Hit, pass, type RiskInput } from './risk.ts';
import { windowOf } from './scope.ts';

/** A window that a payment takes from: where it stands, and what it may hold. */
export type Window = {
  readonly rule: string;
  readonly counter: Counter;
  readonly capUnits: bigint;
  readonly capCount: number;
  /** What is said when the amount, or the number of payments, is too much. */
  readonly amountCode: RefusalCode;
  readonly countCode: RefusalCode;
};

const UNLIMITED = Number.MAX_SAFE_INTEGER;

/** Every window that a payment of this request takes from. */
export function windows(input: RiskInput, offer: ChosenOffer): readonly Window[] {
  const { scope } = input.terms;
  const owner = { walletId: input.wallet.id, mandateId: input.mandate.id };
  const open = (window: string, cap: Omit<Window, 'counter'>): Window => ({
    ...cap,
    counter: read(input.books, owner, window),
  });
  const limit = (rule: string, amountCode: RefusalCode, capUnits: bigint | undefined) => ({
    rule,
    amountCode,
    countCode: 'payment_count_exceeded' as const,
    capUnits: capUnits ?? MAX_UNITS,
    capCount: UNLIMITED,
  });
  const all = [
    open('total', {
      ...limit('limit.total', 'mandate_budget_exceeded', scope.totalUnits),
      capCount: scope.paymentsMax ?? UNLIMITED,
    }),
    open(windowOf('day', input.nowMs), limit('limit.day', 'daily_limit_exceeded', scope.perDayUnits)),
    open(
      `payee:${payeeKey(input, offer)}`,
      limit('limit.payee', 'payee_limit_exceeded', scope.perPayeeUnits),
    ),
    open(`resource:${minuteOf(input)}`, {
      ...limit('limit.resource', 'resource_limit_exceeded', undefined),
      countCode: 'resource_limit_exceeded',
      capCount: input.policy.resourcePaymentsPerMinute,
    }),
  ];
  const { perPeriod } = scope;
  if (perPeriod === undefined || perPeriod.every === 'day') return withDay(all, perPeriod?.limitUnits);
  const window = windowOf(perPeriod.every, input.nowMs);
  return [...all, open(window, limit('limit.period', 'period_limit_exceeded', perPeriod.limitUnits))];
}

/** A daily period is the day's window, under the lower of the two limits. */
function withDay(all: readonly Window[], limitUnits: bigint | undefined): readonly Window[] {
  if (limitUnits === undefined) return all;
  return all.map((window) =>
    window.rule === 'limit.day' && limitUnits < window.capUnits
      ? { ...window, capUnits: limitUnits }
      : window,
  );
}

/** Hosts that are in the scope count by their name, everybody else by address. */
function payeeKey({ request, terms }: RiskInput, offer: ChosenOffer): string {
  const { host } = request.resource;
  return terms.scope.payees.hosts.includes(host) ? host : offer.payTo;
}

function minuteOf({ request, nowMs }: RiskInput): string {
  const path = request.resource.url.replace(/[?#].*$/s, '');
  return `${new Date(nowMs).toISOString().slice(0, 16)}/${path}`;
}

/** Whether the price fits every limit of the mandate and what the wallet holds. */
export function checkLimits(input: RiskInput, offer: ChosenOffer): readonly Hit[] {
  return [
    callerMax(input, offer),
    perPayment(input, offer),
    ...windows(input, offer).map((window) => within(window, offer)),
    velocity(input),
    balance(input, offer),
  ];
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
  const left = capUnits > taken(counter) ? capUnits - taken(counter) : 0n;
  const inputs = {
    price: offer.budgetUnits.toString(),
    window: counter.window,
    taken: taken(counter).toString(),
    cap: capUnits.toString(),
    count: String(counter.count),
    capCount: String(capCount),
  };
  if (offer.budgetUnits > left) {
    return deny(
      window.rule,
      inputs,
      tooMuch(window.amountCode, `what is left of ${counter.window}`, left, offer),
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
  return { code, detail, numbers: { requested, wouldPass: allowed } };
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
  return deny('limit.balance', inputs, {
    code: 'insufficient_balance',
    detail,
    numbers: { availableUnits: available.toString(), neededUnits: offer.priceUnits.toString() },
  });
}
