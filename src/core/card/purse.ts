import { type AccountKind, transfer } from '../ledger.ts';
import { type Act, cardOf } from './act.ts';
import type { Card } from './card.ts';
import { MOVES, type Move, type MoveKind, type Pocket } from './moves.ts';

/** What a card's totals owe to an account: what is in it, or for the issuer's claim what is missing from it. */
const SIDES: Readonly<Partial<Record<Pocket, { readonly total: keyof Card; readonly sign: bigint }>>> = {
  reserved: { total: 'reservedUnits', sign: 1n },
  held: { total: 'heldUnits', sign: 1n },
  suspense: { total: 'suspenseUnits', sign: 1n },
  receivable: { total: 'receivableUnits', sign: -1n },
};

/** The one way money of a card moves: in the ledger, in its totals and in its log, together. Nothing moves nothing. */
export function move(act: Act, name: Move, amountUnits: bigint): void {
  if (amountUnits === 0n) return;
  const card = cardOf(act);
  const { from, to, adds = [], takes = [] }: MoveKind = MOVES[name];
  act.moves.push({ name, amountUnits });
  const digest = act.env.hash.sha256(`${card.id}/${act.cause}/${act.moves.length}`);
  const movement = {
    id: `tr_${digest.slice(0, 26)}`,
    walletId: card.walletId,
    assetId: card.assetId,
    amountUnits,
    subjectId: card.id,
    atMs: act.env.nowMs,
  } as const;
  transfer(act.draft, movement, { from: accountOf(card, from), to: accountOf(card, to) });
  const totals: Record<string, bigint> = {};
  const change = (total: keyof Card, units: bigint) => {
    totals[total] = (totals[total] ?? (card[total] as bigint)) + units;
  };
  for (const total of adds) change(total, amountUnits);
  for (const total of takes) change(total, -amountUnits);
  const [source, target] = [SIDES[from], SIDES[to]];
  if (source !== undefined) change(source.total, -amountUnits * source.sign);
  if (target !== undefined) change(target.total, amountUnits * target.sign);
  act.draft.put('card', { ...card, ...totals });
}

function accountOf({ id }: Card, pocket: Pocket): AccountKind {
  return pocket === 'reserved' || pocket === 'held' ? `${pocket}:${id}` : pocket;
}
