import { readFileSync, rmSync, statSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Address, type BlockTag, createPublicClient, createWalletClient, http, parseAbi } from 'viem';
import { generatePrivateKey, privateKeyToAccount, privateKeyToAddress } from 'viem/accounts';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type Chain, startChain } from './chain.ts';

let chain: Chain;
beforeAll(async () => {
  chain = await startChain({ mining: 'manual' });
});
afterAll(() => chain.stop());

const balanceAbi = parseAbi(['function balanceOf(address account) view returns (uint256)']);

const newAddress = () => privateKeyToAddress(generatePrivateKey());
const reader = ({ rpcUrl }: Chain) => createPublicClient({ transport: http(rpcUrl), cacheTime: 0 });

function balanceOf(holder: Address, { on = chain, at = 'latest' as BlockTag } = {}): Promise<bigint> {
  const call = { address: on.usdc, abi: balanceAbi, functionName: 'balanceOf', args: [holder] } as const;
  return reader(on).readContract({ ...call, blockTag: at });
}

/** The numbers of the blocks that are latest, safe and finalized. */
async function tags(on = chain): Promise<bigint[]> {
  const blocks = (['latest', 'safe', 'finalized'] as const).map((blockTag) =>
    reader(on).getBlock({ blockTag }),
  );
  return (await Promise.all(blocks)).map((block) => block.number);
}

/** A directory that is gone after the test. */
async function newDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'chain-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return directory;
}

test('a fresh chain holds the token and nothing else: no minted money, no known keys', async () => {
  const client = reader(chain);
  expect(chain.chainId).toBe(31337);
  expect(await client.getChainId()).toBe(31337);
  expect(await createWalletClient({ transport: http(chain.rpcUrl) }).getAddresses()).toStrictEqual([]);
  const known = '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266';
  expect(await client.getBalance({ address: known })).toBe(0n);
  const call = {
    address: chain.usdc,
    abi: parseAbi(['function totalSupply() view returns (uint256)']),
  } as const;
  expect(await client.readContract({ ...call, functionName: 'totalSupply' })).toBe(0n);
});

test('a mint makes the money and a funding makes the gas', async () => {
  const holder = newAddress();
  const hash = await chain.mint(holder, 12_345_678n);
  await chain.fundGas(holder);
  expect((await reader(chain).getTransactionReceipt({ hash })).status).toBe('success');
  expect(await balanceOf(holder)).toBe(12_345_678n);
  expect(await reader(chain).getBalance({ address: holder })).toBe(100n * 10n ** 18n);
});

test('another token can be deployed and minted, at an address of its own', async () => {
  const holder = newAddress();
  const token = await chain.deploy('QuirkToken');
  await chain.mint(holder, 5n, token);
  expect(await balanceOf(holder, { on: { ...chain, usdc: token } })).toBe(5n);
  expect(await balanceOf(holder)).toBe(0n);
});

test('mints asked for at the same time all arrive, and go on after a reorg', async () => {
  const holder = newAddress();
  await Promise.all([chain.mint(holder, 10n), chain.mint(holder, 10n), chain.mint(holder, 10n)]);
  expect(await balanceOf(holder)).toBe(30n);
  await chain.reorg(1);
  expect(await balanceOf(holder)).toBe(20n);
  await chain.mint(holder, 10n);
  expect(await balanceOf(holder)).toBe(30n);
});

test('a mint that the token refuses is an error, and the next one works', async () => {
  const holder = newAddress();
  await expect(chain.mint(holder, 0n)).rejects.toThrow('FiatToken: mint amount not greater than 0');
  await chain.mint(holder, 1n);
  expect(await balanceOf(holder)).toBe(1n);
});

test('a block is final when two more are mined on it', async () => {
  const holder = newAddress();
  await chain.mine(2);
  const [start = 0n] = await tags();
  expect(await tags()).toStrictEqual([start, start - 1n, start - 2n]);
  await chain.mint(holder, 1n);
  await chain.mine();
  expect(await tags()).toStrictEqual([start + 2n, start + 1n, start]);
  expect(await balanceOf(holder, { at: 'safe' })).toBe(1n);
  expect(await balanceOf(holder, { at: 'finalized' })).toBe(0n);
  await chain.mine();
  expect(await tags()).toStrictEqual([start + 3n, start + 2n, start + 1n]);
  expect(await balanceOf(holder, { at: 'finalized' })).toBe(1n);
});

