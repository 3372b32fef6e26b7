import type { Command, OutcomeOf } from '../../src/core/command.ts';
import type { Payment } from '../../src/core/payment.ts';
import { DEFAULT_POLICY, type Policy } from '../../src/core/policy.ts';
import type { Refusal, RefusalCode } from '../../src/core/refusal.ts';
import type { Scope } from '../../src/core/scope.ts';
import { type Ask, enrol, pay, START_MS, scope } from './cast.ts';
import { type Memory, openMemory } from './memory.ts';

/** One line of the table of rules: what is changed of a payment that would pass, and what is said to it. */
export type RiskCase = {
  readonly expected: RefusalCode | 'allow';
  readonly scope?: Partial<Scope>;
  readonly policy?: Partial<Policy>;
  /** What the wallet holds, in units. */
  readonly holds?: bigint;
  /** What happens after enrolment and before the payment. */
  readonly before?: (memory: Memory) => void;
  readonly ask?: Ask;
  readonly atMs?: number;
  /** The numbers that go with the refusal, whole. */
  readonly numbers?: Readonly<Record<string, string>>;
};

/** Prices of these cases jump freely, except where a case says otherwise. */
const ANY_FACTOR = 1_000_000_000;

/** Enrols, arranges and asks for the payment named "case". */
export function run(given: RiskCase): {
  readonly memory: Memory;
  readonly outcome: OutcomeOf<'payment.authorize'>;
} {
  const memory = openMemory({ ...DEFAULT_POLICY, priceFactorMax: ANY_FACTOR, ...given.policy });
  enrol(memory, scope(given.scope), given.holds);
  given.before?.(memory);
  return { memory, outcome: memory.send(pay('case', given.ask), given.atMs ?? START_MS) };
}

/** Why a payment was not allowed; null when it was. */
export function refusalOf(outcome: OutcomeOf<'payment.authorize'>): Refusal | null {
  return outcome.outcome === 'refused' ? outcome : outcome.payment.refusal;
}

/** Pays, and throws unless it is allowed. */
export function payOk(memory: Memory, command: Command<'payment.authorize'>, nowMs = START_MS): Payment {
  const outcome = memory.send(command, nowMs);
  const refusal = refusalOf(outcome);
  if (outcome.outcome === 'refused' || refusal !== null)
    throw new Error(`${refusal?.code}: ${refusal?.detail}`);
  return outcome.payment;
}
