import type { Agent } from './agent.ts';
import type { Books } from './books.ts';
import type { PaymentRequest } from './command.ts';
import { checkLimits } from './limits.ts';
import type { Mandate, Terms } from './mandate.ts';
import { chooseOffer } from './offer.ts';
import type { ChosenOffer } from './payment.ts';
import type { Policy } from './policy.ts';
import { compareCodes, type Refusal, type RefusalCode, refuse } from './refusal.ts';
import { checkStanding } from './standing.ts';
import type { Wallet } from './wallet.ts';

/** The version of the rules. It changes with every change of what they decide. */
export const RISK_VERSION = 1;

/** What one rule looked at and found. */
export type Hit = {
  readonly rule: string;
  readonly outcome: 'pass' | 'deny' | 'review';
  /** What it looked at; amounts as units in decimal text. */
  readonly inputs: Readonly<Record<string, string>>;
  readonly refusal?: Refusal;
};

/** Everything a decision depends on. The same input gives the same decision and the same trace. */
export type RiskInput = {
  readonly request: PaymentRequest;
  readonly wallet: Wallet;
  readonly agent: Agent;
  readonly mandate: Mandate;
  readonly terms: Terms;
  /** Counters, pins and balances, as they stand. */
  readonly books: Books;
  readonly policy: Policy;
  readonly nowMs: number;
};

/** Allow, or not and why. A review is a refusal for as long as nobody can answer one. */
export type Decision =
  | {
      readonly outcome: 'allow';
      readonly offer: ChosenOffer;
      /** How long the payee gives to settle. */
      readonly timeoutSeconds: number;
      readonly trace: readonly Hit[];
    }
  | {
      readonly outcome: 'deny' | 'review';
      readonly offer: ChosenOffer | null;
      readonly refusal: Refusal;
      readonly trace: readonly Hit[];
    };

/** Decides a payment: standing of those involved, integrity of what is asked, limits. Every hit is in the trace. */
export function decide(input: RiskInput): Decision {
  const standing = checkStanding(input);
  const { offer, timeoutSeconds, hits } = chooseOffer(input);
  const limits = offer === null ? [] : checkLimits(input, offer);
  const trace = [...standing, ...hits, ...limits];
  const first = firstStop(trace);
  if (first?.refusal !== undefined) {
    return { outcome: first.outcome === 'review' ? 'review' : 'deny', offer, refusal: first.refusal, trace };
  }
  if (offer === null) throw new Error('No offer was chosen and no rule says why');
  return { outcome: 'allow', offer, timeoutSeconds, trace };
}

/** The stop that counts when several rules say no. */
export function firstStop(hits: readonly Hit[]): Hit | undefined {
  return hits.filter((hit) => hit.refusal !== undefined).sort(byPrecedence)[0];
}

/** A hard stop goes before a review; then the table's order decides. */
function byPrecedence(a: Hit, b: Hit): number {
  if (a.outcome !== b.outcome) return a.outcome === 'deny' ? -1 : 1;
  if (a.refusal === undefined || b.refusal === undefined) return 0;
  return compareCodes(a.refusal.code, b.refusal.code);
}

/** A rule that found nothing wrong. */
export function pass(rule: string, inputs: Hit['inputs'] = {}): Hit {
  return { rule, outcome: 'pass', inputs };
}

/** A rule that stops the payment. */
export function deny(rule: string, inputs: Hit['inputs'], stop: Stop): Hit {
  return { rule, outcome: 'deny', inputs, refusal: refuse(stop.code, stop.detail, stop.numbers) };
}

/** A rule that asks for a human. */
export function review(rule: string, inputs: Hit['inputs'], stop: Stop): Hit {
  return { ...deny(rule, inputs, stop), outcome: 'review' };
}

/** Why a payment is stopped. */
export type Stop = {
  readonly code: RefusalCode;
  readonly detail: string;
  readonly numbers?: Readonly<Record<string, string>>;
};
