import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Books, openBooks } from '../../../test/fixtures/books.ts';
import { batchCode, newNonce, newSender, type Sender } from '../../../test/fixtures/evm.ts';
import { type NodeProxy, startNodeProxy } from '../../../test/fixtures/node-proxy.ts';
import { cardRecords } from '../../../test/store/card-records.ts';
import { cast } from '../../../test/store/world.ts';
import type { Address, Asset } from '../../core/asset.ts';
import type { Command } from '../../core/command.ts';
import { cursorId } from '../../core/deposit.ts';
import type { Authorization, Payment } from '../../core/payment.ts';
import type { Chain, Store } from '../../core/ports.ts';
import { type Chain as LocalChain, startChain } from '../../sandbox/chain.ts';
import { openChain } from './chain.ts';
import { type ChainEntry, localNetwork } from './registry.ts';
import { createWatcher, type Watcher } from './watcher.ts';

const NOBODY: Address = '0x0000000000000000000000000000000000000000';
const OPEN = { state: 'reserved', evidence: 'none', proof: null };
const CONFIRMED = { ...OPEN, evidence: 'confirmed' };
const UNKNOWN = { ...OPEN, evidence: 'unknown' };

let local: LocalChain;
let proxy: NodeProxy;
let outsider: Sender;
let world: World;

type World = {
  readonly entry: ChainEntry;
  readonly usdc: Asset;
  readonly chain: Chain;
  readonly payer: Sender;
  readonly books: Books;
  readonly watcher: Watcher;
};

beforeAll(async () => {
  local = await startChain({ mining: 'manual' });
  proxy = await startNodeProxy(local.rpcUrl);
  outsider = await newSender(local);
});
afterAll(async () => {
  await proxy.stop();
  await local.stop();
});
beforeEach(async () => {
  proxy.setAlter();
  world = await newWorld(local.usdc);
});
afterEach(() => world.books.close());

/** A wallet that holds 100 units of this token on the chain, final and in its books. */
async function newWorld(token: string): Promise<World> {
  const entry = localNetwork({ chainId: local.chainId, token });
  const [usdc] = entry.assets;
  if (usdc === undefined) throw new Error('The chain has no asset');
  const payer = await newSender(local);
  await local.mint(payer.address, 100n, usdc.address);
  await local.mine(2);
  const chain = await openChain({ rpcUrl: proxy.url, entry });
  const { seconds: atSeconds } = (await chain.blocks()).latest;
  const books = await openBooks({ asset: usdc, paymentAddress: payer.address, atSeconds });
  const watcher = createWatcher({ store: books.store, chain, clock: books.clock });
  await watcher.step(books.walletId, payer.address);
  return { entry, usdc, chain, payer, books, watcher };
}

const step = () => world.watcher.step(world.books.walletId, world.payer.address);
const latest = async () => (await world.chain.blocks()).latest;
const reserve = async (units: bigint) => world.books.reserve(units, (await latest()).seconds);
const standing = (payment: Payment) => world.books.standing(payment);
const cursor = () =>
  world.books.store.read.get('cursor', cursorId(world.books.walletId, world.chain.network));
const failing = (code: string) => expect.objectContaining({ name: 'ChainError', code });

const callOf = ({ authorization }: { readonly authorization: Authorization }) => ({
  to: world.usdc.address,
  data: world.payer.authorize(world.usdc, authorization),
});

/** Has somebody else settle the payment in a block of its own, with this timestamp if one is given. */
async function settle(
  payment: { readonly authorization: Authorization },
  atSeconds?: number,
): Promise<string> {
  const txHash = await outsider.send(callOf(payment));
  await (atSeconds === undefined ? local.mine() : mineAt(atSeconds));
  return txHash;
}

/** Mines a block for each of these timestamps. */
async function mineAt(...seconds: readonly number[]): Promise<void> {
  for (const second of seconds) {
    await local.setNextTimestamp(second);
    await local.mine();
  }
}

