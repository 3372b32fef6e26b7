import type { Command } from '../../src/core/command.ts';
import type { WalletId } from '../../src/core/id.ts';
import type { Payment } from '../../src/core/payment.ts';
import { block, createWallet, NETWORK, observe, PAYEE, settlementLog, USDC } from './cast.ts';
import type { Memory } from './memory.ts';
import { BEGIN_MS } from './steps.ts';

/** What the address of each wallet holds at the start. */
const OPENING_UNITS = 20n;

/** A wallet's chain as it truly is. The books know of it what they were made to observe. */
export type ToyChain = {
  readonly open: () => Command;
  /** Takes a signed payment into a block, if the token would: once, in time, and while there is enough. */
  readonly mine: (payment: Payment) => void;
  readonly deposit: (units: bigint) => void;
  /** Money that leaves by nobody's decision. */
  readonly steal: (units: bigint) => void;
  /** Transfers of nothing, in anybody's name. */
  readonly spam: () => void;
  /** All that the books have not read, as far as the newest block. */
  readonly observe: () => Command;
  /** What a node that finds the nonce unused would have tried; it may lie about the time of its block. */
  readonly release: (payment: Payment, isLying: boolean) => Command | null;
  /** What the address holds; null while there is something that the books have not read. */
  readonly balance: () => bigint | null;
};

type Logs = Pick<Command<'chain.observe'>, 'in' | 'out'>;

/** Opens a chain whose blocks have the time that `nowMs` tells, less a little. */
export function openToyChain(memory: Memory, walletId: WalletId, nowMs: () => number): ToyChain {
  const address = createWallet(walletId).paymentAddress;
  const mined = new Set<string>();
  let [number, seconds, held] = [100, Math.floor(BEGIN_MS / 1000) - 60, OPENING_UNITS];
  let unread: Logs = { in: [], out: [] };

  const head = () => ({ number, hash: block(number, 0).hash, seconds });
  const nextBlock = () => {
    number += 1;
    seconds = Math.max(seconds, Math.floor(nowMs() / 1000) - (number % 3));
  };
  const transfer = (from: typeof address, to: typeof address, valueUnits: bigint) => {
    nextBlock();
    const place = {
      txHash: `${walletId} ${number}`,
      logIndex: 0,
      blockNumber: number,
      blockHash: head().hash,
    };
    return { assetId: USDC.id, from, to, valueUnits, ...place };
  };
  const receive = (units: bigint) => {
    unread = { ...unread, in: [...unread.in, transfer(PAYEE, address, units)] };
  };
  const lose = (units: bigint) => {
    const log = { ...transfer(address, PAYEE, units), nonce: null, paymentId: null };
    unread = { ...unread, out: [...unread.out, log] };
  };

  return {
    open: () => {
      const balances = [{ assetId: USDC.id, amountUnits: OPENING_UNITS }];
      return { type: 'chain.open', walletId, network: NETWORK, block: head(), balances };
    },
    mine: (payment) => {
      const signed = payment.authorization;
      if (signed === null || mined.has(payment.id) || held < signed.valueUnits) return;
      nextBlock();
      if (seconds <= signed.validAfterSeconds || seconds >= signed.validBeforeSeconds) return;
      if (payment.state !== 'reserved')
        throw new Error(`${payment.id} is ${payment.state} and can still be taken`);
      mined.add(payment.id);
      held -= signed.valueUnits;
      unread = { ...unread, out: [...unread.out, settlementLog(payment, number)] };
    },
    deposit: (units) => {
      receive(units);
      held += units;
    },
    steal: (units) => {
      if (held < units) return;
      lose(units);
      held -= units;
    },
    spam: () => {
      receive(0n);
      lose(0n);
    },
    observe: () => {
      nextBlock();
      const from = (memory.books.get('cursor', `${walletId}/${NETWORK}`)?.blockNumber ?? 0) + 1;
      const command = observe(from, head(), { walletId, ...unread });
      unread = { in: [], out: [] };
      return command;
    },
    release: (payment, isLying) => {
      if (mined.has(payment.id)) return null;
      const at = { blockNumber: number, blockHash: head().hash };
      const blockSeconds = isLying ? (payment.authorization?.validBeforeSeconds ?? 0) : seconds;
      const proof = { kind: 'released', ...at, blockSeconds } as const;
      return { type: 'payment.release', walletId, paymentId: payment.id, proof };
    },
    balance: () => (unread.in.length + unread.out.length === 0 ? held : null),
  };
}
