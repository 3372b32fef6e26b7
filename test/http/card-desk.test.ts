import { afterEach, beforeEach, expect, test } from 'vitest';
import type { MessageAnswer, MessageBody, NetworkMessage } from '../../src/core/card/network.ts';
import type { CardId } from '../../src/core/id.ts';
import type { Store } from '../../src/core/ports.ts';
import { createCardDesk } from '../../src/operations/card-desk.ts';
import { type CardWorld, openCardWorld } from './cards.ts';

const POLICY = { decisionMsMax: 1500 };
const LATE: MessageAnswer = { kind: 'declined', reason: 'issuer_timeout' };
const SELLER = { name: 'SHOP EXAMPLE', id: null, mcc: '5734', country: 'US' };

let open: CardWorld;
let card: CardId;
let token: string;
beforeEach(async () => {
  open = await openCardWorld();
  card = await open.card('25.00');
  token = open.issuer.network.find({ reference: card })?.token ?? '';
});
afterEach(() => open.close());

function purchase(id: string, cents: bigint, auth = 'a1'): NetworkMessage {
  const body: MessageBody = {
    kind: 'authorization',
    mode: 'ask',
    auth,
    purpose: 'purchase',
    amountUnits: cents * 10_000n,
    merchant: SELLER,
    code: 'match',
    expiry: 'match',
    initiator: 'cardholder',
    isPartialCapable: false,
    challenge: null,
    expiresAtMs: null,
    decline: null,
  };
  return { id, sentAtMs: null, ...body };
}

/** A desk over the real books whose answers are held back until `let` is called. */
function slowDesk() {
  const { store, walletId } = open.world.context;
  const gate = Promise.withResolvers<void>();
  const started = Promise.withResolvers<void>();
  const commit: Store['commit'] = async (command) => {
    const outcome = await store.commit(command);
    started.resolve();
    await gate.promise;
    return outcome;
  };
  const logged: string[] = [];
  const log = (line: string) => void logged.push(line);
  const desk = createCardDesk({
    store: { ...store, commit },
    clock: open.clock,
    policy: POLICY,
    walletId,
    log,
  });
  return { desk, letGo: gate.resolve, isBooked: started.promise, logged };
}

/** What is held on the card, and what may still be taken from it. */
async function standing() {
  const { held, state, unused } = await open.agent.card.balance({ card });
  return { state, held, unused };
}

test('a charge is decided by the books, and the same message gets the same answer', async () => {
  const notice = { token, message: purchase('m1', 1_000n) };
  const first = await open.desk.decide('sandbox', notice);
  expect(first).toEqual({ kind: 'approved', approvedUnits: 10_000_000n, isPartial: false });
  expect(await open.desk.decide('sandbox', notice)).toEqual(first);
  expect(await standing()).toEqual({ state: 'consumed', held: '10.00', unused: '15.00' });
});

test('a card that nobody knows is closed, and what is told of it is passed over', async () => {
  const notice = { token: 'stranger', message: purchase('m1', 1_000n) };
  expect(await open.desk.decide('sandbox', notice)).toEqual({ kind: 'declined', reason: 'card_closed' });
  await open.desk.record('sandbox', notice);
  await open.desk.issued('sandbox', 'stranger', 'active');
});

test('an approval that comes too late is answered with no, and taken back as soon as it is known', async () => {
  const { desk, letGo, isBooked } = slowDesk();
  const message = purchase('m1', 1_000n);
  const answer = desk.decide('sandbox', { token, message });
  await isBooked;
  open.clock.advance(1500);
  expect(await answer).toEqual(LATE);
  letGo();
  await desk.settle();
  expect(await standing()).toEqual({ state: 'active', held: '0.00', unused: '25.00' });
  expect(await desk.decide('sandbox', { token, message })).toEqual(LATE);
  expect(await standing()).toEqual({ state: 'active', held: '0.00', unused: '25.00' });
});

test('a late increment is taken back without what was approved before it', async () => {
  await open.desk.decide('sandbox', { token, message: purchase('m1', 1_000n) });
  const { desk, letGo, isBooked } = slowDesk();
  const about = { kind: 'increment', mode: 'ask', auth: 'a1', amountUnits: 5_000_000n } as const;
  const answer = desk.decide('sandbox', { token, message: { id: 'm2', sentAtMs: null, ...about } });
  await isBooked;
  open.clock.advance(1500);
  expect(await answer).toEqual(LATE);
  letGo();
  await desk.settle();
  expect(await standing()).toEqual({ state: 'consumed', held: '10.00', unused: '15.00' });
});

test('where the books cannot be reached the answer is no; what they hold is found out later', async () => {
  const { store, walletId } = open.world.context;
  const left = { broken: 2 };
  const commit: Store['commit'] = async (command) => {
    const outcome = await store.commit(command);
    left.broken -= 1;
    if (left.broken >= 0) throw new Error('The answer was lost');
    return outcome;
  };
  const logged: string[] = [];
  const log = (line: string) => void logged.push(line);
  const desk = createCardDesk({
    store: { ...store, commit },
    clock: open.clock,
    policy: POLICY,
    walletId,
    log,
  });
  const answer = desk.decide('sandbox', { token, message: purchase('m1', 1_000n) });
  await desk.settle();
  open.clock.advance(1500);
  expect(await answer).toEqual(LATE);
  await desk.settle().catch(() => {});
  await desk.settle();
  expect(await standing()).toEqual({ state: 'active', held: '0.00', unused: '25.00' });
});

test('after its time a question books nothing', async () => {
  const { clock, world } = open;
  const { store, walletId } = world.context;
  const late: Store['commit'] = (command) => {
    clock.advance(1501);
    return store.commit(command);
  };
  const desk = createCardDesk({
    store: { ...store, commit: late },
    clock,
    policy: POLICY,
    walletId,
    log: () => {},
  });
  expect(await desk.decide('sandbox', { token, message: purchase('m1', 1_000n) })).toEqual(LATE);
  expect(await standing()).toEqual({ state: 'active', held: '0.00', unused: '25.00' });
});

test('a message that could not be kept is refused, so that the issuer sends it again', async () => {
  const { store, walletId } = open.world.context;
  const commit: Store['commit'] = async () => {
    throw new Error('The books are shut');
  };
  const desk = createCardDesk({
    store: { ...store, commit },
    clock: open.clock,
    policy: POLICY,
    walletId,
    log: () => {},
  });
  const message = purchase('m1', 1_000n);
  await expect(desk.record('sandbox', { token, message })).rejects.toThrow('The books are shut');
});
