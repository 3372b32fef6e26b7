import { BaseError, type Client, keccak256, RpcRequestError } from 'viem';
import type { PrivateKeyAccount } from 'viem/accounts';
import { estimateFeesPerGas } from 'viem/actions';
import type { Address } from '../../core/asset.ts';
import type { Hex } from '../../protocol/hex.ts';

/** One chain as a facilitator uses it: questions, and transactions of its own one key. */
export type ChainAccess = {
  /** The result of a JSON-RPC call, unread. */
  readonly ask: (method: string, params: readonly unknown[]) => Promise<unknown>;
  readonly sender: Address;
  /** Sends a call of this contract in a transaction, one after the other. Throws when the node did not take it. */
  readonly send: (call: Call) => Promise<SentTransaction>;
};

type Call = { readonly to: Address; readonly data: Hex };
type Costs = { readonly gas: bigint; readonly maxFeePerGas: bigint; readonly maxPriorityFeePerGas: bigint };

/** A signed transaction. `isKnown` is false when the node's word on it was lost: it may or may not have it. */
export type SentTransaction = { readonly hash: Hex; readonly raw: Hex; readonly isKnown: boolean };

/** Access to a chain through a viem client, with the key that pays the gas. */
export function openChainAccess(
  client: Client,
  options: { chainId: number; account: PrivateKeyAccount },
): ChainAccess {
  const { chainId, account } = options;
  const sender = account.address.toLowerCase() as Address;
  let queue: Promise<unknown> = Promise.resolve();
  /** The next nonce as far as this process knows; null when only the node can say. */
  let nextNonce: number | null = null;

  const ask: ChainAccess['ask'] = (method, params) => client.request({ method, params } as never);

  async function dispatch(call: Call, costs: Costs): Promise<SentTransaction> {
    nextNonce ??= Number.parseInt(String(await ask('eth_getTransactionCount', [sender, 'pending'])), 16);
    const raw = await account.signTransaction({
      type: 'eip1559',
      chainId,
      nonce: nextNonce,
      ...call,
      ...costs,
    });
    const hash = keccak256(raw);
    try {
      await ask('eth_sendRawTransaction', [raw]);
      nextNonce += 1;
      return { hash, raw, isKnown: true };
    } catch (error) {
      nextNonce = null;
      if (isRefusal(error)) throw error;
      return { hash, raw, isKnown: false };
    }
  }

  /** One at a time, so that no two transactions get the same nonce; once more when the node's count had moved on. */
  async function send(call: Call): Promise<SentTransaction> {
    const [gas, { maxFeePerGas, maxPriorityFeePerGas }] = await Promise.all([
      ask('eth_estimateGas', [{ from: sender, ...call }]),
      estimateFeesPerGas(client, { chain: null }),
    ]);
    const costs = { gas: (BigInt(String(gas)) * 5n) / 4n, maxFeePerGas, maxPriorityFeePerGas };
    const turn = queue.then(async () => {
      try {
        return await dispatch(call, costs);
      } catch (error) {
        if (isRefusal(error) && /nonce too low/i.test(String(error))) return dispatch(call, costs);
        throw error;
      }
    });
    queue = turn.catch(() => undefined);
    return turn;
  }

  return { ask, sender, send };
}

/** Whether the node itself said no, so that it does not have the transaction. */
function isRefusal(error: unknown): boolean {
  return error instanceof BaseError && error.walk((inner) => inner instanceof RpcRequestError) !== null;
}
