import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { TableName } from '../../src/core/books.ts';
import type { Command } from '../../src/core/command.ts';
import type { Verdict } from '../../src/core/commit.ts';
import { REFUSALS } from '../../src/core/refusal.ts';
import { nodeHash } from '../../src/store/hash.ts';
import { CARD, fund, issue, openCard, order, orderCard, settle, TREASURY, type World } from './card-world.ts';
import {
  AGENT,
  block,
  createWallet,
  DAY_MS,
  enrol,
  idOf,
  MANDATE,
  must,
  observe,
  offer,
  openApproval,
  openChain,
  pay,
  priceOf,
  registerAgent,
  requestMandate,
  START_MS,
  scope,
  settlementLog,
  signApproval,
  WALLET,
} from './cast.ts';
import { type Memory, openMemory } from './memory.ts';
import { RECORDS } from './records.ts';
import { payOk, refusalOf } from './risk-case.ts';

const [OTHER_AGENT, OTHER_MANDATE] = [idOf('agt', 2), idOf('mand', 2)];
const HOUR_MS = 3_600_000;

/** Every record there is. */
function dump(memory: Memory): Readonly<Record<string, readonly unknown[]>> {
  return Object.fromEntries(Object.keys(RECORDS).map((table) => [table, memory.all(table as TableName)]));
}

const key = { idempotencyKey: 'key-m', inputHash: nodeHash.sha256('m') };
const reply = { status: 200, headers: {}, bodyBase64: 'aGk=', receipt: null };
const conclude = (change: Partial<Command<'request.conclude'>> = {}): Command<'request.conclude'> => ({
  type: 'request.conclude',
  walletId: WALLET,
  agentId: AGENT,
  idempotencyKey: 'key-a',
  inputHash: nodeHash.sha256('input a'),
  operation: 'payment.execute',
  freeResource: null,
  reply,
  ...change,
});
const at = block(110, START_MS + 60_000);
const proof = { kind: 'released', blockNumber: 110, blockHash: at.hash, blockSeconds: at.seconds } as const;
const checkpoint = (size: number) => ({
  id: `${WALLET}/${size}`,
  chain: WALLET,
  size,
  rootHash: 'aa',
  atMs: 1,
  publicKey: 'bb',
  signature: 'cc',
});

type Case = { readonly before: (memory: Memory) => void; readonly command: (memory: Memory) => Command };
const paid = (memory: Memory) => {
  enrol(memory);
  payOk(memory, pay('a'));
};
const approval = openApproval('agent.freeze', AGENT);

const ofCard = { walletId: WALLET, cardId: CARD } as const;
const paybackId = `back_${CARD.slice(5)}_1` as const;
const made = { token: 't', lastFour: '4242', expiry: '12/30' };
const freely = { actId: 'a', actor: { kind: 'operator', id: 'o' } } as const;
const reveal = { tokenHash: 'h', origin: 'shop.example', actor: { kind: 'agent', id: AGENT } } as const;
const lift = openApproval('card.unfreeze', CARD);
const forced = {
  id: 'n1',
  sentAtMs: null,
  kind: 'clearing',
  auth: null,
  record: 'c1',
  amountUnits: 10_000n,
  isFinal: true,
  merchant: { name: 'Shop', id: null, mcc: null, country: null },
} as const;

/** Books with an agent that may pay by card, and what happens then. */
function withCards(arrange: (world: World) => unknown): (memory: Memory) => void {
  return (memory) => {
    enrol(memory, scope({ rails: ['x402', 'card'] }));
    arrange({ memory, nowMs: START_MS });
  };
}

