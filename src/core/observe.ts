import { append } from './audit.ts';
import type { Draft } from './books.ts';
import { isPayback, settlePayback } from './card/arrival.ts';
import type { Command, OutcomeOf } from './command.ts';
import type { Env } from './commit.ts';
import { type Cursor, cursorId, type Deposit } from './deposit.ts';
import type { TransferId, WalletId } from './id.ts';
import { lose, receive } from './ledger.ts';
import type { SettlementLog } from './ports.ts';
import { refuse } from './refusal.ts';
import { matches, settlePayment } from './settlement.ts';

const CHAIN = { kind: 'system', id: 'chain' } as const;

/** Starts to follow a chain for a wallet. Starting again changes nothing. */
export function openChain(draft: Draft, command: Command<'chain.open'>, env: Env): OutcomeOf<'chain.open'> {
  const { walletId, network, block, balances } = command;
  const id = cursorId(walletId, network);
  const present = draft.get('cursor', id);
  if (present !== null) return { outcome: 'ok', cursor: present };
  if (draft.get('wallet', walletId) === null)
    return refuse('wallet_not_found', `There is no wallet ${walletId}`);
  const cursor = makeCursor(command, block);
  draft.put('cursor', cursor);
  const body = { network, block, balances };
  append(draft, env, { chain: walletId, kind: 'chain.opened', subjectId: id, actor: CHAIN, body });
  for (const { assetId, amountUnits } of balances.filter((balance) => balance.amountUnits > 0n)) {
    const at = { from: null, txHash: null, blockNumber: block.number, atMs: env.nowMs };
    deposit(draft, { id: `${walletId}/${assetId}/opening`, walletId, assetId, amountUnits, ...at }, env);
  }
  return { outcome: 'ok', cursor };
}

/**
 * Books what a run of finalized blocks says: deposits, settlements, and money that left by nobody's decision. The run
 * must start where the last one ended, so that no log is missed or booked twice; one read before is passed over.
 */
export function observeChain(
  draft: Draft,
  command: Command<'chain.observe'>,
  env: Env,
): OutcomeOf<'chain.observe'> {
  const { walletId, network, fromBlock, to } = command;
  const cursor = draft.get('cursor', cursorId(walletId, network));
  if (cursor === null)
    return refuse('state_conflict', `The wallet ${walletId} does not follow ${network} yet`);
  if (to.number <= cursor.blockNumber) return { outcome: 'ok', cursor };
  if (fromBlock !== cursor.blockNumber + 1) {
    return refuse('state_conflict', `The next block to book is ${cursor.blockNumber + 1}, not ${fromBlock}`);
  }
  for (const { log, isIn } of inOrder(command)) {
    if (isIn) book(draft, walletId, { log, env });
    else explainOutflow(draft, walletId, { log, env });
  }
  const next = makeCursor(command, to);
  draft.put('cursor', next);
  return { outcome: 'ok', cursor: next };
}

type InLog = Command<'chain.observe'>['in'][number];
type OutLog = Command<'chain.observe'>['out'][number];
type Seen = { readonly isIn: true; readonly log: InLog } | { readonly isIn: false; readonly log: OutLog };

/** The logs as the chain has them; what comes in goes first where one log is both. */
function inOrder(command: Command<'chain.observe'>): readonly Seen[] {
  const all: readonly Seen[] = [
    ...command.in.map((log) => ({ isIn: true, log }) as const),
    ...command.out.map((log) => ({ isIn: false, log }) as const),
  ];
  return all.toSorted((a, b) => a.log.blockNumber - b.log.blockNumber || a.log.logIndex - b.log.logIndex);
}

type At = { readonly number: number; readonly hash: string; readonly seconds: number };

function makeCursor(of: { walletId: WalletId; network: Cursor['network'] }, block: At): Cursor {
  const { walletId, network } = of;
  const at = { blockNumber: block.number, blockHash: block.hash, blockSeconds: block.seconds };
  return { id: cursorId(walletId, network), walletId, network, ...at };
}

/** Books money that came in: a payback of a card where it is exactly that, else a deposit. */
function book(draft: Draft, walletId: WalletId, seen: { log: InLog; env: Env }): void {
  const { assetId, from, valueUnits, txHash, logIndex, blockNumber, paybackId } = seen.log;
  if (valueUnits === 0n) return;
  const payback = paybackId === undefined ? null : draft.get('payback', paybackId);
  if (payback?.walletId === walletId && isPayback(payback, seen.log)) {
    settlePayback(draft, payback, seen);
    return;
  }
  const id = `${walletId}/${assetId}/${txHash}/${logIndex}`;
  const at = { from, txHash, blockNumber, atMs: seen.env.nowMs };
  deposit(draft, { id, walletId, assetId, amountUnits: valueUnits, ...at }, seen.env);
}

function deposit(draft: Draft, record: Deposit, env: Env): void {
  draft.put('deposit', record);
  const { id, walletId, assetId, amountUnits, atMs } = record;
  receive(draft, { id: transferId(env, id), walletId, assetId, amountUnits, subjectId: id, atMs });
  append(draft, env, { chain: walletId, kind: 'deposit.booked', subjectId: id, actor: CHAIN, body: record });
}

/**
 * A transfer out settles the payment it is of; one that no payment explains freezes the wallet. A transfer of nothing
 * explains itself: anybody can make one in anybody's name.
 */
function explainOutflow(draft: Draft, walletId: WalletId, seen: { log: OutLog; env: Env }): void {
  const { log, env } = seen;
  if (log.valueUnits === 0n) return;
  const payment = log.paymentId === null ? null : draft.get('payment', log.paymentId);
  if (payment?.state === 'reserved' && payment.walletId === walletId && matches(payment, log)) {
    const { txHash, logIndex, blockNumber, blockHash } = log;
    const proof = { kind: 'settled', txHash, logIndex, blockNumber, blockHash } as const;
    settlePayment(draft, payment, { proof, env });
    return;
  }
  freeze(draft, walletId, { log, env });
}

/** Money left that no payment explains: the key may be in other hands, so nothing more is signed. */
function freeze(draft: Draft, walletId: WalletId, seen: { log: SettlementLog; env: Env }): void {
  const { log, env } = seen;
  const wallet = draft.get('wallet', walletId);
  if (wallet === null) throw new Error(`There is no wallet ${walletId}`);
  draft.put('wallet', { ...wallet, isFrozen: true });
  const { assetId, valueUnits: amountUnits } = log;
  const subjectId = `${log.txHash}/${log.logIndex}`;
  const id = transferId(env, `${walletId}/${assetId}/${subjectId}/out`);
  const bookedUnits = lose(draft, { id, walletId, assetId, amountUnits, subjectId, atMs: env.nowMs });
  const body = { log, bookedUnits };
  append(draft, env, { chain: walletId, kind: 'chain.unexplained', subjectId, actor: CHAIN, body });
}

function transferId(env: Env, cause: string): TransferId {
  return `tr_${env.hash.sha256(cause).slice(0, 26)}`;
}