/** Everything that must not change: how far the books are, their entries and what they hold. */
async function bookState() {
  const { store, walletId, holds } = world.books;
  const entries = await store.read.entries(walletId, { afterSeq: 0, limit: 1000 });
  return { cursor: await cursor(), entries, holds: await holds() };
}

test('following begins with what the address holds at the finalized block; later money is booked when final', async () => {
  const { chain, books } = world;
  const { finalized } = await chain.blocks();
  expect(await books.holds()).toStrictEqual({ postedUnits: 100n, pendingUnits: 0n });
  expect(await cursor()).toMatchObject({ blockNumber: finalized.number, blockHash: finalized.hash });

  const txHash = await local.mint(world.payer.address, 7n);
  const incoming = [{ assetId: world.usdc.id, amountUnits: 7n, from: NOBODY, txHash }];
  expect((await step()).incoming).toStrictEqual(incoming);
  await local.mine();
  expect((await step()).incoming).toStrictEqual(incoming);
  expect((await books.holds()).postedUnits).toBe(100n);
  await local.mine();
  expect((await step()).incoming).toStrictEqual([]);
  expect((await step()).incoming).toStrictEqual([]);
  expect((await books.holds()).postedUnits).toBe(107n);
});

test('a transfer that an outsider sent is confirmed when seen and settles the payment once it is final', async () => {
  const payment = await reserve(5n);
  await step();
  expect(await standing(payment)).toStrictEqual(OPEN);
  const txHash = await settle(payment);
  const block = await latest();
  await step();
  expect(await standing(payment)).toStrictEqual(CONFIRMED);
  await local.mine();
  await step();
  expect(await standing(payment)).toStrictEqual(CONFIRMED);
  expect(await world.books.holds()).toStrictEqual({ postedUnits: 100n, pendingUnits: 5n });
  await local.mine();
  await step();
  const proof = { kind: 'settled', txHash, logIndex: 1, blockNumber: block.number, blockHash: block.hash };
  expect(await standing(payment)).toStrictEqual({ ...CONFIRMED, state: 'settled', proof });
  expect(await world.books.holds()).toStrictEqual({ postedUnits: 95n, pendingUnits: 0n });
});

test("a payer's transfer by a payback's nonce is booked as that payback once it is final, others as deposits", async () => {
  const { entry, usdc, books, payer } = world;
  const treasury = await newSender(local);
  await local.mint(treasury.address, 100n);
  const { payback } = cardRecords(cast(1), 'card_1', 'T');
  const { seconds } = await latest();
  const sending = (valueUnits: bigint, nonce: Authorization['nonce']) => {
    const [from, to] = [treasury.address, payer.address];
    const window = { validAfterSeconds: seconds - 60, validBeforeSeconds: seconds + 3600 };
    const data = treasury.authorize(usdc, { assetId: usdc.id, from, to, valueUnits, nonce, ...window });
    return { to: usdc.address, data };
  };
  const other = newNonce();
  await outsider.send({ data: batchCode([sending(6n, other), sending(5n, payback.nonce)]) });
  await treasury.transfer(usdc, payer.address, 7n);
  await local.mine();

  const booked: Command<'chain.observe'>['in'][number][] = [];
  const knowing: Pick<Store, 'commit' | 'read'> = {
    read: {
      ...books.store.read,
      paybackByNonce: async (nonce) => (nonce === payback.nonce ? payback : null),
    },
    commit: async (command) => {
      const given = command as unknown as Command;
      if (given.type === 'chain.observe') booked.push(...given.in);
      return books.store.commit(command);
    },
  };
  const chain = await openChain({ rpcUrl: proxy.url, entry, payers: [treasury.address] });
  const watcher = createWatcher({ store: knowing, chain, clock: books.clock });
  await watcher.step(books.walletId, payer.address);
  expect(booked).toStrictEqual([]);
  await local.mine(2);
  await watcher.step(books.walletId, payer.address);
  expect(booked.map(({ valueUnits, nonce, paybackId }) => ({ valueUnits, nonce, paybackId }))).toStrictEqual([
    { valueUnits: 6n, nonce: other, paybackId: undefined },
    { valueUnits: 5n, nonce: payback.nonce, paybackId: payback.id },
    { valueUnits: 7n, nonce: undefined, paybackId: undefined },
  ]);
});

