import type { Address, Asset } from '../core/asset.ts';
import type { Authorization } from '../core/payment.ts';
import type * as Eip3009 from '../protocol/eip3009.ts';
import type { Hex } from '../protocol/hex.ts';
import { AUTHORIZATION_USED, decode, pair, TRANSFER } from '../rails/evm/logs.ts';
import { readArray, readHex, readObject } from '../rails/evm/node.ts';
import type { Signer } from '../rails/evm/signer.ts';
import type { ChainAccess, SentTransaction } from '../rails/x402/chain-access.ts';
import { transferWithAuthorization } from '../rails/x402/token-call.ts';
import { checkOnChain, checkTerms } from '../rails/x402/verification.ts';

/** A transaction that moves the money, or why none ever will by this. */
export type TillResult =
  | { readonly outcome: 'sent'; readonly txHash: Hex }
  | { readonly outcome: 'refused'; readonly detail: string };

/** What is to be sent back: the chain takes each nonce once. */
export type PaybackOrder = {
  readonly assetId: string;
  readonly amountUnits: bigint;
  readonly from: Address;
  readonly to: Address;
  readonly nonce: Hex;
};

/** Moves the treasury's money, one transfer after the other. What was done already is found on the chain. */
export type Till = {
  readonly take: (authorization: Authorization, signature: Hex) => Promise<TillResult>;
  readonly payBack: (order: PaybackOrder) => Promise<TillResult>;
};

type Transfer = { readonly authorization: Eip3009.TransferAuthorization; readonly signature: Hex };
type Pending = {
  readonly transaction: SentTransaction;
  readonly authorization: Eip3009.TransferAuthorization;
};

/** The treasury's own transfers never end: nobody else gets to see them before they are in the chain. */
const NEVER_SECONDS = 4_102_444_800n;

/**
 * Opens the till of a treasury whose key signs, and sends the transactions through an access to the chain. Each is sent
 * through one of its own, which asks the node where the account's nonces stand: a reorg sets them back.
 */
