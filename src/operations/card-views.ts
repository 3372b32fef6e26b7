import { z } from 'zod';
import type { Card } from '../core/card/card.ts';
import { formatBudget } from '../core/money.ts';

const time = z.string().meta({ description: 'ISO 8601, UTC' });
const money = z.string().meta({ description: 'USD as decimal text' });

/** A card without anything secret. */
export const cardView = z
  .object({
    id: z.string(),
    state: z.enum(['pending', 'active', 'frozen', 'consumed', 'settling', 'closed', 'failed']).meta({
      description: 'active takes one charge; consumed and settling took it; closed and failed are final',
    }),
    reason: z.string().optional().meta({ description: 'Why it is closed, or could not be made' }),
    label: z.string(),
    mandateId: z.string(),
    agentId: z.string(),
    issuer: z.string(),
    lastFour: z.string().optional(),
    expiry: z.string().optional().meta({ description: 'MM/YY' }),
    hosts: z.array(z.string()).meta({ description: 'Checkout pages it may be typed into' }),
    merchantLock: z.string().optional(),
    locked: money,
    unused: money.meta({ description: 'Locked, neither held nor spent' }),
    held: money.meta({ description: 'Under authorizations that are not captured yet' }),
    captured: money.meta({ description: 'Taken by merchants' }),
    returned: money.meta({ description: 'Unused money given back to the wallet' }),
    fee: money,
    sandbox: z.boolean().meta({ description: 'Its money is worth nothing' }),
    decisionSeq: z.number().meta({ description: "Number of the decision's entry in the audit trail" }),
    createdAt: time,
    expiresAt: time,
  })
  .meta({ id: 'Card' });

/** What is shown of a card. */
export function viewCard(card: Card): z.input<typeof cardView> {
  const reason = card.closeReason ?? card.failure;
  const { hosts, merchantLock } = card.controls;
  return {
    id: card.id,
    state: card.state,
    ...(reason !== null && { reason }),
    label: card.label,
    mandateId: card.mandateId,
    agentId: card.agentId,
    issuer: card.issuer,
    ...(card.lastFour !== null && { lastFour: card.lastFour }),
    ...(card.expiry !== null && { expiry: card.expiry }),
    hosts: [...hosts],
    ...(merchantLock !== null && { merchantLock }),
    locked: formatBudget(card.lockedUnits),
    unused: formatBudget(card.reservedUnits),
    held: formatBudget(card.heldUnits),
    captured: formatBudget(card.capturedUnits),
    returned: formatBudget(card.releasedUnits),
    fee: formatBudget(card.feeUnits),
    sandbox: card.issuer === 'sandbox',
    decisionSeq: card.decisionSeq,
    createdAt: iso(card.createdAtMs),
    expiresAt: iso(card.expiresAtMs),
  };
}

/** Where the money of a card stands. */
export const cardBalanceView = z.object({
  card: z.string(),
  state: z.string(),
  locked: money,
  unused: money.meta({ description: 'Locked, neither held nor spent' }),
  held: money.meta({ description: 'Under authorizations that are not captured yet' }),
  captured: money.meta({ description: 'Taken by merchants, also above the lock' }),
  returned: money.meta({ description: 'Unused money given back to the wallet' }),
  refunded: money.meta({ description: "Merchants' credits given to the wallet" }),
  disputed: money.meta({ description: 'Credits of disputes that were won' }),
  shortfall: money.meta({ description: 'Taken above the lock; the issuer carries it, never the wallet' }),
  suspense: money.meta({ description: 'Credits that match no charge; the operator must look' }),
  fee: money,
});

/** The balance of a card. */
export function viewCardBalance(card: Card): z.input<typeof cardBalanceView> {
  return {
    card: card.id,
    state: card.state,
    locked: formatBudget(card.lockedUnits),
    unused: formatBudget(card.reservedUnits),
    held: formatBudget(card.heldUnits),
    captured: formatBudget(card.capturedUnits),
    returned: formatBudget(card.releasedUnits),
    refunded: formatBudget(card.refundedUnits),
    disputed: formatBudget(card.disputeCreditUnits),
    shortfall: formatBudget(card.receivableUnits),
    suspense: formatBudget(card.suspenseUnits),
    fee: formatBudget(card.feeUnits),
  };
}

/** A moment on the wire. */
function iso(ms: number): string {
  return new Date(ms).toISOString();
}
