import { expect, test } from 'vitest';
import type { Payment } from '../../src/core/payment.ts';
import {
  AGENT_ADDRESS,
  approve,
  block,
  createWallet,
  enrol,
  idOf,
  MANDATE,
  must,
  NETWORK,
  OTHER_PAYEE,
  observe,
  openChain,
  PAYEE,
  pay,
  START_MS,
  scope,
  settlementLog,
  USDC,
  WALLET,
} from './cast.ts';
import { type Memory, openMemory } from './memory.ts';
import { payOk, refusalOf } from './risk-case.ts';

const HELD = 1_000_000_000n;
/** When the authorization of a payment made at the start ends. */
const ENDS_MS = START_MS + 60_000;
const OTHER_WALLET = idOf('wal', 2);

function openPaid(): { readonly memory: Memory; readonly payment: Payment } {
  const memory = openMemory();
  enrol(memory, scope({ perPayeeUnits: 50_000_000n }), HELD);
  return { memory, payment: payOk(memory, pay('a')) };
}

/** What the wallet has: to spend, held, and gone. */
function money(memory: Memory): readonly bigint[] {
  const account = memory.books.get('account', `${WALLET}/${USDC.id}/wallet`);
  if (account === null) throw new Error('There is no account');
  const { creditsPostedUnits: came, debitsPendingUnits: held, debitsPostedUnits: gone } = account;
  return [came - held - gone, held, gone];
}

/** Reserved, settled and number of every counter that the mandate has. */
function counters(memory: Memory): readonly unknown[] {
  return memory
    .all('counter')
    .map(({ reservedUnits, settledUnits, count }) => [reservedUnits, settledUnits, count]);
}

function release(payment: Payment, at: ReturnType<typeof block>, change: object = {}) {
  const proof = {
    kind: 'released',
    blockNumber: at.number,
    blockHash: at.hash,
    blockSeconds: at.seconds,
  } as const;
  return {
    type: 'payment.release',
    walletId: WALLET,
    paymentId: payment.id,
    proof: { ...proof, ...change },
  } as const;
}

test('a reserved payment is held in the ledger and in every window, and one decision is in the trail', () => {
  const { memory, payment } = openPaid();
  expect(money(memory)).toEqual([HELD - 1_000_000n, 1_000_000n, 0n]);
  expect(counters(memory)).toEqual(Array(4).fill([1_000_000n, 0n, 1]));
  expect(payment.counterIds.map((id) => id.slice(MANDATE.length))).toEqual([
    '/total',
    '/day:2026-04-15',
    '/payee:api.example.com',
    '/resource:2026-04-15T12:00/https://api.example.com/v1/weather',
  ]);
  const decisions = memory.all('entry').filter(({ subjectId }) => subjectId === payment.id);
  expect(decisions).toMatchObject([{ kind: 'payment.reserved', seq: payment.decisionSeq }]);
  expect(payment).toMatchObject({
    state: 'reserved',
    evidence: 'none',
    signByMs: START_MS + 50,
    mandateVersion: 1,
  });
});

test('a denied payment holds nothing anywhere', () => {
  const memory = openMemory();
  enrol(memory, scope({ perPaymentUnits: 1n }), HELD);
  const outcome = must(memory.send(pay('a'), START_MS));
  expect(outcome.payment).toMatchObject({
    state: 'denied',
    authorization: null,
    counterIds: [],
    signByMs: 0,
  });
  expect(money(memory)).toEqual([HELD, 0n, 0n]);
  expect([memory.all('counter'), memory.all('velocity')]).toEqual([[], []]);
  expect(memory.all('entry').at(-1)).toMatchObject({
    kind: 'payment.denied',
    seq: outcome.payment.decisionSeq,
  });
});

test('a settled payment is paid in the ledger and in every window, with its proof', () => {
  const { memory, payment } = openPaid();
  const log = settlementLog(payment, 105);
  must(memory.send(observe(101, block(110, START_MS), { out: [log] }), START_MS + 5));
  expect(memory.books.get('payment', payment.id)).toEqual({
    ...payment,
    state: 'settled',
    evidence: 'confirmed',
    updatedAtMs: START_MS + 5,
    proof: { kind: 'settled', txHash: log.txHash, logIndex: 1, blockNumber: 105, blockHash: log.blockHash },
  });
  expect(money(memory)).toEqual([HELD - 1_000_000n, 0n, 1_000_000n]);
  expect(counters(memory)).toEqual(Array(4).fill([0n, 1_000_000n, 1]));
  expect(memory.books.get('wallet', WALLET)?.isFrozen).toBe(false);
});

