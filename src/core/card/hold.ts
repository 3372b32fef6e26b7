import { type Act, cardOf, isUnused, least, patch } from './act.ts';
import { type Hold, type Merchant, ofCard } from './network.ts';
import { move } from './purse.ts';
import { leaveRoster } from './roster.ts';

/** The hold of an authorization, as far as it was heard of. */
export function findHold(act: Pick<Act, 'draft' | 'cardId'>, auth: string): Hold | null {
  return act.draft.get('hold', ofCard(act.cardId, auth));
}

/** Whether more can be captured on it. */
export function isOpen(hold: Hold): boolean {
  return hold.end === null && hold.state !== 'declined';
}

/** The holds that are open, oldest first. */
export function openHolds(act: Pick<Act, 'draft' | 'cardId'>): readonly Hold[] {
  return cardOf(act).openHolds.map((id) => {
    const hold = act.draft.get('hold', id);
    if (hold === null) throw new Error(`There is no hold ${id}`);
    return hold;
  });
}

/** The open holds that money waits for: not probes, and not those of the network's that nothing is held under. */
export function waitedFor(act: Act): readonly Hold[] {
  const { useHold } = cardOf(act);
  return openHolds(act).filter((hold) => !hold.isProbe && (hold.heldUnits > 0n || hold.id === useHold));
}

/** Writes a hold, and whether it is open into the card. */
export function putHold(act: Act, hold: Hold): Hold {
  act.draft.put('hold', hold);
  const { openHolds: before } = cardOf(act);
  const isListed = before.includes(hold.id);
  if (isOpen(hold) && !isListed) patch(act, { openHolds: [...before, hold.id] });
  if (!isOpen(hold) && isListed) patch(act, { openHolds: before.filter((id) => id !== hold.id) });
  return hold;
}

/** A hold of nothing yet. */
export function makeHold(act: Act, of: Pick<Hold, 'auth' | 'merchant'> & Partial<Hold>): Hold {
  const { id, walletId } = cardOf(act);
  return {
    id: ofCard(id, of.auth),
    walletId,
    cardId: id,
    state: 'open',
    end: null,
    isProbe: false,
    isFinancial: false,
    authorizedUnits: 0n,
    heldUnits: 0n,
    capturedUnits: 0n,
    decline: null,
    expiresAtMs: holdUntil(act, of.merchant, null),
    createdAtMs: act.env.nowMs,
    ...of,
  };
}

/** Until when a hold lasts: what the network says, else the card's own time for this kind of merchant. */
export function holdUntil({ draft, cardId, env }: Act, { mcc }: Merchant, saidMs: number | null): number {
  if (saidMs !== null && saidMs > env.nowMs) return saidMs;
  const { holdLongMs, holdMs, longMccs } = cardOf({ draft, cardId }).controls;
  return env.nowMs + (mcc !== null && longMccs.includes(mcc) ? holdLongMs : holdMs);
}

/** Holds more of what is reserved, as far as it is there. */
export function fill(act: Act, hold: Hold, wantedUnits: bigint): Hold {
  const units = least(wantedUnits, cardOf(act).reservedUnits);
  move(act, 'hold', units);
  return putHold(act, { ...hold, heldUnits: hold.heldUnits + units });
}

/** Frees some of what is held. */
export function free(act: Act, hold: Hold, units: bigint): Hold {
  move(act, 'free', units);
  return putHold(act, { ...hold, heldUnits: hold.heldUnits - units });
}

/** Ends a hold: what is still held is free again. */
export function endHold(act: Act, hold: Hold, end: NonNullable<Hold['end']>): Hold {
  move(act, 'free', hold.heldUnits);
  const state = hold.state === 'unseen' ? 'unseen' : 'ended';
  return putHold(act, { ...hold, heldUnits: 0n, state, end });
}

/** Lets open probes give way where less than this is free; `keep` stays. */
export function makeRoom(act: Act, neededUnits: bigint, keep: string | null = null): void {
  if (neededUnits <= cardOf(act).reservedUnits) return;
  for (const probe of openHolds(act)) {
    if (probe.isProbe && probe.id !== keep) endHold(act, probe, 'superseded');
  }
}

/** Makes a hold the one use of the card. The security code is gone from here on. */
export function markUse(act: Act, hold: Hold): void {
  if (!isUnused(cardOf(act))) return;
  patch(act, { state: 'consumed', useHold: hold.id, isCodeGone: true });
  leaveRoster(act);
}
