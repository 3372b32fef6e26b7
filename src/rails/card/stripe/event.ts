import Stripe from 'stripe';
import type { NetworkMessage } from '../../../core/card/network.ts';
import type { CardNotice } from '../../../core/card/ports.ts';
import type { StripeAccount } from './account.ts';
import { messagesOf, partialReversalOf } from './authorization.ts';
import { messageOfRescission, messagesOfDispute } from './dispute.ts';
import { messageOfTransaction } from './transaction.ts';
import { idOf } from './wire.ts';

/** Everything that an event's object tells of a card, in order. What was told before comes under the same ids. */
export async function noticesOf(
  { stripe, read }: Pick<StripeAccount, 'stripe' | 'read'>,
  event: Stripe.Event,
): Promise<readonly CardNotice[]> {
  const { object } = event.data;
  const what = `the ${event.type} of ${'id' in object ? object.id : 'something'}`;
  const disputed = event.type.startsWith('issuing_dispute.') ? await cardOf(stripe, event) : null;
  return read(what, () => readEvent(event, disputed));
}

function readEvent(event: Stripe.Event, disputed: string | null): readonly CardNotice[] {
  switch (event.type) {
    case 'issuing_authorization.created':
    case 'issuing_authorization.updated': {
      const { object, previous_attributes: previous } = event.data;
      const reversal = partialReversalOf(object, previous);
      return about(object.card, [...messagesOf(object), ...(reversal === null ? [] : [reversal])]);
    }
    case 'issuing_transaction.created':
    case 'issuing_transaction.updated':
      return about(event.data.object.card, [messageOfTransaction(event.data.object)]);
    case 'issuing_dispute.created':
    case 'issuing_dispute.submitted':
    case 'issuing_dispute.updated':
    case 'issuing_dispute.closed':
    case 'issuing_dispute.funds_reinstated':
      return about(disputed, messagesOfDispute(event.data.object));
    case 'issuing_dispute.funds_rescinded': {
      const rescission = messageOfRescission(event.data.object);
      return about(disputed, rescission === null ? [] : [rescission]);
    }
    default:
      return [];
  }
}

/** A dispute names its transaction, and that its card. Null where there is no such transaction. */
async function cardOf(stripe: Stripe, { data }: Stripe.Event): Promise<string | null> {
  const { transaction } = data.object as Stripe.Issuing.Dispute;
  const of = idOf(transaction);
  if (of === null) return null;
  try {
    return idOf((await stripe.issuing.transactions.retrieve(of)).card);
  } catch (error) {
    const isGone = error instanceof Stripe.errors.StripeError && error.code === 'resource_missing';
    if (isGone) return null;
    throw error;
  }
}

function about(
  card: string | Stripe.Issuing.Card | null,
  messages: readonly NetworkMessage[],
): readonly CardNotice[] {
  if (messages.length === 0) return [];
  const token = idOf(card);
  if (token === null) throw new RangeError('Expected a transaction of this account');
  return messages.map((message) => ({ token, message }));
}
