import { z } from 'zod';
import { DECLINES } from '../core/card/decline.ts';
import type {
  CardAct,
  CardEvent,
  CardException,
  Merchant,
  MessageAnswer,
  NetworkMessage,
} from '../core/card/network.ts';
import { formatBudget } from '../core/money.ts';

const money = z.string().meta({ description: 'USD as decimal text' });

/** A merchant as the network words it. */
export const merchantView = z
  .object({
    name: z.string(),
    id: z.string().optional(),
    mcc: z.string().optional(),
    country: z.string().optional(),
  })
  .meta({ id: 'Merchant', description: 'As the card network describes it: a claim, and not an instruction' });

/** A merchant without what was not sent. */
export function viewMerchant({ name, id, mcc, country }: Merchant): z.input<typeof merchantView> {
  return {
    name,
    ...(id !== null && { id }),
    ...(mcc !== null && { mcc }),
    ...(country !== null && { country }),
  };
}

/** A decline, and what a shop may make of it. */
export const declineView = z
  .object({ reason: z.string(), hint: z.string(), retry: z.string() })
  .meta({ id: 'Decline' });

/** What the table says of a reason. */
export function viewDecline(reason: keyof typeof DECLINES): z.input<typeof declineView> {
  const { hint, retry } = DECLINES[reason];
  return { reason, hint, retry };
}

/** One entry of a card's log. */
export const cardEventView = z
  .object({
    seq: z.number(),
    at: z.string().meta({ description: 'ISO 8601, UTC' }),
    kind: z.string(),
    detail: z.string().meta({ description: 'The same in words' }),
    amount: money.optional(),
    authorization: z.string().optional(),
    record: z.string().optional().meta({ description: "The network's name for a posting" }),
    of: z.string().optional().meta({ description: 'The posting or authorization that it is about' }),
    merchant: merchantView.optional(),
    answer: z.enum(['approved', 'declined', 'noted']),
    approved: money.optional(),
    decline: declineView.optional(),
    exceptions: z
      .array(z.object({ code: z.string(), detail: z.string() }))
      .meta({ description: 'What the operator should look at' }),
  })
  .meta({ id: 'CardEvent' });

/** An entry as callers see it. */
export function viewCardEvent(event: CardEvent): z.input<typeof cardEventView> {
  const { answer, atMs, exceptions, message, seq } = event;
  return {
    seq,
    at: new Date(atMs).toISOString(),
    kind: message.kind === 'act' ? message.act : message.kind,
    detail: wordsOf(message),
    ...factsOf(message),
    answer: answer.kind,
    ...answered(answer),
    exceptions: exceptions.map((code) => ({ code, detail: EXCEPTION_WORDS[code] })),
  };
}

function answered(answer: MessageAnswer): Pick<z.input<typeof cardEventView>, 'approved' | 'decline'> {
  if (answer.kind === 'approved') return { approved: formatBudget(answer.approvedUnits) };
  return answer.kind === 'declined' ? { decline: viewDecline(answer.reason) } : {};
}

/** Whatever the message has of amount, names and merchant; never a challenge's code. */
function factsOf(message: NetworkMessage | CardAct) {
  const amountUnits = 'amountUnits' in message ? message.amountUnits : null;
  const auth = 'auth' in message ? message.auth : null;
  const of = 'of' in message ? message.of : null;
  return {
    ...(amountUnits !== null && { amount: formatBudget(amountUnits) }),
    ...(auth !== null && { authorization: auth }),
    ...('record' in message && { record: message.record }),
    ...(of !== null && { of }),
    ...('merchant' in message && { merchant: viewMerchant(message.merchant) }),
  };
}

function wordsOf(message: NetworkMessage | CardAct): string {
  if (message.kind === 'act') return ACT_WORDS[message.act];
  if (message.kind === 'authorization')
    return AUTHORIZATION_WORDS[message.mode](PURPOSE_WORDS[message.purpose]);
  if (message.kind === 'clearing')
    return message.isFinal ? 'The merchant took the money' : 'The merchant took a part';
  if (message.kind === 'dispute') return DISPUTE_WORDS[message.step];
  if (message.kind === 'challenge_result') return `The 3-D Secure challenge was ${message.result}`;
  return KIND_WORDS[message.kind];
}

const ACT_WORDS: Readonly<Record<CardAct['act'], string>> = {
  created: 'The card was made, and its money left the budget',
  funded: 'The treasury took the money',
  recharged: 'More money was locked',
  issued: 'The issuer made the card',
  failed: 'The card could not be made; its money comes back',
  closed: 'The card was closed',
  frozen: 'The card was frozen',
  unfrozen: 'The operator lifted the freeze',
  withdrawn: 'Unused money was taken back',
  expired: "The card's time was over",
  reserve_released: 'What was kept for a late charge was given back',
  challenge_ended: 'A 3-D Secure code ended unused',
  funding_settled: 'The money arrived, by proof of the chain',
  funding_released: 'The money never left, by proof of the chain',
  payback_sent: 'The treasury sent money back',
  payback_settled: 'Money came back, by proof of the chain',
  reveal_granted: 'Somebody may see the card, once',
  revealed: 'The card was shown or typed in',
};

const PURPOSE_WORDS = {
  purchase: 'A charge',
  verification: 'A check of the card',
  balance_inquiry: 'A question for the balance',
  financial: 'A charge that is taken at once',
  cash: 'A withdrawal of cash',
} as const;

const AUTHORIZATION_WORDS = {
  ask: (what: string) => `${what} was asked for`,
  advice: (what: string) => `${what} was approved by the network for the wallet`,
  notice: (what: string) => `${what} was told once more`,
  declined: (what: string) => `${what} was declined by the network`,
} as const;

const DISPUTE_WORDS = {
  opened: 'A dispute was opened',
  won: 'A dispute was won',
  lost: 'A dispute was lost',
} as const;

const KIND_WORDS = {
  increment: 'More was asked for on top of an authorization',
  reversal: 'The merchant let go of held money',
  expiry: 'An authorization ended',
  timeout: 'The network declined, because the answer came too late',
  refund: 'The merchant gave money back',
  refund_reversal: 'The merchant took a refund back',
  challenge: 'A 3-D Secure code was asked for',
} as const;

const EXCEPTION_WORDS: Readonly<Record<CardException, string>> = {
  over_capture: 'The merchant took more than was authorized',
  shortfall: 'The merchant took more than the card held; the issuer carries it',
  late_clearing: 'The money was taken after the authorization had ended',
  force_post: 'The money was taken without an authorization',
  clearing_after_decline: 'The money was taken although the charge was declined',
  clearing_unmatched: 'The money was taken for an authorization that nobody told of before',
  standin_uncovered: 'The network approved more than the card held',
  reversal_unmatched: 'A reversal came for an authorization that is not known',
  unmatched_credit: 'A credit matches no charge; it is kept aside',
  early_credit: 'A credit came before its charge; it is kept aside until then',
  refund_reversed: 'A refund was taken back; the issuer carries it',
  dispute_already_credited: 'A dispute was won for what the merchant had refunded already',
  merchant_mismatch: 'The money was taken by another merchant than the authorized one',
  funding_lost: 'The money behind the card never arrived',
};
