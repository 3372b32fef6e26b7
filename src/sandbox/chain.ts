import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type Address,
  createTestClient,
  defineChain,
  getAddress,
  getContractAddress,
  type Hash,
  type Hex,
  http,
  parseAbi,
  parseEther,
  publicActions,
  type TransactionReceipt,
  walletActions,
} from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { artifact, type ContractName } from '../../contracts/artifacts.ts';
import { type Anvil, type AnvilOptions, type Mining, startAnvil } from './anvil.ts';

/**
 * A local chain with test USDC on it, and what only its owner can do: make money, blocks, time and reorgs.
 */
export type Chain = {
  readonly rpcUrl: string;
  readonly chainId: number;
  readonly usdc: Address;
  /** Makes units of test USDC (or of another token deployed here); mined when it resolves. */
  mint(to: Address, units: bigint, token?: Address): Promise<Hash>;
  /**
   * Sets the balance of the native coin to 100, without a transaction; undone by a reorg of the block that is
   * latest now.
   */
  fundGas(address: Address): Promise<void>;
  /**
   * Deploys a token of its own: another USDC, or the one that tolerates a reused nonce; mined when it
   * resolves.
   */
  deploy(name: ContractName): Promise<Address>;
  /**
   * Mines that many blocks now (1 when not said), in every mode. Two of them make what was mined before
   * final.
   */
  mine(blocks?: number): Promise<void>;
  /**
   * The timestamp of the next block; later blocks go on from there. Refused when it is before the last
   * block's.
   */
  setNextTimestamp(seconds: number): Promise<void>;
  /** Moves the chain's clock forward; seen from the next block on. */
  increaseTime(seconds: number): Promise<void>;
  /**
   * Replaces the last `depth` blocks (up to 16) by empty ones. Their transactions are gone, from the mempool
   * too, and can be sent again; the chain's clock goes back to the block before them. The block that deployed
   * a token takes it away: block 1 holds USDC.
   */
  reorg(depth: number): Promise<void>;
  /** Ends the node; with a `stateDir`, the chain is on disk when this resolves. */
  stop(): Promise<void>;
};

type Identity = { readonly chainId: number; readonly deployerKey: Hex; readonly usdc: Address };

const mintAbi = parseAbi(['function mint(address to, uint256 amount) returns (bool)']);

/**
 * Starts the node and puts test USDC on it. The deployer's key is made here and never leaves; with a
 * `stateDir` it stays in `chain.json` there, and a later start finds the same chain and the same token. In
 * `manual` mode this mines one block, as `deploy` and `mint` do.
 */
export async function startChain(options: AnvilOptions = {}): Promise<Chain> {
  const { deployerKey, usdc } = await loadIdentity(options);
  const anvil = await startAnvil(options);
  const client = connect(anvil, deployerKey);

  const send = inOrder(client, options.mining);
  const chain: Chain = {
    rpcUrl: anvil.url,
    chainId: anvil.chainId,
    usdc,
    async mint(to, units, token = usdc) {
      const call = { address: token, abi: mintAbi, functionName: 'mint', args: [to, units] } as const;
      const receipt = await send(() => client.writeContract(call));
      return receipt.transactionHash;
    },
    async fundGas(address) {
      await client.setBalance({ address, value: parseEther('100') });
    },
    async deploy(name) {
      const { contractAddress } = await send(() => client.deployContract(artifact(name)));
      if (!contractAddress) throw new Error(`The deployment of ${name} made no contract`);
      return getAddress(contractAddress);
    },
    async mine(blocks = 1) {
      await client.mine({ blocks });
    },
    async setNextTimestamp(seconds) {
      await client.setNextBlockTimestamp({ timestamp: BigInt(seconds) });
    },
    async increaseTime(seconds) {
      await client.increaseTime({ seconds });
    },
    async reorg(depth) {
      await client.request<Reorg>({ method: 'anvil_reorg', params: [depth, []] });
    },
    stop: anvil.stop,
  };

  try {
    await chain.fundGas(client.account.address);
    const code = await client.getCode({ address: usdc });
    const address = code === undefined ? await chain.deploy('TestUsdc') : usdc;
    if (address === usdc) return chain;
    throw new Error(`It went to ${address}, not to ${usdc}`);
  } catch (cause) {
    await anvil.stop();
    throw new Error(`Test USDC cannot be deployed at ${anvil.url}`, { cause });
  }
}

/**
 * Sends transactions one after the other, each once the one before is mined; throws when one was reverted.
 */
function inOrder(client: Client, mining: Mining | undefined) {
  let last: Promise<unknown> = Promise.resolve();
  return (send: () => Promise<Hash>): Promise<TransactionReceipt> => {
    const next = async () => {
      const hash = await send();
      if (mining !== 'auto') await client.mine({ blocks: 1 });
      const receipt = await client.waitForTransactionReceipt({ hash });
      if (receipt.status === 'success') return receipt;
      throw new Error(`Transaction ${hash} of the deployer was reverted`);
    };
    const receipt = last.then(next, next);
    last = receipt;
    return receipt;
  };
}

type Client = ReturnType<typeof connect>;
type Reorg = { Method: 'anvil_reorg'; Parameters: [depth: number, transactions: []]; ReturnType: null };

function connect(anvil: Anvil, key: Hex) {
  const chain = defineChain({
    id: anvil.chainId,
    name: 'FluxA sandbox',
    nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
    rpcUrls: { default: { http: [anvil.url] } },
  });
  const account = privateKeyToAccount(key);
  return createTestClient({
    mode: 'anvil',
    account,
    chain,
    transport: http(),
    pollingInterval: 20,
    cacheTime: 0,
  })
    .extend(publicActions)
    .extend(walletActions);
}

/**
 * The deployer's key and the address its first transaction deploys to: kept in the directory, or made anew.
 */
async function loadIdentity({ stateDir, chainId = 31337 }: AnvilOptions): Promise<Identity> {
  if (stateDir === undefined) return newIdentity(chainId);
  const file = join(stateDir, 'chain.json');
  if (!existsSync(file)) {
    await mkdir(stateDir, { recursive: true, mode: 0o700 });
    await writeFile(file, JSON.stringify(newIdentity(chainId), null, 2), { mode: 0o600, flag: 'wx' });
  }
  const kept: Identity = JSON.parse(await readFile(file, 'utf8'));
  if (kept.chainId === chainId) return kept;
  throw new Error(`"${stateDir}" keeps chain ${kept.chainId}, not ${chainId}; choose another directory`);
}

function newIdentity(chainId: number): Identity {
  const deployerKey: Hex = `0x${randomBytes(32).toString('hex')}`;
  const from = privateKeyToAccount(deployerKey).address;
  return { chainId, deployerKey, usdc: getContractAddress({ from, nonce: 0n }) };
}
