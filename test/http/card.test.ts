import { afterEach, expect, test } from 'vitest';
import { type CardOpening, type CardWorld, codeOf, MERCHANT, openCardWorld, SHOP } from './cards.ts';
import { TOKENS } from './world.ts';

let open: CardWorld | null = null;
afterEach(async () => {
  await open?.close();
  open = null;
});

async function start(opening: CardOpening = {}): Promise<CardWorld> {
  open = await openCardWorld(opening);
  return open;
}

test('a card is paid for, made, charged once, captured in part, and the rest comes back', async () => {
  const { agent, issuer, mandate, operator, prove, round, treasury } = await start({ feeCents: 50n });
  const under = await mandate('50.00');
  const { card, status } = await agent.card.create({
    amount: '25.00',
    mandate: under,
    merchant: SHOP,
    label: 'A book',
  });
  expect(status).toBe('finished');
  expect(card).toMatchObject({
    state: 'active',
    label: 'A book',
    hosts: [SHOP],
    locked: '25.00',
    unused: '25.00',
    fee: '0.50',
    sandbox: true,
    issuer: 'sandbox',
  });
  expect(card.lastFour).toMatch(/^\d{4}$/);
  expect(treasury.taken.size).toBe(1);
  expect(await agent.mandate.get({ mandate: under })).toMatchObject({
    reserved: '25.50',
    remaining: '24.50',
  });
  const before = await operator.wallet.balance();
  expect([before.available, before.assets[0]?.onCards, before.assets[0]?.returning]).toEqual([
    '174.50',
    '25.00 USDC',
    '0.00 USDC',
  ]);

  const { network } = issuer;
  const reference = { reference: card.id };
  const first = await network.authorize({
    card: reference,
    ref: 'a1',
    amountCents: 2_000n,
    merchant: MERCHANT,
  });
  expect(first).toMatchObject({ outcome: 'approved', approvedCents: 2_000n });
  const second = await network.authorize({
    card: reference,
    ref: 'a2',
    amountCents: 100n,
    merchant: MERCHANT,
  });
  expect(second).toMatchObject({ outcome: 'declined', reason: 'card_used' });
  await prove();
  await network.clear({ card: reference, auth: 'a1', amountCents: 1_800n });
  expect(await agent.card.get({ card: card.id })).toMatchObject({
    state: 'closed',
    reason: 'settled',
    captured: '18.00',
  });
  await round.settle();
  const back = await operator.wallet.balance();
  expect([back.available, back.assets[0]?.onCards, back.assets[0]?.returning]).toEqual([
    '174.50',
    '0.00 USDC',
    '7.00 USDC',
  ]);
  await prove();
  expect(await operator.wallet.balance()).toMatchObject({ available: '181.50' });
  expect(await agent.mandate.get({ mandate: under })).toMatchObject({ remaining: '31.50' });
  expect(await agent.card.balance({ card: card.id })).toEqual({
    card: card.id,
    state: 'closed',
    locked: '25.00',
    unused: '0.00',
    held: '0.00',
    captured: '18.00',
    returned: '7.00',
    refunded: '0.00',
    disputed: '0.00',
    shortfall: '0.00',
    suspense: '0.00',
    fee: '0.50',
  });
  const { transactions } = await agent.card.transactions({ card: card.id });
  expect(transactions.map(({ kind }) => kind)).toContain('payback_settled');
  expect(transactions.find(({ answer }) => answer === 'declined')).toMatchObject({
    kind: 'authorization',
    amount: '1.00',
    decline: { reason: 'card_used', retry: 'never' },
    merchant: MERCHANT,
  });
  expect(issuer.network.find(reference)?.state).toBe('closed');
});

test('the same key makes one card; another input under it is refused', async () => {
  const { agent, mandate, treasury, world } = await start();
  const body = { amount: '10.00', mandate: await mandate() };
  const call = {
    method: 'POST',
    path: '/v1/cards',
    token: TOKENS.agent,
    headers: { 'idempotency-key': 'k' },
  } as const;
  const first = await world.send({ ...call, body });
  const again = await world.send({ ...call, body });
  expect([first.status, again.status, again.headers['idempotent-replayed']]).toEqual([200, 200, 'true']);
  expect(again.json).toEqual(first.json);
  const other = await world.send({ ...call, body: { ...body, amount: '11.00' } });
  expect([other.status, other.json.code]).toEqual([422, 'idempotency_key_reused']);
  expect([treasury.taken.size, (await agent.card.list({})).cards.length]).toEqual([1, 1]);
});

test.each([
  ['more than two decimals', { amount: '10.001' }, 'amount_invalid'],
  ['nothing', { amount: '0' }, 'amount_invalid'],
  ['more than the mandate has', { amount: '101.00' }, 'mandate_budget_exceeded'],
  ['a host that is not in the mandate', { merchant: 'other.example' }, 'payee_not_in_scope'],
  ['a longer life than allowed', { ttl: '2d' }, 'card_option_not_allowed'],
  ['a kind of merchant that is blocked', { mccs: ['7995'] }, 'card_option_not_allowed'],
  ['a field there is not', { blockedMccs: [] }, 'field_unknown'],
])('a card for %s is refused and nothing moves', async (_, change, code) => {
  const { agent, mandate, operator, treasury } = await start();
  const input = { amount: '10.00', mandate: await mandate(), ...change };
  expect(await codeOf(agent.card.create(input))).toBe(code);
  expect([treasury.calls.take, (await operator.wallet.balance()).available]).toEqual([0, '200.00']);
});

