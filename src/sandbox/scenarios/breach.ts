import type { Card, CardFunding } from '../../core/card/card.ts';
import type { Payback } from '../../core/card/payback.ts';
import { type Account, type AccountKind, spendable } from '../../core/ledger.ts';

/** The books of one wallet as far as cards are concerned. */
export type CardBooks = {
  readonly accounts: readonly Account[];
  readonly cards: readonly Card[];
  readonly paybacks: readonly Payback[];
  /** What could be spent before the first card. */
  readonly openingUnits: bigint;
};

/** The first promise about money that these books break; null where all hold. */
export function findBreach(books: CardBooks): string | null {
  return (
    findOpenSum(books.accounts) ??
    books.cards.map((card) => findCardBreach(card)).find((breach) => breach !== null) ??
    findUnlike(books)
  );
}

/** Accounts of which somebody else is the other side may be below zero; no other may. */
const OPEN = new Set(['world', 'funding', 'network', 'receivable']);

function findOpenSum(accounts: readonly Account[]): string | null {
  const below = accounts.find((account) => !OPEN.has(account.kind) && spendable(account) < 0n);
  if (below !== undefined) return `the account ${below.kind} holds ${spendable(below)} units`;
  const sums = accounts.map((one) => one.creditsPostedUnits - one.debitsPostedUnits);
  const pending = accounts.map((one) => one.creditsPendingUnits - one.debitsPendingUnits);
  const [posted, held] = [sumOf(sums), sumOf(pending)];
  return posted === 0n && held === 0n ? null : `all accounts together hold ${posted} units, ${held} pending`;
}

function findCardBreach(card: Card): string | null {
  const { lockedUnits, capturedUnits, shortfallUnits, releasedUnits, heldUnits, reservedUnits } = card;
  const parts = capturedUnits - shortfallUnits + releasedUnits + heldUnits + reservedUnits;
  if (parts !== lockedUnits) return `${card.id} locked ${lockedUnits} units, and its parts are ${parts}`;
  const amounts = Object.entries(card).filter(([, value]) => typeof value === 'bigint');
  const below = amounts.find(([, value]) => (value as bigint) < 0n);
  return below === undefined ? null : `${card.id} has ${below[0]} ${below[1]}`;
}

/** Accounts that are not what the cards and paybacks add up to. */
function findUnlike({ accounts, cards, paybacks, openingUnits }: CardBooks): string | null {
  const sum = (read: (card: Card) => bigint) => sumOf(cards.map(read));
  const fundings = cards.flatMap((card) => card.fundings);
  const cost = (isMeant: (funding: CardFunding) => boolean) =>
    sumOf(fundings.filter(isMeant).map((one) => one.lockUnits + one.feeUnits));
  const back = (state: (state: string) => boolean) =>
    sumOf(paybacks.filter((one) => state(one.state)).map((one) => one.amountUnits));
  const given = paybacks.filter(({ state }) => state !== 'cancelled');
  const feesBack = sumOf(given.map(({ feeUnits }) => feeUnits));
  const expected: readonly (readonly [AccountKind, bigint])[] = [
    ...cards.flatMap((card): readonly (readonly [AccountKind, bigint])[] => [
      [`reserved:${card.id}`, card.reservedUnits],
      [`held:${card.id}`, card.heldUnits],
    ]),
    ['receivable', -sum((card) => card.receivableUnits)],
    ['suspense', sum((card) => card.suspenseUnits)],
    ['fees', sum((card) => card.feeUnits) - feesBack],
    ['return', back((state) => state === 'waiting' || state === 'due' || state === 'sent')],
    ['funding', -cost(({ isLoaded, state }) => isLoaded && state === 'open')],
    ['network', sum(owedToMerchants)],
    [
      'wallet',
      openingUnits - cost(({ state }) => state !== 'released') + back((state) => state === 'settled'),
    ],
  ];
  for (const [kind, units] of expected) {
    const account = accounts.find((one) => one.kind === kind);
    const actual = account === undefined ? 0n : spendable(account);
    if (actual !== units) return `the account ${kind} holds ${actual} units, not ${units}`;
  }
  return null;
}

/** What merchants took, less what of it was credited; what repaid the issuer is credited, what was reversed is not. */
function owedToMerchants(card: Card): bigint {
  const repaid = card.shortfallUnits - card.receivableUnits;
  return card.capturedUnits - card.refundedUnits - card.disputeCreditUnits - card.suspenseUnits - repaid;
}

function sumOf(units: readonly bigint[]): bigint {
  return units.reduce((sum, one) => sum + one, 0n);
}
