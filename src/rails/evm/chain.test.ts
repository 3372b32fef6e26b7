import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { batchCode, newNonce, newSender, type Sender } from '../../../test/fixtures/evm.ts';
import { type Alter, type NodeProxy, startNodeProxy } from '../../../test/fixtures/node-proxy.ts';
import type { Address, Asset } from '../../core/asset.ts';
import type { Authorization } from '../../core/payment.ts';
import type { Chain } from '../../core/ports.ts';
import { type Chain as LocalChain, startChain } from '../../sandbox/chain.ts';
import { openChain } from './chain.ts';
import { type ChainEntry, localNetwork } from './registry.ts';

const PAYEE: Address = '0x00000000000000000000000000000000000000bb';

let local: LocalChain;
let proxy: NodeProxy;
let entry: ChainEntry;
let usdc: Asset;
let chain: Chain;
let payer: Sender;
let outsider: Sender;

beforeAll(async () => {
  local = await startChain({ mining: 'manual' });
  proxy = await startNodeProxy(local.rpcUrl);
  entry = localNetwork({ chainId: local.chainId, token: local.usdc });
  usdc = assetOf(entry);
  outsider = await newSender(local);
});
afterAll(async () => {
  await proxy.stop();
  await local.stop();
});
beforeEach(async () => {
  proxy.setAlter();
  await local.mine(3);
  chain = await openChain({ rpcUrl: proxy.url, entry });
  payer = await newSender(local);
});

function assetOf({ assets: [asset] }: ChainEntry): Asset {
  if (asset === undefined) throw new Error('The chain has no asset');
  return asset;
}

/** An authorization of the payer for 5 units, valid for an hour of the chain. */
async function authorization(change: Partial<Authorization> = {}): Promise<Authorization> {
  const { latest } = await chain.blocks();
  return {
    assetId: usdc.id,
    from: payer.address,
    to: PAYEE,
    valueUnits: 5n,
    validAfterSeconds: latest.seconds - 60,
    validBeforeSeconds: latest.seconds + 3600,
    nonce: newNonce(),
    ...change,
  };
}

const callOf = (signed: Authorization, asset = usdc) => ({
  to: asset.address,
  data: payer.authorize(asset, signed),
});
const latestNumber = async () => (await chain.blocks()).latest.number;
/** Everything that moved the payer's money after this block. */
const since = async (block: number) =>
  chain.activity(payer.address, { from: block + 1, to: await latestNumber() });
const failing = (code: string) => expect.objectContaining({ name: 'ChainError', code });
const opening = (change: Partial<Asset> | Partial<ChainEntry>, rpcUrl = proxy.url) =>
  openChain({ rpcUrl, entry: { ...entry, ...change, assets: [{ ...usdc, ...change }] } });
/** Makes a node's answers to one method other ones. */
const answering =
  (name: string, change: (result: never) => unknown): Alter =>
  (answer, { method }) =>
    method === name && 'result' in answer ? { result: change(answer.result as never) } : answer;

test('a transfer by an authorization, which an outsider sent, is a settlement with its nonce', async () => {
  const start = await latestNumber();
  const minted = await local.mint(payer.address, 100n);
  const signed = await authorization();
  const txHash = await outsider.send(callOf(signed));
  await local.mine();
  const block = await chain.block(start + 2);
  expect(await since(start)).toStrictEqual({
    to: block,
    out: [
      {
        assetId: usdc.id,
        from: payer.address,
        to: PAYEE,
        valueUnits: 5n,
        nonce: signed.nonce,
        txHash,
        logIndex: 1,
        blockNumber: block.number,
        blockHash: block.hash,
      },
    ],
    in: [
      {
        assetId: usdc.id,
        from: '0x0000000000000000000000000000000000000000',
        to: payer.address,
        valueUnits: 100n,
        txHash: minted,
        logIndex: 1,
        blockNumber: start + 1,
        blockHash: (await chain.block(start + 1)).hash,
      },
    ],
  });
});

