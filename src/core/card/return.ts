import { type Act, cardOf, patch } from './act.ts';
import type { Card } from './card.ts';
import { type Payback, type PaybackKind, paybackId } from './payback.ts';

/** Has money paid back that is on its way already in the books; it waits while some payment into the card is open. */
export function payBack(act: Act, kind: PaybackKind, of: { units: bigint; feeUnits: bigint }): void {
  const amountUnits = of.units + of.feeUnits;
  if (amountUnits === 0n) return;
  const card = cardOf(act);
  const number = card.paybacks + 1;
  const id = paybackId(card.id, number);
  const payment = act.draft.get('payment', card.fundings[0]?.paymentId ?? '');
  const wallet = act.draft.get('wallet', card.walletId);
  if (payment?.authorization == null || wallet === null) throw new Error(`${card.id} lost its payment`);
  act.draft.put('payback', {
    id,
    walletId: card.walletId,
    cardId: card.id,
    kind,
    state: isAwaiting(card) ? 'waiting' : 'due',
    assetId: card.assetId,
    amountUnits,
    feeUnits: of.feeUnits,
    from: payment.authorization.to,
    to: wallet.paymentAddress,
    nonce: `0x${act.env.hash.sha256(`payback ${id}`)}`,
    txHash: null,
    createdAtMs: act.env.nowMs,
    updatedAtMs: act.env.nowMs,
  });
  patch(act, { paybacks: number, ...(of.feeUnits > 0n && { isFeeReturned: true }) });
}

/** Whether some payment into the card may still be taken, or not. */
function isAwaiting(card: Card): boolean {
  return card.fundings.some(({ state }) => state === 'open');
}

/** Every payback of the card that still waits. */
export function waitingPaybacks(act: Act): readonly Payback[] {
  const { id, paybacks } = cardOf(act);
  const all = Array.from({ length: paybacks }, (_, i) => act.draft.get('payback', paybackId(id, i + 1)));
  return all.filter((payback) => payback?.state === 'waiting') as Payback[];
}

/** Lets what waited be asked for, once every payment into the card is proved. */
export function wakePaybacks(act: Act): void {
  if (isAwaiting(cardOf(act))) return;
  for (const payback of waitingPaybacks(act)) {
    act.draft.put('payback', { ...payback, state: 'due', updatedAtMs: act.env.nowMs });
  }
}
