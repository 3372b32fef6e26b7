import type { DeclineReason } from '../../../core/card/decline.ts';
import type { Merchant, NetworkMessage } from '../../../core/card/network.ts';
import { eventObject, type TransactionEvent } from './event.ts';

/** A message about a new authorization. */
export type Authorization = Extract<NetworkMessage, { readonly kind: 'authorization' }>;

/** A transaction in the making. Cents; `settled` is what merchants took less what they gave back. */
export type Draft = {
  readonly token: string;
  readonly createdAtMs: number;
  updatedAtMs: number;
  merchant: Merchant;
  /** The authorization that opened it, where one did. */
  authorization: Authorization | null;
  pending: bigint;
  settled: bigint;
  readonly events: TransactionEvent[];
};

/** What an event says, before it is in a transaction. */
export type EventParts = {
  readonly type: TransactionEvent['type'];
  readonly cents: bigint;
  readonly decline?: DeclineReason | null;
  /** Of a clearing: whether nothing stays pending after it, as it is where it is not said. */
  readonly isFinal?: boolean;
};

/** Puts an event at the end of a transaction, once. One that was declined changes no money. */
export function addEvent(
  draft: Draft,
  { token, atMs, parts }: { readonly token: string; readonly atMs: number; readonly parts: EventParts },
): void {
  if (draft.events.some((event) => event.token === token)) return;
  const { type, cents, decline = null } = parts;
  draft.events.push(eventObject({ token, type, cents, decline, atMs }));
  draft.updatedAtMs = atMs;
  if (decline === null) change(draft, parts);
}

function change(draft: Draft, { type, cents, isFinal = true }: EventParts): void {
  const rest = draft.pending > cents ? draft.pending - cents : 0n;
  switch (type) {
    case 'AUTHORIZATION':
    case 'AUTHORIZATION_ADVICE':
      draft.pending = cents;
      return;
    case 'AUTHORIZATION_REVERSAL':
    case 'AUTHORIZATION_EXPIRY':
      draft.pending = rest;
      return;
    case 'CLEARING':
      draft.pending = isFinal ? 0n : rest;
      draft.settled += cents;
      return;
    case 'FINANCIAL_AUTHORIZATION':
    case 'RETURN_REVERSAL':
      draft.settled += cents;
      return;
    case 'RETURN':
      draft.settled -= cents;
      return;
    default:
  }
}
