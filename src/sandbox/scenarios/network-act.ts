import type { AuthorizeRequest, CardName, MerchantName, Receipt, Verdict } from '../issuer/acquirer.ts';
import type { Network } from '../issuer/network.ts';
import type { Act, ActNamed } from './scenario.ts';

/** The steps of a scenario that the card network takes. */
type NetworkEvent = Exclude<
  Extract<
    Act['event'],
    `auth.${string}` | 'clearing' | `refund${string}` | `dispute.${string}` | `threeds.${string}`
  >,
  'threeds.otp'
>;
export type NetworkAct = ActNamed<NetworkEvent>;

/** What the network needs to know besides the step. */
export type NetworkStage = {
  readonly network: Network;
  readonly card: CardName;
  /** What a name of the scenario stands for, since a race may have exchanged names. */
  readonly nameFor: (name: string) => string;
  /** The amount, in cents, of the record of this name. */
  readonly amountOf: (name: string) => number;
};

/** Whether the network takes this step. */
export function isNetworkAct(act: Act): act is NetworkAct {
  return /^(auth|refund|dispute|clearing)\b/.test(act.event) || act.event === 'threeds.challenge';
}

/** Has the network do what a step says. What asks has a verdict; the rest is only told. */
export function playOnNetwork(act: NetworkAct, stage: NetworkStage): Promise<Verdict | Receipt> {
  const { network, card, nameFor, amountOf } = stage;
  const sent = {
    card,
    ...('network_ref' in act && act.network_ref !== undefined && { networkRef: act.network_ref }),
  };
  const about = 'auth' in act && act.auth !== null ? nameFor(act.auth) : '';
  switch (act.event) {
    case 'auth.request':
      return network.authorize(authorization(act, sent));
    case 'auth.advice':
      return network.advise(authorization(act, sent));
    case 'auth.notice':
      return network.notice(authorization(act, sent));
    case 'auth.increment':
      return network.increment({
        ...sent,
        ...(act.ref !== undefined && { ref: act.ref }),
        auth: about,
        amountCents: BigInt(act.amount_cents),
      });
    case 'auth.reversal':
      return network.reverse({
        ...sent,
        auth: about,
        ...(act.amount_cents !== undefined && { amountCents: BigInt(act.amount_cents) }),
      });
    case 'auth.expire':
      return network.expire({ ...sent, auth: about });
    case 'auth.timeout':
      return network.timeOut({ ...sent, auth: about });
    case 'clearing':
      return network.clear({
        ...sent,
        ref: act.ref,
        auth: act.auth === null ? null : about,
        amountCents: BigInt(act.amount_cents),
        isFinal: act.final,
        ...(act.merchant !== undefined && { merchant: merchantOf(act) }),
      });
    case 'refund':
      return network.refund({
        ...sent,
        ref: act.ref,
        of: act.of === null ? null : nameFor(act.of),
        amountCents: BigInt(act.amount_cents),
      });
    case 'refund.reversal':
      return network.reverseRefund({
        ...sent,
        of: nameFor(act.of),
        amountCents: BigInt(act.amount_cents ?? amountOf(act.of)),
      });
    case 'threeds.challenge':
      return network.challenge({
        ...sent,
        ref: act.ref,
        amountCents: BigInt(act.amount_cents),
        merchant: merchantOf(act),
        ...(act.otp !== undefined && { code: act.otp }),
        expiresHours: act.expires_h,
      });
    case 'dispute.open':
    case 'dispute.won':
    case 'dispute.lost':
      return network.dispute(DISPUTES[act.event], {
        ...sent,
        of: nameFor(act.of),
        amountCents: BigInt(act.amount_cents ?? amountOf(act.of)),
      });
  }
}

const DISPUTES = { 'dispute.open': 'opened', 'dispute.won': 'won', 'dispute.lost': 'lost' } as const;

function authorization(
  act: ActNamed<'auth.request' | 'auth.advice' | 'auth.notice'>,
  sent: { readonly card: CardName; readonly networkRef?: string },
): AuthorizeRequest {
  const { ref, amount_cents, kind, cvv, expiry, initiator, partial_capable } = act;
  return {
    ...sent,
    ref,
    amountCents: BigInt(amount_cents),
    merchant: merchantOf(act),
    kind,
    code: cvv,
    expiry,
    initiator,
    isPartialCapable: partial_capable,
  };
}

/** Where a scenario does not say it, a shop of the United States. */
function merchantOf(act: {
  readonly merchant?: string | undefined;
  readonly mcc?: string | undefined;
  readonly country?: string | undefined;
}): MerchantName {
  return { name: act.merchant ?? 'Merchant', mcc: act.mcc ?? null, country: act.country ?? 'US' };
}