test('a payment is released on a finalized block at the end of its authorization, not a second before', async () => {
  const payment = await reserve(5n);
  const end = payment.authorization.validBeforeSeconds;
  await mineAt(end - 1, end - 1, end - 1);
  expect((await step()).finalized.seconds).toBe(end - 1);
  expect(await standing(payment)).toStrictEqual(OPEN);
  await mineAt(end, end);
  const late = await step();
  expect([late.latest.seconds, late.finalized.seconds]).toStrictEqual([end, end - 1]);
  expect(await standing(payment)).toStrictEqual(OPEN);
  expect(late.oldestOpen).toStrictEqual({ paymentId: payment.id, validBeforeSeconds: end });

  await mineAt(end);
  const { finalized, oldestOpen } = await step();
  const { number: blockNumber, hash: blockHash } = finalized;
  const proof = { kind: 'released', blockNumber, blockHash, blockSeconds: end };
  expect(await standing(payment)).toStrictEqual({ ...OPEN, state: 'released', proof });
  expect(await world.books.holds()).toStrictEqual({ postedUnits: 100n, pendingUnits: 0n });
  expect(oldestOpen).toBeNull();
});

test('a transfer in the last second settles, and is never released', async () => {
  const payment = await reserve(5n);
  const end = payment.authorization.validBeforeSeconds;
  await settle(payment, end - 1);
  await mineAt(end, end + 100);
  await step();
  expect(await standing(payment)).toMatchObject({ state: 'settled' });
  await mineAt(end + 200, end + 300, end + 400);
  await step();
  expect(await standing(payment)).toMatchObject({ state: 'settled' });
  expect(await world.books.holds()).toStrictEqual({ postedUnits: 95n, pendingUnits: 0n });
});

test('a transfer that came too late moves nothing, and its payment is released', async () => {
  const payment = await reserve(5n);
  const end = payment.authorization.validBeforeSeconds;
  await settle(payment, end);
  await step();
  expect(await standing(payment)).toStrictEqual(OPEN);
  await mineAt(end, end);
  await step();
  expect(await standing(payment)).toMatchObject({ state: 'released' });
});

test('a reorg takes a confirmed transfer back: nothing is settled, and the payment is in doubt until it comes again', async () => {
  const payment = await reserve(5n);
  const deposit = await local.mint(world.payer.address, 7n);
  await settle(payment);
  expect((await step()).incoming.map((log) => log.txHash)).toStrictEqual([deposit]);
  expect(await standing(payment)).toStrictEqual(CONFIRMED);

  await local.reorg(2);
  expect((await step()).incoming).toStrictEqual([]);
  expect(await standing(payment)).toStrictEqual(UNKNOWN);
  await local.mine(2);
  await step();
  expect(await standing(payment)).toStrictEqual(UNKNOWN);
  expect(await world.books.holds()).toStrictEqual({ postedUnits: 100n, pendingUnits: 5n });

  await settle(payment);
  await local.mine(2);
  await step();
  expect(await standing(payment)).toMatchObject({ state: 'settled' });
  expect(await world.books.holds()).toStrictEqual({ postedUnits: 95n, pendingUnits: 0n });
});

test('several settlements of one transaction settle each payment by its own log', async () => {
  const payments = [await reserve(5n), await reserve(6n), await reserve(5n)];
  await outsider.send({ data: batchCode(payments.map(callOf)) });
  await local.mine(3);
  await step();
  const proofs = await Promise.all(payments.map(async (payment) => (await standing(payment)).proof));
  expect(proofs.map((proof) => proof?.kind === 'settled' && proof.logIndex)).toStrictEqual([1, 3, 5]);
  expect(await world.books.holds()).toStrictEqual({ postedUnits: 84n, pendingUnits: 0n });
});