const CASES: Readonly<Record<Command['type'] | `${Command['type']} ${string}`, Case>> = {
  'wallet.create': { before: () => {}, command: () => createWallet() },
  'agent.register': {
    before: (memory) => void must(memory.send(createWallet(), START_MS)),
    command: () => registerAgent(),
  },
  'mandate.request': { before: enrol, command: () => requestMandate(scope(), { mandateId: OTHER_MANDATE }) },
  'mandate.request under a key': {
    before: enrol,
    command: () => requestMandate(scope(), { mandateId: OTHER_MANDATE, ...key }),
  },
  'mandate.expire': {
    before: (memory) => enrol(memory, scope({ expiresAtMs: START_MS + 1 })),
    command: () => ({ type: 'mandate.expire', walletId: WALLET, mandateId: MANDATE }),
  },
  'approval.open': { before: enrol, command: () => approval },
  'approval.sign': {
    before: (memory) => {
      enrol(memory);
      must(memory.send(approval, START_MS));
    },
    command: () => signApproval(approval.approvalId),
  },
  'payment.authorize': { before: enrol, command: () => pay('a') },
  'payment.authorize that is denied': {
    before: (memory) => enrol(memory, scope({ perPaymentUnits: 1n })),
    command: () => pay('a'),
  },
  'payment.authorize that is refused': {
    before: enrol,
    command: () => pay('a', { change: { chainSkewSeconds: null } }),
  },
  'payment.renew': {
    before: paid,
    command: () => ({ type: 'payment.renew', walletId: WALLET, paymentId: idOf('pay', 'a') }),
  },
  'payment.note': {
    before: paid,
    command: () => ({
      type: 'payment.note',
      walletId: WALLET,
      paymentId: idOf('pay', 'a'),
      evidence: 'unknown',
      detail: 'x',
    }),
  },
  'payment.release': {
    before: (memory) => {
      paid(memory);
      must(memory.send(observe(101, at), START_MS));
    },
    command: () => ({ type: 'payment.release', walletId: WALLET, paymentId: idOf('pay', 'a'), proof }),
  },
  'request.conclude': { before: paid, command: () => conclude() },
  'request.conclude of what was free': { before: enrol, command: () => conclude() },
  'chain.open': {
    before: (memory) => void must(memory.send(createWallet(), START_MS)),
    command: () => openChain(5n),
  },
  'chain.observe': {
    before: paid,
    command: (memory) => {
      const payment = memory.books.get('payment', idOf('pay', 'a'));
      if (payment === null) throw new Error('There is no payment');
      const log = settlementLog(payment, 105);
      return observe(101, at, { out: [log], in: [{ ...log, txHash: 'dd' }] });
    },
  },
  'checkpoint.add': {
    before: enrol,
    command: () => ({ type: 'checkpoint.add', chain: WALLET, checkpoint: checkpoint(2) }),
  },
  'payment.authorize of a card': { before: withCards(() => {}), command: () => orderCard() },
  'payment.authorize of a recharge': {
    before: withCards(openCard),
    command: () => orderCard({ n: 2, kind: 'recharge', card: CARD }),
  },
  'payment.release of a card': {
    before: withCards((world) => {
      order(world, { fee: 1 });
      must(world.memory.send(observe(101, at), START_MS));
    }),
    command: () => ({ type: 'payment.release', walletId: WALLET, paymentId: idOf('pay', 1), proof }),
  },
  'card.funded': {
    before: withCards(order),
    command: () => ({ type: 'card.funded', ...ofCard, paymentId: idOf('pay', 1), txHash: 'aa' }),
  },
  'card.funded of a recharge': {
    before: withCards((world) => {
      openCard(world);
      order(world, { n: 2, kind: 'recharge', card: CARD });
    }),
    command: () => ({ type: 'card.funded', ...ofCard, paymentId: idOf('pay', 2), txHash: 'aa' }),
  },
  'card.issued': {
    before: withCards((world) => fund(world, order(world).id)),
    command: () => ({ type: 'card.issued', ...ofCard, ...made, isPending: false }),
  },
  'card.issued that goes on': {
    before: withCards((world) => fund(world, order(world).id)),
    command: () => ({ type: 'card.issued', ...ofCard, ...made, isPending: true }),
  },
  'card.fail': {
    before: withCards((world) => fund(world, order(world, { fee: 1 }).id)),
    command: () => ({ type: 'card.fail', ...ofCard, reason: 'No' }),
  },
  'card.mirrored': {
    before: withCards((world) => {
      fund(world, order(world).id);
      must(
        world.memory.send({ type: 'card.control', ...ofCard, ...freely, act: { kind: 'close' } }, START_MS),
      );
      issue(world);
    }),
    command: () => ({ type: 'card.mirrored', ...ofCard, mirrorVersion: 1 }),
  },
  'card.message': {
    before: withCards(openCard),
    command: () => ({ type: 'card.message', ...ofCard, message: forced, deadlineMs: null }),
  },
  'card.control': {
    before: withCards(openCard),
    command: () => ({
      type: 'card.control',
      ...ofCard,
      ...freely,
      act: { kind: 'withdraw', amountUnits: 10_000n },
    }),
  },
  'card.tick': {
    before: withCards((world) => openCard(world, { controls: { ttlMs: 1 } })),
    command: () => ({ type: 'card.tick', ...ofCard }),
  },
  'payback.sent': {
    before: withCards((world) => {
      openCard(world);
      must(
        world.memory.send({ type: 'card.control', ...ofCard, ...freely, act: { kind: 'close' } }, START_MS),
      );
    }),
    command: () => ({ type: 'payback.sent', walletId: WALLET, paybackId, txHash: 'aa' }),
  },
  'chain.observe of a payback': {
    before: withCards((world) => {
      settle(world, order(world, { fee: 1 }));
      must(
        world.memory.send({ type: 'card.control', ...ofCard, ...freely, act: { kind: 'close' } }, START_MS),
      );
    }),
    command: ({ books }) => {
      const payback = books.get('payback', paybackId);
      if (payback === null) throw new Error('There is no payback');
      const { assetId, amountUnits: valueUnits, nonce, to } = payback;
      const place = { txHash: 'dd', logIndex: 0, blockNumber: 105, blockHash: 'bb' };
      const log = { assetId, from: TREASURY, to, valueUnits, nonce, ...place, paybackId } as const;
      return observe(102, at, { in: [log] });
    },
  },
  'approval.sign of a card': {
    before: withCards((world) => {
      openCard(world);
      must(
        world.memory.send({ type: 'card.control', ...ofCard, ...freely, act: { kind: 'freeze' } }, START_MS),
      );
      must(world.memory.send(lift, START_MS));
    }),
    command: () => signApproval(lift.approvalId),
  },
  'reveal.grant': {
    before: withCards(openCard),
    command: () => ({ type: 'reveal.grant', ...ofCard, ...reveal, purpose: 'fill' }),
  },
  'reveal.use': {
    before: withCards((world) => {
      openCard(world);
      must(world.memory.send({ type: 'reveal.grant', ...ofCard, ...reveal, purpose: 'fill' }, START_MS));
    }),
    command: () => ({ type: 'reveal.use', walletId: WALLET, ...reveal }),
  },
};

