import { decodeFunctionResult, encodeFunctionData, parseAbi } from 'viem';
import type { Address, Asset } from '../../core/asset.ts';
import { domainOf } from '../../protocol/eip3009.ts';
import { type Hex, toHex } from '../../protocol/hex.ts';
import { ChainError } from './chain-error.ts';
import type { Node } from './node.ts';

const ABI = parseAbi([
  'function name() view returns (string)',
  'function version() view returns (string)',
  'function decimals() view returns (uint8)',
  'function DOMAIN_SEPARATOR() view returns (bytes32)',
  'function balanceOf(address account) view returns (uint256)',
  'function authorizationState(address authorizer, bytes32 nonce) view returns (bool)',
]);

/** Refuses, as `wrong_token`, a contract that does not say of itself what the registry says of it. */
export async function checkToken(node: Node, asset: Asset): Promise<void> {
  const { id, network, address, domainName: name, domainVersion: version, decimals } = asset;
  if (!(await hasCode(node, address, 'latest'))) {
    throw new ChainError('wrong_token', `The token "${id}" has no code on the chain`);
  }
  const chainId = Number.parseInt(network.slice('eip155:'.length), 10);
  const { separator } = domainOf({ name, version, chainId, verifyingContract: address });
  const expected = { name, version, decimals, DOMAIN_SEPARATOR: toHex(separator) };
  for (const [functionName, registered] of Object.entries(expected)) {
    const call = { functionName: functionName as View, args: [], block: 'latest' };
    const said = await view(node, asset, call).catch((error: unknown) => {
      throw named(error, `The token "${id}" did not give its ${functionName}`);
    });
    if (said !== registered) {
      const detail = `its ${functionName} is "${registered}" in the registry and "${said}" on the chain`;
      throw new ChainError('wrong_token', `The token "${id}" is not the registered one: ${detail}`);
    }
  }
}

/** Units an address holds at the end of a block; none where the token was not deployed yet. */
export async function balanceAt(
  node: Node,
  asset: Asset,
  at: { readonly address: Address; readonly block: string },
): Promise<bigint> {
  const { address, block } = at;
  const said = await view(node, asset, { functionName: 'balanceOf', args: [address], block });
  if (typeof said === 'bigint') return said;
  if (!(await hasCode(node, asset.address, block))) return 0n;
  throw new ChainError('node_answer_invalid', `The node has no balance for "${asset.id}", which has code`);
}

/** Whether an authorization's nonce is used, or canceled, at the end of a block. */
export async function isUsedAt(
  node: Node,
  asset: Asset,
  at: { readonly authorizer: Address; readonly nonce: Hex; readonly block: string },
): Promise<boolean> {
  const { authorizer, nonce, block } = at;
  const said = await view(node, asset, {
    functionName: 'authorizationState',
    args: [authorizer, nonce],
    block,
  });
  if (typeof said === 'boolean') return said;
  throw new ChainError('node_answer_invalid', `The token "${asset.id}" does not say if a nonce is used`);
}

type View = (typeof ABI)[number]['name'];
type Call = { readonly functionName: View; readonly args: readonly unknown[]; readonly block: string };

/** What a function of the token gives at the end of a block; null where it gives nothing. */
async function view(node: Node, asset: Asset, call: Call): Promise<unknown> {
  const { functionName, args, block } = call;
  const data = encodeFunctionData({ abi: ABI, functionName, args } as never);
  const result = await node.ask('eth_call', [{ to: asset.address, data }, block]);
  if (result === '0x') return null;
  try {
    return decodeFunctionResult({ abi: ABI, functionName, data: result as Hex });
  } catch (cause) {
    const shown = JSON.stringify(result)?.slice(0, 200);
    throw new ChainError('node_answer_invalid', `The node gave ${shown} as ${functionName}()`, { cause });
  }
}

function named(error: unknown, message: string): unknown {
  return error instanceof ChainError
    ? new ChainError(error.code, `${message}: ${error.message}`, { cause: error })
    : error;
}

async function hasCode(node: Node, address: Address, block: string): Promise<boolean> {
  const code = await node.ask('eth_getCode', [address, block]);
  if (typeof code === 'string' && /^0x[0-9a-fA-F]*$/.test(code)) return code !== '0x';
  throw new ChainError('node_answer_invalid', 'The node gave something else than hex as code');
}
