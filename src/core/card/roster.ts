import { type Act, cardOf } from './act.ts';

/** Lists the card among those that die with their mandate. */
export function joinRoster(act: Act): void {
  const { id, mandateId, walletId } = cardOf(act);
  const cardIds = act.draft.get('roster', mandateId)?.cardIds ?? [];
  if (cardIds.includes(id)) return;
  act.draft.put('roster', { id: mandateId, walletId, cardIds: [...cardIds, id] });
}

/** Takes the card off that list: it was used, or is over. */
export function leaveRoster(act: Act): void {
  const { id, mandateId } = cardOf(act);
  const roster = act.draft.get('roster', mandateId);
  if (roster === null || !roster.cardIds.includes(id)) return;
  act.draft.put('roster', { ...roster, cardIds: roster.cardIds.filter((one) => one !== id) });
}