test('each of several settlements of one transaction keeps its own nonce, receiver and amount', async () => {
  await local.mint(payer.address, 100n);
  const start = await latestNumber();
  const first = await authorization({ valueUnits: 5n });
  const second = await authorization({ valueUnits: 6n, to: outsider.address });
  const toSelf = await authorization({ valueUnits: 7n, to: payer.address });
  await outsider.send({ data: batchCode([callOf(first), callOf(first), callOf(second), callOf(toSelf)]) });
  await local.mine();
  const found = await since(start);
  expect(found.out.map(({ nonce, to, valueUnits }) => ({ nonce, to, valueUnits }))).toStrictEqual(
    [first, second, toSelf].map(({ nonce, to, valueUnits }) => ({ nonce, to, valueUnits })),
  );
  expect(found.in.map(({ from, valueUnits }) => ({ from, valueUnits }))).toStrictEqual([
    { from: payer.address, valueUnits: 7n },
  ]);
});

test('what a known payer sends by authorizations comes in with their nonces, and what it sends to others does not', async () => {
  await local.mint(payer.address, 100n);
  const start = await latestNumber();
  const wallet = await newSender(local);
  const back = await authorization({ to: wallet.address, valueUnits: 5n });
  const toOther = await authorization({ valueUnits: 6n });
  const again = await authorization({ to: wallet.address, valueUnits: 7n });
  const batch = await outsider.send({ data: batchCode([toOther, back, again].map((one) => callOf(one))) });
  await local.mine();
  await payer.transfer(usdc, wallet.address, 8n);
  await local.mint(wallet.address, 9n);
  const knowing = await openChain({ rpcUrl: proxy.url, entry, payers: [payer.address] });
  const range = { from: start + 1, to: await latestNumber() };
  const { out, in: incoming } = await knowing.activity(wallet.address, range);
  expect(out).toStrictEqual([]);
  expect(incoming.map(({ nonce, from, valueUnits }) => ({ nonce, from, valueUnits }))).toStrictEqual([
    { nonce: back.nonce, from: payer.address, valueUnits: 5n },
    { nonce: again.nonce, from: payer.address, valueUnits: 7n },
    { nonce: undefined, from: payer.address, valueUnits: 8n },
    { nonce: undefined, from: '0x0000000000000000000000000000000000000000', valueUnits: 9n },
  ]);
  expect(incoming[0]).toStrictEqual({
    assetId: usdc.id,
    from: payer.address,
    to: wallet.address,
    valueUnits: 5n,
    nonce: back.nonce,
    txHash: batch,
    logIndex: 3,
    blockNumber: start + 1,
    blockHash: (await chain.block(start + 1)).hash,
  });
  const unknowing = await chain.activity(wallet.address, range);
  expect(unknowing.in).toStrictEqual(incoming.map(({ nonce: _, ...log }) => log));
});

test("a payer's own activity is the same to a chain that knows it as one", async () => {
  await local.mint(payer.address, 100n);
  const start = await latestNumber();
  await outsider.send(callOf(await authorization()));
  await outsider.send(callOf(await authorization({ to: payer.address })));
  await local.mine();
  const knowing = await openChain({ rpcUrl: proxy.url, entry, payers: [payer.address] });
  const found = await knowing.activity(payer.address, { from: start + 1, to: start + 1 });
  expect(found.out).toHaveLength(2);
  expect(found).toStrictEqual(await since(start));
});

test('logs of money that a payer sent are missed by the balance where the node left them out', async () => {
  await local.mint(payer.address, 100n);
  const start = await latestNumber();
  const wallet = await newSender(local);
  await outsider.send(callOf(await authorization({ to: wallet.address })));
  await local.mine();
  const knowing = await openChain({ rpcUrl: proxy.url, entry, payers: [payer.address] });
  proxy.setAlter(answering('eth_getLogs', () => []));
  const range = { from: start + 1, to: start + 1 };
  await expect(knowing.activity(wallet.address, range)).rejects.toThrow(failing('logs_incomplete'));
});

test('a plain transfer out is reported without a nonce, and transfers of nothing are not reported', async () => {
  await local.mint(payer.address, 100n);
  const start = await latestNumber();
  await payer.transfer(usdc, PAYEE, 3n);
  await payer.transfer(usdc, PAYEE, 0n);
  await outsider.transfer(usdc, payer.address, 0n);
  await local.mine();
  const { out, in: incoming } = await since(start);
  expect([out.map(({ nonce, valueUnits }) => ({ nonce, valueUnits })), incoming]).toStrictEqual([
    [{ nonce: null, valueUnits: 3n }],
    [],
  ]);
});

