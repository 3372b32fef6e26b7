import { type Counter, read, taken } from './counter.ts';
import { MAX_UNITS } from './money.ts';
import type { ChosenOffer } from './payment.ts';
import type { RefusalCode } from './refusal.ts';
import type { RiskInput } from './risk.ts';
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

/**
 * An address that is in the scope counts as itself, whatever host is said to ask for it: in *sign* mode that is the
 * agent's word. Any other payee is one by its host.
 */
function payeeKey({ request, terms }: RiskInput, offer: ChosenOffer): string {
  const { addresses, hosts } = terms.scope.payees;
  const { host } = request.resource;
  return hosts.includes(host) && !addresses.includes(offer.payTo) ? host : offer.payTo;
}

function minuteOf({ request, nowMs }: RiskInput): string {
  const path = request.resource.url.replace(/[?#].*$/s, '');
  return `${new Date(nowMs).toISOString().slice(0, 16)}/${path}`;
}

/** What a window still has room for. */
export function left({ counter, capUnits }: Window): bigint {
  return capUnits > taken(counter) ? capUnits - taken(counter) : 0n;
}
