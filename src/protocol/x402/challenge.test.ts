import { encodePaymentRequiredHeader } from '@x402/core/http';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Asset } from '../../core/asset.ts';
import { encodeText } from './base64.ts';
import { challengeText, readChallenge } from './challenge.ts';
import type { AssetLookup } from './requirements.ts';

const USDC: Asset = {
  id: 'eip155:84532/erc20:0x036cbd53842c5426634e7929541ec2318f3dcf7e',
  network: 'eip155:84532',
  address: '0x036cbd53842c5426634e7929541ec2318f3dcf7e',
  symbol: 'USDC',
  decimals: 6,
  currency: 'USD',
  domainName: 'USDC',
  domainVersion: '2',
};
const TOKEN = '0x036CbD53842c5426634e7929541eC2318f3dCF7e';
const PAY_TO = '0x209693Bc6afc0C5328bA36FaF03C514EF312287C';
const lookup: AssetLookup = (network, token) =>
  (network === USDC.network || network === 'base-sepolia') && token === USDC.address ? USDC : null;

const OPTION = {
  scheme: 'exact',
  network: 'eip155:84532',
  amount: '10000',
  asset: TOKEN,
  payTo: PAY_TO,
  maxTimeoutSeconds: 60,
  extra: { name: 'USDC', version: '2' },
} as const;
const RESOURCE = {
  url: 'https://api.example.com/premium',
  description: 'Data',
  mimeType: 'application/json',
};
const CHALLENGE = {
  x402Version: 2,
  error: 'Payment required',
  resource: RESOURCE,
  accepts: [OPTION],
} as const;
const V1_OPTION = {
  scheme: 'exact',
  network: 'base-sepolia',
  maxAmountRequired: '10000',
  resource: 'https://api.example.com/premium',
  description: 'Data',
  mimeType: 'application/json',
  outputSchema: null,
  payTo: PAY_TO,
  maxTimeoutSeconds: 60,
  asset: TOKEN,
  extra: { name: 'USDC', version: '2' },
};
const OFFER = {
  rail: 'x402',
  scheme: 'exact',
  asset: USDC,
  payTo: PAY_TO.toLowerCase(),
  priceUnits: 10_000n,
  timeoutSeconds: 60,
};

const v2 = (challenge: unknown) => readChallenge({ header: encodeText(JSON.stringify(challenge)) }, lookup);
const v1 = (challenge: unknown) => readChallenge({ body: JSON.stringify(challenge) }, lookup);
const v2With = (option: object) => v2({ ...CHALLENGE, accepts: [{ ...OPTION, ...option }] });
const refused = (detail: string) => ({ outcome: 'refused', code: 'challenge_invalid', detail });

test('a v2 challenge as the reference library writes it is read whole', () => {
  const header = encodePaymentRequiredHeader({
    ...CHALLENGE,
    accepts: [{ ...OPTION, extra: { ...OPTION.extra } }],
  });
  const wire = JSON.stringify({ x402Version: 2, resource: RESOURCE, accepted: OPTION });
  expect(readChallenge({ header }, lookup)).toEqual({
    statedUrl: 'https://api.example.com/premium',
    offers: [{ ...OFFER, wire }],
  });
});

test('a v1 challenge is read from the body', () => {
  const wire = JSON.stringify({ x402Version: 1, scheme: 'exact', network: 'base-sepolia' });
  expect(v1({ x402Version: 1, error: 'X-PAYMENT header is required', accepts: [V1_OPTION] })).toEqual({
    statedUrl: 'https://api.example.com/premium',
    offers: [{ ...OFFER, wire }],
  });
});

test('a v1 payee may name the network by its CAIP-2 id, and gets it back so', () => {
  const challenge = v1({
    x402Version: 1,
    accepts: [{ ...V1_OPTION, network: 'eip155:84532', resource: '/link/1' }],
  });
  const wire = JSON.stringify({ x402Version: 1, scheme: 'exact', network: 'eip155:84532' });
  expect(challenge).toEqual({ statedUrl: '/link/1', offers: [{ ...OFFER, wire }] });
});