test('a released payment gives back what it took, to the windows it took it from', () => {
  const { memory, payment } = openPaid();
  const at = block(110, ENDS_MS);
  must(memory.send(observe(101, at), ENDS_MS));
  const released = must(memory.send(release(payment, at), ENDS_MS)).payment;
  expect(released).toMatchObject({ state: 'released', proof: { kind: 'released', blockNumber: 110 } });
  expect(money(memory)).toEqual([HELD, 0n, 0n]);
  expect(counters(memory)).toEqual(Array(4).fill([0n, 0n, 0]));
});

type Step = (memory: Memory, payment: Payment) => unknown;
const at = block(110, ENDS_MS);
const NOT_YET: Readonly<Record<string, Step>> = {
  'on a block before its end': (memory, payment) => {
    const early = block(110, ENDS_MS - 1000);
    must(memory.send(observe(101, early), ENDS_MS));
    return memory.send(release(payment, early), ENDS_MS);
  },
  'on a block the books have not read': (memory, payment) => {
    must(memory.send(observe(101, block(109, ENDS_MS)), ENDS_MS));
    return memory.send(release(payment, at), ENDS_MS);
  },
  'on our clock': (memory, payment) => {
    const early = block(110, ENDS_MS - 1000);
    must(memory.send(observe(101, early), ENDS_MS));
    return memory.send(release(payment, early, { blockSeconds: ENDS_MS / 1000 }), ENDS_MS + 86_400_000);
  },
  'on a block of a chain that nobody follows': (memory, payment) => {
    const signed = payment.authorization;
    if (signed === null) throw new Error('Not signed');
    const assetId = `eip155:1/erc20:${USDC.address}` as const;
    memory.plant('payment', { ...payment, authorization: { ...signed, assetId } });
    must(memory.send(observe(101, at), ENDS_MS));
    return memory.send(release(payment, at), ENDS_MS);
  },
};
test.each(Object.entries(NOT_YET))('nothing is released %s', (_, step) => {
  const { memory, payment } = openPaid();
  expect(step(memory, payment)).toMatchObject({ outcome: 'refused', code: 'state_conflict' });
  expect(money(memory)).toEqual([HELD - 1_000_000n, 1_000_000n, 0n]);
});

test('a payment is settled or released, once: what comes after changes nothing of it', () => {
  const settled = openPaid();
  must(settled.memory.send(observe(101, at, { out: [settlementLog(settled.payment, 105)] }), ENDS_MS));
  expect(settled.memory.send(release(settled.payment, at), ENDS_MS)).toMatchObject({
    code: 'state_conflict',
  });
  expect(settled.memory.books.get('payment', settled.payment.id)?.state).toBe('settled');
  const released = openPaid();
  must(released.memory.send(observe(101, at), ENDS_MS));
  must(released.memory.send(release(released.payment, at), ENDS_MS));
  const late = observe(111, block(120, ENDS_MS), { out: [settlementLog(released.payment, 115)] });
  must(released.memory.send(late, ENDS_MS));
  expect(released.memory.books.get('payment', released.payment.id)?.state).toBe('released');
  expect(released.memory.books.get('wallet', WALLET)?.isFrozen).toBe(true);
});

test('a denied payment is neither released nor signed', () => {
  const memory = openMemory();
  enrol(memory, scope({ perPaymentUnits: 1n }), HELD);
  const { payment } = must(memory.send(pay('a'), START_MS));
  must(memory.send(observe(101, at), ENDS_MS));
  expect(memory.send(release(payment, at), ENDS_MS)).toMatchObject({ code: 'state_conflict' });
  const renew = { type: 'payment.renew', walletId: WALLET, paymentId: payment.id } as const;
  expect(memory.send(renew, START_MS)).toMatchObject({ code: 'state_conflict' });
});

