import { type AuditEntry, findFault } from '../../src/core/audit.ts';
import type { Tables, Write } from '../../src/core/books.ts';
import type { Transfer } from '../../src/core/ledger.ts';
import type { Payment } from '../../src/core/payment.ts';
import { nodeHash } from '../../src/store/hash.ts';
import type { SimChain } from './chain.ts';
import { units } from './limits.ts';
import { isDead, isSame } from './signatures.ts';
import type { Vault } from './vault.ts';

/** Follows what becomes durable, by what is true of the chain. */
export type BookCheck = {
  /** Looks at what was just written, and returns what is wrong with it. */
  readonly add: (writes: readonly Write[]) => readonly string[];
  /** The durable audit entry of a payment's decision, its body. */
  readonly decisionOf: (paymentId: string) => string | null;
};

type Last = Pick<AuditEntry, 'seq' | 'hash'>;
type Sums = { inUnits: bigint; outUnits: bigint; heldUnits: bigint };

/** Opens the check of one wallet's books. */
export function openBookCheck(by: { readonly vault: Vault; readonly chain: SimChain }): BookCheck {
  const { vault, chain } = by;
  const chainEnds = new Map<string, Last>();
  const decisions = new Map<string, string>();
  const known = new Map<string, Payment>();
  const sums: Sums = { inUnits: 0n, outUnits: 0n, heldUnits: 0n };

  function add(writes: readonly Write[]): readonly string[] {
    const wrong: string[] = [];
    for (const write of writes) {
      if (write.table === 'entry') wrong.push(...addEntry(write.record));
      if (write.table === 'transfer') move(sums, write.record);
    }
    for (const write of writes) if (write.table === 'payment') wrong.push(...addPayment(write.record));
    return [...wrong, ...checkAccounts()];
  }

  function addEntry(entry: AuditEntry): readonly string[] {
    const fault = findFault([entry], nodeHash, chainEnds.get(entry.chain));
    chainEnds.set(entry.chain, entry);
    if (entry.kind === 'payment.reserved') decisions.set(entry.subjectId, entry.body);
    const wrong = fault === null ? [] : [`G6: the audit chain has a ${fault.fault} at ${entry.id}`];
    if (entry.kind === 'chain.unexplained') wrong.push('G3: money left that the books cannot explain');
    return wrong;
  }

  function addPayment(now: Payment): readonly string[] {
    const before = known.get(now.id);
    known.set(now.id, now);
    const { id, state, authorization } = now;
    if (before !== undefined && before.state !== state && before.state !== 'reserved') {
      return [`G2: ${id} went from ${before.state} to ${state}`];
    }
    if (before?.authorization && !isSame(now.authorization, before.authorization)) {
      return [`G2: the authorization of ${id} changed`];
    }
    if (state === 'denied')
      return authorization === null ? [] : [`G6: ${id} is denied and has an authorization`];
    if (authorization === null) return [`G6: ${id} is ${state} without an authorization`];
    if (state === 'settled' && !isProven(now)) return [`G3: ${id} is settled without proof in a final block`];
    if (state === 'released' && !isDead(authorization, chain))
      return [`G3: ${id} is released and can still settle`];
    return [];
  }

  function isProven({ proof, authorization }: Payment): boolean {
    if (proof?.kind !== 'settled' || proof.blockNumber > chain.finalized().number) return false;
    const block = chain
      .blocks()
      .find(({ number, hash }) => number === proof.blockNumber && hash === proof.blockHash);
    const at = block?.logs.findIndex(({ logIndex }) => logIndex === proof.logIndex) ?? -1;
    const [used, moved] = [block?.logs[at - 1], block?.logs[at]];
    return (
      used?.event === 'authorization_used' &&
      used.nonce === authorization?.nonce &&
      moved?.event === 'transfer' &&
      moved.txHash === proof.txHash &&
      moved.to === authorization.to &&
      moved.valueUnits === authorization.valueUnits
    );
  }

  /** The account is the sum of its transfers, holds what open payments can take, and agrees with the chain. */
  function checkAccounts(): readonly string[] {
    const account = vault.all('account').find(({ kind }) => kind === 'wallet');
    const cursor = vault.all('cursor')[0];
    if (account === undefined || cursor === undefined) return [];
    const wrong: string[] = [];
    const open = [...known.values()].filter(({ state }) => state === 'reserved');
    const openUnits = open.reduce((total, payment) => total + units(payment), 0n);
    const postedUnits = account.creditsPostedUnits - account.debitsPostedUnits;
    if (account.debitsPendingUnits !== openUnits)
      wrong.push('G3: what is held is not what open payments can take');
    if (postedUnits < openUnits) wrong.push('G1: less is available than nothing');
    if (!isSummed(account, sums)) wrong.push('G3: an account is not the sum of its transfers');
    const block = chain.blocks().find(({ number }) => number === cursor.blockNumber);
    if (block?.hash !== cursor.blockHash || block.number > chain.finalized().number) {
      wrong.push('G3: the books follow a block that is not final');
    } else if (block.walletUnits !== postedUnits) {
      wrong.push(`G3: at block ${block.number} the books say ${postedUnits}, the chain ${block.walletUnits}`);
    }
    return wrong;
  }

  return { add, decisionOf: (paymentId) => decisions.get(paymentId) ?? null };
}

function move(sums: Sums, { kind, amountUnits }: Transfer): void {
  if (kind === 'posted') sums.inUnits += amountUnits;
  if (kind === 'pending') sums.heldUnits += amountUnits;
  if (kind === 'post' || kind === 'void') sums.heldUnits -= amountUnits;
  if (kind === 'post') sums.outUnits += amountUnits;
}

function isSummed(account: Tables['account'], { inUnits, outUnits, heldUnits }: Sums): boolean {
  return (
    account.creditsPostedUnits === inUnits &&
    account.debitsPostedUnits === outUnits &&
    account.debitsPendingUnits === heldUnits &&
    account.creditsPendingUnits === 0n
  );
}