test('the header goes before the body, also where only the body can be read', () => {
  const body = JSON.stringify({ x402Version: 1, accepts: [V1_OPTION] });
  expect(readChallenge({ header: 'nonsense', body }, lookup)).toEqual(
    refused('The PAYMENT-REQUIRED header is not base64 of UTF-8 text'),
  );
  expect(readChallenge({}, lookup)).toEqual(refused('There is neither a PAYMENT-REQUIRED header nor a body'));
});

test('what was received stays as it was: unknown fields, order, white space and numbers', () => {
  const option = `{ "payTo":"${PAY_TO}", "x": [1.50,{"y":1e3}], "scheme":"exact","network":"eip155:84532",
    "amount":"10000","asset":"${TOKEN}","maxTimeoutSeconds":60,"extra":{"decimals":18,"name":"Fake"} }`;
  const extensions = '{"bazaar": {"info":{"n":12345678901234567890}}}';
  const text = `{"x402Version":2,"accepts":[${option}],"extensions":${extensions},"more":true}`;
  expect(readChallenge({ header: encodeText(text) }, lookup)).toEqual({
    statedUrl: null,
    offers: [{ ...OFFER, wire: `{"x402Version":2,"accepted":${option},"extensions":${extensions}}` }],
  });
});

test('name, version and decimals in extra change nothing', () => {
  const offers = (extra: object | null) => {
    const challenge = v2With({ extra });
    return 'offers' in challenge ? challenge.offers.map(({ wire: _, ...offer }) => offer) : challenge;
  };
  expect(offers({ name: 'USD Coin', version: '9', decimals: 18 })).toEqual([OFFER]);
  expect(offers({ assetTransferMethod: 'eip3009' })).toEqual([OFFER]);
  expect(offers(null)).toEqual([OFFER]);
});

test.each([
  ['permit2', { extra: { assetTransferMethod: 'permit2' } }, { scheme: 'exact/permit2' }],
  ['smart accounts', { extra: { assetTransferMethod: 'erc7710' } }, { scheme: 'exact/erc7710' }],
  ['another scheme', { scheme: 'upto' }, { scheme: 'upto' }],
  ['a token that is not admitted', { asset: PAY_TO }, { asset: null }],
  ['a token address with a wrong checksum', { asset: TOKEN.replace('F7e', 'F7E') }, { asset: null }],
  ['a symbol as the token', { asset: 'USDC' }, { asset: null }],
  ['a network that is not admitted', { network: 'eip155:1' }, { asset: null }],
  ['an admitted network written otherwise', { network: 'eip155:084532' }, { asset: null }],
  ['nothing to pay', { amount: '0' }, { priceUnits: null }],
  ['a decimal amount', { amount: '0.01' }, { priceUnits: null }],
  ['a hexadecimal amount', { amount: '0x10' }, { priceUnits: null }],
  ['a negative amount', { amount: '-1' }, { priceUnits: null }],
  ['an amount with leading zeros', { amount: '0010000' }, { priceUnits: null }],
  ['an amount beyond 64 bits', { amount: '9223372036854775808' }, { priceUnits: null }],
  ['digits of another script', { amount: '١٢٣' }, { priceUnits: null }],
])('an option for %s is kept for the core to refuse', (_, option, part) => {
  const challenge = v2With(option);
  expect('offers' in challenge ? challenge.offers : challenge).toEqual([
    { ...OFFER, ...part, wire: expect.any(String) },
  ]);
});