const OTHERWISE: Readonly<Record<string, object>> = {
  'to another address': { to: OTHER_PAYEE },
  'of another amount': { valueUnits: 999_999n },
  'of more than was signed': { valueUnits: 1_000_001n },
  'from another address': { from: AGENT_ADDRESS },
  'with another nonce': { nonce: `0x${'0'.repeat(64)}` },
  'without a nonce': { nonce: null },
  'of another token': { assetId: `${NETWORK}/erc20:${PAYEE}` },
  'of a payment that is not there': { paymentId: 'pay_none' },
  'of no payment': { paymentId: null },
};
test.each(Object.entries(OTHERWISE))(
  'money that left %s settles nothing and freezes the wallet',
  (_, change) => {
    const { memory, payment } = openPaid();
    const log = { ...settlementLog(payment, 105), ...change };
    must(memory.send(observe(101, at, { out: [log] }), START_MS));
    expect(memory.books.get('payment', payment.id)).toEqual(payment);
    expect(memory.books.get('wallet', WALLET)?.isFrozen).toBe(true);
    expect(memory.all('entry').at(-1)).toMatchObject({
      kind: 'chain.unexplained',
      subjectId: `${log.txHash}/1`,
    });
  },
);

test("another wallet's log settles nothing here", () => {
  const { memory, payment } = openPaid();
  must(memory.send(createWallet(OTHER_WALLET), START_MS));
  must(memory.send(openChain(5_000_000n, OTHER_WALLET), START_MS));
  const log = settlementLog(payment, 105);
  must(memory.send(observe(101, at, { walletId: OTHER_WALLET, out: [log] }), START_MS));
  expect(memory.books.get('payment', payment.id)).toEqual(payment);
  expect(memory.all('wallet').map(({ isFrozen }) => isFrozen)).toEqual([false, true]);
});

test('money that left without a decision is booked as far as it is there, and what is held stays held', () => {
  const { memory, payment } = openPaid();
  const stray = { ...settlementLog(payment, 105), nonce: null, paymentId: null, txHash: 'bb' };
  must(memory.send(observe(101, block(110, START_MS), { out: [{ ...stray, valueUnits: 400n }] }), START_MS));
  expect(money(memory)).toEqual([HELD - 1_000_400n, 1_000_000n, 400n]);
  must(
    memory.send(
      observe(111, block(120, START_MS), { out: [{ ...stray, txHash: 'cc', valueUnits: 2n * HELD }] }),
      START_MS,
    ),
  );
  expect(money(memory)).toEqual([0n, 1_000_000n, HELD - 1_000_000n]);
  must(
    memory.send(observe(121, block(130, START_MS), { out: [{ ...settlementLog(payment, 125) }] }), START_MS),
  );
  expect(memory.books.get('payment', payment.id)?.state).toBe('settled');
  expect(money(memory)).toEqual([0n, 0n, HELD]);
});

const deposit = {
  assetId: USDC.id,
  from: PAYEE,
  to: OTHER_PAYEE,
  txHash: 'dd',
  logIndex: 3,
  blockNumber: 105,
  blockHash: 'ee',
};

test('a transfer of nothing, which anybody can make in anybody’s name, changes nothing', () => {
  const { memory, payment } = openPaid();
  const before = [memory.all('entry'), memory.all('transfer'), money(memory)];
  const nothing = { ...settlementLog(payment, 105), valueUnits: 0n, nonce: null, paymentId: null };
  const logs = { out: [nothing], in: [{ ...deposit, valueUnits: 0n }] };
  must(memory.send(observe(101, block(110, START_MS), logs), START_MS));
  expect([memory.all('entry'), memory.all('transfer'), money(memory)]).toEqual(before);
  expect(memory.books.get('wallet', WALLET)?.isFrozen).toBe(false);
  expect(memory.books.get('cursor', `${WALLET}/${NETWORK}`)?.blockNumber).toBe(110);
});

test('a deposit is booked once, whole, and can be spent', () => {
  const memory = openMemory();
  enrol(memory, scope(), 0n);
  expect(refusalOf(memory.send(pay('a'), START_MS))?.code).toBe('insufficient_balance');
  const seen = observe(101, block(110, START_MS), { in: [{ ...deposit, valueUnits: 1_000_000n }] });
  must(memory.send(seen, START_MS));
  must(memory.send(seen, START_MS));
  expect(money(memory)).toEqual([1_000_000n, 0n, 0n]);
  expect(memory.all('deposit')).toEqual([
    {
      id: `${WALLET}/${USDC.id}/dd/3`,
      walletId: WALLET,
      assetId: USDC.id,
      from: PAYEE,
      amountUnits: 1_000_000n,
      txHash: 'dd',
      blockNumber: 105,
      atMs: START_MS,
    },
  ]);
  payOk(memory, pay('b'));
});