test('a reorg replaces the last blocks; what they held is gone from the mempool too', async () => {
  const client = reader(chain);
  const holder = newAddress();
  const hash = await chain.mint(holder, 7n);
  await chain.mine();
  const before = await client.getBlock();
  await chain.reorg(2);
  const after = await client.getBlock();
  expect(after.number).toBe(before.number);
  expect(after.hash).not.toBe(before.hash);
  expect(await client.request({ method: 'eth_getTransactionReceipt', params: [hash] })).toBe(null);
  expect(await client.request({ method: 'eth_getTransactionByHash', params: [hash] })).toBe(null);
  await chain.mine();
  expect(await balanceOf(holder)).toBe(0n);
});

test('the transaction that a reorg took away can be sent again, as the same bytes', async () => {
  const client = reader(chain);
  const account = privateKeyToAccount(generatePrivateKey());
  const to = newAddress();
  await chain.fundGas(account.address);
  await chain.mine();
  const { chainId } = chain;
  const fees = { gas: 21_000n, maxFeePerGas: 10n ** 10n, maxPriorityFeePerGas: 1n };
  const serializedTransaction = await account.signTransaction({ chainId, to, value: 3n, nonce: 0, ...fees });
  await client.sendRawTransaction({ serializedTransaction });
  await chain.mine();
  expect(await client.getBalance({ address: to })).toBe(3n);
  await chain.reorg(1);
  expect(await client.getBalance({ address: to })).toBe(0n);
  await client.sendRawTransaction({ serializedTransaction });
  await chain.mine();
  expect(await client.getBalance({ address: to })).toBe(3n);
});

test('the clock of the chain moves forward when told, and never back', async () => {
  const client = reader(chain);
  const { timestamp: start } = await client.getBlock();
  await chain.setNextTimestamp(Number(start) + 1000);
  await chain.mine();
  expect((await client.getBlock()).timestamp).toBe(start + 1000n);
  await chain.increaseTime(86_400);
  await chain.mine();
  expect((await client.getBlock()).timestamp).toBeGreaterThanOrEqual(start + 87_400n);
  await expect(chain.setNextTimestamp(Number(start))).rejects.toThrow('lower than');
});

test('a chain with a directory goes on after a restart: money, token, deployer, finality and clock', async () => {
  const stateDir = await newDirectory();
  const [rich, late] = [newAddress(), newAddress()];
  const first = await startChain({ mining: 'manual', stateDir });
  await first.mint(rich, 40n);
  await first.increaseTime(86_400);
  await first.mine(2);
  await first.mint(late, 2n);
  const seen = { tags: await tags(first), block: await reader(first).getBlock() };
  await first.stop();

  const second = await startChain({ mining: 'manual', stateDir });
  onTestFinished(() => second.stop());
  expect(second.usdc).toBe(first.usdc);
  expect(await tags(second)).toStrictEqual(seen.tags);
  expect(await reader(second).getBlock()).toStrictEqual(seen.block);
  expect(await balanceOf(rich, { on: second, at: 'finalized' })).toBe(40n);
  expect(await balanceOf(late, { on: second, at: 'finalized' })).toBe(0n);
  await second.mint(rich, 1n);
  expect(await balanceOf(rich, { on: second })).toBe(41n);
  expect((await reader(second).getBlock()).timestamp).toBeGreaterThan(seen.block.timestamp);
});

test('the directory is for its owner alone and for one chain', async () => {
  const stateDir = join(await newDirectory(), 'chain');
  const { usdc, stop } = await startChain({ mining: 'manual', stateDir, chainId: 555 });
  await stop();
  const file = join(stateDir, 'chain.json');
  expect(JSON.parse(readFileSync(file, 'utf8'))).toStrictEqual({
    chainId: 555,
    deployerKey: expect.stringMatching(/^0x[0-9a-f]{64}$/),
    usdc,
  });
  expect([statSync(file).mode & 0o777, statSync(stateDir).mode & 0o777]).toStrictEqual([0o600, 0o700]);
  await expect(startChain({ stateDir, chainId: 556 })).rejects.toThrow('keeps chain 555, not 556');
});
