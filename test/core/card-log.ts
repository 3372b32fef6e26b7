import { canonicalJson, type Json } from '../../src/core/canonical.ts';
import type { Card } from '../../src/core/card/card.ts';
import type { Move } from '../../src/core/card/moves.ts';
import type { CardEvent } from '../../src/core/card/network.ts';
import type { Account } from '../../src/core/ledger.ts';
import type { Records } from './breach.ts';

/** What each total of a card is the sum of, by the moves in its log. */
const TOTALS = {
  lockedUnits: '+load -unload -unloadHeld -carryLost',
  feeUnits: '+charge -uncharge',
  reservedUnits: '+load -unload -hold +free -captureReserved +uncapture -repay -giveBack +takeBack',
  heldUnits: '+hold -free -captureHeld -unloadHeld',
  capturedUnits: '+captureHeld +captureReserved +captureShort -uncapture',
  shortfallUnits: '+captureShort +carryLost -repay',
  releasedUnits: '+giveBack -takeBack',
  receivableUnits: '+captureShort +carryLost +reverseRefund -repay -creditIssuer -settleIssuer',
  suspenseUnits: '+suspend -unsuspend -settleIssuer -settleRefund',
  refundedUnits: '+refund +settleRefund -unrefund',
  disputeCreditUnits: '+reinstate -unreinstate',
  creditedUnits:
    '+creditIssuer +refund +reinstate +settleIssuer +settleRefund -unrefund -unreinstate -reverseRefund',
} as const satisfies Partial<Record<keyof Card, string>>;

/** The same for the accounts that all cards of a wallet share. What a payment into a card brings is not in any log. */
const SHARED = {
  funding: '-load -charge +unload +unloadHeld +carryLost +uncharge',
  fees: '+charge -uncharge -returnFee +keepFee',
  network:
    '+captureHeld +captureReserved +captureShort -uncapture -creditIssuer -refund +unrefund -reinstate ' +
    '+unreinstate -suspend +unsuspend +reverseRefund',
  return:
    '+giveBack -takeBack +returnFee -keepFee +refund -unrefund +reinstate -unreinstate +settleRefund -arrive',
  receivable: '-captureShort -carryLost -reverseRefund +repay +creditIssuer +settleIssuer',
  suspense: '+suspend -unsuspend -settleIssuer -settleRefund',
} as const satisfies Partial<Record<Account['kind'], string>>;

/** The first thing that the cards and their ledger say otherwise than the cards' logs do; null where all agree. */
export function findLogBreach(records: Records): string | null {
  const events = records.all('event');
  const faults = [
    ...records.all('card').map((card) => wrongCard(card, events)),
    ...Object.entries(SHARED).map(([kind, sum]) => wrongAccount(records, kind, sum)),
    wrongTrail(records, events),
  ];
  return faults.find((fault) => fault !== null) ?? null;
}

function wrongCard(card: Card, events: readonly CardEvent[]): string | null {
  const own = events.filter(({ cardId }) => cardId === card.id);
  for (const [total, sum] of Object.entries(TOTALS)) {
    const [there, logged] = [card[total as keyof typeof TOTALS], sumOf(own, sum)];
    if (there !== logged) return `${card.id} has ${total} ${there}, and by its log ${logged}`;
  }
  return null;
}

function wrongAccount(records: Records, kind: string, sum: string): string | null {
  const accounts = records.all('account').filter((account) => account.kind === kind);
  const there = accounts.reduce((all, one) => all + one.creditsPostedUnits - one.debitsPostedUnits, 0n);
  const paid = kind === 'funding' ? paidIn(records) : 0n;
  const logged = sumOf(records.all('event'), sum) + paid;
  return there === logged ? null : `"${kind}" holds ${there}, and by the logs ${logged}`;
}

function paidIn(records: Records): bigint {
  const paid = records
    .all('payment')
    .filter(({ cardId, state }) => cardId !== undefined && state === 'settled');
  return paid.reduce((all, { offer }) => all + (offer?.priceUnits ?? 0n), 0n);
}

function sumOf(events: readonly CardEvent[], terms: string): bigint {
  const signs = new Map(terms.split(' ').map((term) => [term.slice(1) as Move, term.startsWith('+')]));
  const moves = events.flatMap((event) => event.moves);
  return moves.reduce((sum, { name, amountUnits }) => {
    const isPlus = signs.get(name);
    return isPlus === undefined ? sum : isPlus ? sum + amountUnits : sum - amountUnits;
  }, 0n);
}

/** Every entry of a card's log is in the audit trail too, word for word; a lifted freeze is there by its signature. */
function wrongTrail(records: Records, events: readonly CardEvent[]): string | null {
  const bodies = records.all('entry').filter(({ kind }) => kind.startsWith('card.'));
  const told = new Set(bodies.map(({ subjectId, body }) => `${subjectId} ${eventIn(body)}`));
  const missing = events.find(
    (event) =>
      !(event.message.kind === 'act' && event.message.act === 'unfrozen') &&
      !told.has(`${event.cardId} ${canonicalJson(event as unknown as Json)}`),
  );
  return missing === undefined ? null : `${missing.id} is not in the audit trail`;
}

function eventIn(body: string): string {
  const { event } = JSON.parse(body) as { readonly event?: Json };
  return event === undefined ? '' : canonicalJson(event);
}
