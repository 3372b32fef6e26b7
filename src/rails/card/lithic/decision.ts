import type { Lithic } from 'lithic';
import { centsOf } from '../../../core/card/cents.ts';
import type { MessageAnswer, MessageBody, NetworkMessage } from '../../../core/card/network.ts';
import type { CardNotice } from '../../../core/card/ports.ts';
import { short, unitsIn } from './amount.ts';
import { ASA_RESULTS, type AsaResult } from './decline.ts';
import { readMerchant } from './merchant.ts';
import { challengeIn } from './transaction.ts';

/** A question of Auth Stream Access. */
export type AsaRequest = Lithic.CardAuthorization;
type Authorization = Extract<MessageBody, { readonly kind: 'authorization' }>;

/** An answer to one; `approved_amount` makes it a partial approval, and is left out otherwise. */
export type AsaReply = {
  readonly token: string;
  readonly result: AsaResult;
  readonly approved_amount?: number;
};

/** Whether money is to come to the card: that is always taken, and booked when it came. */
export function isCredit({ status }: AsaRequest): boolean {
  return status === 'CREDIT_AUTHORIZATION' || status === 'FINANCIAL_CREDIT_AUTHORIZATION';
}

/**
 * Reads a question. Its id is the transaction's token, so that a question that is asked again gets the same answer. Lithic
 * checks code and expiry itself and does not say what came of it; what it asks about passed. The amount is what the merchant
 * asks for, not the `hold`, to which a program may add for tips.
 */
export function readAsaRequest(request: AsaRequest): CardNotice {
  const { amounts, token, card, pos, transaction_initiator: initiator } = request;
  if (amounts.cardholder.amount < 0) throw new RangeError('Expected to be asked about money that leaves');
  const isRecurring = pos?.entry_mode?.cardholder === 'REOCCURRING';
  const message: NetworkMessage & Authorization = {
    id: token,
    sentAtMs: Date.parse(request.created) || null,
    kind: 'authorization',
    mode: 'ask',
    auth: token,
    purpose: purposeOf(request),
    amountUnits: unitsIn(amounts.cardholder),
    merchant: readMerchant(request.merchant),
    code: 'unknown',
    expiry: 'unknown',
    initiator:
      initiator === 'MERCHANT' || isRecurring
        ? 'merchant'
        : initiator === 'CARDHOLDER'
          ? 'cardholder'
          : 'unknown',
    isPartialCapable: pos?.terminal?.partial_approval_capable === true,
    challenge: challengeIn(request.cardholder_authentication),
    expiresAtMs: null,
    decline: null,
  };
  return { token: card.token, message };
}

/**
 * Words our answer. The answer to a question that was asked before is one to the same amount: where another is asked now
 * under the same token, which may be more on top of it, nothing is held for that, and it is a no.
 */
export function writeAsaReply(request: AsaRequest, answer: MessageAnswer): AsaReply {
  const { token } = request;
  if (answer.kind === 'declined') return { token, result: ASA_RESULTS[answer.reason] };
  if (answer.kind === 'noted') throw new TypeError('A question is answered with yes or no');
  const { approvedUnits, isPartial } = answer;
  const askedUnits = unitsIn(request.amounts.cardholder);
  const isForThis = isPartial ? approvedUnits < askedUnits : approvedUnits === askedUnits;
  if (!isForThis) return { token, result: 'INSUFFICIENT_FUNDS' };
  return { token, result: 'APPROVED', ...(isPartial && { approved_amount: Number(centsOf(approvedUnits)) }) };
}

function purposeOf({ status, cash_amount: cash, amounts }: AsaRequest): Authorization['purpose'] {
  if (status === 'BALANCE_INQUIRY') return 'balance_inquiry';
  if (cash !== 0) return 'cash';
  if (status === 'FINANCIAL_AUTHORIZATION') return 'financial';
  if (status !== 'AUTHORIZATION') throw new RangeError(`Expected a known status, not "${short(status)}"`);
  return amounts.cardholder.amount === 0 ? 'verification' : 'purchase';
}
