import { toFacilitatorEvmSigner } from '@x402/evm';
import { ExactEvmScheme } from '@x402/evm/exact/facilitator';
import { ExactEvmSchemeV1 } from '@x402/evm/exact/v1/facilitator';
import fc from 'fast-check';
import { createWalletClient, http, publicActions } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checksumAddress } from '../../protocol/address.ts';
import type { TransferAuthorization } from '../../protocol/eip3009.ts';
import type { Hex } from '../../protocol/hex.ts';
import {
  authorizationOf,
  type Change,
  flipped,
  PAYEE,
  type Payer,
  payloadOf,
  startWorld,
  typedDataOf,
  v1Request,
  v2Request,
  type World,
  withAccepted,
  withTerms,
} from './facilitator.fixture.ts';

let world: World;
let payer: Payer;
beforeAll(async () => {
  world = await startWorld({ mining: 'auto' });
  payer = await world.newPayer(1_000_000_000n);
});
afterAll(() => world.chain.stop());

const v1 = (change: Change = {}, by = payer) => v1Request(world, by, change);
const v2 = (change: Change = {}, by = payer) => v2Request(world, by, change);
const now = () => BigInt(Math.floor(Date.now() / 1000));

/** The reference facilitator, on the same chain. */
function startReference() {
  const account = privateKeyToAccount(world.gasKey);
  const client = createWalletClient({ account, transport: http(world.chain.rpcUrl) }).extend(publicActions);
  const signer = toFacilitatorEvmSigner({ ...client, address: account.address } as never);
  const byVersion = { 1: new ExactEvmSchemeV1(signer), 2: new ExactEvmScheme(signer) };
  return async (body: { paymentPayload: { x402Version: number }; paymentRequirements: object }) => {
    const { paymentPayload, paymentRequirements } = body;
    const scheme = byVersion[paymentPayload.x402Version as 1 | 2];
    return (await scheme.verify(paymentPayload as never, paymentRequirements as never)).isValid;
  };
}

test('over many generated payments its verdict is that of the reference facilitator', async () => {
  const reference = startReference();
  const poor = await world.newPayer(9_999n);
  const used = v2();
  expect((await world.settle(used)).body.success).toBe(true);
  const usedNonce = used.paymentPayload.payload.authorization.nonce;

  const options = { noNullPrototype: true } as const;
  const parts: fc.Arbitrary<Partial<TransferAuthorization>> = fc.oneof(
    { weight: 9, arbitrary: fc.constant({}) },
    fc.record({ value: fc.bigInt({ min: 0n, max: 2n ** 256n - 1n }) }, options),
    fc.record({ value: fc.constantFrom(9_999n, 10_000n, 10_001n) }, options),
    fc.record({ to: fc.constantFrom<Hex[]>(PAYEE, `0x${'11'.repeat(20)}`, `0x${'00'.repeat(20)}`) }, options),
    fc.record({ from: fc.constantFrom<Hex[]>(PAYEE, payer.address, poor.address) }, options),
    fc.record({ validBefore: fc.constantFrom(0n, now(), now() + 60n, 2n ** 256n - 1n) }, options),
    fc.record({ validAfter: fc.constantFrom(0n, now() - 1n, now() + 60n, 2n ** 256n - 1n) }, options),
    fc.record({ nonce: fc.constantFrom<Hex[]>(usedNonce, `0x${'00'.repeat(32)}`) }, options),
  );
  const signatures = fc.constantFrom<((good: Hex) => Hex)[]>(
    (good) => good,
    (good) => good,
    (good) => good,
    flipped,
    (good) => `${good.slice(0, 130)}1d` as Hex,
    () => `0x${'00'.repeat(65)}`,
    () => `0x${'ff'.repeat(65)}`,
  );
  const cases = fc.record({
    bodyOf: fc.constantFrom(v1, v2),
    changes: fc.tuple(parts, parts),
    signature: signatures,
    by: fc.constantFrom(payer, payer, poor),
  });
  const verdicts = { valid: 0, invalid: 0 };
  await fc.assert(
    fc.asyncProperty(cases, async ({ bodyOf, changes: [first, second], signature, by }) => {
      const body = bodyOf({ authorization: { ...first, ...second }, signature }, by);
      const { isValid } = (await world.verify(body)).body;
      expect(isValid).toBe(await reference(body));
      verdicts[isValid ? 'valid' : 'invalid'] += 1;
    }),
    { numRuns: 150 },
  );
  expect(verdicts.valid).toBeGreaterThan(0);
  expect(verdicts.invalid).toBeGreaterThan(0);
});

test.each<[string, () => Promise<unknown> | unknown]>([
  ['a payer who accepted another amount', () => withAccepted(v2(), { amount: '1' })],
  ['a payer who accepted another payee', () => withAccepted(v2(), { payTo: checksumAddress(payer.address) })],
  ['a value in hex', () => withAuthorization(v2(), { value: '0x2710' })],
  ['a token that the registry does not have', unregisteredToken],
])('it refuses %s, which the reference takes', async (_, make) => {
  const body = (await make()) as ReturnType<typeof v2>;
  expect(await startReference()(body)).toBe(true);
  expect((await world.verify(body)).body.isValid).toBe(false);
});

test('it takes requirements without a domain in extra, which the reference refuses', async () => {
  const body = withTerms(v2(), { extra: {} });
  expect(await startReference()(body as never)).toBe(false);
  expect((await world.verify(body)).body.isValid).toBe(true);
});

function withAuthorization(body: ReturnType<typeof v2>, part: object) {
  Object.assign(body.paymentPayload.payload.authorization, part);
  return body;
}

async function unregisteredToken() {
  const token = await world.chain.deploy('TestUsdc');
  await world.chain.mint(payer.address, 10_000n, token);
  const authorization = authorizationOf(payer);
  const account = privateKeyToAccount(payer.privateKey);
  const signature = await account.signTypedData(
    typedDataOf(world.usdc, authorization, { verifyingContract: token }),
  );
  const body = withTerms(v2(), { asset: token });
  return {
    ...body,
    paymentPayload: { ...body.paymentPayload, payload: payloadOf(authorization, signature) },
  };
}
