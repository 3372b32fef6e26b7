import type { Draft } from '../books.ts';
import type { Env } from '../commit.ts';
import type { Payment } from '../payment.ts';
import type { Scope } from '../scope.ts';
import type { Card, CardFunding, CardOrder } from './card.ts';
import { load } from './funding.ts';
import { ownAct, perform } from './log.ts';
import { joinRoster } from './roster.ts';

/** A payment into a card that was allowed, and under which terms. */
export type Order = { readonly payment: Payment; readonly card: CardOrder; readonly scope: Scope };

/** Makes the card that a payment is for, with its money reserved; or notes that more is to come for a card. */
export function orderCard(draft: Draft, env: Env, order: Order): void {
  const { card, payment } = order;
  const { feeUnits, lockUnits } = card;
  const open = { state: 'open', isLoaded: false, restoredUnits: 0n } as const;
  const funding: CardFunding = { paymentId: payment.id, lockUnits, feeUnits, ...open };
  if (card.kind === 'recharge') {
    const present = draft.get('card', card.cardId);
    if (present === null) throw new Error(`There is no card ${card.cardId}`);
    const fundings = [...present.fundings, funding];
    draft.put('card', { ...present, fundings, updatedAtMs: env.nowMs });
    return;
  }
  draft.put('card', makeCard(order, card, { funding, nowMs: env.nowMs }));
  const message = ownAct('created', payment.id, { units: lockUnits });
  const actor = { kind: 'agent', id: payment.agentId } as const;
  perform(draft, env, { cardId: card.cardId, message, actor }, (act) => {
    joinRoster(act);
    load(act, payment.id);
  });
}

type Creation = Extract<CardOrder, { kind: 'create' }>;

function makeCard(
  { payment, scope }: Order,
  { cardId, controls, issuer, label }: Creation,
  { funding, nowMs }: { funding: CardFunding; nowMs: number },
): Card {
  const { agentId, mandateId, walletId, offer, decisionSeq } = payment;
  if (offer === null) throw new Error(`${payment.id} pays for nothing`);
  const hosts = controls.hosts.length > 0 ? controls.hosts : scope.payees.hosts;
  const untold = { token: null, lastFour: null, expiry: null, closeReason: null, failure: null } as const;
  return {
    ...{ id: cardId, walletId, agentId, mandateId, issuer, label, state: 'pending', ...untold },
    ...{ controls: { ...controls, hosts }, assetId: offer.assetId, fundings: [funding], ...NOTHING },
    expiresAtMs: Math.min(nowMs + controls.ttlMs, scope.expiresAtMs),
    decisionSeq,
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
  };
}

/** What no card has at first. */
const NOTHING = {
  lockedUnits: 0n,
  feeUnits: 0n,
  reservedUnits: 0n,
  heldUnits: 0n,
  capturedUnits: 0n,
  shortfallUnits: 0n,
  releasedUnits: 0n,
  receivableUnits: 0n,
  suspenseUnits: 0n,
  refundedUnits: 0n,
  disputeCreditUnits: 0n,
  creditedUnits: 0n,
  verifications: 0,
  probes: 0,
  credentialFailures: 0,
  openHolds: [],
  useHold: null,
  challenges: [],
  isFeeReturned: false,
  paybacks: 0,
  events: 0,
  isCodeGone: false,
  isNumberGone: false,
  reveals: 0,
  work: 'fund',
  mirrorVersion: 0,
  dueAtMs: null,
  lateUntilMs: null,
} as const;