test('blocks are booked in order, without a gap and without a doubling', () => {
  const { memory } = openPaid();
  const to = block(110, START_MS);
  for (const from of [99, 100, 102, 111]) {
    expect(memory.send(observe(from, to), START_MS)).toMatchObject({
      outcome: 'refused',
      code: 'state_conflict',
    });
  }
  must(memory.send(observe(101, to), START_MS));
  const again = must(memory.send(observe(101, to, { in: [{ ...deposit, valueUnits: 7n }] }), START_MS));
  expect(again.cursor).toMatchObject({ blockNumber: 110, blockHash: to.hash, blockSeconds: to.seconds });
  expect(memory.all('deposit').length).toBe(1);
});

test('a chain is followed from its opening balance, once', () => {
  const memory = openMemory();
  expect(memory.send(openChain(5n), START_MS)).toMatchObject({
    outcome: 'refused',
    code: 'wallet_not_found',
  });
  must(memory.send(createWallet(), START_MS));
  expect(memory.send(observe(101, at), START_MS)).toMatchObject({
    outcome: 'refused',
    code: 'state_conflict',
  });
  const first = must(memory.send(openChain(5n), START_MS));
  expect(memory.send(openChain(7n), START_MS)).toEqual(first);
  expect(money(memory)).toEqual([5n, 0n, 0n]);
  expect(memory.all('deposit')).toMatchObject([
    { id: `${WALLET}/${USDC.id}/opening`, from: null, amountUnits: 5n },
  ]);
});

test('what is seen but not proved is noted, moves nothing, and a reorg takes it back', () => {
  const { memory, payment } = openPaid();
  const before = [money(memory), counters(memory)];
  const note = (evidence: 'unknown' | 'confirmed') =>
    must(
      memory.send(
        { type: 'payment.note', walletId: WALLET, paymentId: payment.id, evidence, detail: 'x' },
        START_MS,
      ),
    );
  expect(note('unknown').payment.evidence).toBe('unknown');
  expect(note('confirmed').payment.evidence).toBe('confirmed');
  expect(note('unknown').payment.evidence).toBe('unknown');
  expect([money(memory), counters(memory)]).toEqual(before);
  must(memory.send(observe(101, at), ENDS_MS));
  must(memory.send(release(payment, at), ENDS_MS));
  const entries = memory.all('entry').length;
  expect(note('confirmed').payment).toMatchObject({ state: 'released', evidence: 'unknown' });
  expect(memory.all('entry').length).toBe(entries);
});

test('a payment is signed within its time, longer when freezes were looked at again, and again with the same bytes', () => {
  const { memory, payment } = openPaid();
  const renew = { type: 'payment.renew', walletId: WALLET, paymentId: payment.id } as const;
  const renewed = must(memory.send(renew, START_MS + 500)).payment;
  expect(renewed).toEqual({ ...payment, signByMs: START_MS + 550 });
  must(memory.send(observe(101, block(110, START_MS), { out: [settlementLog(payment, 105)] }), START_MS));
  const settled = memory.books.get('payment', payment.id);
  const again = must(memory.send(renew, START_MS + 900)).payment;
  expect(again).toMatchObject({
    state: 'settled',
    signByMs: START_MS + 950,
    authorization: payment.authorization,
  });
  expect(memory.books.get('payment', payment.id)).toEqual(settled);
});

test('of several reasons not to sign again, the one listed first is given', () => {
  const { memory, payment } = openPaid();
  approve(memory, 'wallet.freeze', WALLET);
  approve(memory, 'agent.revoke', payment.agentId);
  const renew = { type: 'payment.renew', walletId: WALLET, paymentId: payment.id } as const;
  expect(memory.send(renew, START_MS)).toMatchObject({ outcome: 'refused', code: 'agent_revoked' });
});

test('a command in the name of another wallet finds nothing of this one', () => {
  const { memory, payment } = openPaid();
  must(memory.send(createWallet(OTHER_WALLET), START_MS));
  must(memory.send(observe(101, at), ENDS_MS));
  const [walletId, paymentId] = [OTHER_WALLET, payment.id];
  const note = { type: 'payment.note', walletId, paymentId, evidence: 'unknown', detail: 'x' } as const;
  for (const command of [
    { type: 'payment.renew', walletId, paymentId } as const,
    note,
    { ...release(payment, at), walletId },
  ]) {
    expect(memory.send(command, ENDS_MS)).toMatchObject({ outcome: 'refused', code: 'payment_not_found' });
  }
  const expire = { type: 'mandate.expire', walletId, mandateId: MANDATE } as const;
  expect(memory.send(expire, START_MS + 31 * 86_400_000)).toMatchObject({ code: 'mandate_not_found' });
});
