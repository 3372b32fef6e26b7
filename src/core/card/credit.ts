import { type Act, cardOf, least } from './act.ts';
import { findHold, isOpen, waitedFor } from './hold.ts';
import type { MessageBody } from './network.ts';
import { move } from './purse.ts';
import { payBack } from './return.ts';

/** What credits can still be set against. */
function creditableUnits(act: Act): bigint {
  const { capturedUnits, creditedUnits } = cardOf(act);
  return capturedUnits - creditedUnits;
}

/** A merchant's credit: it repays the issuer, then goes to the wallet; what matches no capture waits for review. */
export function takeRefund(act: Act, { amountUnits, of }: Extract<MessageBody, { kind: 'refund' }>): void {
  const units = least(amountUnits, creditableUnits(act));
  credit(act, 'refund', units);
  if (amountUnits === units) return;
  move(act, 'suspend', amountUnits - units);
  act.exceptions.push(isEarly(act, of) ? 'early_credit' : 'unmatched_credit');
}

/** Whether money may still be captured that a credit belongs to. */
function isEarly(act: Act, of: string | null): boolean {
  const hold = of === null ? null : findHold(act, of);
  return hold === null ? waitedFor(act).length > 0 : isOpen(hold);
}

/** Sets credits that waited against what was captured meanwhile. */
export function applySuspense(act: Act): void {
  const units = least(cardOf(act).suspenseUnits, creditableUnits(act));
  const repaid = least(units, cardOf(act).receivableUnits);
  move(act, 'settleIssuer', repaid);
  move(act, 'settleRefund', units - repaid);
  payBack(act, 'refund', { units: units - repaid, feeUnits: 0n });
}

/** A merchant took a credit back: from what waits, then from the issuer. The wallet is not touched. */
export function takeRefundReversal(
  act: Act,
  { amountUnits }: Extract<MessageBody, { kind: 'refund_reversal' }>,
): void {
  act.exceptions.push('refund_reversed');
  const waiting = least(amountUnits, cardOf(act).suspenseUnits);
  move(act, 'unsuspend', waiting);
  move(act, 'reverseRefund', amountUnits - waiting);
  if (amountUnits > waiting) act.exceptions.push('shortfall');
}

/** A dispute; winning it brings back what no credit brought back before, and nothing twice. */
export function takeDispute(
  act: Act,
  { step, amountUnits }: Extract<MessageBody, { kind: 'dispute' }>,
): void {
  if (step !== 'won') return;
  const units = least(amountUnits, creditableUnits(act));
  if (units < amountUnits) act.exceptions.push('dispute_already_credited');
  credit(act, 'dispute', units);
}

/** Sets a credit against what was captured: the issuer is repaid first, the rest is the wallet's. */
export function credit(act: Act, kind: 'refund' | 'dispute', creditUnits: bigint): void {
  const repaid = least(creditUnits, cardOf(act).receivableUnits);
  const units = creditUnits - repaid;
  move(act, 'creditIssuer', repaid);
  move(act, kind === 'refund' ? 'refund' : 'reinstate', units);
  payBack(act, kind, { units, feeUnits: 0n });
}
