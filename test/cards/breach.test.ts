import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Card } from '../../src/core/card/card.ts';
import type { CardId } from '../../src/core/id.ts';
import type { Account } from '../../src/core/ledger.ts';
import { type CardBooks, findBreach } from '../../src/sandbox/scenarios/breach.ts';
import { drain } from '../../src/sandbox/scenarios/drain.ts';
import { type Embedded, openEmbedded } from '../../src/sandbox/scenarios/embedded.ts';
import { type Ground, openGround } from '../../src/sandbox/scenarios/ground.ts';
import { play } from '../../src/sandbox/scenarios/play.ts';
import { readScenarios } from '../../src/sandbox/scenarios/scenario.ts';

const OPENING_UNITS = 1_000_000_000n;

let ground: Ground;
let wallet: Embedded;
let books: CardBooks;

/** A card with something in every pocket: held, reserved, short, in suspense, refunded. */
const STEPS = [
  { event: 'card.create', amount_cents: 2500, fee_cents: 20 },
  { event: 'auth.request', ref: 'a', amount_cents: 2000 },
  { event: 'clearing', ref: 'c', auth: 'a', amount_cents: 900, final: false },
  { event: 'refund', ref: 'r', of: 'c', amount_cents: 400 },
  { event: 'refund', ref: 's', of: 'c', amount_cents: 700 },
  { event: 'clearing', ref: 'f', auth: null, amount_cents: 900 },
];

beforeAll(async () => {
  ground = await openGround();
  wallet = await openEmbedded({ ground, issuer: 'sandbox', openingUnits: OPENING_UNITS });
  const text = JSON.stringify({ schema_version: 1, scenarios: [{ id: 'x', steps: STEPS, expect: {} }] });
  const [reading] = readScenarios(text);
  if (reading === undefined || 'problem' in reading) throw new Error(reading?.problem);
  expect((await play(reading.scenario, { wallet, ground })).difference).toBeNull();
  await drain({ wallet, ground });
  const { walletId } = wallet.server().context;
  const { read } = wallet.store();
  const cards = await read.cards({ walletId }, { limit: 9 });
  const ids = cards.flatMap(({ id, paybacks }) =>
    Array.from({ length: paybacks }, (_, i) => `back_${id.slice('card_'.length)}_${i + 1}`),
  );
  const paybacks = (await Promise.all(ids.map((id) => read.get('payback', id)))).flatMap((one) => one ?? []);
  books = { accounts: await read.accounts(walletId), cards, paybacks, openingUnits: OPENING_UNITS };
});
afterAll(async () => {
  await wallet?.close();
  await ground?.close();
});

const withCard = (change: (card: Card) => Partial<Card>): CardBooks => ({
  ...books,
  cards: books.cards.map((card) => ({ ...card, ...change(card) })),
});

/** Books in which so much moved from one account to another without anybody's knowledge. */
function moved(from: string, to: string, units: bigint): CardBooks {
  const shift = (account: Account): Account => ({
    ...account,
    debitsPostedUnits: account.debitsPostedUnits + (account.kind.startsWith(from) ? units : 0n),
    creditsPostedUnits: account.creditsPostedUnits + (account.kind.startsWith(to) ? units : 0n),
  });
  return { ...books, accounts: books.accounts.map(shift) };
}

test('books that keep every promise show no breach', () => {
  expect(findBreach(books)).toBeNull();
  expect(books.cards[0]).toMatchObject({ heldUnits: 11_000_000n, shortfallUnits: 4_000_000n });
  expect(books.paybacks.length).toBeGreaterThan(0);
});

test.each<[string, () => CardBooks, RegExp]>([
  [
    'a card that lost a cent',
    () => withCard((card) => ({ heldUnits: card.heldUnits - 10_000n })),
    /its parts are/,
  ],
  [
    'a card that has less than nothing',
    () => withCard((card) => ({ refundedUnits: -1n, creditedUnits: card.creditedUnits })),
    /has refundedUnits -1/,
  ],
  [
    'a hold that the ledger does not know',
    () =>
      withCard((card) => ({
        heldUnits: card.heldUnits + 5n,
        reservedUnits: card.reservedUnits - 5n,
      })),
    /has reservedUnits|the account (held|reserved)/,
  ],
  [
    'money that was made',
    () => ({ ...books, accounts: books.accounts.slice(1) }),
    /all accounts together hold/,
  ],
  [
    'a wallet that was debited again',
    () => moved('wallet', 'network', 10_000n),
    /the account (network|wallet) holds/,
  ],
  ['a fee that was taken twice', () => moved('wallet', 'fees', 200_000n), /the account (fees|wallet) holds/],
  [
    'a reserve that went below nothing',
    () => moved('fees', 'network', 10n ** 12n),
    /the account fees holds -/,
  ],
  ['a payback that nobody booked', () => ({ ...books, paybacks: [] }), /the account \w+ holds/],
  ['a debt of the issuer that is not there', () => moved('receivable', 'network', 1n), /the account/],
  ['an opening that was another', () => ({ ...books, openingUnits: 1n }), /the account wallet holds/],
  [
    'a payment into a card that counts twice',
    () => withCard((card) => ({ fundings: [...card.fundings, ...card.fundings] })),
    /the account wallet holds/,
  ],
  [
    'a card that took another one’s place',
    () => withCard(() => ({ id: 'card_00000000000000000000000000' as CardId })),
    /the account (reserved|held)/,
  ],
])('%s is a breach', (_, tampered, breach) => {
  expect(findBreach(tampered())).toMatch(breach);
});
