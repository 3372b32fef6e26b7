import type { Actor } from '../audit.ts';
import type { Draft } from '../books.ts';
import type { Command, OutcomeOf } from '../command.ts';
import type { Env } from '../commit.ts';
import type { ApprovalId, CardId, MandateId } from '../id.ts';
import { formatBudget } from '../money.ts';
import { type Refusal, refuse } from '../refusal.ts';
import { type Act, cardOf, isOver, isUnused, patch } from './act.ts';
import type { Card } from './card.ts';
import { CENT_UNITS } from './cents.ts';
import { close } from './closing.ts';
import { ownAct, perform } from './log.ts';
import { ofCard } from './network.ts';
import { move } from './purse.ts';
import { payBack } from './return.ts';
import { passTime } from './timer.ts';

type ControlAct = Command<'card.control'>['act'];

/** Closes or freezes a card, or takes some of it back. What has no meaning for the card as it stands changes nothing. */
export function controlCard(
  draft: Draft,
  command: Command<'card.control'>,
  env: Env,
): OutcomeOf<'card.control'> {
  const { actId, actor, act, cardId, walletId } = command;
  const before = draft.get('card', cardId);
  const isStranger = actor.kind === 'agent' && before?.agentId !== actor.id;
  if (before?.walletId !== walletId || isStranger) {
    return refuse('card_not_found', `There is no card ${cardId}`);
  }
  const message = ownAct(NAMES[act.kind], actId, unitsOf(act));
  if (draft.get('event', ofCard(cardId, message.id)) !== null) return { outcome: 'ok', card: before };
  passTime(draft, env, cardId);
  const card = cardOf({ draft, cardId });
  const refusal = act.kind === 'withdraw' ? refuseWithdrawal(card, act.amountUnits) : null;
  if (refusal !== null) return refusal;
  if (!hasMeaning(card, act)) return { outcome: 'ok', card };
  perform(draft, env, { cardId, message, actor }, (made) => apply(made, act));
  return { outcome: 'ok', card: cardOf({ draft, cardId }) };
}

const NAMES = { close: 'closed', freeze: 'frozen', withdraw: 'withdrawn' } as const;

function unitsOf(act: ControlAct): { units?: bigint } {
  return act.kind === 'withdraw' && act.amountUnits !== null ? { units: act.amountUnits } : {};
}

function refuseWithdrawal(card: Card, units: bigint | null): Refusal | null {
  if (units !== null && (units <= 0n || units % CENT_UNITS !== 0n)) {
    return refuse('amount_invalid', 'A withdrawal is of whole cents, and of more than nothing');
  }
  if (isOver(card) && units === null) return null;
  if (isUnused(card) && (units ?? 0n) <= card.reservedUnits) return null;
  if (!isUnused(card)) return refuse('card_not_active', `The card ${card.id} is ${card.state}`);
  const [requested, wouldPass] = [formatBudget(units ?? 0n), formatBudget(card.reservedUnits)];
  const detail = `${requested} USD is more than what is unused on the card, ${wouldPass} USD`;
  return refuse('withdrawal_exceeds_unused', detail, { requested, wouldPass });
}

function hasMeaning(card: Card, { kind }: ControlAct): boolean {
  if (kind === 'close') return !isOver(card);
  return kind === 'freeze' ? card.state === 'active' : isUnused(card);
}

function apply(act: Act, what: ControlAct): void {
  if (what.kind === 'close') close(act, 'user_closed');
  else if (what.kind === 'freeze') patch(act, { state: 'frozen' });
  else withdraw(act, what.amountUnits ?? cardOf(act).reservedUnits);
}

function withdraw(act: Act, units: bigint): void {
  move(act, 'giveBack', units);
  payBack(act, 'unused', { units, feeUnits: 0n });
  if (cardOf(act).reservedUnits === 0n) close(act, 'withdrawn');
}

/** Lifts a freeze by the operator's signature, which stands in the audit trail itself. */
export function unfreezeCard(
  draft: Draft,
  env: Env,
  by: { readonly cardId: CardId; readonly approvalId: ApprovalId; readonly actor: Actor },
): void {
  const { actor, approvalId, cardId } = by;
  passTime(draft, env, cardId);
  if (cardOf({ draft, cardId }).state !== 'frozen') return;
  const message = ownAct('unfrozen', approvalId, { detail: approvalId });
  perform(draft, env, { cardId, message, actor, kind: null }, (act) =>
    patch(act, { state: 'active', credentialFailures: 0 }),
  );
}

/** Closes the unused cards of a mandate that is revoked. Those that were used settle on. */
export function closeCardsOf(draft: Draft, env: Env, of: { mandateId: MandateId; actor: Actor }): void {
  const { actor, mandateId } = of;
  for (const cardId of draft.get('roster', mandateId)?.cardIds ?? []) {
    passTime(draft, env, cardId);
    if (!isUnused(cardOf({ draft, cardId }))) continue;
    const message = ownAct('closed', mandateId, { detail: 'mandate_revoked' });
    perform(draft, env, { cardId, message, actor }, (act) => close(act, 'mandate_revoked'));
  }
}