/** The answer, but for what says that it was given before. */
function answer(verdict: Verdict | undefined): unknown {
  if (verdict === undefined || 'thrown' in verdict) throw verdict?.thrown;
  return { ...verdict.outcome, isReplay: undefined };
}

/** The one answer that is not given again: a right to see a card is good once, also where its first answer got lost. */
const USED_UP = {
  outcome: 'refused',
  code: 'reveal_token_used',
  detail: 'This right to see a card was used, is over, or never was',
};

function arrange({ before, command }: Case): { readonly memory: Memory; readonly given: Command } {
  const memory = openMemory();
  before(memory);
  return { memory, given: command(memory) };
}

test.each(Object.entries(CASES))(
  '%s: sent twice, at once, later or together, it happens once',
  (name, given) => {
    const nowMs = START_MS + 10;
    const { memory, given: command } = arrange(given);
    const first = answer(memory.commit([command], nowMs)[0]);
    const once = dump(memory);
    const again = name === 'reveal.use' ? USED_UP : first;
    expect(answer(memory.commit([command], nowMs)[0])).toEqual(again);
    expect(dump(memory)).toEqual(once);
    const together = arrange(given);
    expect(together.memory.commit([command, command], nowMs).map(answer)).toEqual([first, again]);
    expect(dump(together.memory)).toEqual(once);
    // To look at freezes again later is to look again.
    if (name === 'payment.renew') return;
    expect(answer(memory.commit([command], nowMs + HOUR_MS)[0])).toEqual(again);
    expect(dump(memory)).toEqual(once);
  },
);