test('a nonce used again without a transfer settles nothing and leaves the wallet as it is', async () => {
  await world.books.close();
  world = await newWorld(await local.deploy('QuirkToken'));
  const payment = await reserve(5n);
  const other = await reserve(6n);
  await settle(payment);
  await settle(payment);
  await outsider.send({ data: batchCode([callOf(payment), callOf(payment)]) });
  await local.mine(3);
  await step();
  expect([await standing(payment), await standing(other)]).toMatchObject([{ state: 'settled' }, OPEN]);
  expect(await world.books.holds()).toStrictEqual({ postedUnits: 95n, pendingUnits: 6n });
  expect(await world.books.store.read.get('wallet', 'wal_1')).toMatchObject({ isFrozen: false });
});

test('money that left without an authorization settles nothing and freezes the wallet', async () => {
  const payment = await reserve(5n);
  await world.payer.transfer(world.usdc, payment.authorization.to, 5n);
  await local.mine(3);
  await step();
  expect(await standing(payment)).toStrictEqual(OPEN);
  expect(await world.books.store.read.get('wallet', 'wal_1')).toMatchObject({ isFrozen: true });
});

test("a transfer with a payment's nonce but another amount is not that payment's", async () => {
  const payment = await reserve(5n);
  await settle({ authorization: { ...payment.authorization, valueUnits: 6n } });
  await step();
  expect(await standing(payment)).toStrictEqual(OPEN);
  await local.mine(2);
  await step();
  expect(await standing(payment)).toStrictEqual(OPEN);
  expect(await world.books.store.read.get('wallet', 'wal_1')).toMatchObject({ isFrozen: true });
});

test('steps that run at once, over many small ranges, book everything once', async () => {
  const payments = [await reserve(5n), await reserve(6n), await reserve(7n)];
  for (const payment of payments.slice(0, 2)) {
    await settle(payment);
    await local.mint(world.payer.address, 10n);
  }
  const end = payments[2]?.authorization.validBeforeSeconds ?? 0;
  await mineAt(end, end, end);
  const { store, clock, walletId } = world.books;
  const small = createWatcher({ store, chain: world.chain, clock, observeBlocksMax: 1 });
  const again = () => small.step(walletId, world.payer.address);
  await Promise.all([again(), step(), again(), again()]);
  const states = await Promise.all(payments.map(async (payment) => (await standing(payment)).state));
  expect(states).toStrictEqual(['settled', 'settled', 'released']);
  expect(await world.books.holds()).toStrictEqual({ postedUnits: 109n, pendingUnits: 0n });
  expect(await world.chain.balance(world.usdc, world.payer.address, (await latest()).number)).toBe(109n);
  const state = await bookState();
  await step();
  expect(await bookState()).toStrictEqual(state);
});

test('a transfer out that is not final and that the books do not know is reported; a known one is not', async () => {
  await settle(await reserve(5n));
  expect((await step()).isExplained).toBe(true);
  const { validBeforeSeconds } = (await reserve(6n)).authorization;
  const nonce = `0x${'ab'.repeat(32)}` as const;
  const forgotten = { ...(await reserve(7n)).authorization, nonce, validBeforeSeconds };
  await outsider.send({ to: world.usdc.address, data: world.payer.authorize(world.usdc, forgotten) });
  await local.mine();
  expect((await step()).isExplained).toBe(false);
});

test('more open payments than a page are all looked at', async () => {
  const payments: Payment[] = [];
  for (let i = 0; i < 45; i += 1) payments.push(await reserve(1n));
  const { seconds } = await latest();
  await mineAt(seconds + 61, seconds + 61, seconds + 61);
  expect((await step()).oldestOpen).toBeNull();
  const states = await Promise.all(payments.map(async (payment) => (await standing(payment)).state));
  expect(new Set(states)).toStrictEqual(new Set(['released']));
  expect(await world.books.holds()).toStrictEqual({ postedUnits: 100n, pendingUnits: 0n });
});

