import { afterEach, expect, test } from 'vitest';
import { type CardOpening, type CardWorld, MERCHANT, openCardWorld } from './cards.ts';

let open: CardWorld | null = null;
afterEach(async () => {
  await open?.close();
  open = null;
});

async function start(opening: CardOpening = {}): Promise<CardWorld> {
  open = await openCardWorld(opening);
  return open;
}

/** The only card there is. */
async function only({ agent }: CardWorld) {
  const { cards } = await agent.card.list({});
  expect(cards.length).toBe(1);
  return cards[0] as (typeof cards)[number];
}

/** Asks for a card; the call may not be finished. */
async function ask({ agent, mandate }: CardWorld, amount = '25.00'): Promise<void> {
  await agent.card.create({ amount, mandate: await mandate() }).catch((error) => {
    expect(error.name).toBe('PendingError');
  });
}

test.each(['before', 'after'] as const)(
  'a treasury that failed %s it took the money is asked again',
  async (when) => {
    const world = await start();
    world.treasury.fail(when, 2);
    await ask(world);
    expect(await only(world)).toMatchObject({ state: 'pending', locked: '25.00' });
    await world.round.settle();
    await world.round.settle();
    expect(await only(world)).toMatchObject({ state: 'active', unused: '25.00' });
    expect([world.treasury.taken.size, world.treasury.calls.take]).toEqual([1, 3]);
  },
);

test('an issuer that made the card and lost its answer makes no second one', async () => {
  const world = await start();
  world.issuer.network.faults.issue = 'timeout_after_create';
  await ask(world);
  await world.round.settle();
  const card = await only(world);
  expect(card.state).toBe('active');
  expect(world.issuer.network.find({ reference: card.id })?.lastFour).toBe(card.lastFour);
});

test('a problem is logged when it comes up, and not each time it is met again', async () => {
  const world = await start();
  world.treasury.fail('before', 4);
  await ask(world);
  const card = await only(world);
  for (let i = 0; i < 3; i += 1) await world.round.settle();
  expect(world.logged).toEqual([`${card.id}: The treasury does not answer`]);
  await world.round.settle();
  expect(await only(world)).toMatchObject({ state: 'active' });
});

test('two rounds at once do everything once', async () => {
  const world = await start();
  world.treasury.fail('before', 1);
  await ask(world);
  await Promise.all([world.round.settle(), world.round.settle(), world.round.settle()]);
  const { id } = await only(world);
  expect(await only(world)).toMatchObject({ state: 'active', unused: '25.00' });
  const { transactions } = await world.agent.card.transactions({ card: id });
  expect(transactions.map(({ kind }) => kind)).toEqual(['created', 'funded', 'issued']);
});

test('money that nobody took in time goes back when the chain proves it', async () => {
  const world = await start();
  world.treasury.fail('before', 1000);
  await ask(world);
  world.clock.advance(121_000);
  await world.round.settle();
  const taken = world.treasury.calls.take;
  await world.round.settle();
  expect(world.treasury.calls.take).toBe(taken);
  await world.prove();
  const { store, walletId } = world.world.context;
  const [payment] = await store.read.openPayments({ walletId }, { limit: 10 });
  if (payment?.authorization == null) throw new Error('There is no open payment');
  const proof = {
    kind: 'released',
    blockNumber: 2,
    blockHash: `0x${'2'.padStart(64, '0')}`,
    blockSeconds: payment.authorization.validBeforeSeconds,
  } as const;
  const released = await store.commit({ type: 'payment.release', walletId, paymentId: payment.id, proof });
  expect(released).toMatchObject({ outcome: 'ok' });
  expect(await only(world)).toMatchObject({ state: 'failed' });
  expect(await world.operator.wallet.balance()).toMatchObject({ available: '200.00' });
});

test('a frozen wallet signs nothing for a card that waits', async () => {
  const world = await start();
  world.treasury.fail('before', 1);
  await ask(world);
  await world.approve('wallet.freeze', world.world.context.walletId);
  await world.round.settle();
  expect([world.treasury.calls.take, (await only(world)).state]).toEqual([1, 'pending']);
  await world.approve('wallet.unfreeze', world.world.context.walletId);
  await world.round.settle();
  expect(await only(world)).toMatchObject({ state: 'active' });
});

test('a card whose time is over is closed, and its money comes back once', async () => {
  const world = await start({ policy: { ttlMs: 3_600_000 } });
  const id = await world.card('25.00');
  await world.prove();
  world.clock.advance(3_600_000);
  world.treasury.fail('after', 1);
  await world.round.settle();
  expect(await only(world)).toMatchObject({ state: 'closed', reason: 'ttl', returned: '25.00' });
  await world.round.settle();
  expect([world.treasury.sent.size, world.treasury.calls.payBack]).toEqual([1, 2]);
  await world.round.settle();
  expect(world.treasury.calls.payBack).toBe(2);
  world.clock.advance(5 * 60_000);
  await world.round.settle();
  await world.round.settle();
  expect([world.treasury.sent.size, world.treasury.calls.payBack]).toEqual([1, 3]);
  await world.prove();
  expect(await world.operator.wallet.balance()).toMatchObject({ available: '200.00' });
  world.clock.advance(5 * 60_000);
  await world.round.settle();
  expect(world.treasury.calls.payBack).toBe(3);
  expect(world.issuer.network.find({ reference: id })?.state).toBe('closed');
});

test('what the issuer told and nobody took is read from its history', async () => {
  const world = await start();
  const id = await world.card('25.00');
  const { network } = world.issuer;
  const card = { reference: id };
  await network.authorize({ card, ref: 'a1', amountCents: 2_500n, merchant: MERCHANT });
  network.faults.delivery = 'dropped';
  await network.clear({ card, auth: 'a1', amountCents: 2_500n });
  expect(await only(world)).toMatchObject({ state: 'consumed', captured: '0.00' });
  await world.round.reconcile();
  expect(await only(world)).toMatchObject({ state: 'closed', captured: '25.00' });
  const { transactions } = await world.agent.card.transactions({ card: id });
  await world.round.reconcile();
  network.faults.delivery = 'in_order';
  await network.redeliver();
  const again = await world.agent.card.transactions({ card: id });
  expect(again.transactions).toEqual(transactions);
});

test('a card that the issuer works on and forgot to tell of is asked for', async () => {
  const world = await start();
  world.issuer.network.faults.issue = 'pending';
  await ask(world);
  const { id } = await only(world);
  world.issuer.network.faults.delivery = 'dropped';
  await world.issuer.network.activate({ reference: id });
  expect(await only(world)).toMatchObject({ state: 'pending' });
  await world.round.reconcile();
  expect(await only(world)).toMatchObject({ state: 'active' });
});
