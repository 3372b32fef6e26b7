import { privateKeyToAccount } from 'viem/accounts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checksumAddress } from '../../protocol/address.ts';
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

test('it names what it supports, in both versions', async () => {
  const reply = await world.facilitator.request('/supported');
  expect(await reply.json()).toEqual({
    kinds: [
      { x402Version: 2, scheme: 'exact', network: 'eip155:84532' },
      { x402Version: 1, scheme: 'exact', network: 'base-sepolia' },
    ],
    extensions: [],
    signers: { 'eip155:*': [privateKeyToAccount(world.gasKey).address] },
  });
});

test.each([
  ['v1', v1, 'base-sepolia'],
  ['v2', v2, 'eip155:84532'],
] as const)(
  'a good %s payment is verified, settled on chain, and from then on refused by verify',
  async (_, bodyOf, network) => {
    const to = await world.newPayer(0n);
    const body = bodyOf({ authorization: { to: to.address } });
    const required = { ...body.paymentRequirements, payTo: to.address };
    const asked = { ...body, paymentRequirements: required };
    if ('accepted' in asked.paymentPayload) asked.paymentPayload.accepted = { ...required } as never;
    const by = checksumAddress(payer.address);
    expect(await world.verify(asked)).toEqual({ status: 200, body: { isValid: true, payer: by } });

    const settled = await world.settle(asked);
    expect(settled).toEqual({
      status: 200,
      body: { success: true, payer: by, network, transaction: expect.stringMatching(/^0x[0-9a-f]{64}$/) },
    });
    expect(await world.balanceOf(to.address)).toBe(10_000n);

    expect(await world.settle(asked)).toEqual(settled);
    expect(await world.verify(asked)).toEqual({
      status: 200,
      body: {
        isValid: false,
        invalidReason: 'invalid_transaction_state',
        invalidMessage: 'The authorization is being settled, or was',
        payer: by,
      },
    });
    expect(await world.balanceOf(to.address)).toBe(10_000n);
  },
);

test('the version may be left out of the request', async () => {
  const { x402Version: _, ...body } = v2();
  expect((await world.verify(body)).body).toEqual({ isValid: true, payer: checksumAddress(payer.address) });
});

const WINDOW = 'invalid_exact_evm_payload_authorization';

test.each<[string, Change, string]>([
  ['more than required', { authorization: { value: 10_001n } }, `${WINDOW}_value_mismatch`],
  ['less than required', { authorization: { value: 9_999n } }, `${WINDOW}_value_mismatch`],
  ['nothing', { authorization: { value: 0n } }, `${WINDOW}_value_mismatch`],
  [
    'another payee',
    { authorization: { to: `0x${'11'.repeat(20)}` } },
    'invalid_exact_evm_payload_recipient_mismatch',
  ],
  ['an ended authorization', { authorization: { validBefore: 1n } }, `${WINDOW}_valid_before`],
  [
    'an authorization of the future',
    { authorization: { validAfter: 99_999_999_999n } },
    `${WINDOW}_valid_after`,
  ],
  ['a changed signature', { signature: flipped }, 'invalid_exact_evm_payload_signature'],
  ['another payer', { authorization: { from: PAYEE } }, 'invalid_exact_evm_payload_signature'],
])('a payment with %s is refused by verify and settle', async (_, change, reason) => {
  for (const bodyOf of [v1, v2]) {
    const body = bodyOf(change);
    expect((await world.verify(body)).body).toMatchObject({ isValid: false, invalidReason: reason });
    expect((await world.settle(body)).body).toMatchObject({
      success: false,
      errorReason: reason,
      transaction: '',
    });
  }
});

test('a signature for another token or chain is refused', async () => {
  const { privateKey } = payer;
  const account = privateKeyToAccount(privateKey);
  const authorization = authorizationOf(payer);
  for (const domain of [
    { chainId: 8453 },
    { verifyingContract: PAYEE },
    { name: 'USDC' },
    { version: '1' },
  ]) {
    const signature = await account.signTypedData(typedDataOf(world.usdc, authorization, domain));
    const body = v2();
    body.paymentPayload.payload = payloadOf(authorization, signature);
    expect((await world.verify(body)).body.invalidReason).toBe('invalid_exact_evm_payload_signature');
  }
  const signature = await account.signTypedData(typedDataOf(world.usdc, authorization));
  const body = v2();
  body.paymentPayload.payload = payloadOf(authorization, signature);
  expect((await world.verify(body)).body.isValid).toBe(true);
});

test('the domain comes from the registry, whatever the requirements say in extra', async () => {
  const body = v2();
  const extra = { name: 'Another name', version: '7', decimals: 18 };
  for (const terms of [body.paymentPayload.accepted, body.paymentRequirements])
    Object.assign(terms, { extra });
  expect((await world.verify(body)).body.isValid).toBe(true);
});

