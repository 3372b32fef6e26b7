import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { SettleResponse, VerifyResponse } from '@x402/core/types';
import { type Client, createClient, http } from 'viem';
import { generatePrivateKey, privateKeyToAddress } from 'viem/accounts';
import { getTransactionCount } from 'viem/actions';
import type { Address, Asset } from '../../core/asset.ts';
import type { Clock } from '../../core/ports.ts';
import { checksumAddress } from '../../protocol/address.ts';
import type { TransferAuthorization } from '../../protocol/eip3009.ts';
import { fromHex, type Hex, toHex } from '../../protocol/hex.ts';
import type { Mining } from '../../sandbox/anvil.ts';
import { type Chain, startChain } from '../../sandbox/chain.ts';
import { type ChainEntry, createRegistry, localNetwork, type Registry } from '../evm/registry.ts';
import { openSigner, type Signer } from '../evm/signer.ts';
import { createFacilitator } from './facilitator.ts';

const CLOCK: Clock = { nowMs: Date.now, wait: async (ms) => void (await delay(ms)) };

/** A local chain with a facilitator on it, and its gas. The chain is Base Sepolia's by number and v1 name. */
export type World = {
  readonly chain: Chain;
  readonly usdc: Asset;
  readonly registry: Registry;
  readonly client: Client;
  readonly gasKey: Hex;
  /** Posts a body to the facilitator, as text where it is text. */
  readonly verify: (body: unknown) => Promise<Answered<VerifyResponse>>;
  readonly settle: (body: unknown) => Promise<Answered<SettleResponse>>;
  readonly facilitator: ReturnType<typeof createFacilitator>;
  /** Another facilitator in its place, which remembers nothing. */
  readonly restart: () => void;
  /** How many transactions the facilitator's key has in the chain. */
  readonly transactionsSent: () => Promise<number>;
  readonly newPayer: (units: bigint) => Promise<Payer>;
  readonly balanceOf: (address: string) => Promise<bigint>;
};

type Answered<T> = { readonly status: number; readonly body: T };

/** Somebody with a key and test USDC. */
export type Payer = Pick<Signer, 'address' | 'signTransfer'> & { readonly privateKey: Hex };

/** Starts the world; `rpcUrl` stands in front of the chain's own where it is given. */
export async function startWorld(options: {
  readonly mining: Mining;
  readonly confirmMs?: number;
  readonly front?: (rpcUrl: string) => Promise<string>;
  readonly token?: (chain: Chain) => Promise<string>;
}): Promise<World> {
  const chain = await startChain({ mining: options.mining, chainId: 84_532 });
  const rpcUrl = (await options.front?.(chain.rpcUrl)) ?? chain.rpcUrl;
  const token = (await options.token?.(chain)) ?? chain.usdc;
  const entry: ChainEntry = { ...localNetwork({ chainId: chain.chainId, token }), v1Name: 'base-sepolia' };
  const registry = createRegistry([entry]);
  const [usdc] = registry.assets;
  if (usdc === undefined) throw new Error('The chain has no token');
  const client = createClient({
    transport: http(rpcUrl, { batch: options.front === undefined, retryCount: 0 }),
  });
  const gasKey = generatePrivateKey();
  await chain.fundGas(privateKeyToAddress(gasKey));
  const clients = new Map([[entry.network, client]]);
  const { confirmMs = 5000 } = options;
  const start = () =>
    createFacilitator({ clients, privateKey: gasKey, assets: registry, clock: CLOCK, confirmMs, pollMs: 10 });
  let facilitator = start();
  const post = async <T>(path: string, body: unknown): Promise<Answered<T>> => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const reply = await facilitator.request(path, { method: 'POST', body: text });
    return { status: reply.status, body: (await reply.json()) as T };
  };
  return {
    chain,
    usdc,
    registry,
    client,
    gasKey,
    get facilitator() {
      return facilitator;
    },
    restart: () => {
      facilitator = start();
    },
    verify: (body) => post('/verify', body),
    settle: (body) => post('/settle', body),
    transactionsSent: () => getTransactionCount(client, { address: privateKeyToAddress(gasKey) }),
    newPayer: async (units) => {
      const payer = payerOf(usdc);
      if (units > 0n) await chain.mint(payer.address, units, usdc.address);
      return payer;
    },
    balanceOf: async (address) => {
      const data = `0x70a08231${address.slice(2).padStart(64, '0')}` as Hex;
      return BigInt(
        await client.request({ method: 'eth_call', params: [{ to: usdc.address, data }, 'latest'] } as never),
      );
    },
  };
}

function payerOf(usdc: Asset): Payer {
  const privateKey = toHex(randomBytes(32));
  const { domainName: name, domainVersion: version, address: verifyingContract, network } = usdc;
  const chainId = Number.parseInt(network.slice('eip155:'.length), 10);
  const domains = new Map([[usdc.id, { name, version, chainId, verifyingContract }]]);
  const { address, signTransfer } = openSigner({ privateKey: fromHex(privateKey, 32), domains });
  return { address, signTransfer, privateKey };
}