export function openTill(of: {
  readonly access: () => ChainAccess;
  readonly asset: Asset;
  readonly signer: Signer;
}): Till {
  const { asset, signer } = of;
  const access = of.access();
  const own = signer.address;
  const pending = new Map<string, Pending>();
  let queue: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = queue.then(work, work);
    queue = turn.catch(() => undefined);
    return turn;
  };

  async function submit(transfer: Transfer): Promise<TillResult> {
    const { authorization, signature } = transfer;
    const used = await findUse(authorization);
    if (used !== null) return used;
    const earlier = await resend(authorization);
    if (earlier !== null) return { outcome: 'sent', txHash: earlier };
    const fault = await checkOnChain(claimOf(transfer), access);
    if (fault !== null) return { outcome: 'refused', detail: fault.message };
    const transaction = await of.access().send({
      to: asset.address,
      data: transferWithAuthorization(authorization, signature),
    });
    pending.set(keyOf(authorization), { transaction, authorization });
    return { outcome: 'sent', txHash: transaction.hash };
  }

  /** The transaction that used this authorization, where there is one; it must have moved this money. */
  async function findUse(authorization: Eip3009.TransferAuthorization): Promise<TillResult | null> {
    const { from, to, value, nonce } = authorization;
    const [log] = await logs([AUTHORIZATION_USED, wordOf(from), nonce]);
    if (log === undefined) return null;
    const txHash = readHex(readObject(log, 'a log').transactionHash, 32, "a log's transaction");
    const receipt = readObject(await access.ask('eth_getTransactionReceipt', [txHash]), 'a receipt');
    const moved = readArray(receipt.logs, "a receipt's logs").filter(isOurs).map(read);
    const isSame = pair(
      moved.filter((one) => one !== null),
      from as Address,
    ).out.some((one) => one.nonce === nonce && one.to === to && one.valueUnits === value);
    if (!isSame) return { outcome: 'refused', detail: 'The nonce was used for another transfer' };
    pending.delete(keyOf(authorization));
    return { outcome: 'sent', txHash };
  }

  /** A transaction that is still on its way, sent again where the node lost it; null where there is none that arrives. */
  async function resend(authorization: Eip3009.TransferAuthorization): Promise<Hex | null> {
    const known = pending.get(keyOf(authorization));
    if (known === undefined) return null;
    const { hash, raw } = known.transaction;
    const find = (method: string) => access.ask(method, [hash]);
    if ((await find('eth_getTransactionReceipt')) === null) {
      if ((await find('eth_getTransactionByHash')) === null) {
        await access.ask('eth_sendRawTransaction', [raw]).catch(() => undefined);
      }
      if (await isNext(await find('eth_getTransactionByHash'))) return hash;
    }
    pending.delete(keyOf(authorization));
    return null;
  }

  /** Whether a transaction that waits has all before it that it waits for. The node keeps one that has not for ever. */
  async function isNext(transaction: unknown): Promise<boolean> {
    if (transaction === null) return false;
    const { nonce } = readObject(transaction, 'a transaction');
    return (
      BigInt(String(nonce)) < BigInt(String(await access.ask('eth_getTransactionCount', [own, 'pending'])))
    );
  }

  /** What a wallet paid in and did not get back, less what is on its way back to it. */
  async function balanceWith(wallet: Address): Promise<bigint> {
    const total = async (from: Address, to: Address) =>
      (await logs([TRANSFER, wordOf(from), wordOf(to)]))
        .map(read)
        .reduce((sum, log) => (log?.event === 'transfer' ? sum + log.valueUnits : sum), 0n);
    const [paidIn, paidBack] = await Promise.all([total(wallet, own), total(own, wallet)]);
    let underway = 0n;
    for (const { authorization } of [...pending.values()]) {
      if (authorization.from !== own || authorization.to !== wallet) continue;
      if ((await findUse(authorization)) === null) underway += authorization.value;
    }
    return paidIn - paidBack - underway;
  }

  function logs(topics: readonly Hex[]): Promise<readonly unknown[]> {
    const query = { address: asset.address, topics, fromBlock: '0x0', toBlock: 'latest' };
    return access.ask('eth_getLogs', [query]).then((found) => readArray(found, 'logs'));
  }

  const read = (log: unknown) => decode(log, new Map([[asset.address, asset.id]]));
  const isOurs = (raw: unknown) => {
    const { address, topics } = readObject(raw, 'a log');
    if (String(address).toLowerCase() !== asset.address || !Array.isArray(topics)) return false;
    return topics.length === 3 && (topics[0] === AUTHORIZATION_USED || topics[0] === TRANSFER);
  };

  function claimOf({ authorization, signature }: Transfer) {
    const terms = { payTo: authorization.to as Address, amountUnits: authorization.value };
    return { network: asset.network, asset, ...terms, authorization, signature, fingerprint: '' };
  }

  return {
    take: (given, signature) =>
      inTurn(async () => {
        if (given.assetId !== asset.id)
          return { outcome: 'refused', detail: 'The treasury takes its asset only' };
        if (given.to !== own) return { outcome: 'refused', detail: 'The money is for another address' };
        if (given.valueUnits <= 0n) return { outcome: 'refused', detail: 'The money is nothing' };
        const transfer = { authorization: transferOf(given), signature };
        const fault = checkTerms(claimOf(transfer));
        return fault === null ? submit(transfer) : { outcome: 'refused', detail: fault.message };
      }),
    payBack: (order) =>
      inTurn(async () => {
        const { assetId, amountUnits: value, from, to, nonce } = order;
        if (assetId !== asset.id) return { outcome: 'refused', detail: 'The treasury holds its asset only' };
        if (from !== own) return { outcome: 'refused', detail: 'The money is with another treasury' };
        if (value <= 0n) return { outcome: 'refused', detail: 'The money is nothing' };
        const authorization = { from, to, value, validAfter: 0n, validBefore: NEVER_SECONDS, nonce };
        const done = (await findUse(authorization)) ?? (await sentBefore(authorization));
        if (done !== null) return done;
        if ((await balanceWith(to)) < value) {
          return { outcome: 'refused', detail: 'The wallet has not paid in as much' };
        }
        return submit({ authorization, signature: signer.signTransfer(asset.id, authorization) });
      }),
  };

  async function sentBefore(authorization: Eip3009.TransferAuthorization): Promise<TillResult | null> {
    const known = pending.get(keyOf(authorization));
    if (known === undefined) return null;
    const { to, value } = known.authorization;
    if (to !== authorization.to || value !== authorization.value) {
      return { outcome: 'refused', detail: 'The nonce was used for another transfer' };
    }
    const txHash = await resend(authorization);
    return txHash === null ? null : { outcome: 'sent', txHash };
  }
}

function transferOf(given: Authorization): Eip3009.TransferAuthorization {
  const { from, to, nonce, valueUnits, validAfterSeconds, validBeforeSeconds } = given;
  return {
    ...{ from, to, nonce, value: valueUnits },
    validAfter: BigInt(validAfterSeconds),
    validBefore: BigInt(validBeforeSeconds),
  };
}

function wordOf(address: Hex): Hex {
  return `0x${address.slice(2).padStart(64, '0')}`;
}

function keyOf({ from, nonce }: Eip3009.TransferAuthorization): string {
  return `${from} ${nonce}`;
}
