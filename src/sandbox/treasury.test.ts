import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPublicClient, http, parseAbi } from 'viem';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { newNonce } from '../../test/fixtures/evm.ts';
import type { Address, Asset } from '../core/asset.ts';
import type { Payback } from '../core/card/payback.ts';
import type { Authorization } from '../core/payment.ts';
import type { Hex } from '../protocol/hex.ts';
import { createTreasury } from '../rails/card/treasury.ts';
import { createRegistry, localNetwork } from '../rails/evm/registry.ts';
import { openSigner, type Signer } from '../rails/evm/signer.ts';
import { type Chain, startChain } from './chain.ts';
import { makeOperatorKey } from './operator.ts';
import { openSandboxTreasury } from './treasury.ts';

const ABI = parseAbi(['function balanceOf(address account) view returns (uint256)']);

let chain: Chain;
let usdc: Asset;
beforeAll(async () => {
  chain = await startChain({ mining: 'auto' });
  usdc = usdcOf(chain);
});
afterAll(() => chain.stop());

function usdcOf({ chainId, usdc: token }: Chain): Asset {
  const [asset] = createRegistry([localNetwork({ chainId, token })]).assets;
  if (asset === undefined) throw new Error('The chain has no asset');
  return asset;
}

const reader = (on: Chain = chain) => createPublicClient({ transport: http(on.rpcUrl), cacheTime: 0 });

function balanceOf(holder: Address, on: Chain = chain): Promise<bigint> {
  const call = { address: on.usdc, abi: ABI, functionName: 'balanceOf', args: [holder] } as const;
  return reader(on).readContract(call);
}

/** How many transactions an address has in the chain. */
const countOf = (address: Address) => reader().getTransactionCount({ address });

/** A treasury with the wallet's port to it, closed after the test. */
async function open(directory?: string) {
  const sandbox = await openSandboxTreasury({ chain, ...(directory === undefined ? {} : { directory }) });
  onTestFinished(() => sandbox.close());
  return { sandbox, port: createTreasury(sandbox) };
}

/** A wallet with so much money. */
async function newWallet(units: bigint, on: Chain = chain): Promise<Signer> {
  const { id, domainName: name, domainVersion: version, address: verifyingContract } = usdcOf(on);
  const domain = { name, version, chainId: on.chainId, verifyingContract };
  const signer = openSigner({ privateKey: makeOperatorKey(), domains: new Map([[id, domain]]) });
  await on.mint(signer.address, units);
  return signer;
}

/** A payment of a wallet into a treasury. */
function payment(from: Address, to: Address, valueUnits: bigint): Authorization {
  const times = { validAfterSeconds: 0, validBeforeSeconds: 4_000_000_000 };
  return { assetId: usdc.id, from, to, valueUnits, ...times, nonce: newNonce() };
}

function sign(
  wallet: Signer,
  { valueUnits, validAfterSeconds, validBeforeSeconds, ...rest }: Authorization,
): Hex {
  return wallet.signTransfer(rest.assetId, {
    from: rest.from,
    to: rest.to,
    nonce: rest.nonce,
    value: valueUnits,
    validAfter: BigInt(validAfterSeconds),
    validBefore: BigInt(validBeforeSeconds),
  });
}

function payback(from: Address, to: Address, amountUnits: bigint): Payback {
  return {
    id: 'back_1_1',
    walletId: 'wal_1',
    cardId: 'card_1',
    kind: 'unused',
    state: 'due',
    assetId: usdc.id,
    amountUnits,
    feeUnits: 0n,
    from,
    to,
    nonce: newNonce(),
    txHash: null,
    createdAtMs: 0,
    updatedAtMs: 0,
  };
}

