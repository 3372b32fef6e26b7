import { expect, test } from 'vitest';
import { BASE, BASE_SEPOLIA, type ChainEntry, createRegistry, localNetwork } from './registry.ts';

const TOKEN = '0x00000000000000000000000000000000000000Aa';
const LOCAL = localNetwork({ chainId: 31337, token: TOKEN });

function withAsset(change: object): ChainEntry {
  return { ...LOCAL, assets: LOCAL.assets.map((asset) => ({ ...asset, ...change })) };
}

test('USDC on Base and on Base Sepolia has the name and version its contract signs by', () => {
  const usdc = { symbol: 'USDC', decimals: 6, currency: 'USD', domainVersion: '2' };
  expect([BASE, BASE_SEPOLIA]).toStrictEqual([
    {
      network: 'eip155:8453',
      v1Name: 'base',
      finalityTag: 'finalized',
      assets: [
        {
          ...usdc,
          id: 'eip155:8453/erc20:0x833589fcd6edb6e08f4c7c32d4f71b54bda02913',
          network: 'eip155:8453',
          address: '0x833589fcd6edb6e08f4c7c32d4f71b54bda02913',
          domainName: 'USD Coin',
        },
      ],
    },
    {
      network: 'eip155:84532',
      v1Name: 'base-sepolia',
      finalityTag: 'finalized',
      assets: [
        {
          ...usdc,
          id: 'eip155:84532/erc20:0x036cbd53842c5426634e7929541ec2318f3dcf7e',
          network: 'eip155:84532',
          address: '0x036cbd53842c5426634e7929541ec2318f3dcf7e',
          domainName: 'USDC',
        },
      ],
    },
  ]);
});

test('an asset is found by its chain and its address in any case; nothing else is', () => {
  const registry = createRegistry([BASE, LOCAL]);
  const usdc = BASE.assets[0];
  expect(registry.assets).toStrictEqual([usdc, LOCAL.assets[0]]);
  expect(registry.asset('eip155:8453', '0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913')).toBe(usdc);
  expect(registry.asset('eip155:8453', '0x833589FCD6EDB6E08F4C7C32D4F71B54BDA02913')).toBe(usdc);
  expect(registry.asset('eip155:31337', TOKEN)).toBe(LOCAL.assets[0]);
  for (const [network, address] of [
    ['eip155:1', '0x833589fcd6edb6e08f4c7c32d4f71b54bda02913'],
    ['eip155:31337', '0x833589fcd6edb6e08f4c7c32d4f71b54bda02913'],
    ['base', '0x833589fcd6edb6e08f4c7c32d4f71b54bda02913'],
    ['eip155:8453', '833589fcd6edb6e08f4c7c32d4f71b54bda02913'],
    ['eip155:8453', 'USDC'],
    ['eip155:8453', ''],
  ] as const) {
    expect(registry.asset(network, address)).toBeNull();
  }
});

test('a chain is found by its id and by its v1 name; nothing else is', () => {
  const registry = createRegistry([BASE, BASE_SEPOLIA, LOCAL]);
  expect(registry.chain('eip155:84532')).toBe(BASE_SEPOLIA);
  expect(registry.chainByV1Name('base')).toBe(BASE);
  expect(registry.chainByV1Name('base-sepolia')).toBe(BASE_SEPOLIA);
  expect(registry.chainByV1Name('fluxa-31337')).toBe(LOCAL);
  expect([registry.chain('eip155:1'), registry.chain('base')]).toStrictEqual([null, null]);
  expect([registry.chainByV1Name('ethereum'), registry.chainByV1Name('Base')]).toStrictEqual([null, null]);
});

test.each([
  ['a chain twice', [BASE, BASE], 'eip155:8453'],
  ['two chains of one v1 name', [BASE, { ...LOCAL, v1Name: 'base' }], 'base'],
  ['10 decimals', [withAsset({ decimals: 10 })], '0 to 9 decimals'],
  ['a broken number of decimals', [withAsset({ decimals: 1.5 })], '0 to 9 decimals'],
  ['an asset of another chain', [withAsset({ network: 'eip155:8453' })], 'on eip155:31337'],
  ['an asset with the id of another', [withAsset({ id: BASE.assets[0]?.id })], 'on eip155:31337'],
  ['an address with capital letters', [withAsset({ address: TOKEN })], 'lower case'],
])('a registry with %s is refused', (_, chains, words) => {
  expect(() => createRegistry(chains)).toThrow(words);
});

test('two chains to try things on go together', () => {
  const other = localNetwork({ chainId: 31338, token: TOKEN });
  expect(createRegistry([LOCAL, other]).chains).toStrictEqual([LOCAL, other]);
});

test('a local chain needs a chain id and the address of a token', () => {
  expect(() => localNetwork({ chainId: 0, token: TOKEN })).toThrow('0 is not a chain id');
  expect(() => localNetwork({ chainId: 31337, token: 'usdc' })).toThrow('"usdc" is not an address');
});