/** An authorization that holds for two minutes from now. */
export function authorizationOf(
  payer: Payer,
  change: Partial<TransferAuthorization> = {},
): TransferAuthorization {
  const now = BigInt(Math.floor(Date.now() / 1000));
  return {
    from: payer.address,
    to: PAYEE,
    value: 10_000n,
    validAfter: now - 60n,
    validBefore: now + 120n,
    nonce: toHex(randomBytes(32)),
    ...change,
  };
}

export const PAYEE: Address = '0x209693bc6afc0c5328ba36faf03c514ef312287c';

/** v2 requirements for 10 000 units to the payee. */
export function requirementsOf(usdc: Asset) {
  return {
    scheme: 'exact',
    network: usdc.network,
    amount: '10000',
    asset: checksumAddress(usdc.address),
    payTo: checksumAddress(PAYEE),
    maxTimeoutSeconds: 60,
    extra: { name: usdc.domainName, version: usdc.domainVersion },
  };
}

/** v1 requirements for the same. */
function v1RequirementsOf(usdc: Asset) {
  const { amount, ...rest } = requirementsOf(usdc);
  const about = {
    resource: 'https://api.example.com/premium',
    description: '',
    mimeType: '',
    outputSchema: {},
  };
  return { ...rest, network: 'base-sepolia', maxAmountRequired: amount, ...about };
}

/** The authorization and its signature as they stand in a payment. */
export function payloadOf(authorization: TransferAuthorization, signature: Hex) {
  const { from, to, value, validAfter, validBefore, nonce } = authorization;
  return {
    signature,
    authorization: {
      from: checksumAddress(from as Address),
      to: checksumAddress(to as Address),
      value: value.toString(),
      validAfter: validAfter.toString(),
      validBefore: validBefore.toString(),
      nonce,
    },
  };
}

/** How a request differs from a good one. */
export type Change = {
  readonly authorization?: Partial<TransferAuthorization>;
  readonly signature?: (good: Hex) => Hex;
};

/** A payment of this payer, signed. */
function signedPayload(world: World, by: Payer, change: Change = {}) {
  const authorization = authorizationOf(by, change.authorization);
  const good = by.signTransfer(world.usdc.id, { ...authorization, from: by.address });
  return payloadOf(authorization, change.signature?.(good) ?? good);
}

/** What a v2 seller asks the facilitator. */
export function v2Request(world: World, by: Payer, change: Change = {}) {
  const accepted = requirementsOf(world.usdc);
  const resource = { url: 'https://a.example/' };
  const paymentPayload = { x402Version: 2, resource, accepted, payload: signedPayload(world, by, change) };
  return { x402Version: 2, paymentPayload, paymentRequirements: requirementsOf(world.usdc) };
}

/** What a v1 seller asks the facilitator. */
export function v1Request(world: World, by: Payer, change: Change = {}) {
  const { scheme, network } = v1RequirementsOf(world.usdc);
  const paymentPayload = { x402Version: 1, scheme, network, payload: signedPayload(world, by, change) };
  return { x402Version: 1, paymentPayload, paymentRequirements: v1RequirementsOf(world.usdc) };
}

type V2Request = ReturnType<typeof v2Request>;

/** The request of a payer who accepted something else. */
export function withAccepted(request: V2Request, part: object) {
  const accepted = { ...request.paymentPayload.accepted, ...part };
  return { ...request, paymentPayload: { ...request.paymentPayload, accepted } };
}

/** The request for other terms, which the payer accepted. */
export function withTerms(request: V2Request, part: object) {
  const changed = withAccepted(request, part);
  return { ...changed, paymentRequirements: { ...request.paymentRequirements, ...part } };
}

/** A signature with one digit changed. */
export function flipped(signature: Hex): Hex {
  const digit = signature[10] === '0' ? '1' : '0';
  return `${signature.slice(0, 10)}${digit}${signature.slice(11)}` as Hex;
}

/** The authorization as EIP-712 typed data, for signers of the reference library; `domain` changes the token's. */
export function typedDataOf(usdc: Asset, message: TransferAuthorization, domain: object = {}) {
  const { domainName: name, domainVersion: version, address: verifyingContract } = usdc;
  return {
    types: {
      TransferWithAuthorization: [
        { name: 'from', type: 'address' },
        { name: 'to', type: 'address' },
        { name: 'value', type: 'uint256' },
        { name: 'validAfter', type: 'uint256' },
        { name: 'validBefore', type: 'uint256' },
        { name: 'nonce', type: 'bytes32' },
      ],
    },
    primaryType: 'TransferWithAuthorization',
    domain: { name, version, chainId: 84_532, verifyingContract, ...domain },
    message,
  } as const;
}
