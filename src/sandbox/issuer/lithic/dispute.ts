import type { Lithic } from 'lithic';
import { centsOf } from '../../../core/card/cents.ts';
import type { NetworkMessage } from '../../../core/card/network.ts';
import type { Movement, NetworkCard } from '../dialect.ts';
import { ACCOUNT_TOKEN } from './card.ts';
import type { Ledger } from './ledger.ts';
import { cardUuid, timestamp, uuidFor } from './name.ts';
import { merchantObject } from './transaction.ts';

/** The description has a field that the SDK's type lacks. */
type Dispute = Lithic.DisputeV2 & { readonly claim_token: null };
type Step = Extract<NetworkMessage, { readonly kind: 'dispute' }>;

/** The disputes of a card, each about one record, in the vendor's words. */
export function disputeObjects(
  card: Pick<NetworkCard, 'token'>,
  { movements, ledger }: { readonly movements: readonly Movement[]; readonly ledger: Ledger },
): readonly Dispute[] {
  const steps = movements.flatMap(({ message, atMs }) =>
    message.kind === 'dispute' ? [{ message, atMs }] : [],
  );
  const groups = Map.groupBy(steps, ({ message }) => message.of);
  return Array.from(groups, ([of, its]) => disputeObject(card, { of, steps: its, ledger }));
}

/** The token of the dispute about a record. */
export function disputeToken(card: Pick<NetworkCard, 'token'>, of: string): string {
  return uuidFor(card, 'dispute', of);
}

function disputeObject(
  card: Pick<NetworkCard, 'token'>,
  dispute: {
    readonly of: string;
    readonly steps: readonly { readonly message: Step; readonly atMs: number }[];
    readonly ledger: Ledger;
  },
): Dispute {
  const [first, last] = [dispute.steps[0], dispute.steps.at(-1)];
  if (first === undefined || last === undefined) throw new RangeError('A dispute has a first step');
  const about = dispute.ledger.ofRecord(dispute.of);
  const amount = Number(centsOf(last.message.amountUnits));
  const disposition = dispositionOf(last.message);
  const {
    phone_number: _p,
    postal_code: _c,
    street_address: _s,
    ...merchant
  } = merchantObject(about?.transaction.merchant ?? { name: '', id: null, mcc: null, country: null });
  return {
    token: disputeToken(card, dispute.of),
    account_token: ACCOUNT_TOKEN,
    card_token: cardUuid(card.token),
    case_id: null,
    claim_token: null,
    created: timestamp(first.atMs),
    currency: 'USD',
    disposition,
    events: dispute.steps.map(({ message, atMs }) => ({
      token: uuidFor(card, 'event', message.id),
      created: timestamp(atMs),
      type: 'WORKFLOW',
      data: {
        type: 'WORKFLOW',
        stage: 'CLAIM',
        action: message.step === 'opened' ? 'OPENED' : 'CLOSED',
        amount: Number(centsOf(message.amountUnits)),
        disposition: dispositionOf(message),
        reason: null,
      },
    })),
    liability_allocation: {
      original_amount: Number(centsOf(first.message.amountUnits)),
      recovered_amount: disposition === 'WON' ? amount : 0,
      written_off_amount: 0,
      denied_amount: disposition === 'LOST' ? amount : 0,
      remaining_amount: disposition === null ? amount : 0,
    },
    merchant,
    network: 'MASTERCARD',
    status: disposition === null ? 'OPEN' : 'CLOSED',
    transaction_series:
      about === null
        ? null
        : {
            related_transaction_event_token: about.event,
            related_transaction_token: about.transaction.token,
            type: 'DISPUTE',
          },
    updated: timestamp(last.atMs),
  };
}

function dispositionOf({ step }: Step): 'WON' | 'LOST' | null {
  if (step === 'opened') return null;
  return step === 'won' ? 'WON' : 'LOST';
}