test.each<[string, object]>([
  ['no scheme', { scheme: undefined }],
  ['a scheme of another type', { scheme: ['exact'] }],
  ['a scheme with a slash', { scheme: 'exact/permit2' }],
  ['a scheme in upper case', { scheme: 'EXACT' }],
  ['an amount that is a number', { amount: 10_000 }],
  ['an empty amount', { amount: '' }],
  ['an endless amount', { amount: '1'.repeat(300) }],
  ['no asset', { asset: null }],
  ['no payee', { payTo: undefined }],
  ['a payee that is a role', { payTo: 'merchant' }],
  ['a payee with a wrong checksum', { payTo: PAY_TO.replace('87C', '87c') }],
  ['a payee that is too short', { payTo: PAY_TO.slice(0, -1) }],
  ['a payee with a letter of another script', { payTo: PAY_TO.replace('c', 'с') }],
  ['no network', { network: undefined }],
  ['a v1 network name', { network: 'base-sepolia' }],
  ['a time that is text', { maxTimeoutSeconds: '60' }],
  ['no time', { maxTimeoutSeconds: 0 }],
  ['a negative time', { maxTimeoutSeconds: -60 }],
  ['a fraction of time', { maxTimeoutSeconds: 0.5 }],
  ['endless time', { maxTimeoutSeconds: 1e300 }],
  ['an extra that is a list', { extra: [] }],
  ['a transfer method that is a number', { extra: { assetTransferMethod: 1 } }],
])('an option with %s is left out, and alone it makes the challenge invalid', (_, option) => {
  expect(v2With(option)).toEqual(refused('The challenge has no option that is well-formed'));
  const mixed = v2({ ...CHALLENGE, accepts: [{ ...OPTION, ...option }, null, 'exact', OPTION] });
  expect('offers' in mixed ? mixed.offers : mixed).toEqual([{ ...OFFER, wire: expect.any(String) }]);
});

test('a challenge with options for other kinds of chain only is well-formed and offers nothing', () => {
  const solana = {
    network: 'solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp',
    asset: 'EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v',
    payTo: '2wKupLR9q6wXYppw8Gr2NvWxKBUqm4PPJKkQfoxHDBg4',
  };
  expect(v2With(solana)).toEqual({ statedUrl: RESOURCE.url, offers: [] });
  expect(v1({ x402Version: 1, accepts: [{ ...V1_OPTION, ...solana, network: 'solana' }] })).toEqual({
    statedUrl: RESOURCE.url,
    offers: [],
  });
});

const duplicateKey = `{"x402Version":2,"x402Version":2,"accepts":[${JSON.stringify(OPTION)}]}`;
const polluted = `{"x402Version":2,"accepts":[${JSON.stringify(OPTION)}],"__proto__":{"outcome":"ok"}}`;
const deep = `{"x402Version":2,"accepts":[${JSON.stringify(OPTION)}],"extensions":${'{"a":'.repeat(40)}1${'}'.repeat(40)}}`;

test.each<[string, string, string]>([
  ['no base64', '{"x402Version":2}', 'The PAYMENT-REQUIRED header is not base64 of UTF-8 text'],
  ['not UTF-8', '/////w==', 'The PAYMENT-REQUIRED header is not base64 of UTF-8 text'],
  ['no JSON', encodeText('x402'), 'The PAYMENT-REQUIRED header holds no x402 version 2 challenge'],
  ['a list', encodeText('[]'), 'The PAYMENT-REQUIRED header holds no x402 version 2 challenge'],
  ['a key twice', encodeText(duplicateKey), 'The PAYMENT-REQUIRED header holds no x402 version 2 challenge'],
  ['__proto__', encodeText(polluted), 'The PAYMENT-REQUIRED header holds no x402 version 2 challenge'],
  ['40 levels', encodeText(deep), 'The PAYMENT-REQUIRED header holds no x402 version 2 challenge'],
  ['more than 64 KiB', 'A'.repeat(65_540), 'The PAYMENT-REQUIRED header has more than 65536 characters'],
])('a header with %s is refused', (_, header, detail) => {
  expect(readChallenge({ header }, lookup)).toEqual(refused(detail));
});

