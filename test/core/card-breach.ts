import type { Card } from '../../src/core/card/card.ts';
import type { Account } from '../../src/core/ledger.ts';
import type { Records } from './breach.ts';

const MAY_OWE = /\/(world|funding|network|receivable)$/;

/** The first promise about cards that these records break, in words; null when they break none. */
export function findCardBreach(records: Records): string | null {
  const cards = records.all('card');
  const accounts = records.all('account');
  const totals = [...cards.map((card) => wrongTotals(card, records)), wrongSums(cards, accounts, records)];
  const negative = accounts.find((account) => !MAY_OWE.test(account.id) && balance(account) < 0n);
  const faults = [
    ...totals,
    negative === undefined ? null : `${negative.id} is below zero`,
    wrongZero(accounts),
  ];
  return faults.find((fault) => fault !== null) ?? null;
}

/** What is posted in an account, less what is held of it. */
function balance(account: Account | undefined): bigint {
  if (account === undefined) return 0n;
  return account.creditsPostedUnits - account.debitsPostedUnits - account.debitsPendingUnits;
}

function wrongTotals(card: Card, records: Records): string | null {
  const { id, lockedUnits, capturedUnits, shortfallUnits, releasedUnits, heldUnits, reservedUnits } = card;
  if (lockedUnits !== capturedUnits - shortfallUnits + releasedUnits + heldUnits + reservedUnits) {
    return `${id} locked something else than what it is made of`;
  }
  const isOver = card.state === 'closed' || card.state === 'failed';
  // A limit of nothing is none to some issuers.
  if (!isOver && lockedUnits === releasedUnits) return `${id} is open with nothing on it`;
  if (card.creditedUnits > capturedUnits) return `${id} was credited more than was captured`;
  // Else a credit would go to the wallet that the issuer is owed.
  if (card.receivableUnits > capturedUnits - card.creditedUnits) return `${id} owes more than was captured`;
  const holds = records.all('hold').filter(({ cardId }) => cardId === id);
  const held = holds.reduce((sum, hold) => sum + hold.heldUnits, 0n);
  if (held !== heldUnits) return `${id} holds something else than its holds`;
  const open = holds.filter(({ end, state }) => end === null && state !== 'declined').map((hold) => hold.id);
  if (open.toSorted().join() !== card.openHolds.toSorted().join()) return `${id} lists other open holds`;
  const events = records.all('event').filter(({ cardId }) => cardId === id);
  if (events.some(({ seq }, i) => seq !== i + 1) || events.length !== card.events)
    return `${id} has gaps in its log`;
  const listed = records.all('roster').some(({ cardIds }) => cardIds.includes(id));
  if (listed !== ['pending', 'active', 'frozen'].includes(card.state))
    return `${id} is wrongly on the roster`;
  return null;
}

/** What the cards say together is what the ledger says. */
function wrongSums(cards: readonly Card[], accounts: readonly Account[], records: Records): string | null {
  const of = (kind: string) =>
    accounts.filter((account) => account.kind === kind).reduce((sum, one) => sum + balance(one), 0n);
  const sum = (field: 'receivableUnits' | 'suspenseUnits') =>
    cards.reduce((all, card) => all + card[field], 0n);
  for (const { id, reservedUnits, heldUnits } of cards) {
    if (of(`reserved:${id}`) !== reservedUnits || of(`held:${id}`) !== heldUnits)
      return `${id} is not its accounts`;
  }
  if (of('receivable') !== -sum('receivableUnits'))
    return 'The issuer carries something else than the cards say';
  if (of('suspense') !== sum('suspenseUnits')) return 'Something else is in suspense than the cards say';
  const backs = records.all('payback').filter(({ state }) => state !== 'settled' && state !== 'cancelled');
  const away = backs.reduce((all, { amountUnits }) => all + amountUnits, 0n);
  return of('return') === away ? null : 'Something else is on its way back than the paybacks say';
}

function wrongZero(accounts: readonly Account[]): string | null {
  const posted = accounts.reduce((all, one) => all + one.creditsPostedUnits - one.debitsPostedUnits, 0n);
  const pending = accounts.reduce((all, one) => all + one.creditsPendingUnits - one.debitsPendingUnits, 0n);
  return posted === 0n && pending === 0n ? null : 'The ledger does not add up to nothing';
}
