import { expect, test } from 'vitest';
import { amountsWithin, parsePageAmount } from './amount.ts';
import { readTotal } from './total.ts';

test.each<[string, bigint | null, string | null]>([
  ['$25.00', 2500n, 'USD'],
  ['$25', 2500n, 'USD'],
  ['US$ 1,234.56', 123456n, 'USD'],
  ['$1,234', 123400n, 'USD'],
  ['$25.00 USD', 2500n, 'USD'],
  ['USD 25.00', 2500n, 'USD'],
  ['USD $25.00', 2500n, 'USD'],
  ['$25.00 CAD', 2500n, 'CAD'],
  ['CA$25.00', 2500n, 'CAD'],
  ['1.234,56 €', 123456n, 'EUR'],
  ['1\u202f234,56 €', 123456n, 'EUR'],
  ['€ 1.234', 123400n, 'EUR'],
  ["CHF 1'234.50", 123450n, 'CHF'],
  ['£1,234,567.89', 123456789n, 'GBP'],
  ['25.00', 2500n, null],
  ['¥1,234', 123400n, null],
  ['$1.234', null, null],
  ['1,234', null, null],
  ['$12.5', null, null],
  ['$1,23,456.00', null, null],
  ['$1.234.56', null, null],
  ['$1,234,56', null, null],
  ['-$25.00', null, null],
  ['$25.00 €', null, null],
  ['$25.00 THB', null, null],
  ['$25.00 each', null, null],
  ['25.00%', null, null],
  ['', null, null],
])('the text "%s" is this amount and no other', (text, cents, currency) => {
  const amount = parsePageAmount(text);
  expect({ cents: amount?.cents ?? null, currency: amount?.currency ?? null }).toEqual({ cents, currency });
});

test('amounts are found within a text, and what can be read in two ways is said to be there', () => {
  const cents = (text: string) => amountsWithin(text).map((amount) => amount?.cents ?? null);
  expect(cents('Pay $25.00 now')).toEqual([2500n]);
  expect(cents('2 items, $20.00 and 3,50 €')).toEqual([2000n, 350n]);
  expect(cents('Pay $1.234')).toEqual([null]);
  expect(cents('Save -$5.00, room 12')).toEqual([]);
});

type Case = {
  readonly what: string;
  readonly texts: readonly string[];
  readonly buttons?: readonly string[];
  readonly total: readonly [bigint | null, string | null];
};
const CASES: readonly Case[] = [
  { what: 'a label and its amount', texts: ['Subtotal', '$20.00', 'Total', '$22.00'], total: [2200n, 'USD'] },
  { what: 'one line', texts: ['Order total: $22.00'], total: [2200n, 'USD'] },
  { what: 'one line without a colon', texts: ['Total $1,022.00 USD'], total: [102200n, 'USD'] },
  { what: 'a code between them', texts: ['Total', 'USD', '$22.00'], total: [2200n, 'USD'] },
  {
    what: 'an aside between them',
    texts: ['Total', 'Including $1.85 in taxes', '$22.00'],
    total: [2200n, 'USD'],
  },
  { what: 'a currency with the label', texts: ['Total (CAD)', '$22.00'], total: [2200n, 'CAD'] },
  { what: 'a count with the label', texts: ['Total (3 items)', '$22.00'], total: [2200n, 'USD'] },
  { what: 'another language', texts: ['Gesamtbetrag', '1.022,00 €'], total: [102200n, 'EUR'] },
  { what: 'a French one', texts: ['Montant à payer :', '22,00 €'], total: [2200n, 'EUR'] },
  { what: 'only the button', texts: ['Lamp', '$22.00'], buttons: ['Pay $22.00'], total: [2200n, 'USD'] },
  {
    what: 'label and button alike',
    texts: ['Total', '$22.00'],
    buttons: ['Pay $22.00'],
    total: [2200n, 'USD'],
  },
  { what: 'two labels alike', texts: ['Total', '$22.00', 'Amount due', '$22.00'], total: [2200n, 'USD'] },
  { what: 'no currency', texts: ['Total', '22.00'], total: [2200n, null] },
  { what: 'other dollars on the page', texts: ['Was CA$30.00', 'Total', '$22.00'], total: [2200n, null] },
  {
    what: 'a button that contradicts',
    texts: ['Total', '$22.00'],
    buttons: ['Pay $2.00'],
    total: [null, null],
  },
  { what: 'two labels that differ', texts: ['Total', '$22.00', 'Due today', '$2.00'], total: [null, null] },
  { what: 'two buttons that differ', texts: [], buttons: ['Pay $2.00', 'Pay $3.00'], total: [null, null] },
  { what: 'two amounts for a label', texts: ['Total', '$30.00 $22.00'], total: [null, null] },
  { what: 'a doubtful amount', texts: ['Total', '$1.234'], total: [null, null] },
  { what: 'another currency than the label says', texts: ['Total (USD)', '22,00 €'], total: [null, null] },
  { what: 'a table head', texts: ['Item', 'Total', 'Lamp', '$22.00'], total: [null, null] },
  {
    what: 'sums on the way',
    texts: ['Subtotal', '$22.00', 'Estimated total', '$23.00'],
    total: [null, null],
  },
  { what: 'a saving', texts: ['Total savings', '$22.00'], total: [null, null] },
  { what: 'nothing', texts: [], total: [null, null] },
];

test.each(CASES)('the total of a page with $what', ({ texts, buttons = [], total }) => {
  expect(readTotal({ texts, buttons })).toEqual({ totalCents: total[0], currency: total[1] });
});
