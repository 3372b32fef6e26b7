import { expect, test } from 'vitest';
import { compileIntent } from './compile.ts';

test.each([
  ['Rent a van for the move on Saturday', ['car_rental']],
  ['Buy cat litter and cat food', ['pet']],
  ['Réserve une chambre à Lyon', ['hotel']],
  ['Compra dos entradas', ['event_ticket']],
  ['购买猫粮', ['pet']],
  ['名刺を100枚印刷', ['printing']],
  ['Do something useful', []],
])('"%s" is of %j', (intent, categories) => {
  expect(compileIntent(intent).categories).toEqual(categories);
});

test('what something is for is not what is bought', () => {
  expect(compileIntent('Order flowers for the restaurant opening').categories).toEqual(['flowers']);
});

test('the payees are listed where the words name any, else open within a category, else asked about', () => {
  const mode = (intent: string) => compileIntent(intent).payees;
  expect(mode('Parcel labels from DHL or UPS')).toEqual({ mode: 'listed', names: ['DHL', 'UPS'], hosts: [] });
  expect(mode('Weather data from api.example.com')).toEqual({
    mode: 'listed',
    names: [],
    hosts: ['api.example.com'],
  });
  expect(mode('Buy cat food').mode).toBe('open');
  expect(mode('Do something useful').mode).toBe('ask');
});

test('limits, places, days, quantities, periods and exclusions are read from the words', () => {
  const draft = compileIntent('Hotel in Vienna for 2 nights from 3 May, at most $120 a night, no spa');
  expect(draft.itemLimits).toEqual([{ units: 120_000_000n, per: 'night' }]);
  expect(draft.places).toEqual(['Vienna']);
  expect(draft.dates).toEqual(['3.5']);
  expect(draft.quantities).toEqual([{ unit: 'night', count: 2 }]);
  expect(draft.deny.concepts).toEqual(['spa']);
  expect(draft.recurring).toBe('none');
  expect(compileIntent('Groceries every week').recurring).toBe('week');
  expect(compileIntent('At most 2 cents a call for the weather api').itemLimits).toEqual([
    { units: 20_000n, per: 'item' },
  ]);
});

test('words that leave much open come with a question', () => {
  expect(compileIntent('A birthday present for Ann').questions).toContain(
    'Which kinds of present may it be?',
  );
});

test('the same words give the same draft', () => {
  const intent = 'Two tickets for the Mahler concert in Vienna';
  expect(compileIntent(intent)).toEqual(compileIntent(intent));
});
