import fc from 'fast-check';
import { hashTypedData } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { expect, test } from 'vitest';
import { addressOf, checksumAddress } from './address.ts';
import { type Approval, approvalDigest, approvalTypedData, verifyApproval } from './approval.ts';
import { fromHex, toHex } from './hex.ts';
import { publicKeyOf, sign } from './secp256k1.ts';

const PRIVATE_KEY = '0x7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d';
const OPERATOR = addressOf(publicKeyOf(fromHex(PRIVATE_KEY, 32)));
const APPROVAL: Approval = {
  action: 'mandate.sign',
  wallet: 'wal_1',
  words: 'Up to 25.00 USDC a day for “datasets”, until 2026-12-31',
  digest: `0x${'ab'.repeat(32)}`,
  nonce: `0x${'cd'.repeat(32)}`,
  expiresAt: 1_800_000_000n,
};
const SIGNATURE = toHex(sign(approvalDigest(APPROVAL), fromHex(PRIVATE_KEY, 32)));

test('a wallet that is given the JSON signs what is verified here', async () => {
  const hexes = fc.uint8Array({ minLength: 32, maxLength: 32 }).map(toHex);
  const texts = fc.string({ unit: 'grapheme' });
  const approvals = fc.record(
    {
      action: texts,
      wallet: texts,
      words: texts,
      digest: hexes,
      nonce: hexes,
      expiresAt: fc.bigInt({ min: 0n, max: 2n ** 256n - 1n }),
    },
    { noNullPrototype: true },
  );
  await fc.assert(
    fc.asyncProperty(approvals, async (approval) => {
      const sent = JSON.parse(JSON.stringify(approvalTypedData(approval)));
      expect(toHex(approvalDigest(approval))).toBe(hashTypedData(sent));
      const signature = await privateKeyToAccount(PRIVATE_KEY).signTypedData(sent);
      expect(verifyApproval(approval, signature, OPERATOR)).toBe(true);
    }),
    { numRuns: 100 },
  );
});

test('the JSON is the whole of what eth_signTypedData_v4 takes', () => {
  expect(approvalTypedData(APPROVAL)).toEqual({
    types: {
      EIP712Domain: [
        { name: 'name', type: 'string' },
        { name: 'version', type: 'string' },
      ],
      Approval: [
        { name: 'action', type: 'string' },
        { name: 'wallet', type: 'string' },
        { name: 'words', type: 'string' },
        { name: 'digest', type: 'bytes32' },
        { name: 'nonce', type: 'bytes32' },
        { name: 'expiresAt', type: 'uint256' },
      ],
    },
    primaryType: 'Approval',
    domain: { name: 'FluxA', version: '1' },
    message: { ...APPROVAL, expiresAt: '1800000000' },
  });
});

test.each<[string, Partial<Approval>]>([
  ['action', { action: 'mandate.widen' }],
  ['wallet', { wallet: 'wal_2' }],
  ['words', { words: 'Up to 2500.00 USDC a day' }],
  ['digest', { digest: `0x${'ac'.repeat(32)}` }],
  ['nonce', { nonce: `0x${'ce'.repeat(32)}` }],
  ['expiry', { expiresAt: 1_800_000_001n }],
])('a signature does not count for another %s', (_, part) => {
  expect(verifyApproval(APPROVAL, SIGNATURE, OPERATOR)).toBe(true);
  expect(verifyApproval({ ...APPROVAL, ...part }, SIGNATURE, OPERATOR)).toBe(false);
});

test('the operator may be written with a checksum, and must be the signer', () => {
  expect(verifyApproval(APPROVAL, SIGNATURE, checksumAddress(OPERATOR))).toBe(true);
  expect(verifyApproval(APPROVAL, SIGNATURE, `0x${'11'.repeat(20)}`)).toBe(false);
  expect(verifyApproval(APPROVAL, SIGNATURE, '0x')).toBe(false);
});

test.each([
  '',
  '0x',
  'yes',
  SIGNATURE.slice(0, -2),
  `${SIGNATURE}00`,
  SIGNATURE.slice(2),
  `0x${'00'.repeat(65)}`,
])('text that is no signature approves nothing: %j', (signature) => {
  expect(verifyApproval(APPROVAL, signature, OPERATOR)).toBe(false);
});

test('an approval that does not fit its fields is misuse', () => {
  expect(() => approvalDigest({ ...APPROVAL, digest: '0x12' })).toThrow(TypeError);
  expect(() => approvalDigest({ ...APPROVAL, expiresAt: -1n })).toThrow(RangeError);
  expect(() => approvalDigest({ ...APPROVAL, words: '\udfff' })).toThrow(TypeError);
});