test('a key that was used answers with the payment as it stands, however the books have gone on', () => {
  const memory = openMemory();
  paid(memory);
  const payment = memory.books.get('payment', idOf('pay', 'a'));
  if (payment === null) throw new Error('There is no payment');
  must(memory.send(observe(101, at, { out: [settlementLog(payment, 105)] }), START_MS));
  const again = must(
    memory.send(pay('a', { change: { paymentId: idOf('pay', 'b') } }), START_MS + 90 * DAY_MS),
  );
  expect(again).toEqual({ outcome: 'ok', payment: memory.books.get('payment', payment.id), isReplay: true });
  expect(again.payment.state).toBe('settled');
  expect(memory.all('payment').length).toBe(1);
});

test('a refusal that is final stays the answer of its key, also when it would pass now', () => {
  const memory = openMemory();
  enrol(memory, scope({ notBeforeMs: START_MS + 10 }));
  const first = must(memory.send(pay('a'), START_MS));
  expect(first.payment.refusal?.code).toBe('mandate_not_started');
  expect(must(memory.send(pay('a'), START_MS + 10)).payment).toEqual(first.payment);
  payOk(memory, pay('b'), START_MS + 10);
});

const OTHER_INPUT: Readonly<Record<string, readonly [Command, Command]>> = {
  'for a payment': [pay('a'), pay('b', { change: { idempotencyKey: 'key-a' } })],
  'for a mandate after a payment': [
    pay('a'),
    requestMandate(scope(), { mandateId: OTHER_MANDATE, ...key, idempotencyKey: 'key-a' }),
  ],
  'for a payment after a mandate': [
    requestMandate(scope(), { mandateId: OTHER_MANDATE, ...key }),
    pay('b', { change: { idempotencyKey: 'key-m' } }),
  ],
  'for a mandate': [
    requestMandate(scope(), { mandateId: OTHER_MANDATE, ...key }),
    requestMandate(scope(), { mandateId: idOf('mand', 3), ...key, inputHash: 'other' }),
  ],
  'for a reply': [pay('a'), conclude({ inputHash: 'other' })],
  'for a payment after what was free': [conclude(), pay('b', { change: { idempotencyKey: 'key-a' } })],
};
test.each(Object.entries(OTHER_INPUT))(
  'the same key with another input is refused: %s',
  (_, [first, second]) => {
    const memory = openMemory();
    enrol(memory);
    answer(memory.commit([first], START_MS)[0]);
    const before = dump(memory);
    const [verdict] = memory.commit([second], START_MS);
    expect(verdict).toMatchObject({ outcome: { outcome: 'refused', code: 'idempotency_key_reused' } });
    expect(dump(memory)).toEqual(before);
  },
);

test('the key of another agent is another key', () => {
  const memory = openMemory();
  enrol(memory);
  must(memory.send(registerAgent(OTHER_AGENT), START_MS));
  must(memory.send(requestMandate(scope(), { agentId: OTHER_AGENT, mandateId: OTHER_MANDATE }), START_MS));
  const open = openApproval('mandate.approve', OTHER_MANDATE);
  must(memory.send(open, START_MS));
  must(memory.send(signApproval(open.approvalId), START_MS));
  const change = { idempotencyKey: 'key-a', inputHash: pay('a').inputHash };
  const mine = payOk(memory, pay('a'));
  const theirs = payOk(
    memory,
    pay('b', { change: { ...change, agentId: OTHER_AGENT, mandateId: OTHER_MANDATE } }),
  );
  expect(theirs.id).not.toBe(mine.id);
  expect(memory.all('request').map(({ id }) => id)).toEqual([`${AGENT}/key-a`, `${OTHER_AGENT}/key-a`]);
});

const offers = [offer()];
const handed = { source: 'agent', statedOrigin: null, offers } as const;
const PASSING: Readonly<
  Record<string, readonly [Command<'payment.authorize'>, Command<'payment.authorize'>]>
