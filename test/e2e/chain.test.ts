import { createWalletClient, encodeFunctionData, type Hex, http, parseAbi } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { formatBudget } from '../../src/core/money.ts';
import { toHex } from '../../src/protocol/hex.ts';
import { openKeyFile } from '../../src/rails/evm/keystore.ts';
import { newSender } from '../fixtures/evm.ts';
import { gist, isKeyTaken, openMandate, pay } from './calls.ts';
import { authorizationIn, challengeAt, encode } from './challenge.ts';
import { type LaggingNode, startLaggingNode } from './node.ts';
import { allPayments, expectBooksToMatchChain, microsOf, outflows, trailOf, unitsOf } from './reckoning.ts';
import { createShop, newAddress } from './shop.ts';
import { openSandbox, rpc, type Sandbox } from './world.ts';

const SHOP = 'http://shop.e2e';
const PAYEE = newAddress();
const USDC = parseAbi([
  'function transferFrom(address from, address to, uint256 value) returns (bool)',
  'function transfer(address to, uint256 value) returns (bool)',
  'function transferWithAuthorization(address from, address to, uint256 value, uint256 validAfter, uint256 validBefore, bytes32 nonce, bytes signature)',
]);

let sandbox: Sandbox;
let node: LaggingNode;
let mandate: string;

beforeAll(async () => {
  sandbox = await openSandbox({
    payees: ({ seller }) => ({ [SHOP]: createShop({ seller, payTo: PAYEE }) }),
    configure: async (config, { chain }) => {
      node = await startLaggingNode(chain.rpcUrl);
      return { ...config, chains: config.chains.map((one) => ({ ...one, rpcUrl: node.url })) };
    },
  });
  mandate = await openMandate(sandbox, { hosts: ['shop.e2e'] });
});
afterAll(async () => {
  await sandbox?.close();
  await node?.close();
});
beforeEach(async () => {
  await sandbox.chain.mine();
  await sandbox.server.sync();
});

/** What the books say of a payment and of the budget, once they were brought up to the chain. */
async function standing(payment: string) {
  await sandbox.server.sync();
  const { state } = await sandbox.agent.payment.get({ payment });
  const { reserved, spent } = await sandbox.agent.mandate.get({ mandate });
  return { state, reserved, spent };
}

/** A header that pays, signed for the agent to use. */
async function signed(key: string, price = '1.00') {
  const url = `${SHOP}/item?price=${price}&n=${key}`;
  const challenge = { header: encode(await challengeAt(sandbox, url)) };
  const { body } = await pay(sandbox, { mandate, url, mode: 'sign', challenge }, { key });
  const header = body.header?.value ?? '';
  return { id: body.payment?.id ?? '', header, url, ...authorizationIn(header) };
}

/** Puts an authorization on the chain as somebody who has nothing to do with it. */
async function submit(of: ReturnType<typeof authorizationIn>): Promise<Hex> {
  const outsider = await newSender(sandbox.chain);
  const args = [
    of.from as Hex,
    of.to as Hex,
    BigInt(of.value),
    BigInt(of.validAfter),
    BigInt(of.validBefore),
    of.nonce as Hex,
    of.signature as Hex,
  ] as const;
  const data = encodeFunctionData({ abi: USDC, functionName: 'transferWithAuthorization', args });
  return outsider.send({ to: sandbox.chain.usdc.toLowerCase() as Hex, data });
}

test('a payment is reserved before its block is final, and settled once it is', async () => {
  const url = `${SHOP}/item?price=1.00&n=final`;
  const { body } = await pay(sandbox, { mandate, url }, { key: 'final' });
  const id = body.payment?.id ?? '';
  expect(body.payment?.state).toBe('reserved');
  const reserved = { state: 'confirmed', reserved: '1.00', spent: '0.00' };
  expect(await standing(id)).toEqual(reserved);
  await sandbox.chain.mine();
  expect(await standing(id)).toEqual(reserved);
  await sandbox.chain.mine();
  expect(await standing(id)).toEqual({ state: 'settled', reserved: '0.00', spent: '1.00' });
  const [log] = await outflows(sandbox);
  const { proof } = await sandbox.agent.payment.get({ payment: id });
  expect(proof).toMatchObject({ kind: 'settled', txHash: log?.txHash });
});

