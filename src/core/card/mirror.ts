import { divideUp } from '../money.ts';
import type { Card } from './card.ts';
import { CENT_UNITS, centsOf } from './cents.ts';
import type { CardMirror } from './ports.ts';

const STATES: Readonly<Record<Card['state'], CardMirror['state']>> = {
  pending: 'open',
  active: 'open',
  // More can be authorized on top of what was, and only the issuer's open card takes that.
  consumed: 'open',
  settling: 'open',
  frozen: 'paused',
  closed: 'closed',
  failed: 'closed',
};

/** What the issuer should have of a card: its state, and what it may take in all. */
export function mirrorOf(card: Card): CardMirror {
  const { probeMaxUnits, probesOpenMax } = card.controls;
  return {
    state: STATES[card.state],
    lockCents: centsOf(card.lockedUnits - card.releasedUnits),
    headroomCents: divideUp(probeMaxUnits, CENT_UNITS) * BigInt(probesOpenMax),
  };
}

/** Whether the issuer must be told of this change. The lock of a closed card means nothing. */
export function isNews(before: Card, after: Card): boolean {
  const [then, now] = [STATES[before.state], STATES[after.state]];
  if (then !== now) return true;
  return now !== 'closed' && mirrorOf(before).lockCents !== mirrorOf(after).lockCents;
}