test('a token that takes a used nonce again and moves nothing settles once', async () => {
  const token = await local.deploy('QuirkToken');
  const quirky = localNetwork({ chainId: local.chainId, token });
  const asset = assetOf(quirky);
  const quirk = await openChain({ rpcUrl: local.rpcUrl, entry: quirky });
  await local.mint(payer.address, 100n, token);
  const start = await latestNumber();
  const signed = await authorization({ assetId: asset.id });
  const used = await outsider.send(callOf(signed, asset));
  await local.mine();
  await outsider.send(callOf(signed, asset));
  await outsider.send({ data: batchCode([callOf(signed, asset), callOf(signed, asset)]) });
  await local.mine();
  const { out } = await quirk.activity(payer.address, { from: start + 1, to: start + 2 });
  expect(out.map(({ txHash, nonce }) => ({ txHash, nonce }))).toStrictEqual([
    { txHash: used, nonce: signed.nonce },
  ]);
});

test('a nonce is used from its block on, not before; the balance likewise', async () => {
  await local.mint(payer.address, 100n);
  const start = await latestNumber();
  const signed = await authorization();
  await outsider.send(callOf(signed));
  await local.mine(2);
  const blocks = [start, start + 1, start + 2];
  const used = await Promise.all(blocks.map((block) => chain.isNonceUsed(signed, block)));
  const held = await Promise.all(blocks.map((block) => chain.balance(usdc, payer.address, block)));
  expect({ used, held }).toStrictEqual({ used: [false, true, true], held: [100n, 95n, 95n] });
});

test('before its token was deployed, an address holds nothing', async () => {
  expect(await chain.balance(usdc, payer.address, 0)).toBe(0n);
});

test('many blocks are read in parts, and a range the node refuses in halves', async () => {
  const start = await latestNumber();
  for (let units = 1n; units <= 6n; units += 1n) await local.mint(payer.address, units);
  const asked: string[] = [];
  proxy.setAlter((answer, { method, params }) => {
    const { fromBlock, toBlock } = (params[0] ?? {}) as { fromBlock: string; toBlock: string };
    if (method !== 'eth_getLogs') return answer;
    const [from, to] = [BigInt(fromBlock), BigInt(toBlock)];
    asked.push(`${from - BigInt(start)}-${to - BigInt(start)}`);
    return to - from > 1n ? { error: { code: -32602, message: 'Query returns more than 2 blocks' } } : answer;
  });
  const parts = await openChain({ rpcUrl: proxy.url, entry, logBlocksMax: 4 });
  const found = await parts.activity(payer.address, { from: start + 1, to: start + 6 });
  expect(found.in.map((log) => log.valueUnits)).toStrictEqual([1n, 2n, 3n, 4n, 5n, 6n]);
  expect(asked).toStrictEqual(['1-4', '1-2', '3-4', '1-4', '1-2', '3-4', '5-6', '5-6']);
});

test('a reorg while logs are read has them read again', async () => {
  const start = await latestNumber();
  await local.mint(payer.address, 9n);
  let isDone = false;
  proxy.setAlter(async (answer, { method }) => {
    if (method === 'eth_getLogs' && !isDone) {
      isDone = true;
      await local.reorg(1);
    }
    return answer;
  });
  expect(await since(start)).toStrictEqual({ to: await chain.block(start + 1), out: [], in: [] });
});

test('a chain that never stands still is not read', async () => {
  const start = await latestNumber();
  await local.mint(payer.address, 9n);
  proxy.setAlter(async (answer, { method }) => {
    if (method === 'eth_getLogs') await local.reorg(1);
    return answer;
  });
  await expect(since(start)).rejects.toThrow(failing('chain_moving'));
});

test('logs that a node left out are missed by the balance, and no activity is reported', async () => {
  const start = await latestNumber();
  await local.mint(payer.address, 9n);
  proxy.setAlter(answering('eth_getLogs', () => []));
  await expect(since(start)).rejects.toThrow(failing('logs_incomplete'));
  proxy.setAlter();
  expect((await since(start)).in.map((log) => log.valueUnits)).toStrictEqual([9n]);
});

test('where the node has dropped the state before a range, its logs are taken as they are', async () => {
  const start = await latestNumber();
  await local.mint(payer.address, 9n);
  proxy.setAlter((answer, { method, params }) =>
    method === 'eth_call' && params[1] === `0x${start.toString(16)}`
      ? { error: { code: -32000, message: 'missing trie node' } }
      : answer,
  );
  expect((await since(start)).in.map((log) => log.valueUnits)).toStrictEqual([9n]);
});

