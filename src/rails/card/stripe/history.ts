import type { NetworkMessage } from '../../../core/card/network.ts';
import type { CardNotice } from '../../../core/card/ports.ts';
import type { StripeAccount } from './account.ts';
import { messagesOf } from './authorization.ts';
import { messagesOfDispute } from './dispute.ts';
import { messageOfTransaction } from './transaction.ts';
import { idOf, oldestFirst } from './wire.ts';

/** Everything that Stripe has of a card, as the messages that its events would have been; oldest first. */
export async function readHistory(
  { stripe, read }: Pick<StripeAccount, 'stripe' | 'read'>,
  token: string,
): Promise<readonly CardNotice[]> {
  const page = { card: token, limit: 100 };
  const authorizations = await all(stripe.issuing.authorizations.list(page));
  const transactions = await all(stripe.issuing.transactions.list(page));
  const toNotice = (message: NetworkMessage): CardNotice => ({ token, message });
  const told = oldestFirst(authorizations).flatMap((each) =>
    read(`the authorization ${each.id}`, () => messagesOf(each).map(toNotice)),
  );
  const known = new Set(told.map(({ message }) => message.id));
  // Those without an authorization of the card: force posts, refunds that nobody could link.
  const single = oldestFirst(transactions)
    .filter(({ id }) => !known.has(id))
    .flatMap((each) => read(`the transaction ${each.id}`, () => [toNotice(messageOfTransaction(each))]));
  const disputed: CardNotice[] = [];
  for (const id of transactions.flatMap(({ dispute }) => idOf(dispute) ?? [])) {
    const found = await stripe.issuing.disputes.retrieve(id);
    disputed.push(...read(`the dispute ${id}`, () => messagesOfDispute(found).map(toNotice)));
  }
  return [...told, ...single, ...disputed].sort(
    (a, b) => (a.message.sentAtMs ?? 0) - (b.message.sentAtMs ?? 0),
  );
}

async function all<T>(list: AsyncIterable<T>): Promise<readonly T[]> {
  const found: T[] = [];
  for await (const item of list) found.push(item);
  return found;
}
