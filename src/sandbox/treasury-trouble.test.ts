import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient, http } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { newNonce } from '../../test/fixtures/evm.ts';
import type { Address, Asset } from '../core/asset.ts';
import type { Payback } from '../core/card/payback.ts';
import type { Authorization } from '../core/payment.ts';
import { fromHex, type Hex } from '../protocol/hex.ts';
import { createTreasury } from '../rails/card/treasury.ts';
import { createRegistry, localNetwork } from '../rails/evm/registry.ts';
import { openSigner, type Signer } from '../rails/evm/signer.ts';
import { openChainAccess } from '../rails/x402/chain-access.ts';
import { balanceOf, transferWithAuthorization } from '../rails/x402/token-call.ts';
import { type Chain, startChain } from './chain.ts';
import { makeOperatorKey } from './operator.ts';
import { openSandboxTreasury } from './treasury.ts';

let chain: Chain;
let usdc: Asset;
beforeAll(async () => {
  chain = await startChain({ mining: 'manual' });
  const [asset] = createRegistry([localNetwork({ chainId: chain.chainId, token: chain.usdc })]).assets;
  if (asset === undefined) throw new Error('The chain has no asset');
  usdc = asset;
});
afterAll(() => chain.stop());

/** Somebody who can send transactions of his own. */
async function newSender() {
  const account = privateKeyToAccount(`0x${Buffer.from(makeOperatorKey()).toString('hex')}`);
  await chain.fundGas(account.address);
  return openChainAccess(createClient({ transport: http(chain.rpcUrl) }), {
    chainId: chain.chainId,
    account,
  });
}

async function balance(holder: Address): Promise<bigint> {
  const { ask } = await newSender();
  return BigInt(String(await ask('eth_call', [{ to: usdc.address, data: balanceOf(holder) }, 'latest'])));
}

function domain() {
  const { domainName: name, domainVersion: version, address: verifyingContract } = usdc;
  return { name, version, chainId: chain.chainId, verifyingContract };
}

/** A treasury, and a wallet with 100 units. */
async function open(directory?: string) {
  const sandbox = await openSandboxTreasury({ chain, ...(directory === undefined ? {} : { directory }) });
  onTestFinished(() => sandbox.close());
  const wallet = openSigner({ privateKey: makeOperatorKey(), domains: new Map([[usdc.id, domain()]]) });
  await chain.mint(wallet.address, 100n);
  return { sandbox, port: createTreasury(sandbox), wallet };
}
type World = Awaited<ReturnType<typeof open>>;

function payment({ sandbox, wallet }: World, of: Partial<Authorization> = {}): Authorization {
  const times = { validAfterSeconds: 0, validBeforeSeconds: 4_000_000_000 };
  const { address: from } = wallet;
  return {
    ...{ assetId: usdc.id, from, to: sandbox.address, valueUnits: 10n, ...times, nonce: newNonce() },
    ...of,
  };
}

function transferOf({ valueUnits, validAfterSeconds, validBeforeSeconds, from, to, nonce }: Authorization) {
  const times = { validAfter: BigInt(validAfterSeconds), validBefore: BigInt(validBeforeSeconds) };
  return { from, to, nonce, value: valueUnits, ...times };
}

const sign = (wallet: Signer, of: Authorization): Hex => wallet.signTransfer(of.assetId, transferOf(of));

function payback({ sandbox, wallet }: World, amountUnits: bigint): Payback {
  return {
    ...{
      id: 'back_1_1',
      walletId: 'wal_1',
      cardId: 'card_1',
      kind: 'unused',
      state: 'due',
      assetId: usdc.id,
    },
    ...{ amountUnits, feeUnits: 0n, from: sandbox.address, to: wallet.address, nonce: newNonce() },
    ...{ txHash: null, createdAtMs: 0, updatedAtMs: 0 },
  };
}

/** Pays the wallet's money in, and mines it. */
async function payIn({ port, wallet }: World, of: Authorization): Promise<string> {
  const { txHash } = await port.take(of, sign(wallet, of));
  await chain.mine();
  return txHash;
}

test.each<readonly [string, Partial<Authorization>]>([
  ['has ended', { validBeforeSeconds: 1_000_000_000 }],
  ['does not hold yet', { validAfterSeconds: 3_999_999_999 }],
])('an authorization that %s takes nothing', async (_, of) => {
  const world = await open();
  await expect(payIn(world, payment(world, of))).rejects.toThrow('status 422');
  expect(await balance(world.sandbox.address)).toBe(0n);
});

test('an authorization that somebody else hands in is taken once, and his transaction named', async () => {
  const world = await open();
  const paid = payment(world);
  const stranger = await newSender();
  const data = transferWithAuthorization(transferOf(paid), sign(world.wallet, paid));
  const { hash } = await stranger.send({ to: usdc.address, data });
  await chain.mine();
  expect(await payIn(world, paid)).toBe(hash);
  expect(await balance(world.sandbox.address)).toBe(10n);
});

test('a nonce that was used for other money takes nothing under its new name', async () => {
  const world = await open();
  const paid = payment(world);
  await payIn(world, paid);
  for (const other of [{ valueUnits: 11n }, { to: world.sandbox.address, valueUnits: 9n }]) {
    await expect(payIn(world, { ...paid, ...other })).rejects.toThrow('used for another transfer');
  }
  expect(await balance(world.sandbox.address)).toBe(10n);
});

test('a treasury that holds too little sends nothing, and sends it once when it has the money', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'treasury-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const world = await open(directory);
  await payIn(world, payment(world, { valueUnits: 50n }));
  const { privateKey } = JSON.parse(readFileSync(join(directory, 'treasury.json'), 'utf8'));
  const thief = openSigner({ privateKey: fromHex(privateKey, 32), domains: new Map([[usdc.id, domain()]]) });
  const stranger = await newSender();
  const loot = payment(world, { from: world.sandbox.address, to: stranger.sender, valueUnits: 30n });
  const data = transferWithAuthorization(transferOf(loot), sign(thief, loot));
  await stranger.send({ to: usdc.address, data });
  await chain.mine();
  const back = payback(world, 40n);
  await expect(world.port.payBack(back)).rejects.toThrow('holds less');
  await chain.mint(world.sandbox.address, 20n);
  const { txHash } = await world.port.payBack(back);
  await chain.mine();
  expect(await world.port.payBack(back)).toEqual({ txHash });
  expect([await balance(world.sandbox.address), await balance(world.wallet.address)]).toEqual([0n, 90n]);
});

test('what was found in the chain, and taken away by a reorg, goes again and arrives', async () => {
  const world = await open();
  await payIn(world, payment(world, { valueUnits: 100n }));
  const back = payback(world, 40n);
  const first = await world.port.payBack(back);
  await chain.mine();
  expect(await world.port.payBack(back)).toEqual(first);
  await chain.reorg(1);
  await world.port.payBack(back);
  await chain.mine();
  expect(await balance(world.wallet.address)).toBe(40n);
});

test('what waits behind a transaction that a reorg took away does not wait for ever', async () => {
  const world = await open();
  await payIn(world, payment(world, { valueUnits: 60n }));
  const lost = payment(world, { valueUnits: 40n });
  await world.port.take(lost, sign(world.wallet, lost));
  const back = payback(world, 30n);
  await world.port.payBack(back);
  await chain.mine();
  await chain.reorg(1);
  await world.port.payBack(back);
  await chain.mine();
  await world.port.payBack(back);
  await chain.mine();
  expect(await balance(world.wallet.address)).toBe(70n);
});