test('a payment whose block is replaced is unknown again, and settled when it is included again', async () => {
  const url = `${SHOP}/item?price=1.10&n=reorg`;
  const { body } = await pay(sandbox, { mandate, url }, { key: 'reorg' });
  const id = body.payment?.id ?? '';
  expect((await standing(id)).state).toBe('confirmed');
  const { txHash = '' } = (await outflows(sandbox)).at(-1) ?? {};
  const raw = await rpc(sandbox.chain.rpcUrl, 'eth_getRawTransactionByHash', [txHash]);
  await sandbox.chain.reorg(1);
  expect(await standing(id)).toEqual({ state: 'unknown', reserved: '1.10', spent: '1.00' });
  // However many blocks become final without it: it can still come.
  await sandbox.chain.mine(4);
  expect(await standing(id)).toEqual({ state: 'unknown', reserved: '1.10', spent: '1.00' });
  expect((await outflows(sandbox)).some((one) => one.txHash === txHash)).toBe(false);

  await rpc(sandbox.chain.rpcUrl, 'eth_sendRawTransaction', [raw]);
  expect((await standing(id)).state).toBe('confirmed');
  await sandbox.chain.mine(2);
  expect(await standing(id)).toEqual({ state: 'settled', reserved: '0.00', spent: '2.10' });
  const kinds = (await trailOf(sandbox)).filter(({ subjectId }) => subjectId === id).map(({ kind }) => kind);
  expect(kinds.filter((kind) => kind !== 'payment.delivered')).toEqual([
    'payment.reserved',
    'payment.confirmed',
    'payment.unknown',
    'payment.confirmed',
    'payment.settled',
  ]);
});

test('an authorization that somebody else puts on the chain first is that payment, once', async () => {
  const of = await signed('front-run', '0.90');
  await submit(of);
  const got = await fetch(`http://${sandbox.addressOf(SHOP)}/item?price=0.90&n=front-run`, {
    headers: { 'payment-signature': of.header },
  });
  expect(got.status).toBe(402);
  await sandbox.chain.mine(2);
  expect((await standing(of.id)).state).toBe('settled');
  await submit(of);
  expect((await outflows(sandbox)).filter(({ nonce }) => nonce === of.nonce)).toHaveLength(1);
});

test('money that comes in is shown as incoming, and can be spent once it is final', async () => {
  const before = (await sandbox.agent.wallet.balance({})).assets[0];
  await sandbox.chain.mint(sandbox.paymentAddress, 50_000_000n);
  await sandbox.server.sync();
  const seen = (await sandbox.agent.wallet.balance({})).assets[0];
  expect([seen?.availableUnits, seen?.incoming]).toEqual([before?.availableUnits, '50.00 USDC']);
  await sandbox.chain.mine(2);
  await sandbox.server.sync();
  const booked = (await sandbox.agent.wallet.balance({})).assets[0];
  expect([
    BigInt(booked?.availableUnits ?? 0) - BigInt(before?.availableUnits ?? 0),
    booked?.incoming,
  ]).toEqual([50_000_000n, '0.00 USDC']);
});

test('money that leaves without a decision freezes the wallet, and the books follow the chain', async () => {
  const thief = newAddress();
  const { privateKey } = await openKeyFile(`${sandbox.directory}/payment-key.json`, sandbox.passphrase);
  const account = privateKeyToAccount(toHex(privateKey));
  await sandbox.chain.fundGas(account.address);
  const client = createWalletClient({ account, transport: http(sandbox.chain.rpcUrl) });
  const data = encodeFunctionData({ abi: USDC, functionName: 'transfer', args: [thief, 7_000_000n] });
  await client.sendTransaction({ to: sandbox.chain.usdc, data, chain: null });
  await sandbox.chain.mine(2);
  await sandbox.server.sync();

  const url = `${SHOP}/item?n=frozen`;
  expect(gist(await pay(sandbox, { mandate, url }, { key: 'frozen' }))).toEqual([403, 'wallet_frozen']);
  expect(await sandbox.agent.wallet.status({})).toMatchObject({ frozen: true });
  const { assets } = await sandbox.agent.wallet.balance({});
  expect(assets[0]?.availableUnits).toBe(String(await unitsOf(sandbox, sandbox.paymentAddress)));
  const entry = (await trailOf(sandbox)).find(({ kind }) => kind === 'chain.unexplained');
  expect(JSON.parse(entry?.body ?? '{}')).toMatchObject({
    log: { to: thief, valueUnits: '7000000', nonce: null },
    bookedUnits: '7000000',
  });
  const { id } = await sandbox.agent.wallet.status({});
  await sandbox.operator.decide('wallet.unfreeze', id);
  expect(gist(await pay(sandbox, { mandate, url }, { key: 'thawed' }))).toEqual([200, 'finished']);
});

test('a transfer of nothing in the wallet’s name, which anybody can make, changes nothing', async () => {
  const stranger = await newSender(sandbox.chain);
  const args = [sandbox.paymentAddress, newAddress(), 0n] as const;
  const data = encodeFunctionData({ abi: USDC, functionName: 'transferFrom', args });
  await stranger.send({ to: sandbox.asset.address, data });
  await sandbox.chain.mine(2);
  await sandbox.server.sync();
  expect((await outflows(sandbox)).at(-1)?.units).toBe(0n);
  expect(await sandbox.agent.wallet.status({})).toMatchObject({ frozen: false });
});