test('blocks that the node does not have are not read', async () => {
  const beyond = (await latestNumber()) + 1;
  await expect(chain.block(beyond)).rejects.toThrow(failing('node_behind'));
  const range = { from: beyond, to: beyond };
  await expect(chain.activity(payer.address, range)).rejects.toThrow(failing('node_behind'));
});

test('the finalized block moves forward only', async () => {
  const number = (await chain.blocks()).finalized.number;
  await local.mine();
  expect((await chain.blocks()).finalized.number).toBe(number + 1);
  const older = await chain.block(number);
  const back = { number: `0x${number.toString(16)}`, hash: older.hash };
  proxy.setAlter((answer, { params }) =>
    params[0] === 'finalized' && 'result' in answer
      ? { result: { ...(answer.result as object), ...back } }
      : answer,
  );
  await expect(chain.blocks()).rejects.toThrow(failing('node_behind'));
  proxy.setAlter((answer, { params }) =>
    params[0] === 'finalized' && 'result' in answer
      ? { result: { ...(answer.result as object), hash: older.hash } }
      : answer,
  );
  await expect(chain.blocks()).rejects.toThrow(failing('finality_broken'));
  proxy.setAlter();
  expect((await chain.blocks()).finalized.number).toBe(number + 1);
});

test('a latest block before the finalized one is not believed', async () => {
  const { finalized } = await chain.blocks();
  proxy.setAlter((answer, { params }) =>
    params[0] === 'latest' && 'result' in answer
      ? { result: { ...(answer.result as object), number: `0x${(finalized.number - 1).toString(16)}` } }
      : answer,
  );
  await expect(chain.blocks()).rejects.toThrow(failing('node_behind'));
});

test('a node on another chain is refused, naming both', async () => {
  const opened = opening({ network: 'eip155:8453' });
  await expect(opened).rejects.toThrow('The node is on eip155:31337, not on eip155:8453');
  await expect(opened).rejects.toThrow(failing('wrong_chain'));
});

test.each([
  ['name', { domainName: 'USDC' }, 'its name is "USDC" in the registry and "USD Coin" on the chain'],
  ['version', { domainVersion: '1' }, 'its version is "1" in the registry and "2" on the chain'],
  ['decimals', { decimals: 7 }, 'its decimals is "7" in the registry and "6" on the chain'],
  ['address', { address: PAYEE }, 'has no code on the chain'],
] as const)(
  'a token with another %s than the registry has is refused, naming both',
  async (_, change, words) => {
    const opened = opening(change);
    await expect(opened).rejects.toThrow(words);
    await expect(opened).rejects.toThrow(failing('wrong_token'));
  },
);

test('a token that would sign by another domain is refused', async () => {
  const selector = '0x3644e515';
  proxy.setAlter((answer, { method, params }) =>
    method === 'eth_call' && JSON.stringify(params).includes(selector)
      ? { result: `0x${'5'.repeat(64)}` }
      : answer,
  );
  await expect(opening({})).rejects.toThrow('its DOMAIN_SEPARATOR is "0x');
});

test.each([
  ['eth_chainId', 'twelve'],
  ['eth_getCode', null],
  ['eth_call', '0x123'],
  ['eth_getBlockByNumber', { number: '0x1', hash: '0x12', timestamp: '0x1' }],
  ['eth_getBlockByNumber', { number: null, hash: null, timestamp: '0x1' }],
  ['eth_getLogs', null],
  ['eth_getLogs', [{}]],
])('a malformed answer to %s is refused', async (method, result) => {
  proxy.setAlter(answering(method, () => result));
  const read = async () => (await opening({})).activity(payer.address, { from: 1, to: 1 });
  await expect(read()).rejects.toThrow(failing('node_answer_invalid'));
});

test('a node that ends its connections, or is not there, is a typed error without its URL', async () => {
  proxy.setAlter(() => null);
  const secret = `${proxy.url}/v2/secret-key`;
  const broken = opening({}, secret).catch((error: unknown) => error);
  expect(await broken).toStrictEqual(failing('node_unreachable'));
  expect(JSON.stringify(Object.entries((await broken) as object)) + String(await broken)).not.toContain(
    'secret',
  );
  await expect(opening({}, 'file:///secret')).rejects.toThrow(failing('node_url_invalid'));
});