test('a wallet without an issuer makes no cards', async () => {
  const { agent, world, mandate } = await start();
  const { cards: _, ...rest } = world.context;
  const { create } = await import('../../src/operations/card.ts');
  const caller = { kind: 'agent', agent: world.agents.agent } as const;
  const input = create.input.parse({ amount: '1.00', mandate: await mandate() });
  const answer = await create.run({ ...rest, cards: null }, { caller, input, idempotencyKey: 'k' });
  expect(answer).toMatchObject({ outcome: 'refused', code: 'cards_not_configured' });
  expect((await agent.card.list({})).cards).toEqual([]);
});

test('a card that the issuer refuses is given back whole, with its fee', async () => {
  const { agent, issuer, mandate, operator, prove, round } = await start({ feeCents: 50n });
  issuer.network.faults.issue = 'error';
  const under = await mandate();
  const error = await agent.card.create({ amount: '25.00', mandate: under }).catch((reason) => reason);
  expect(error).toMatchObject({ code: 'issuer_refused' });
  await prove();
  await round.settle();
  await prove();
  expect(await operator.wallet.balance()).toMatchObject({ available: '200.00' });
  expect(await agent.mandate.get({ mandate: under })).toMatchObject({ remaining: '100.00' });
  expect(await agent.card.get({ card: error.numbers.cardId })).toMatchObject({ state: 'failed' });
});

test('a card that the issuer works on is answered as pending, and becomes active when it says so', async () => {
  const { agent, issuer, mandate, world } = await start();
  issuer.network.faults.issue = 'pending';
  const body = { amount: '25.00', mandate: await mandate() };
  const call = {
    method: 'POST',
    path: '/v1/cards',
    token: TOKENS.agent,
    headers: { 'idempotency-key': 'k' },
    body,
  } as const;
  const first = await world.send(call);
  expect([first.status, first.json.status]).toEqual([202, 'pending']);
  const [card] = (await agent.card.list({})).cards;
  await issuer.network.activate({ reference: card?.id ?? '' });
  const again = await world.send(call);
  expect([again.status, again.json.status, again.json.card]).toMatchObject([
    200,
    'finished',
    { state: 'active' },
  ]);
});

test('an agent sees and touches its own cards only', async () => {
  const { card, other } = await start();
  const id = await card('10.00');
  const calls = [
    other.card.get({ card: id }),
    other.card.balance({ card: id }),
    other.card.transactions({ card: id }),
    other.card.close({ card: id }),
    other.card.freeze({ card: id }),
    other.card.withdraw({ card: id }),
    other.card.recharge({ card: id, amount: '1.00' }),
    other.card.reveal({ card: id }),
    other.card.show({ card: id, token: 'x' }),
    other.card.challenge({ card: id }),
    other.card.fill({ card: id, endpoint: 'http://127.0.0.1:9222' }),
  ];
  const codes = await Promise.all(calls.map((call) => call.catch((error) => error.code)));
  // No browser is driven here, and that is looked at before the card.
  expect(codes).toEqual([...Array(10).fill('card_not_found'), 'cards_not_configured']);
  expect((await other.card.list({})).cards).toEqual([]);
});

test('a frozen card takes no charge until the operator signs; a closed one never', async () => {
  const { agent, approve, card, issuer } = await start();
  const id = await card('10.00');
  const charge = (ref: string) =>
    issuer.network.authorize({ card: { reference: id }, ref, amountCents: 500n, merchant: MERCHANT });
  expect(await agent.card.freeze({ card: id })).toMatchObject({ card: { state: 'frozen' }, isDone: true });
  expect(issuer.network.find({ reference: id })?.state).toBe('paused');
  expect(await charge('a1')).toMatchObject({ outcome: 'declined', reason: 'card_frozen' });
  await approve('card.unfreeze', id);
  expect(await agent.card.get({ card: id })).toMatchObject({ state: 'active' });
  expect(await agent.card.close({ card: id })).toMatchObject({
    card: { state: 'closed', reason: 'user_closed' },
  });
  expect(await charge('a2')).toMatchObject({ outcome: 'declined', reason: 'card_closed' });
  expect(await codeOf(agent.card.freeze({ card: id }))).toBe('card_not_active');
});

test('a recharge raises the lock at the issuer, and a withdrawal lowers it; each key does it once', async () => {
  const { agent, card, issuer, world, treasury } = await start();
  const id = await card('10.00');
  const send = (verb: string, key: string, amount: string) =>
    world.send({
      method: 'POST',
      path: `/v1/cards/${id}/${verb}`,
      token: TOKENS.agent,
      headers: { 'idempotency-key': key },
      body: { amount },
    });
  const lock = () => issuer.network.find({ reference: id })?.lockCents;
  const up = await send('recharge', 'up', '5.00');
  expect([up.status, up.json.status, lock()]).toEqual([200, 'finished', 1_500n]);
  expect((await send('recharge', 'up', '5.00')).status).toBe(200);
  expect([treasury.taken.size, lock()]).toEqual([2, 1_500n]);
  const down = await send('withdraw', 'down', '3.00');
  expect([down.status, lock()]).toEqual([200, 1_200n]);
  expect((await send('withdraw', 'down', '3.00')).json).toMatchObject({ card: { unused: '12.00' } });
  const reused = await send('withdraw', 'down', '4.00');
  expect([reused.status, reused.json.code]).toEqual([422, 'idempotency_key_reused']);
  expect(await agent.card.balance({ card: id })).toMatchObject({
    locked: '15.00',
    returned: '3.00',
    unused: '12.00',
  });
  expect(await codeOf(agent.card.withdraw({ card: id, amount: '99.00' }))).toBe('withdrawal_exceeds_unused');
});
