import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Asset, assetId, assetUnits, budgetUnits } from './asset.ts';

function token(decimals: number): Asset {
  const address = '0x036cbd53842c5426634e7929541ec2318f3dcf7e';
  const names = { symbol: 'T', domainName: 'T', domainVersion: '1', currency: 'USD' } as const;
  return { id: assetId('eip155:1', address), network: 'eip155:1', address, decimals, ...names };
}

test('a token is named in lower case, however its address is written', () => {
  expect(assetId('eip155:8453', '0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913')).toBe(
    'eip155:8453/erc20:0x833589fcd6edb6e08f4c7c32d4f71b54bda02913',
  );
});

const COUNTED: readonly (readonly [number, bigint, bigint])[] = [
  [6, 1n, 1n],
  [6, 1_000_000n, 1_000_000n],
  [9, 1n, 1n],
  [9, 1000n, 1n],
  [9, 1001n, 2n],
  [2, 1n, 10_000n],
  [0, 1n, 1_000_000n],
];
test.each(COUNTED)(
  'at %i decimals, %s units count for %s of the budget: never too little',
  (decimals, units, counted) => {
    expect(budgetUnits(token(decimals), units)).toBe(counted);
  },
);

test('the most units for a budget fit it, and one unit more does not', () => {
  const budget = fc.bigInt({ min: 0n, max: 10n ** 18n });
  fc.assert(
    fc.property(budget, fc.integer({ min: 0, max: 9 }), (given, decimals) => {
      const asset = token(decimals);
      const most = assetUnits(asset, given);
      expect(budgetUnits(asset, most) <= given).toBe(true);
      expect(budgetUnits(asset, most + 1n) > given).toBe(true);
    }),
  );
});
