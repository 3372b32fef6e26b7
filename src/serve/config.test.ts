import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DEFAULT_POLICY } from '../core/policy.ts';
import { type ConfigFile, policyOf, readConfig, writeConfig } from './config.ts';
import { type DataDirectory, dataDirectory } from './directory.ts';
import { readIssuerSecrets } from './issuer-secrets.ts';

const ADDRESS = '0x209693bc6afc0c5328ba36faf03c514ef312287c';
const BASE: ConfigFile = {
  walletId: 'wal_00000000000000000000000001',
  walletName: 'Wallet',
  operatorAddress: ADDRESS,
  chains: [{ network: 'eip155:8453', rpcUrl: 'https://node.example.com' }],
};
const CARDS = {
  issuer: 'lithic',
  treasury: { url: 'https://treasury.example.com', address: ADDRESS },
} as const;

let path: string;
let directory: DataDirectory;
beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), 'fluxa-config-'));
  directory = dataDirectory(path);
});
afterEach(() => rmSync(path, { recursive: true, force: true }));

/** Reads this back as it was written. */
function read(cards: unknown) {
  writeConfig(directory, { ...BASE, cards } as ConfigFile);
  return readConfig(directory);
}

test('without cards the usual policy holds', () => {
  expect(policyOf(read(undefined))).toEqual(DEFAULT_POLICY);
});

test("the operator's numbers for cards are hours, cents and seconds, and change nothing else", () => {
  const config = read({
    ...CARDS,
    policy: {
      ttlHours: 2,
      holdHours: 100,
      holdLongHours: 200,
      lateReserveHours: 72,
      probeMaxCents: 50,
      revealSeconds: 30,
      blockedMccs: ['7995'],
      requires3ds: true,
      verificationsMax: 0,
    },
  });
  expect(policyOf(config).card).toEqual({
    ...DEFAULT_POLICY.card,
    ttlMs: 7_200_000,
    holdMs: 360_000_000,
    holdLongMs: 720_000_000,
    lateReserveMs: 259_200_000,
    probeMaxUnits: 500_000n,
    revealMs: 30_000,
    blockedMccs: ['7995'],
    requires3ds: true,
    verificationsMax: 0,
  });
});

test.each<[string, object, string]>([
  ['an issuer nobody knows', { issuer: 'visa' }, 'cards.issuer'],
  ['a treasury without an address', { treasury: { url: 'https://x.example.com' } }, 'cards.treasury.address'],
  [
    'an address that is none',
    { treasury: { ...CARDS.treasury, address: '0x12' } },
    '"0x12" is not an EVM address',
  ],
  ['a field there is not', { apiKey: 'x' }, 'apiKey'],
  ['half an hour', { policy: { ttlHours: 0.5 } }, 'cards.policy.ttlHours'],
  ['a card that would last for ever', { policy: { ttlHours: 1_000_000 } }, 'cards.policy.ttlHours'],
  ['a category that is none', { policy: { blockedMccs: ['12'] } }, 'must be four digits'],
  [
    'a country in small letters',
    { cardholder: { name: 'A', address: { line1: 'a', city: 'b', postalCode: '1', country: 'us' } } },
    'must be two capital letters',
  ],
  ['a browser that is no URL', { browsers: ['desktop'] }, 'cards.browsers.0'],
])('a configuration with %s is refused by the name of the field', (_, change, words) => {
  expect(() => read({ ...CARDS, ...change })).toThrow(words);
});

test('every secret that is missing is named, and none is said', () => {
  const environment = { FLUXA_ISSUER_KEY: 'k', FLUXA_TREASURY_TOKEN: '' };
  expect(() => readIssuerSecrets(environment, { decision: true })).toThrow(
    'Cards are configured, and FLUXA_ISSUER_WEBHOOK_SECRET, FLUXA_TREASURY_TOKEN, FLUXA_ISSUER_DECISION_SECRET is not set',
  );
  const whole = { FLUXA_ISSUER_KEY: 'k', FLUXA_ISSUER_WEBHOOK_SECRET: 'w', FLUXA_TREASURY_TOKEN: 't' };
  expect(readIssuerSecrets(whole, { decision: false })).toEqual({
    apiKey: 'k',
    webhookSecret: 'w',
    decisionSecret: undefined,
    treasuryToken: 't',
  });
});
