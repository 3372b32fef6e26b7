import type { Address, Asset } from '../../src/core/asset.ts';
import type { Block } from '../../src/core/ports.ts';
import type { TransferAuthorization } from '../../src/protocol/eip3009.ts';
import type { Hex } from '../../src/protocol/hex.ts';
import type { TokenLog } from '../../src/rails/evm/logs.ts';

/** A signed authorization, as anybody who saw it holds it. */
export type Signed = { readonly authorization: TransferAuthorization; readonly signature: Hex };

/** A transaction: authorizations to carry out one after the other, each for itself, or a deposit. */
export type Tx = { readonly hash: Hex; readonly signed: readonly Signed[]; readonly depositUnits: bigint };

/** A block with what the token did in it, and what the wallet's address holds at its end. */
export type ChainBlock = Block & {
  readonly txs: readonly Tx[];
  readonly logs: readonly TokenLog[];
  readonly usedNonces: readonly Hex[];
  readonly walletUnits: bigint;
};

/** Where a block starts from: what the wallet holds, and which nonces are used. */
export type TokenState = { walletUnits: bigint; readonly used: Set<string> };

/** What a block's transactions did. */
export type Effects = Pick<ChainBlock, 'logs' | 'usedNonces'>;

/** The wallet whose money the simulation follows, and who signs for it. */
export type Holder = {
  readonly asset: Asset;
  readonly address: Address;
  readonly isSigned: (signed: Signed) => boolean;
};

const OUTSIDE: Address = '0x00000000000000000000000000000000000000dd';

/** Runs transactions by the rules of the token (EIP-3009, as USDC has it), changing the state. */
export function execute(state: TokenState, holder: Holder, block: Block & Pick<ChainBlock, 'txs'>): Effects {
  const logs: TokenLog[] = [];
  const usedNonces: Hex[] = [];
  const placeOf = (tx: Tx) => ({
    assetId: holder.asset.id,
    txHash: tx.hash,
    logIndex: logs.length,
    blockNumber: block.number,
    blockHash: block.hash,
  });
  for (const tx of block.txs) {
    if (tx.depositUnits > 0n) {
      state.walletUnits += tx.depositUnits;
      const moved = { from: OUTSIDE, to: holder.address, valueUnits: tx.depositUnits };
      logs.push({ ...placeOf(tx), event: 'transfer', ...moved });
    }
    for (const signed of tx.signed) {
      const { from, to, value, nonce } = signed.authorization;
      if (!canRun(state, holder, { signed, seconds: block.seconds })) continue;
      state.used.add(nonce);
      state.walletUnits -= value;
      usedNonces.push(nonce);
      logs.push({ ...placeOf(tx), event: 'authorization_used', authorizer: from, nonce });
      logs.push({ ...placeOf(tx), event: 'transfer', from, to, valueUnits: value });
    }
  }
  return { logs, usedNonces };
}

/** Half-open at neither end: the block's time must be after `validAfter` and before `validBefore`. */
function canRun(state: TokenState, holder: Holder, at: { signed: Signed; seconds: number }): boolean {
  const { from, value, validAfter, validBefore, nonce } = at.signed.authorization;
  const seconds = BigInt(at.seconds);
  return (
    from === holder.address &&
    seconds > validAfter &&
    seconds < validBefore &&
    !state.used.has(nonce) &&
    value <= state.walletUnits &&
    holder.isSigned(at.signed)
  );
}