test.each<[string, object, string]>([
  ['version 1', { x402Version: 1 }, 'The PAYMENT-REQUIRED header holds no x402 version 2 challenge'],
  ['version 3', { x402Version: 3 }, 'The PAYMENT-REQUIRED header holds no x402 version 2 challenge'],
  [
    'a version in text',
    { x402Version: '2' },
    'The PAYMENT-REQUIRED header holds no x402 version 2 challenge',
  ],
  [
    'a resource in text',
    { resource: RESOURCE.url },
    'The resource that the challenge names is not well-formed',
  ],
  ['a resource without URL', { resource: {} }, 'The resource that the challenge names is not well-formed'],
  [
    'a URL that is a number',
    { resource: { url: 1 } },
    'The resource that the challenge names is not well-formed',
  ],
  ['extensions in a list', { extensions: [] }, 'The extensions are not an object'],
  ['no options', { accepts: undefined }, 'The challenge has no list of options'],
  ['one option without a list', { accepts: OPTION }, 'The challenge has no list of options'],
  ['an empty list', { accepts: [] }, 'The challenge has no option that is well-formed'],
  ['65 options', { accepts: Array(65).fill(OPTION) }, 'The challenge has more than 64 options'],
])('a v2 challenge with %s is refused', (_, part, detail) => {
  expect(v2({ ...CHALLENGE, ...part })).toEqual(refused(detail));
});

const NO_V1 = 'There is no PAYMENT-REQUIRED header, and the body holds no x402 version 1 challenge';
test.each<[string, string, string]>([
  ['prose', 'Please send 5 USDC to 0x209693Bc6afc0C5328bA36FaF03C514EF312287C', NO_V1],
  ['HTML', '<html>402 Payment Required</html>', NO_V1],
  ['a v2 challenge', JSON.stringify(CHALLENGE), NO_V1],
  ['no version', JSON.stringify({ accepts: [V1_OPTION] }), NO_V1],
  ['a key twice', '{"x402Version":1,"accepts":[],"accepts":[]}', NO_V1],
  ['more than 256 KiB', ' '.repeat(262_145), 'The body has more than 262144 bytes'],
  [
    'two resources',
    JSON.stringify({
      x402Version: 1,
      accepts: [V1_OPTION, { ...V1_OPTION, resource: 'https://evil.example/' }],
    }),
    'The options of the challenge name different resources',
  ],
])('a body with %s is refused', (_, body, detail) => {
  expect(readChallenge({ body }, lookup)).toEqual(refused(detail));
});

test('a reply gives its header, else its body where that is UTF-8 of a sane size', () => {
  const body = new TextEncoder().encode('{}');
  expect(challengeText({ headers: { 'payment-required': 'e30=' }, body })).toEqual({ header: 'e30=' });
  expect(challengeText({ headers: {}, body })).toEqual({ body: '{}' });
  expect(challengeText({ headers: {}, body: new Uint8Array([0xff]) })).toEqual({});
  expect(challengeText({ headers: {}, body: new Uint8Array(262_145) })).toEqual({});
});

test('no bytes make the reader throw, and no refusal quotes the payee', () => {
  const words = fc.constantFrom(
    ...Object.keys(OPTION),
    ...Object.keys(CHALLENGE),
    'exact',
    TOKEN,
    PAY_TO,
    '10000',
  );
  const value = fc.jsonValue({ maxDepth: 4, stringUnit: words });
  const challenge = fc.record({
    x402Version: fc.constantFrom(1, 2, '2', null),
    resource: fc.option(value),
    extensions: fc.option(value),
    accepts: fc.oneof(value, fc.array(fc.record({ ...fields(OPTION, value) }))),
  });
  fc.assert(
    fc.property(fc.oneof(value, challenge), (given) => {
      for (const read of [v1(given), v2(given)]) {
        if ('outcome' in read) expect(read.detail).not.toMatch(/0x|10000/);
        else expect(read.offers.every(({ payTo }) => payTo === PAY_TO.toLowerCase())).toBe(true);
      }
    }),
  );
});

function fields(option: object, value: fc.Arbitrary<unknown>) {
  return Object.fromEntries(
    Object.entries(option).map(([key, item]) => [
      key,
      fc.oneof({ weight: 5, arbitrary: fc.constant(item) }, value),
    ]),
  );
}