async function directoryOf(): Promise<string> {
  const path = mkdtempSync(join(tmpdir(), 'treasury-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

test('money is taken once, however often it is asked for, by the same and by a restarted treasury', async () => {
  const directory = await directoryOf();
  const { sandbox, port } = await open(directory);
  const wallet = await newWallet(100n);
  const authorization = payment(wallet.address, sandbox.address, 60n);
  const signature = sign(wallet, authorization);
  const all = await Promise.all([port.take(authorization, signature), port.take(authorization, signature)]);
  const again = await port.take(authorization, signature);
  await sandbox.close();
  const next = await open(directory);
  expect([next.sandbox.address, next.sandbox.token]).toStrictEqual([sandbox.address, sandbox.token]);
  const later = await next.port.take(authorization, signature);
  expect(new Set([...all, again, later].map(({ txHash }) => txHash)).size).toBe(1);
  expect((await reader().getTransactionReceipt({ hash: later.txHash as Hex })).status).toBe('success');
  expect([await balanceOf(sandbox.address), await balanceOf(wallet.address)]).toStrictEqual([60n, 40n]);
  expect(await countOf(sandbox.address)).toBe(1);
  expect(statSync(join(directory, 'treasury.json')).mode & 0o777).toBe(0o600);
});

test('money goes back once for each nonce, also after a restart', async () => {
  const directory = await directoryOf();
  const { sandbox, port } = await open(directory);
  const wallet = await newWallet(100n);
  const authorization = payment(wallet.address, sandbox.address, 100n);
  await port.take(authorization, sign(wallet, authorization));
  const back = payback(sandbox.address, wallet.address, 30n);
  const all = await Promise.all([port.payBack(back), port.payBack(back)]);
  await sandbox.close();
  const next = await open(directory);
  const later = await next.port.payBack({ ...back, state: 'sent' });
  expect(new Set([...all, later].map(({ txHash }) => txHash)).size).toBe(1);
  expect([await balanceOf(sandbox.address), await balanceOf(wallet.address)]).toStrictEqual([70n, 30n]);
  await expect(next.port.payBack({ ...back, amountUnits: 31n })).rejects.toThrow('for another transfer');
  await next.port.payBack(payback(sandbox.address, wallet.address, 70n));
  expect([await balanceOf(sandbox.address), await balanceOf(wallet.address)]).toStrictEqual([0n, 100n]);
});

test('a wallet gets no more back than it paid in, whoever else paid', async () => {
  const { sandbox, port } = await open();
  const [rich, poor] = [await newWallet(100n), await newWallet(100n)];
  for (const [wallet, units] of [
    [rich, 90n],
    [poor, 10n],
  ] as const) {
    const authorization = payment(wallet.address, sandbox.address, units);
    await port.take(authorization, sign(wallet, authorization));
  }
  const tooMuch = 'has not paid in as much';
  await expect(port.payBack(payback(sandbox.address, poor.address, 11n))).rejects.toThrow(tooMuch);
  await port.payBack(payback(sandbox.address, poor.address, 6n));
  await expect(port.payBack(payback(sandbox.address, poor.address, 5n))).rejects.toThrow(tooMuch);
  const stranger = await newWallet(1n);
  await expect(port.payBack(payback(sandbox.address, stranger.address, 1n))).rejects.toThrow(tooMuch);
  expect(await balanceOf(sandbox.address)).toBe(94n);
});

test('what is on its way back counts as gone, and what a reorg took away is sent again', async () => {
  const local = await startChain({ mining: 'manual' });
  onTestFinished(() => local.stop());
  const sandbox = await openSandboxTreasury({ chain: local });
  onTestFinished(() => sandbox.close());
  const port = createTreasury(sandbox);
  const wallet = await newWallet(100n, local);
  const paid = { ...payment(wallet.address, sandbox.address, 100n), assetId: usdcOf(local).id };
  const signature = sign(wallet, paid);
  const taken = await port.take(paid, signature);
  expect(await port.take(paid, signature)).toStrictEqual(taken);
  await local.mine();
  const back = { ...payback(sandbox.address, wallet.address, 80n), assetId: paid.assetId };
  const sent = await port.payBack(back);
  expect(await port.payBack(back)).toStrictEqual(sent);
  const more = { ...payback(sandbox.address, wallet.address, 21n), assetId: paid.assetId };
  await expect(port.payBack(more)).rejects.toThrow('has not paid in as much');
  await local.mine();
  await local.reorg(1);
  const again = await port.payBack(back);
  await local.mine();
  expect((await reader(local).getTransactionReceipt({ hash: again.txHash as Hex })).status).toBe('success');
  expect(await balanceOf(wallet.address, local)).toBe(80n);
});

test('a call that failed sent nothing; one whose answer was lost did what it should, and is not done again', async () => {
  const { sandbox, port } = await open();
  const wallet = await newWallet(100n);
  const authorization = payment(wallet.address, sandbox.address, 100n);
  const signature = sign(wallet, authorization);
  sandbox.failNext('take', 1);
  await expect(port.take(authorization, signature)).rejects.toThrow('status 503');
  expect(await balanceOf(sandbox.address)).toBe(0n);
  sandbox.loseNext('take', 1);
  await expect(port.take(authorization, signature)).rejects.toThrow('status 503');
  expect(await balanceOf(sandbox.address)).toBe(100n);
  await port.take(authorization, signature);

  const back = payback(sandbox.address, wallet.address, 40n);
  sandbox.failNext('payback', 1);
  await expect(port.payBack(back)).rejects.toThrow('status 503');
  sandbox.loseNext('payback', 1);
  await expect(port.payBack(back)).rejects.toThrow('status 503');
  await port.payBack(back);
  expect([await balanceOf(sandbox.address), await balanceOf(wallet.address)]).toStrictEqual([60n, 40n]);
});

test('an authorization that nobody signed, or for somebody else, takes nothing', async () => {
  const { sandbox, port } = await open();
  const wallet = await newWallet(100n);
  const authorization = payment(wallet.address, sandbox.address, 50n);
  const signature = sign(wallet, authorization);
  const wrong: readonly (readonly [Authorization, string])[] = [
    [{ ...authorization, valueUnits: 51n }, 'did not sign'],
    [{ ...authorization, to: wallet.address }, 'for another address'],
    [{ ...authorization, assetId: `${usdc.network}/erc20:${wallet.address}` }, 'its asset only'],
    [{ ...authorization, valueUnits: 0n }, 'is nothing'],
  ];
  for (const [given, words] of wrong) await expect(port.take(given, signature)).rejects.toThrow(words);
  const empty = await newWallet(1n);
  const uncovered = payment(empty.address, sandbox.address, 2n);
  await expect(port.take(uncovered, sign(empty, uncovered))).rejects.toThrow('holds less');
  expect(await balanceOf(sandbox.address)).toBe(0n);
});

test('the treasury answers to its token alone, and takes bodies that are whole', async () => {
  const { sandbox } = await open();
  const stranger = createTreasury({ url: sandbox.url, token: 'other' });
  await expect(stranger.payBack(payback(sandbox.address, sandbox.address, 1n))).rejects.toThrow('status 401');
  const bodies = ['{', '{}', '{"payback":{"id":"back_1_1"}}', '{"payback":{},"more":1}'];
  const statuses = await Promise.all(
    bodies.map(async (body) => {
      const headers = { authorization: `Bearer ${sandbox.token}` };
      return (await fetch(`${sandbox.url}/payback`, { method: 'POST', headers, body })).status;
    }),
  );
  expect(statuses).toStrictEqual([400, 400, 400, 400]);
});