test('the report has both blocks, our clock, and the oldest payment without proof', async () => {
  const [first, second] = [await reserve(5n), await reserve(6n)];
  const { latest: newest, finalized } = await world.chain.blocks();
  const open = (payment: typeof first) => ({
    paymentId: payment.id,
    validBeforeSeconds: payment.authorization.validBeforeSeconds,
  });
  const readAtMs = world.books.clock.nowMs();
  const report = {
    latest: newest,
    finalized,
    readAtMs,
    incoming: [],
    isExplained: true,
    oldestOpen: open(first),
  };
  expect(await step()).toStrictEqual(report);
  await settle(first);
  await local.mine(2);
  expect((await step()).oldestOpen).toStrictEqual(open(second));
});

test('a payment whose log the node hides is not released while its nonce is used', async () => {
  const payment = await reserve(5n);
  const end = payment.authorization.validBeforeSeconds;
  await settle(payment);
  await mineAt(end, end, end);
  proxy.setAlter((answer, { method }) => (method === 'eth_getLogs' ? { result: [] } : answer));
  const before = await bookState();
  await expect(step()).rejects.toThrow(failing('logs_incomplete'));
  expect(await bookState()).toStrictEqual(before);

  const fromBlock = `0x${(before.cursor?.blockNumber ?? 0).toString(16)}`;
  proxy.setAlter((answer, { method, params }) => {
    if (method === 'eth_getLogs') return { result: [] };
    const isPruned = method === 'eth_call' && params[1] === fromBlock;
    return isPruned ? { error: { code: -32000, message: 'missing trie node' } } : answer;
  });
  await step();
  expect(await standing(payment)).toStrictEqual(OPEN);
  expect(await world.books.holds()).toStrictEqual({ postedUnits: 100n, pendingUnits: 5n });
});

test.each(['eth_getBlockByNumber', 'eth_getLogs', 'eth_call'])(
  'a node that fails at %s leaves the books as they are, and the next step goes on',
  async (name) => {
    const payment = await reserve(5n);
    const end = payment.authorization.validBeforeSeconds;
    await mineAt(end, end, end);
    const before = await bookState();
    proxy.setAlter((answer, { method }) =>
      method === name ? { error: { code: -32000, message: 'Out of order' } } : answer,
    );
    await expect(step()).rejects.toThrow(failing('node_refused'));
    const { holds } = await bookState();
    expect(holds).toStrictEqual(before.holds);
    expect(await standing(payment)).toStrictEqual(OPEN);
    proxy.setAlter();
    await step();
    expect(await standing(payment)).toMatchObject({ state: 'released' });
  },
);

test('a node that is behind the books, or on another branch, is refused and nothing changes', async () => {
  await local.mine(2);
  await step();
  const { entry, books, payer } = world;
  const before = await bookState();
  const { finalized } = await world.chain.blocks();
  const parent = await world.chain.block(finalized.number - 1);
  const restarted = async () => {
    const chain = await openChain({ rpcUrl: proxy.url, entry });
    return createWatcher({ ...books, chain }).step(books.walletId, payer.address);
  };
  proxy.setAlter((answer, { params }) =>
    params[0] === 'finalized' && 'result' in answer
      ? {
          result: {
            ...(answer.result as object),
            number: `0x${parent.number.toString(16)}`,
            hash: parent.hash,
          },
        }
      : answer,
  );
  await expect(restarted()).rejects.toThrow(failing('node_behind'));
  await local.mine(2);
  proxy.setAlter((answer, { params }) =>
    params[0] === `0x${finalized.number.toString(16)}` && 'result' in answer
      ? { result: { ...(answer.result as object), hash: parent.hash } }
      : answer,
  );
  await expect(restarted()).rejects.toThrow(failing('finality_broken'));
  expect(await bookState()).toStrictEqual(before);
});