test('a payment to the wallet itself goes out of the budget and comes back into the wallet', async () => {
  const self = await openMandate(sandbox, { payees: [sandbox.paymentAddress] });
  const before = await unitsOf(sandbox, sandbox.paymentAddress);
  const url = `${SHOP}/item/self`;
  const option = { scheme: 'exact', amount: '400000', asset: sandbox.asset.address, maxTimeoutSeconds: 60 };
  const accepts = [{ ...option, network: sandbox.asset.network, payTo: sandbox.paymentAddress }];
  const challenge = { header: encode({ x402Version: 2, resource: { url }, accepts }) };
  const { body } = await pay(sandbox, { mandate: self, url, mode: 'sign', challenge }, { key: 'self' });
  await submit(authorizationIn(body.header?.value ?? ''));
  await sandbox.chain.mine(3);
  await sandbox.server.sync();
  expect(await sandbox.agent.mandate.get({ mandate: self })).toMatchObject({
    spent: '0.40',
    reserved: '0.00',
  });
  expect(await unitsOf(sandbox, sandbox.paymentAddress)).toBe(before);
  const { assets } = await sandbox.agent.wallet.balance({});
  expect(assets[0]?.availableUnits).toBe(before.toString());
});

test('a chain whose clock is not ours stops payments for now, and nothing is kept', async () => {
  const url = `${SHOP}/item?n=skew`;
  node.lag(40);
  await sandbox.server.sync();
  const late = await pay(sandbox, { mandate, url }, { key: 'skew' });
  expect([gist(late), late.body.retryable]).toEqual([[503, 'clock_skew'], true]);
  node.lag(-40);
  await sandbox.server.sync();
  expect(gist(await pay(sandbox, { mandate, url }, { key: 'skew' }))).toEqual([503, 'clock_skew']);
  expect(await isKeyTaken(sandbox, 'skew')).toBe(false);
  node.lag(0);
  await sandbox.server.sync();
  expect(gist(await pay(sandbox, { mandate, url }, { key: 'skew' }))).toEqual([200, 'finished']);
});

test('what is signed and never used is released by a final block past its end, and by nothing before', async () => {
  await sandbox.chain.mine(3);
  await sandbox.server.sync();
  const [unused, late] = [await signed('unused', '3.00'), await signed('late', '0.50')];
  const { spent, remaining } = await sandbox.agent.mandate.get({ mandate });
  const both = { state: 'reserved', reserved: '3.50', spent };
  expect(await standing(unused.id)).toEqual(both);
  const end = Number(unused.validBefore);
  await sandbox.chain.setNextTimestamp(end - 1);
  // Whoever holds one back can still use it in its last second.
  await submit(late);
  await sandbox.chain.setNextTimestamp(end - 1);
  await sandbox.chain.mine(3);
  expect((await standing(late.id)).state).toBe('settled');
  const spentThen = formatBudget(microsOf(spent) + 500_000n);
  const reserved = { state: 'reserved', reserved: '3.00', spent: spentThen };
  expect(await standing(unused.id)).toEqual(reserved);
  // The end is reached, but no block that says so is final.
  await sandbox.chain.setNextTimestamp(end);
  await sandbox.chain.mine(2);
  expect(await standing(unused.id)).toEqual(reserved);
  await sandbox.chain.mine(1);
  expect(await standing(unused.id)).toEqual({ state: 'released', reserved: '0.00', spent: spentThen });
  const restored = await sandbox.agent.mandate.get({ mandate });
  expect(microsOf(restored.remaining) - microsOf(remaining)).toBe(3_000_000n);
  await submit(unused);
  expect((await outflows(sandbox)).some(({ nonce }) => nonce === unused.nonce)).toBe(false);
});

test('in the end the books are the chain’s', async () => {
  await expectBooksToMatchChain(sandbox);
});

test('while no node answers nothing is paid, nothing is kept, and what was is still told', async () => {
  const clock = Math.floor(Date.now() / 1000);
  await sandbox.server.sync();
  const ahead = (await sandbox.agent.wallet.status({})).chainSkewSeconds ?? 0;
  // The last block that it tells of is almost too old.
  node.lag(29 - ahead);
  await sandbox.server.sync();
  await sandbox.chain.stop();
  const skew = async () => (await sandbox.agent.wallet.status({})).chainSkewSeconds ?? 0;
  while ((await skew()) <= 30 && Date.now() / 1000 < clock + 20) await sandbox.server.sync();

  const url = `${SHOP}/item?n=dark`;
  const { status, body } = await pay(sandbox, { mandate, url }, { key: 'dark' });
  expect([status, body.code, body.retryable]).toEqual([503, 'clock_skew', true]);
  expect(await isKeyTaken(sandbox, 'dark')).toBe(false);
  expect((await sandbox.agent.mandate.get({ mandate })).state).toBe('signed');
  expect((await sandbox.agent.wallet.balance({})).assets).toHaveLength(1);
  expect((await allPayments(sandbox)).length).toBeGreaterThan(5);
  expect(sandbox.log.some((line) => line.includes('could not be read'))).toBe(true);
});
