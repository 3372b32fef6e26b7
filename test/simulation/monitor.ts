import type { Action } from '../../src/core/approval.ts';
import type { Tables, Write } from '../../src/core/books.ts';
import type { Policy } from '../../src/core/policy.ts';
import type { Answer } from '../../src/operations/operation.ts';
import type { ExecuteOutput } from '../../src/operations/payment.ts';
import { openBookCheck } from './books.ts';
import type { SimChain } from './chain.ts';
import type { Timeline } from './clock.ts';
import { brokenCounters, brokenLimits } from './limits.ts';
import { type Asked, openSignatures, type Signature } from './signatures.ts';
import type { Vault } from './vault.ts';

/** Watches a history and knows what must never happen. It looks at truth, and changes nothing. */
export type Monitor = {
  readonly violations: readonly string[];
  readonly fail: (what: string) => void;
  readonly onSigned: (signature: Signature) => void;
  readonly onDurable: (writes: readonly Write[]) => void;
  /** The server told the operator that an approval is carried out. */
  readonly onAcknowledged: (approvalId: string) => void;
  readonly onAsked: (key: string, asked: Asked) => void;
  /** The server answered a payment; `input` is the canonical text of what was asked. */
  readonly onAnswered: (key: string, input: string, answer: Answer<ExecuteOutput>) => void;
  /** Called after each event. */
  readonly check: () => void;
  readonly signatureCount: () => number;
  /** Keys that were answered for good. */
  readonly finishedCount: () => number;
  /** How often payments were refused, by code. */
  readonly refusals: ReadonlyMap<string, number>;
};

const TIGHTENING: ReadonlySet<Action> = new Set([
  'mandate.revoke',
  'agent.freeze',
  'agent.revoke',
  'wallet.freeze',
]);

/** Opens the monitor of one history. */
export function openMonitor(by: {
  readonly vault: Vault;
  readonly chain: SimChain;
  readonly timeline: Timeline;
  readonly policy: Policy;
}): Monitor {
  const { vault, chain, timeline, policy } = by;
  const violations: string[] = [];
  const books = openBookCheck({ vault, chain });
  const signatures = openSignatures({ vault, chain, decisionOf: books.decisionOf });
  const lastStop = new Map<string, string>();
  const finished = new Map<string, string>();
  const refusals = new Map<string, number>();
  let seenVersion = -1;

  const fail = (what: string) => {
    timeline.note(`VIOLATION ${what}`);
    violations.push(what);
  };
  const failAll = (wrong: readonly string[]) => wrong.forEach(fail);

  function onDurable(writes: readonly Write[]): void {
    failAll(books.add(writes));
    const mandateIds = new Set<string>();
    for (const write of writes) {
      if (write.table === 'payment') mandateIds.add(write.record.mandateId);
      if (write.table === 'approval') noteStop(write.record);
      if (isLifted(write)) signatures.lift(write.record.id);
    }
    for (const id of mandateIds) {
      const mandate = vault.books.get('mandate', id);
      const terms = mandate && vault.books.get('terms', `${mandate.id}/v${mandate.version}`);
      const payments = vault.all('payment').filter(({ mandateId }) => mandateId === id);
      if (terms) failAll(brokenLimits({ terms, policy, payments }).map((one) => `G1: ${id} ${one}`));
      const counters = vault.all('counter').filter(({ mandateId }) => mandateId === id);
      const velocity = vault.books.get('velocity', id);
      failAll(brokenCounters(payments, { counters, velocity }).map((one) => `G3: ${id} ${one}`));
    }
  }

  function noteStop({ id, action, state, subjectId }: Tables['approval']): void {
    if (state === 'signed' && TIGHTENING.has(action)) lastStop.set(subjectId, id);
  }

  /** An earlier stop's acknowledgement says nothing about a later one, whose own time to sign still runs. */
  function onAcknowledged(approvalId: string): void {
    const approval = vault.books.get('approval', approvalId);
    if (approval === null || lastStop.get(approval.subjectId) !== approvalId) return;
    if (isStopped(vault, approval.subjectId)) signatures.stop(approval.subjectId);
  }

  function onAnswered(key: string, input: string, answer: Answer<ExecuteOutput>): void {
    if (answer.outcome === 'refused') refusals.set(answer.code, (refusals.get(answer.code) ?? 0) + 1);
    for (const [part, text] of finalParts(answer)) {
      const id = `${key} ${input} ${part}`;
      const first = finished.get(id);
      if (first === undefined) finished.set(id, text);
      else if (first !== text) fail(`G2: the finished answer of ${key} changed: ${first} became ${text}`);
    }
    // A *sign* whose freezes could not be looked at in time says to ask again, whatever it said before.
    const isPending =
      answer.outcome === 'ok' && answer.output.payment?.mode === 'fetch' && answer.isPending === true;
    if (isPending && finished.has(`${key} ${input} answer`))
      fail(`G2: ${key} was finished and is pending again`);
  }

  function check(): void {
    if (chain.version() + signatures.count() === seenVersion) return;
    seenVersion = chain.version() + signatures.count();
    failAll(signatures.check());
  }

  return {
    violations,
    fail,
    onSigned: (signature) => failAll(signatures.add(signature)),
    onDurable,
    onAcknowledged,
    onAsked: signatures.asked,
    onAnswered,
    check,
    signatureCount: signatures.count,
    finishedCount: () => finished.size,
    refusals,
  };
}

function isStopped(vault: Vault, subjectId: string): boolean {
  return (
    vault.books.get('wallet', subjectId)?.isFrozen === true ||
    vault.books.get('agent', subjectId)?.isFrozen === true ||
    vault.books.get('agent', subjectId)?.state === 'revoked' ||
    vault.books.get('mandate', subjectId)?.state === 'revoked'
  );
}

function isLifted(write: Write): boolean {
  if (write.table === 'wallet') return !write.record.isFrozen;
  return write.table === 'agent' && !write.record.isFrozen && write.record.state === 'active';
}

/**
 * What of an answer must be the same bytes in each later one. *sign*: the payment as decided, and the header where one
 * is given out at all. *fetch*: everything, once finished. A challenge that changed ends a call, not the payment.
 */
function finalParts(answer: Answer<ExecuteOutput>): readonly (readonly [string, string])[] {
  if (answer.outcome === 'refused') {
    const isKept = answer.numbers?.paymentId !== undefined && answer.code !== 'challenge_changed';
    return isKept ? [['answer', JSON.stringify(answer)]] : [];
  }
  const { output } = answer;
  if (output.status !== 'finished') return [];
  if (output.payment?.mode !== 'sign') return [['answer', JSON.stringify(output)]];
  const payment = ['answer', JSON.stringify(output.payment)] as const;
  return output.header === undefined ? [payment] : [payment, ['header', JSON.stringify(output.header)]];
}