test('a payer who holds too little is refused, and pays once there is enough', async () => {
  const poor = await world.newPayer(9_999n);
  const body = v2({}, poor);
  expect((await world.verify(body)).body).toMatchObject({
    isValid: false,
    invalidReason: 'insufficient_funds',
  });
  expect((await world.settle(body)).body).toMatchObject({
    success: false,
    errorReason: 'insufficient_funds',
  });
  await world.chain.mint(poor.address, 1n);
  expect((await world.settle(body)).body.success).toBe(true);
});

test('the same settlement asked for many times at once is one transaction and one answer', async () => {
  const busy = await world.newPayer(10_000n);
  const body = v2({}, busy);
  const before = await world.transactionsSent();
  const answers = await Promise.all(Array.from({ length: 5 }, () => world.settle(body)));
  expect(await world.transactionsSent()).toBe(before + 1);
  expect(answers[0]?.body.success).toBe(true);
  expect(new Set(answers.map(({ body: { transaction } }) => transaction)).size).toBe(1);
});

test('an authorization pays for one request only, not for another resource or other terms', async () => {
  const once = await world.newPayer(50_000n);
  const body = v2({}, once);
  const other = structuredClone(body);
  other.paymentPayload.resource.url = 'https://a.example/other';
  const [first, second] = await Promise.all([world.settle(body), world.settle(other)]);
  expect(first.body.success).toBe(true);
  expect(second.body).toMatchObject({
    success: false,
    errorReason: 'invalid_transaction_state',
    transaction: '',
  });
  expect((await world.verify(other)).body.isValid).toBe(false);
  expect(await world.balanceOf(once.address)).toBe(40_000n);
});

test('settlements asked for at once get transactions of their own, and all arrive', async () => {
  const many = await world.newPayer(100_000n);
  const answers = await Promise.all(Array.from({ length: 10 }, () => world.settle(v2({}, many))));
  expect(answers.map(({ body }) => body.success)).toEqual(Array(10).fill(true));
  expect(await world.balanceOf(many.address)).toBe(0n);
});

test.each<[string, (body: ReturnType<typeof v2>) => unknown, string]>([
  [
    'version 3',
    (body) => ({ ...body, paymentPayload: { ...body.paymentPayload, x402Version: 3 } }),
    'invalid_x402_version',
  ],
  ['two versions', (body) => ({ ...body, x402Version: 1 }), 'invalid_x402_version'],
  [
    'no payload',
    (body) => ({ ...body, paymentPayload: { ...body.paymentPayload, payload: {} } }),
    'invalid_payload',
  ],
  ['another scheme', (body) => withTerms(body, { scheme: 'upto' }), 'unsupported_scheme'],
  ['Permit2', (body) => withTerms(body, { extra: { assetTransferMethod: 'permit2' } }), 'unsupported_scheme'],
  ['another scheme accepted', (body) => withAccepted(body, { scheme: 'upto' }), 'invalid_scheme'],
  ['another network', (body) => withTerms(body, { network: 'eip155:1' }), 'invalid_network'],
  ['another network accepted', (body) => withAccepted(body, { network: 'eip155:8453' }), 'invalid_network'],
  ['another token', (body) => withTerms(body, { asset: PAYEE }), 'invalid_network'],
  ['another amount accepted', (body) => withAccepted(body, { amount: '1' }), 'invalid_payment_requirements'],
  [
    'another payee accepted',
    (body) => withAccepted(body, { payTo: `0x${'11'.repeat(20)}` }),
    'invalid_payment_requirements',
  ],
  ['nothing to pay', (body) => withTerms(body, { amount: '0' }), 'invalid_payment_requirements'],
  ['an amount in hex', (body) => withTerms(body, { amount: '0x2710' }), 'invalid_payment_requirements'],
  [
    'an amount that is a number',
    (body) => withTerms(body, { amount: 10_000 }),
    'invalid_payment_requirements',
  ],
])('a request with %s is refused', async (_, change, reason) => {
  const body = change(v2());
  expect((await world.verify(body)).body).toMatchObject({ isValid: false, invalidReason: reason });
  expect((await world.settle(body)).body).toMatchObject({
    success: false,
    errorReason: reason,
    transaction: '',
  });
});

test.each([
  ['nothing', ''],
  ['no JSON', 'x402'],
  ['a list', '[]'],
  ['no requirements', '{"paymentPayload":{}}'],
  ['a key twice', '{"paymentPayload":{},"paymentRequirements":{},"paymentPayload":{}}'],
])('a body with %s is answered with 400', async (_, body) => {
  expect(await world.verify(body)).toMatchObject({
    status: 400,
    body: { isValid: false, invalidReason: 'invalid_payload' },
  });
  expect(await world.settle(body)).toMatchObject({
    status: 400,
    body: { success: false, errorReason: 'invalid_payload' },
  });
});

test('a body of more than 256 KiB is not read', async () => {
  expect((await world.verify(`"${' '.repeat(262_144)}"`)).status).toBe(413);
});
