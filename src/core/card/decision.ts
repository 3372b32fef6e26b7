import { termsOf } from '../mandate.ts';
import { type Act, cardOf, isUnused, least } from './act.ts';
import type { Card } from './card.ts';
import type { DeclineReason } from './decline.ts';
import { openHolds } from './hold.ts';
import { isLockedTo, isSameMerchant } from './merchant.ts';
import { type Challenge3ds, type MessageBody, ofCard } from './network.ts';

/** An authorization as the network words it. */
export type Ask = Extract<MessageBody, { kind: 'authorization' }>;

/** What an authorization comes to. `verified`: approved, with nothing held. */
export type Verdict =
  | { readonly kind: 'declined'; readonly reason: DeclineReason }
  | { readonly kind: 'verified' }
  | { readonly kind: 'approved'; readonly units: bigint; readonly isProbe: boolean };

/** Decides a new authorization by the card as it stands. What time alone brings must have been done before. */
export function judge(act: Act, ask: Ask): Verdict {
  const card = cardOf(act);
  const reason = statusOf(card) ?? standingOf(act) ?? credentials(ask) ?? place(card, ask) ?? start(ask);
  if (reason !== null) return declined(reason);
  if (ask.amountUnits === 0n || ask.purpose === 'balance_inquiry') {
    const isFull = card.verifications >= card.controls.verificationsMax;
    return isFull ? declined('verification_limit') : { kind: 'verified' };
  }
  if (card.controls.requires3ds && passedChallenge(act, ask) === null) return declined('threeds_required');
  return isProbe(card, ask) ? judgeProbe(act, ask) : judgeAmount(act, ask);
}

function declined(reason: DeclineReason): Verdict {
  return { kind: 'declined', reason };
}

const STATUS: Readonly<Record<Card['state'], DeclineReason | null>> = {
  pending: 'card_not_active',
  active: null,
  frozen: 'card_frozen',
  consumed: 'card_used',
  settling: 'card_used',
  closed: 'card_closed',
  failed: 'card_closed',
};

/** Why a card in this state takes nothing new. */
export function statusOf({ state }: Pick<Card, 'state'>): DeclineReason | null {
  return STATUS[state];
}

/** Why nothing may be authorized for those who stand behind the card. */
export function standingOf({ draft, cardId, env }: Act): DeclineReason | null {
  const card = cardOf({ draft, cardId });
  const [wallet, agent] = [draft.get('wallet', card.walletId), draft.get('agent', card.agentId)];
  const mandate = draft.get('mandate', card.mandateId);
  if (wallet === null || agent === null || mandate === null) throw new Error(`${card.id} lost its parties`);
  if (agent.state === 'revoked' || mandate.state === 'revoked') return 'card_closed';
  if (wallet.isFrozen || agent.isFrozen || mandate.isPaused) return 'card_frozen';
  const isInForce = mandate.state === 'signed' && env.nowMs < termsOf(draft, mandate).scope.expiresAtMs;
  // A card that was used settles on: its mandate's end stops new charges, not more on the old one.
  return isInForce || !isUnused(card) ? null : 'card_closed';
}

function credentials({ code, expiry }: Ask): DeclineReason | null {
  if (code === 'mismatch') return 'cvv_mismatch';
  if (expiry === 'mismatch') return 'expiry_mismatch';
  return code === 'absent' ? 'cvv_required' : null;
}

function place({ controls }: Card, { purpose, merchant }: Ask): DeclineReason | null {
  const { mcc, country } = merchant;
  const { allowedCountries, allowedMccs, blockedMccs, merchantLock } = controls;
  if (purpose === 'cash') return 'cash_not_allowed';
  if (mcc !== null && blockedMccs.includes(mcc)) return 'mcc_not_allowed';
  if (allowedMccs !== null && (mcc === null || !allowedMccs.includes(mcc))) return 'mcc_not_allowed';
  if (allowedCountries !== null && (country === null || !allowedCountries.includes(country))) {
    return 'country_not_allowed';
  }
  if (merchantLock !== null && !isLockedTo(merchantLock, merchant)) return 'merchant_not_allowed';
  return null;
}

function start({ initiator }: Ask): DeclineReason | null {
  return initiator === 'merchant' ? 'merchant_initiated_not_allowed' : null;
}

/** The challenge that this authorization was proved by: passed, in time, of this merchant, for as much. */
export function passedChallenge(act: Act, ask: Ask): Challenge3ds | null {
  const { challenges, id } = cardOf(act);
  const found = challenges
    .filter((ref) => ask.challenge === null || ask.challenge === ref)
    .map((ref) => act.draft.get('challenge', ofCard(id, ref)))
    .find(
      (challenge) =>
        challenge?.state === 'passed' &&
        ask.amountUnits <= challenge.amountUnits &&
        act.env.nowMs < challenge.expiresAtMs &&
        isSameMerchant(challenge.merchant, ask.merchant),
    );
  return found ?? null;
}

/** Whether it only tries the card: so little that it is not the use, and less than the whole lock. */
function isProbe({ controls, lockedUnits, releasedUnits }: Card, { amountUnits, purpose }: Ask): boolean {
  const isSmall = amountUnits <= controls.probeMaxUnits && amountUnits < lockedUnits - releasedUnits;
  return isSmall && purpose !== 'financial';
}

function judgeProbe(act: Act, { amountUnits: units }: Ask): Verdict {
  const { controls, probes, reservedUnits } = cardOf(act);
  const open = openHolds(act).filter((hold) => hold.isProbe).length;
  if (open >= controls.probesOpenMax || probes >= controls.probesMax) return declined('verification_limit');
  if (units > reservedUnits) return declined('amount_exceeds_locked');
  return { kind: 'approved', units, isProbe: true };
}

function judgeAmount(act: Act, { amountUnits, isPartialCapable }: Ask): Verdict {
  const { controls } = cardOf(act);
  const most = freeableUnits(act);
  if (amountUnits <= most) return { kind: 'approved', units: amountUnits, isProbe: false };
  const isPartial = controls.allowsPartialApproval && isPartialCapable && most > 0n;
  if (!isPartial) return declined('amount_exceeds_locked');
  return { kind: 'approved', units: least(amountUnits, most), isProbe: false };
}

/** What is reserved, with the probes that would give way. */
export function freeableUnits(act: Act, keep: string | null = null): bigint {
  const probes = openHolds(act).filter((hold) => hold.isProbe && hold.id !== keep);
  return probes.reduce((sum, { heldUnits }) => sum + heldUnits, cardOf(act).reservedUnits);
}