> = {
  'a chain that does not answer': [pay('a', { change: { chainSkewSeconds: null } }), pay('a')],
  'a chain whose clock is off': [pay('a', { change: { chainSkewSeconds: 99 } }), pay('a')],
  'a payee the wallet has not looked at yet': [
    pay('a', { seen: [], change: { challenge: handed, isProbed: false } }),
    pay('a', { seen: offers.flatMap(priceOf), change: { challenge: handed } }),
  ],
};
test.each(Object.entries(PASSING))(
  '%s leaves no trace, and the same key passes when it has passed',
  (_, [first, second]) => {
    const memory = openMemory();
    enrol(memory);
    const before = dump(memory);
    expect(memory.send(first, START_MS)).toMatchObject({ outcome: 'refused' });
    expect(dump(memory)).toEqual(before);
    expect(refusalOf(memory.send(second, START_MS))).toBeNull();
  },
);

test('the first answer of a payee stays, and says what was delivered for the money', () => {
  const memory = openMemory();
  paid(memory);
  const first = must(memory.send(conclude(), START_MS));
  expect(must(memory.send(conclude({ reply: { ...reply, status: 500 } }), START_MS + 1))).toEqual(first);
  expect(memory.all('entry').at(-1)).toMatchObject({
    kind: 'payment.delivered',
    subjectId: idOf('pay', 'a'),
    body: `{"bodyHash":"${nodeHash.sha256('aGk=')}","receipt":null,"status":200}`,
  });
});

const TAKEN: Readonly<Record<string, Command>> = {
  "a wallet's id by other keys": {
    ...createWallet(),
    operatorAddress: '0x00000000000000000000000000000000000000ab',
  },
  "an agent's id by another token": { ...registerAgent(), tokenHash: 'other' },
  "a mandate's id by another agent": requestMandate(scope(), { agentId: OTHER_AGENT }),
  'a checkpoint of another chain': { type: 'checkpoint.add', chain: 'system', checkpoint: checkpoint(1) },
  'a checkpoint of more than there is': { type: 'checkpoint.add', chain: WALLET, checkpoint: checkpoint(99) },
  'a checkpoint of nothing': { type: 'checkpoint.add', chain: WALLET, checkpoint: checkpoint(0) },
  'a mandate that has not ended': { type: 'mandate.expire', walletId: WALLET, mandateId: MANDATE },
};
test.each(Object.entries(TAKEN))('%s is refused, and nothing changes', (_, command) => {
  const memory = openMemory();
  enrol(memory);
  must(memory.send(registerAgent(OTHER_AGENT), START_MS));
  const before = dump(memory);
  const [verdict] = memory.commit([command], START_MS);
  expect(verdict).toMatchObject({ outcome: { outcome: 'refused', code: 'state_conflict' } });
  expect(dump(memory)).toEqual(before);
});

test('nobody asks, registers or concludes in the name of what is not there', () => {
  const memory = openMemory();
  expect(memory.send(registerAgent(), START_MS)).toMatchObject({ code: 'wallet_not_found' });
  expect(memory.send(requestMandate(scope()), START_MS)).toMatchObject({ code: 'agent_not_found' });
  expect(memory.send(conclude(), START_MS)).toMatchObject({ code: 'agent_not_found' });
  enrol(memory);
  const open = openApproval('agent.revoke', AGENT);
  must(memory.send(open, START_MS));
  must(memory.send(signApproval(open.approvalId), START_MS));
  const asked = requestMandate(scope(), { mandateId: OTHER_MANDATE });
  expect(memory.send(asked, START_MS)).toMatchObject({ code: 'agent_revoked' });
});

test('every code that the core can return is reached by a test of the core', () => {
  const core = new URL('../../src/core/', import.meta.url);
  const here = new URL('./', import.meta.url);
  const read = (folder: URL, wanted: (name: string) => boolean) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .filter(wanted)
      .map((name) => readFileSync(new URL(name, folder), 'utf8'))
      .join('\n');
  const source = read(core, (name) => !name.endsWith('.test.ts') && name !== 'refusal.ts');
  const isTest = (name: string) => name.endsWith('.test.ts');
  const tests = read(here, isTest) + read(core, isTest);
  const codes = Object.keys(REFUSALS).filter((code) => source.includes(`'${code}'`));
  expect(codes.length).toBeGreaterThan(40);
  expect(codes.filter((code) => !tests.includes(`'${code}'`))).toEqual([]);
});
