import type { Merchant } from '../../../core/card/network.ts';
import type { NetworkCard } from '../dialect.ts';
import { cardId, idOf, namesIn } from './names.ts';
import { cents, merchantData, NOBODY, seconds, type Wire } from './wire.ts';

/** A capture or a refund, as the network told it. Units above zero. */
export type Posting = {
  readonly type: 'capture' | 'refund';
  readonly record: string;
  readonly auth: string | null;
  readonly amountUnits: bigint;
  readonly merchant: Merchant;
  readonly atMs: number;
};

/** All that was posted on a card, oldest first. A single-message purchase posts as it is approved. */
export function postingsOf({ movements }: Pick<NetworkCard, 'movements'>): readonly Posting[] {
  const postings: Posting[] = [];
  for (const { message, answer, atMs } of movements) {
    if (message.kind === 'authorization' && message.purpose === 'financial' && answer?.kind === 'approved') {
      const { auth, merchant } = message;
      const record = `single/${auth}`;
      postings.push({ type: 'capture', record, auth, amountUnits: answer.approvedUnits, merchant, atMs });
    }
    if (message.kind === 'clearing' && message.amountUnits > 0n) {
      const { record, auth, amountUnits, merchant } = message;
      postings.push({ type: 'capture', record, auth, amountUnits, merchant, atMs });
    }
    if (message.kind === 'refund') {
      const { record, of, amountUnits } = message;
      const origin = postings.find(
        (posting) => posting.record === of || (of !== null && posting.auth === of),
      );
      const isAuth = movements.some((other) => 'auth' in other.message && other.message.auth === of);
      const auth = origin?.auth ?? (isAuth ? of : null);
      const merchant = origin?.merchant ?? NOBODY;
      postings.push({ type: 'refund', record, auth, amountUnits, merchant, atMs });
    }
  }
  return postings;
}

/** Stripe's id of a posting. */
export function postingId(
  card: Pick<NetworkCard, 'token'>,
  posting: Pick<Posting, 'type' | 'record'>,
): string {
  return idOf('transaction', card, `${posting.type}/${posting.record}`);
}

/** Token and posting that an id names; null where there is none. */
export function findPosting(id: string, find: (token: string) => NetworkCard | null) {
  const names = namesIn('transaction', id);
  const card = names === null ? null : find(names.token);
  if (card === null) return null;
  const posting = postingsOf(card).find((other) => postingId(card, other) === id);
  return posting === undefined ? null : { card, posting };
}

/** A transaction as Stripe writes it: what a capture takes from the balance is below zero. */
export function transactionObject(card: NetworkCard, posting: Posting): Wire {
  const { type, record, auth, amountUnits, merchant, atMs } = posting;
  const amount = type === 'capture' ? -cents(amountUnits) : cents(amountUnits);
  const isDisputed = card.movements.some(
    ({ message }) => message.kind === 'dispute' && message.of === record,
  );
  return {
    id: postingId(card, posting),
    object: 'issuing.transaction',
    amount,
    amount_details: null,
    authorization: auth === null ? null : idOf('authorization', card, auth),
    balance_transaction: null,
    card: cardId(card),
    cardholder: null,
    created: seconds(atMs),
    currency: 'usd',
    dispute: isDisputed ? idOf('dispute', card, record) : null,
    livemode: false,
    merchant_amount: amount,
    merchant_currency: 'usd',
    merchant_data: merchantData(merchant),
    metadata: {},
    purchase_details: null,
    treasury: null,
    type,
    wallet: null,
  };
}
