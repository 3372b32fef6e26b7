import { createWalletClient, encodeFunctionData, erc20Abi, type Hex, http, parseGwei } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { afterEach, expect, test } from 'vitest';
import { type NodeProxy, startNodeProxy } from '../../../test/fixtures/node-proxy.ts';
import {
  authorizationOf,
  PAYEE,
  type Payer,
  payloadOf,
  requirementsOf,
  startWorld,
  type World,
} from './facilitator.fixture.ts';
import { transferWithAuthorization } from './token-call.ts';

let world: World;
let proxy: NodeProxy;
let payer: Payer;
afterEach(async () => {
  await proxy.stop();
  await world.chain.stop();
});

async function start(options: Partial<Parameters<typeof startWorld>[0]> = {}) {
  world = await startWorld({
    mining: 'manual',
    confirmMs: 0,
    front: async (rpcUrl) => {
      proxy = await startNodeProxy(rpcUrl);
      return proxy.url;
    },
    ...options,
  });
  payer = await world.newPayer(10_000n);
}

function request() {
  const authorization = authorizationOf(payer);
  const payload = payloadOf(authorization, payer.signTransfer(world.usdc.id, authorization));
  const terms = requirementsOf(world.usdc);
  const body = { paymentPayload: { x402Version: 2, accepted: terms, payload }, paymentRequirements: terms };
  const call = transferWithAuthorization(authorization, payload.signature);
  return { body, call };
}

/** Sends a call with a higher fee than anybody, so that it goes first into the next block. */
async function overtake(key: Hex, call: { to: Hex; data: Hex }): Promise<Hex> {
  const account = privateKeyToAccount(key);
  await world.chain.fundGas(account.address);
  const client = createWalletClient({ account, transport: http(world.chain.rpcUrl) });
  const fees = { maxFeePerGas: parseGwei('200'), maxPriorityFeePerGas: parseGwei('100') };
  return client.sendTransaction({ ...call, ...fees, gas: 200_000n, chain: null });
}

const OUTSIDER: Hex = `0x${'42'.repeat(32)}`;

test('a transaction that is not mined in time is pending, and is waited for, not sent again', async () => {
  await start();
  const { body } = request();
  const first = await world.settle(body);
  expect(first).toMatchObject({ status: 200, body: { success: false, errorReason: 'settlement_pending' } });
  expect((await world.verify(body)).body.isValid).toBe(false);
  expect((await world.settle(body)).body).toEqual(first.body);
  await world.chain.mine();
  expect((await world.settle(body)).body).toMatchObject({
    success: true,
    transaction: first.body.transaction,
  });
  expect(await world.transactionsSent()).toBe(1);
  expect(await world.balanceOf(PAYEE)).toBe(10_000n);
});

test("an outsider's transaction that uses the authorization first is the settlement", async () => {
  await start();
  const { body, call } = request();
  const first = await world.settle(body);
  const theirs = await overtake(OUTSIDER, { to: world.usdc.address, data: call });
  await world.chain.mine();
  const settled = await world.settle(body);
  expect(settled.body).toMatchObject({ success: true, transaction: theirs });
  expect(settled.body.transaction).not.toBe(first.body.transaction);
  expect(await world.settle(body)).toEqual(settled);
  expect(await world.balanceOf(PAYEE)).toBe(10_000n);
});

test('a transaction that fails on chain settles nothing, and the payment can be tried again', async () => {
  await start();
  const { body } = request();
  await world.settle(body);
  const { address: elsewhere } = privateKeyToAccount(OUTSIDER);
  const data = encodeFunctionData({ abi: erc20Abi, functionName: 'transfer', args: [elsewhere, 10_000n] });
  await overtake(payer.privateKey, { to: world.usdc.address, data });
  await world.chain.mine();
  expect((await world.settle(body)).body).toMatchObject({
    success: false,
    errorReason: 'invalid_transaction_state',
    errorMessage: 'The transaction moved no money',
    transaction: '',
  });
  expect((await world.settle(body)).body).toMatchObject({
    success: false,
    errorReason: 'insufficient_funds',
  });
  await world.chain.mint(payer.address, 10_000n);
  expect((await world.settle(body)).body).toMatchObject({ errorReason: 'settlement_pending' });
  await world.chain.mine();
  expect((await world.settle(body)).body.success).toBe(true);
});

test('a token that lets a used authorization pass without moving money is not taken for paid', async () => {
  await start({ mining: 'auto', confirmMs: 5000, token: (chain) => chain.deploy('QuirkToken') });
  const { body } = request();
  expect((await world.settle(body)).body.success).toBe(true);
  await world.chain.mint(payer.address, 10_000n, world.usdc.address);
  world.restart();
  expect((await world.settle(body)).body).toMatchObject({
    success: false,
    errorReason: 'invalid_transaction_state',
    errorMessage: 'The transaction moved no money',
  });
  expect(await world.balanceOf(PAYEE)).toBe(10_000n);
});

test('a payment that was settled before the facilitator started is not settled again', async () => {
  await start({ mining: 'auto', confirmMs: 5000 });
  const { body } = request();
  expect((await world.settle(body)).body.success).toBe(true);
  world.restart();
  for (const answer of [await world.settle(body), await world.verify(body)]) {
    expect(JSON.stringify(answer.body)).toContain('The authorization was used or canceled');
  }
});

test('a transaction whose acceptance was never heard of is waited for, and the next one gets the next nonce', async () => {
  await start({ mining: 'auto', confirmMs: 5000 });
  await world.chain.mint(payer.address, 10_000n);
  proxy.setAlter((answer, { method }) => (method === 'eth_sendRawTransaction' ? null : answer));
  expect((await world.settle(request().body)).body.success).toBe(true);
  proxy.setAlter();
  expect((await world.settle(request().body)).body.success).toBe(true);
  expect(await world.balanceOf(PAYEE)).toBe(20_000n);
});

test('what a node refuses is an error; what it took all the same is seen as used', async () => {
  await start({ mining: 'auto', confirmMs: 5000 });
  const { body } = request();
  const error = { code: -32_000, message: 'transaction underpriced' };
  proxy.setAlter((answer, { method }) => (method === 'eth_sendRawTransaction' ? { error } : answer));
  // The node behind the proxy did take it: that settles the payment, and the facilitator sees that it was used.
  expect(await world.settle(body)).toMatchObject({
    status: 500,
    body: { errorReason: 'unexpected_settle_error' },
  });
  proxy.setAlter();
  expect((await world.settle(body)).body).toMatchObject({ errorReason: 'invalid_transaction_state' });
  expect(await world.balanceOf(PAYEE)).toBe(10_000n);
});

test('another transaction of the same key in between costs one more try', async () => {
  await start({ mining: 'auto', confirmMs: 5000 });
  await world.chain.mint(payer.address, 10_000n);
  expect((await world.settle(request().body)).body.success).toBe(true);
  await overtake(world.gasKey, { to: PAYEE, data: '0x' });
  expect((await world.settle(request().body)).body.success).toBe(true);
});

test('without a chain it says so, and takes nothing for valid', async () => {
  await start();
  const { body } = request();
  proxy.setAlter(() => null);
  expect(await world.verify(body)).toMatchObject({
    status: 500,
    body: { isValid: false, invalidReason: 'unexpected_verify_error' },
  });
  expect(await world.settle(body)).toMatchObject({
    status: 500,
    body: { success: false, errorReason: 'unexpected_settle_error', transaction: '' },
  });
  proxy.setAlter();
  expect((await world.verify(body)).body.isValid).toBe(true);
});
