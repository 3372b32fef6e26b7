import { recoverTypedDataAddress } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { expect, test } from 'vitest';
import { type AssetId, assetId } from '../../core/asset.ts';
import type { TransferAuthorization, TransferDomainFields } from '../../protocol/eip3009.ts';
import { fromHex, type Hex } from '../../protocol/hex.ts';
import { openSigner } from './signer.ts';

const PRIVATE_KEY = '0x7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d';
const ACCOUNT = privateKeyToAccount(PRIVATE_KEY);
const ADDRESS = ACCOUNT.address.toLowerCase() as Hex;
const USDC: TransferDomainFields = {
  name: 'USD Coin',
  version: '2',
  chainId: 8453,
  verifyingContract: '0x833589fcd6edb6e08f4c7c32d4f71b54bda02913',
};
const USDC_ID = assetId('eip155:8453', USDC.verifyingContract);
const AUTHORIZATION: TransferAuthorization = {
  from: ADDRESS,
  to: '0x209693bc6afc0c5328ba36faf03c514ef312287c',
  value: 10_000n,
  validAfter: 1_740_672_089n,
  validBefore: 1_740_672_154n,
  nonce: '0xf3746613c2d920b5fdabc0856f2aeb2d4f88ee6037b8cc5d04a71a4462f13480',
};
const TYPED_DATA = {
  domain: USDC,
  types: {
    TransferWithAuthorization: [
      { name: 'from', type: 'address' },
      { name: 'to', type: 'address' },
      { name: 'value', type: 'uint256' },
      { name: 'validAfter', type: 'uint256' },
      { name: 'validBefore', type: 'uint256' },
      { name: 'nonce', type: 'bytes32' },
    ],
  },
  primaryType: 'TransferWithAuthorization',
  message: AUTHORIZATION,
} as const;

const open = (checksEach = false) =>
  openSigner({ privateKey: fromHex(PRIVATE_KEY, 32), domains: new Map([[USDC_ID, USDC]]), checksEach });

test.each([false, true])(
  'a transfer is signed as by viem, checking each signature: %s',
  async (checksEach) => {
    const signer = open(checksEach);
    const signature = signer.signTransfer(USDC_ID, AUTHORIZATION);
    expect(signer.address).toBe(ADDRESS);
    expect(signature).toBe(await ACCOUNT.signTypedData(TYPED_DATA));
    expect(await recoverTypedDataAddress({ ...TYPED_DATA, signature })).toBe(ACCOUNT.address);
    expect(signer.signTransfer(USDC_ID, AUTHORIZATION)).toBe(signature);
  },
);

test('an authorization written with checksums is the same authorization', () => {
  const signer = open();
  const written = { ...AUTHORIZATION, from: ACCOUNT.address };
  expect(signer.signTransfer(USDC_ID, written)).toBe(signer.signTransfer(USDC_ID, AUTHORIZATION));
});

test('the signer can say its address, sign transfers and close, and nothing else', () => {
  expect(Object.keys(open()).sort()).toEqual(['address', 'close', 'signTransfer']);
});

test('money of another payer is never signed for', () => {
  expect(() => open().signTransfer(USDC_ID, { ...AUTHORIZATION, from: AUTHORIZATION.to })).toThrow(
    new RangeError(`The payer must be "${ADDRESS}", not "${AUTHORIZATION.to}"`),
  );
});

test('an asset that was not handed in is never signed for', () => {
  for (const asset of [
    assetId('eip155:1', USDC.verifyingContract),
    'constructor' as AssetId,
    '' as AssetId,
  ]) {
    expect(() => open().signTransfer(asset, AUTHORIZATION)).toThrow(
      new RangeError(`The signer has no domain for asset "${asset}"`),
    );
  }
});

test('an asset is never bound to the domain of another chain or contract', () => {
  const privateKey = fromHex(PRIVATE_KEY, 32);
  const reason = new RangeError(`The domain's chain and contract must be those of asset "${USDC_ID}"`);
  for (const part of [{ chainId: 1 }, { verifyingContract: AUTHORIZATION.to }]) {
    const domains = new Map([[USDC_ID, { ...USDC, ...part }]]);
    expect(() => openSigner({ privateKey, domains })).toThrow(reason);
  }
});

test('what does not fit its field is never signed', () => {
  const sign = (part: Partial<TransferAuthorization>) => () =>
    open().signTransfer(USDC_ID, { ...AUTHORIZATION, ...part });
  expect(sign({ value: -1n })).toThrow(RangeError);
  expect(sign({ validBefore: 2n ** 256n })).toThrow(RangeError);
  expect(sign({ nonce: '0x12' })).toThrow(TypeError);
  expect(sign({ to: 'vitalik.eth' as Hex })).toThrow(TypeError);
});

test('an authorization that reads differently the second time is never signed', () => {
  const values = [1_000_000n, 1n];
  const changing = {
    ...AUTHORIZATION,
    get value() {
      return values.shift() ?? 1n;
    },
  };
  expect(() => open().signTransfer(USDC_ID, changing)).toThrow(
    new Error('The bytes to sign do not say what was asked'),
  );
});

test('changing the key, the domains or a domain after opening changes nothing', () => {
  const privateKey = fromHex(PRIVATE_KEY, 32);
  const usdc = { ...USDC };
  const domains = new Map([[USDC_ID, usdc]]);
  const signer = openSigner({ privateKey, domains });
  const before = signer.signTransfer(USDC_ID, AUTHORIZATION);
  privateKey.fill(0);
  usdc.name = 'Other';
  domains.clear();
  expect(signer.signTransfer(USDC_ID, AUTHORIZATION)).toBe(before);
});

test('a closed signer signs nothing', () => {
  const signer = open();
  signer.close();
  signer.close();
  expect(() => signer.signTransfer(USDC_ID, AUTHORIZATION)).toThrow(new Error('The signer is closed'));
});

test.each([
  ['zero', new Uint8Array(32), RangeError],
  ['above the order', new Uint8Array(32).fill(255), RangeError],
  ['too short', new Uint8Array(31).fill(1), TypeError],
  ['too long', new Uint8Array(33).fill(1), TypeError],
])('a key that is %s opens no signer', (_, privateKey, kind) => {
  expect(() => openSigner({ privateKey, domains: new Map() })).toThrow(kind);
});
