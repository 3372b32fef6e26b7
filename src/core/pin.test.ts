import { expect, test } from 'vitest';
import { type Draft, openDraft } from './books.ts';
import { knownPayees, learn, type Price, prices } from './pin.ts';

const url = 'https://api.example.com/v1/weather';
const resource = { url, origin: 'https://api.example.com', host: 'api.example.com', method: 'GET' };
const price: Price = { assetId: 'eip155:1/erc20:0x1', payTo: '0x00', priceUnits: 5n };

function openEmpty(): Draft {
  return openDraft({ get: () => null });
}

function see(draft: Draft, seen: readonly Price[], at: Partial<typeof resource> = {}): void {
  learn(draft, { walletId: 'wal_1', resource: { ...resource, ...at }, prices: seen, atMs: 1 });
}

test('the last prices seen at a method and URL are remembered for exactly that', () => {
  const draft = openEmpty();
  see(draft, [price]);
  see(draft, [{ ...price, priceUnits: 7n }]);
  expect(prices(draft, 'wal_1', resource)).toEqual([{ ...price, priceUnits: 7n }]);
  for (const other of [{ url: `${url}?a=1` }, { method: 'POST' }, { url: `${url}/x` }]) {
    expect(prices(draft, 'wal_1', { ...resource, ...other })).toEqual([]);
  }
  expect(prices(draft, 'wal_2', resource)).toEqual([]);
});

test('the first payee of a path stays, whatever is seen later, for every method and query', () => {
  const draft = openEmpty();
  see(draft, [price]);
  see(draft, [{ ...price, payTo: '0x01' }], { url: `${url}?a=1`, method: 'POST' });
  expect(knownPayees(draft, 'wal_1', { ...resource, url: `${url}?b=2` })).toEqual([price]);
  expect(knownPayees(draft, 'wal_1', { ...resource, url: `${url}/x` })).toEqual([]);
});

test('a payee in another asset is learnt beside the first', () => {
  const draft = openEmpty();
  const other: Price = { ...price, assetId: 'eip155:1/erc20:0x2', payTo: '0x01' };
  see(draft, [price]);
  see(draft, [other, { ...price, payTo: '0x02' }]);
  expect(knownPayees(draft, 'wal_1', resource)).toEqual([price, other]);
});

test('seeing nothing forgets nothing, and seeing the same again writes nothing', () => {
  const draft = openEmpty();
  see(draft, [price]);
  const again = openDraft(draft);
  see(again, []);
  see(again, [price]);
  expect(again.writes()).toEqual([]);
});
