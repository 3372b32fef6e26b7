import { describe, expect, test } from 'vitest';
import { mirrorOf } from '../../src/core/card/mirror.ts';
import type { Payment } from '../../src/core/payment.ts';
import type { RefusalCode } from '../../src/core/refusal.ts';
import { findBreach } from './breach.ts';
import { findCardBreach } from './card-breach.ts';
import { stand } from './card-script.ts';
import {
  available,
  CARD,
  cardOf,
  controls,
  fund,
  HOUR_MS,
  issue,
  nextBlock,
  OPENING,
  type Order,
  openCard,
  openWorld,
  order,
  orderCard,
  payAllBack,
  paybackLog,
  release,
  type Setting,
  send,
  settle,
  TREASURY,
  tell,
  WALLET_ADDRESS,
  type World,
} from './card-world.ts';
import {
  AGENT,
  approve,
  block,
  HOST,
  idOf,
  MANDATE,
  must,
  observe,
  offer,
  openApproval,
  registerAgent,
  requestMandate,
  START_MS,
  scope,
  signApproval,
  token,
  USDC,
  WALLET,
} from './cast.ts';

const CENT = 10_000n;
const PAYBACK = `back_${CARD.slice(5)}_1`;
const MERCHANT = { name: 'Shop', id: null, mcc: null, country: null };

function sound({ memory }: World): void {
  expect(findBreach(memory, 60)).toBeNull();
  expect(findCardBreach(memory)).toBeNull();
}

function paybacks({ memory }: World): readonly string[] {
  return memory.all('payback').map((one) => `${one.kind} ${one.state} ${one.amountUnits / CENT}`);
}

/** What the mandate has taken in all its windows: reserved and settled, in cents. */
function taken({ memory }: World): readonly string[] {
  const all = memory.all('counter').filter(({ window }) => !window.startsWith('resource:'));
  return [
    ...new Set(
      all.map(({ reservedUnits, settledUnits }) => `${reservedUnits / CENT} ${settledUnits / CENT}`),
    ),
  ];
}

function force(world: World, cents: bigint): void {
  const open = { kind: 'clearing', auth: null, record: 'c', isFinal: true, merchant: MERCHANT } as const;
  tell(world, { id: `force ${cents}`, sentAtMs: null, ...open, amountUnits: cents * CENT });
}

function ask(world: World, cents: bigint, auth = 'a1') {
  const open = { kind: 'authorization', mode: 'ask', auth, purpose: 'purchase', merchant: MERCHANT } as const;
  const seen = { code: 'match', expiry: 'match', initiator: 'cardholder', isPartialCapable: false } as const;
  const rest = { challenge: null, expiresAtMs: null, decline: null };
  return tell(world, {
    id: `ask ${auth}`,
    sentAtMs: null,
    ...open,
    ...seen,
    ...rest,
    amountUnits: cents * CENT,
  });
}

function capture(world: World, cents: bigint, auth = 'a1'): void {
  const open = { kind: 'clearing', record: 'c', isFinal: true, merchant: MERCHANT } as const;
  tell(world, { id: `capture ${auth}`, sentAtMs: null, ...open, auth, amountUnits: cents * CENT });
}

function control(world: World, act: object): void {
  const actor = { kind: 'operator', id: 'o' } as const;
  const actId = `act ${world.memory.all('event').length}`;
  send(world, {
    type: 'card.control',
    walletId: WALLET,
    cardId: CARD,
    actId,
    actor,
    act: act as { kind: 'close' },
  });
}

describe('making', () => {
  test('a card locks its money and charges its fee in the commit that allows its payment', () => {
    const world = openWorld();
    const payment = order(world, { fee: 50 });
    expect(payment).toMatchObject({
      mode: 'card',
      cardId: CARD,
      state: 'reserved',
      offer: { rail: 'card', payTo: TREASURY, priceUnits: 2550n * CENT },
      authorization: { from: WALLET_ADDRESS, to: TREASURY, valueUnits: 2550n * CENT },
    });
    expect(cardOf(world)).toMatchObject({
      state: 'pending',
      work: 'fund',
      lockedUnits: 2500n * CENT,
      reservedUnits: 2500n * CENT,
      feeUnits: 50n * CENT,
      fundings: [{ paymentId: payment.id, state: 'open', isLoaded: true, restoredUnits: 0n }],
      controls: { hosts: [HOST] },
      expiresAtMs: START_MS + 24 * HOUR_MS,
      dueAtMs: START_MS + 24 * HOUR_MS,
      decisionSeq: payment.decisionSeq,
      mirrorVersion: 0,
      events: 1,
    });
    expect(available(world)).toBe(OPENING - 2550n * CENT);
    expect(taken(world)).toEqual(['2550 0']);
    expect(world.memory.all('entry').at(-1)).toMatchObject({ kind: 'card.created', subjectId: CARD });
    sound(world);
  });

  test('a key that is used again answers with its card, and makes no second one', () => {
    const world = openWorld();
    const payment = order(world);
    const again = orderCard({ n: 1, card: idOf('card', 2) });
    expect(send(world, again)).toEqual({ outcome: 'ok', payment, isReplay: true });
    expect(world.memory.all('card').length).toBe(1);
  });

  test('the time limit of a card is never after its mandate', () => {
    const world = openWorld({ scope: { expiresAtMs: START_MS + HOUR_MS } });
    order(world);
    expect(cardOf(world).expiresAtMs).toBe(START_MS + HOUR_MS);
  });

  test('the issuer is asked once the money was taken, and what it made can be charged', () => {
    const world = openWorld();
    const payment = order(world);
    expect(ask(world, 2500n)).toEqual({ kind: 'declined', reason: 'card_not_active' });
    const early = { token: 't', lastFour: '4242', expiry: '12/30', isPending: false };
    const issued = { type: 'card.issued', walletId: WALLET, cardId: CARD, ...early } as const;
    expect(world.memory.send(issued, world.nowMs)).toMatchObject({ code: 'state_conflict' });
    fund(world, payment.id);
    expect(cardOf(world)).toMatchObject({ state: 'pending', work: 'issue' });
    issue(world, CARD, true);
    expect(cardOf(world)).toMatchObject({ state: 'pending', work: 'none', token: `tok ${CARD}` });
    issue(world);
    expect(cardOf(world)).toMatchObject({ state: 'active', work: 'none', lastFour: '4242' });
    expect(world.memory.send(issued, world.nowMs)).toMatchObject({ code: 'state_conflict' });
    expect(ask(world, 2500n, 'a2')).toEqual({
      kind: 'approved',
      approvedUnits: 2500n * CENT,
      isPartial: false,
    });
    sound(world);
  });

  test('a card that was closed while it was made is closed at the issuer too', () => {
    const world = openWorld();
    fund(world, order(world).id);
    control(world, { kind: 'close' });
    expect(cardOf(world)).toMatchObject({ state: 'closed', work: 'none' });
    issue(world);
    expect(cardOf(world)).toMatchObject({ state: 'closed', work: 'mirror' });
    expect(mirrorOf(cardOf(world)).state).toBe('closed');
  });

  test('what the issuer refuses to make goes back whole, with the fee', () => {
    const world = openWorld();
    const payment = order(world, { fee: 50 });
    fund(world, payment.id);
    send(world, { type: 'card.fail', walletId: WALLET, cardId: CARD, reason: 'No' });
    expect([stand(world), paybacks(world)]).toEqual(['failed released=2500', ['failed waiting 2550']]);
    settle(world, payment);
    payAllBack(world);
    expect([available(world), taken(world)]).toEqual([OPENING, ['0 0']]);
    expect(cardOf(world)).toMatchObject({ isFeeReturned: true, failure: 'No', work: 'none', dueAtMs: null });
    sound(world);
  });

  test('also where it was closed before the issuer could say so', () => {
    const world = openWorld();
    const payment = order(world, { fee: 50 });
    control(world, { kind: 'close' });
    send(world, { type: 'card.fail', walletId: WALLET, cardId: CARD, reason: 'No' });
    expect([stand(world), paybacks(world)]).toEqual([
      'closed user_closed released=2500',
      ['unused waiting 2500', 'failed waiting 50'],
    ]);
    settle(world, payment);
    payAllBack(world);
    expect([available(world), taken(world)]).toEqual([OPENING, ['0 0']]);
    sound(world);
  });

  test('a card that is there cannot fail', () => {
    const world = openWorld();
    openCard(world);
    const fail = { type: 'card.fail', walletId: WALLET, cardId: CARD, reason: 'No' } as const;
    expect(world.memory.send(fail, world.nowMs)).toMatchObject({ code: 'state_conflict' });
  });
});

describe('what is decided of a payment into a card', () => {
  type Case = {
    readonly expected: RefusalCode;
    readonly order?: Order;
    readonly setting?: Setting;
    readonly before?: (world: World) => void;
  };
  const [A, B] = ['a.example', 'b.example'];
  const two = { payees: { hosts: [A, B], addresses: [] } };
  const wrongPrice = [offer({ rail: 'card', payTo: TREASURY, priceUnits: 2400n * CENT })];
  const twelve = [
    offer({ rail: 'card', payTo: TREASURY, priceUnits: 2500n * CENT, asset: token(USDC.address, 7) }),
  ];
  const handed = (offers: typeof wrongPrice) => ({ source: 'wallet', statedOrigin: null, offers }) as const;
  const CASES: readonly (readonly [string, Case])[] = [
    [
      'a mandate without the rail',
      { expected: 'rail_not_in_scope', setting: { scope: { rails: ['x402'] } } },
    ],
    [
      'a mandate without hosts',
      {
        expected: 'payee_not_in_scope',
        setting: { scope: { payees: { hosts: [], addresses: [TREASURY] } } },
      },
    ],
    [
      'a host that is not signed',
      {
        expected: 'payee_not_in_scope',
        setting: { scope: two },
        order: { controls: { hosts: [A, 'c.example'] } },
      },
    ],
    ['less than a cent', { expected: 'amount_invalid', order: { change: fraction(105_000n, 0n) } }],
    [
      'a fee of less than a cent',
      { expected: 'amount_invalid', order: { change: fraction(100_000n, 5_000n) } },
    ],
    ['nothing locked', { expected: 'amount_invalid', order: { lock: 0, fee: 1 } }],
    [
      'another price than lock and fee',
      { expected: 'amount_invalid', order: { change: { challenge: handed(wrongPrice) } } },
    ],
    [
      'an asset of other decimals',
      { expected: 'no_supported_payment_option', order: { change: { challenge: handed(twelve) } } },
    ],
    [
      'an offer of another rail',
      { expected: 'no_supported_payment_option', order: { change: { challenge: handed([offer()]) } } },
    ],
    ['another mode', { expected: 'no_supported_payment_option', order: { change: { mode: 'fetch' } } }],
    [
      'lock and fee above the budget',
      {
        expected: 'mandate_budget_exceeded',
        setting: { scope: { totalUnits: 2549n * CENT } },
        order: { fee: 50 },
      },
    ],
    ['more than the wallet holds', { expected: 'insufficient_balance', setting: { holds: 2499n * CENT } }],
    [
      'a card that is not there',
      { expected: 'card_not_found', order: { kind: 'recharge', n: 2, card: CARD } },
    ],
    [
      'a card that was used',
      {
        expected: 'card_not_rechargeable',
        order: { kind: 'recharge', n: 2, card: CARD },
        before: (world) => void [openCard(world), ask(world, 2500n)],
      },
    ],
    [
      'a card that is frozen',
      {
        expected: 'card_not_rechargeable',
        order: { kind: 'recharge', n: 2, card: CARD },
        before: (world) => void [openCard(world), control(world, { kind: 'freeze' })],
      },
    ],
    [
      'a card whose time is over',
      {
        expected: 'card_not_rechargeable',
        order: { kind: 'recharge', n: 2, card: CARD },
        before: (world) => {
          openCard(world);
          world.nowMs += 24 * HOUR_MS;
        },
      },
    ],
    [
      'a card of another mandate',
      {
        expected: 'card_not_rechargeable',
        order: { kind: 'recharge', n: 2, card: CARD, change: { mandateId: idOf('mand', 2) } },
        before: (world) => void [openCard(world), otherMandate(world)],
      },
    ],
    [
      'a wallet with an open shortfall',
      {
        expected: 'card_shortfall_open',
        order: { n: 2 },
        before: (world) => void [openCard(world), force(world, 2600n)],
      },
    ],
  ];

  /** A card of any units. */
  function fraction(lockUnits: bigint, feeUnits: bigint): NonNullable<Order['change']> {
    const open = {
      kind: 'create',
      cardId: CARD,
      issuer: 'sandbox',
      label: '',
      controls: controls(),
    } as const;
    const offers = [offer({ rail: 'card', payTo: TREASURY, priceUnits: lockUnits + feeUnits })];
    return { card: { ...open, lockUnits, feeUnits }, challenge: handed(offers) };
  }

  function otherMandate({ memory }: World): void {
    const [agentId, mandateId] = [AGENT, idOf('mand', 2)];
    must(memory.send(requestMandate(scope({ rails: ['card'] }), { agentId, mandateId }), START_MS));
    const open = openApproval('mandate.approve', mandateId);
    must(memory.send(open, START_MS));
    must(memory.send(signApproval(open.approvalId), START_MS));
  }

  test.each(CASES)('%s is refused, and no card is made', (_, { expected, order: given, setting, before }) => {
    const world = openWorld(setting);
    before?.(world);
    const cards = world.memory.all('card');
    expect(send(world, orderCard(given)).payment).toMatchObject({
      state: 'denied',
      refusal: { code: expected },
    });
    expect(world.memory.all('card')).toEqual(cards);
    sound(world);
  });

  test("another agent's card is none", () => {
    const world = openWorld();
    openCard(world);
    const [agentId, mandateId] = [idOf('agt', 2), idOf('mand', 2)];
    must(world.memory.send(registerAgent(agentId), START_MS));
    must(world.memory.send(requestMandate(scope({ rails: ['card'] }), { agentId, mandateId }), START_MS));
    approve(world.memory, 'mandate.approve', mandateId);
    const made = orderCard({ n: 2, kind: 'recharge', card: CARD, change: { agentId, mandateId } });
    expect(send(world, made).payment.refusal?.code).toBe('card_not_found');
  });

  test('an id that is taken makes no card', () => {
    const world = openWorld();
    order(world);
    expect(world.memory.send(orderCard({ n: 2, card: CARD }), world.nowMs)).toMatchObject({
      code: 'state_conflict',
    });
  });

  test('a shortfall that is repaid, or that the operator does not mind, stops no card', () => {
    const minded = openWorld();
    openCard(minded);
    force(minded, 2600n);
    tell(minded, {
      id: 'r',
      sentAtMs: null,
      kind: 'refund',
      record: 'r',
      of: null,
      amountUnits: 100n * CENT,
    });
    expect(order(minded, { n: 2 }).state).toBe('reserved');
    const easy = openWorld({ policy: { shortfallBlocks: false } });
    openCard(easy);
    force(easy, 2600n);
    expect(order(easy, { n: 2 }).state).toBe('reserved');
  });

  test('a card for one merchant counts as that payee, the trace says what was looked at', () => {
    const world = openWorld({ scope: { payees: { hosts: [HOST, 'b.example'], addresses: [] } } });
    const payment = order(world, { controls: { hosts: [HOST] } });
    expect(payment.counterIds.map((id) => id.slice(MANDATE.length))).toContain(`/payee:${HOST}`);
    const body = world.memory
      .all('entry')
      .find(({ seq, chain }) => chain === WALLET && seq === payment.decisionSeq)?.body;
    const { trace } = (JSON.parse(body ?? '') as { decision: { trace: { rule: string; outcome: string }[] } })
      .decision;
    expect(trace.filter(({ rule }) => /^(integrity|card)/.test(rule))).toMatchObject([
      { rule: 'integrity.resource', outcome: 'pass' },
      { rule: 'integrity.clock', outcome: 'pass' },
      { rule: 'integrity.supported', outcome: 'pass' },
      { rule: 'integrity.scope', outcome: 'pass', inputs: { rail: 'card' } },
      { rule: 'integrity.amount', outcome: 'pass' },
      { rule: 'integrity.lifetime', outcome: 'pass' },
      { rule: 'card.amount', outcome: 'pass', inputs: { lock: '25000000', fee: '0', price: '25000000' } },
      { rule: 'integrity.payee', outcome: 'pass', inputs: { hosts: HOST, listed: `${HOST} b.example` } },
      { rule: 'card.recharge', outcome: 'pass' },
      { rule: 'card.shortfall', outcome: 'pass' },
    ]);
  });
});

describe('recharging', () => {
  const recharge = { n: 2, kind: 'recharge', card: CARD, lock: 500, fee: 10 } as const;

  test('the lock grows once the treasury took the money, and the issuer is told', () => {
    const world = openWorld();
    openCard(world);
    const payment = order(world, recharge);
    expect([stand(world), cardOf(world).work]).toEqual(['active reserved=2500', 'none']);
    expect(ask(world, 3000n)).toEqual({ kind: 'declined', reason: 'amount_exceeds_locked' });
    fund(world, payment.id);
    expect([stand(world), cardOf(world).work, cardOf(world).mirrorVersion]).toEqual([
      'active reserved=3000',
      'mirror',
      1,
    ]);
    expect(mirrorOf(cardOf(world))).toEqual({ state: 'open', lockCents: 3000n, headroomCents: 100n });
    expect(cardOf(world).feeUnits).toBe(10n * CENT);
    expect(ask(world, 3000n, 'a2').kind).toBe('approved');
    settle(world, payment);
    sound(world);
  });

  test('a recharge of a card that is still made is told once the issuer has its name', () => {
    const world = openWorld();
    fund(world, order(world).id);
    fund(world, order(world, recharge).id);
    issue(world);
    expect(cardOf(world)).toMatchObject({ state: 'active', work: 'mirror', lockedUnits: 3000n * CENT });
  });

  test('its log alone puts it on the card', () => {
    const world = openWorld();
    openCard(world);
    settle(world, order(world, recharge));
    expect(stand(world)).toBe('active reserved=3000');
    sound(world);
  });

  test('what arrives for a card that is closed goes back', () => {
    const world = openWorld();
    openCard(world);
    const payment = order(world, recharge);
    control(world, { kind: 'close' });
    expect(paybacks(world)).toEqual(['unused waiting 2500']);
    settle(world, payment);
    expect(paybacks(world)).toEqual(['unused due 2500', 'unused due 500']);
    payAllBack(world);
    expect([available(world), taken(world)]).toEqual([OPENING - 10n * CENT, ['0 10']]);
    sound(world);
  });

  test('what arrives for a card that was never made goes back with its fee', () => {
    const world = openWorld();
    const making = order(world, { fee: 50 });
    const payment = order(world, recharge);
    send(world, { type: 'card.fail', walletId: WALLET, cardId: CARD, reason: 'No' });
    settle(world, making);
    settle(world, payment);
    expect(paybacks(world)).toEqual(['failed due 2550', 'failed due 510']);
    payAllBack(world);
    expect([available(world), taken(world)]).toEqual([OPENING, ['0 0']]);
    sound(world);
  });

  test('one that is never taken changes nothing', () => {
    const world = openWorld();
    openCard(world);
    release(world, order(world, recharge));
    expect([stand(world), available(world), taken(world)]).toEqual([
      'active reserved=2500',
      OPENING - 2500n * CENT,
      ['0 2500'],
    ]);
    sound(world);
  });
});

describe('a payment that is never taken after all', () => {
  test('an unused card is none, and all is as before', () => {
    const world = openWorld();
    const payment = order(world, { fee: 50 });
    fund(world, payment.id);
    issue(world);
    release(world, payment);
    expect(stand(world)).toBe('failed');
    expect(cardOf(world)).toMatchObject({
      lockedUnits: 0n,
      feeUnits: 0n,
      work: 'mirror',
      isNumberGone: true,
    });
    expect([available(world), taken(world), world.memory.all('payback')]).toEqual([OPENING, ['0 0'], []]);
    sound(world);
  });

  test('what a recharge put on it goes back with its fee', () => {
    const world = openWorld();
    const making = order(world, { fee: 50 });
    const payment = order(world, { n: 2, kind: 'recharge', card: CARD, lock: 500, fee: 10 });
    fund(world, payment.id);
    release(world, making);
    expect([stand(world), paybacks(world)]).toEqual(['failed released=500', ['failed waiting 510']]);
    settle(world, payment);
    payAllBack(world);
    expect([available(world), taken(world)]).toEqual([OPENING, ['0 0']]);
    sound(world);
  });

  test('what waited to go back is cancelled, a closed card stays closed', () => {
    const world = openWorld();
    const payment = order(world, { fee: 50 });
    control(world, { kind: 'close' });
    release(world, payment);
    expect([stand(world), paybacks(world)]).toEqual(['closed user_closed', ['unused cancelled 2500']]);
    expect([available(world), taken(world)]).toEqual([OPENING, ['0 0']]);
    sound(world);
  });

  test('a failed card gives nothing back twice', () => {
    const world = openWorld();
    const payment = order(world, { fee: 50 });
    send(world, { type: 'card.fail', walletId: WALLET, cardId: CARD, reason: 'No' });
    release(world, payment);
    expect([stand(world), paybacks(world), available(world)]).toEqual([
      'failed',
      ['failed cancelled 2550'],
      OPENING,
    ]);
    sound(world);
  });

  test('what merchants took meanwhile is the issuer’s to carry, and a refund repays it', () => {
    const world = openWorld();
    const payment = order(world);
    fund(world, payment.id);
    issue(world);
    ask(world, 2000n);
    capture(world, 2000n);
    tell(world, { id: 'r', sentAtMs: null, kind: 'refund', record: 'r', of: null, amountUnits: 500n * CENT });
    expect(paybacks(world)).toEqual(['unused waiting 500', 'refund waiting 500']);
    release(world, payment);
    expect(stand(world)).toBe('closed settled captured=2000 receivable=1500');
    expect(paybacks(world)).toEqual(['unused cancelled 500', 'refund cancelled 500']);
    expect(world.memory.all('event').at(-1)).toMatchObject({ exceptions: ['funding_lost'] });
    tell(world, {
      id: 'r2',
      sentAtMs: null,
      kind: 'refund',
      record: 'r2',
      of: null,
      amountUnits: 1500n * CENT,
    });
    expect([stand(world), available(world), taken(world)]).toEqual([
      'closed settled captured=2000',
      OPENING,
      ['0 0'],
    ]);
    sound(world);
  });

  test('a hold is left with nothing under it, and its capture is a shortfall', () => {
    const world = openWorld();
    const payment = order(world);
    fund(world, payment.id);
    issue(world);
    ask(world, 2000n);
    release(world, payment);
    expect(stand(world)).toBe('closed voided');
    capture(world, 2000n);
    expect([stand(world), available(world)]).toEqual([
      'closed voided captured=2000 receivable=2000',
      OPENING,
    ]);
    sound(world);
  });

  test('a recharge that is lost takes only its own', () => {
    const world = openWorld();
    openCard(world);
    const payment = order(world, { n: 2, kind: 'recharge', card: CARD, lock: 500 });
    fund(world, payment.id);
    control(world, { kind: 'withdraw', amountUnits: 2800n * CENT });
    expect(paybacks(world)).toEqual(['unused waiting 2800']);
    release(world, payment);
    expect([stand(world), paybacks(world)]).toEqual([
      'closed withdrawn released=2500',
      ['unused cancelled 2800', 'unused due 2500'],
    ]);
    payAllBack(world);
    expect([available(world), taken(world)]).toEqual([OPENING, ['0 0']]);
    sound(world);
  });

  test('the treasury’s word for it comes too late', () => {
    const world = openWorld();
    const payment = order(world);
    release(world, payment);
    const command = {
      type: 'card.funded',
      walletId: WALLET,
      cardId: CARD,
      paymentId: payment.id,
      txHash: 'a',
    } as const;
    expect(world.memory.send(command, world.nowMs)).toMatchObject({ code: 'state_conflict' });
  });
});

describe('paying back', () => {
  function closed(): World {
    const world = openWorld();
    openCard(world, { fee: 50 });
    ask(world, 1000n);
    capture(world, 1000n);
    return world;
  }

  test('waits until the payment is final, is asked for with a nonce of its own, and is booked by its log', () => {
    const world = openWorld();
    const payment = order(world);
    control(world, { kind: 'close' });
    expect(world.memory.all('payback')).toMatchObject([
      {
        id: PAYBACK,
        kind: 'unused',
        state: 'waiting',
        from: TREASURY,
        to: WALLET_ADDRESS,
        amountUnits: 2500n * CENT,
      },
    ]);
    settle(world, payment);
    const [payback] = world.memory.all('payback');
    expect(payback?.state).toBe('due');
    expect(payback?.nonce).toMatch(/^0x[0-9a-f]{64}$/);
    const sent = {
      type: 'payback.sent',
      walletId: WALLET,
      paybackId: payback?.id ?? 'back_',
      txHash: 'aa',
    } as const;
    expect(send(world, sent).payback.state).toBe('sent');
    expect(available(world)).toBe(OPENING - 2500n * CENT);
    payAllBack(world);
    expect([paybacks(world), available(world), taken(world)]).toEqual([
      ['unused settled 2500'],
      OPENING,
      ['0 0'],
    ]);
    expect(world.memory.all('deposit').length).toBe(1);
    sound(world);
  });

  test('restores the budget by what came back, and never the fee', () => {
    const world = closed();
    payAllBack(world);
    expect([available(world), taken(world)]).toEqual([OPENING - 1050n * CENT, ['0 1050']]);
    tell(world, {
      id: 'r',
      sentAtMs: null,
      kind: 'refund',
      record: 'r',
      of: null,
      amountUnits: 1000n * CENT,
    });
    payAllBack(world);
    expect([available(world), taken(world)]).toEqual([OPENING - 50n * CENT, ['0 50']]);
    sound(world);
  });

  test('payment and payback of one range of blocks are booked in the order of the chain', () => {
    const world = openWorld();
    const payment = order(world);
    control(world, { kind: 'close' });
    const number = nextBlock(world);
    const signed = payment.authorization;
    if (signed === null) throw new Error('It was not signed');
    const { assetId, from, to, valueUnits, nonce } = signed;
    const place = { txHash: 'cc', logIndex: 0, blockNumber: number, blockHash: 'bb' };
    const out = [{ assetId, from, to, valueUnits, nonce, ...place, paymentId: payment.id }];
    send(
      world,
      observe(number, block(number, world.nowMs), { in: [paybackLog(world, PAYBACK, number, 1)], out }),
    );
    expect([paybacks(world), available(world), taken(world)]).toEqual([
      ['unused settled 2500'],
      OPENING,
      ['0 0'],
    ]);
    sound(world);
  });

  const OTHER = {
    'another amount': { valueUnits: 1n },
    'another sender': { from: WALLET_ADDRESS },
    'another receiver': { to: TREASURY },
    'another asset': { assetId: token('0x0000000000000000000000000000000000000001').id },
    'another nonce': { nonce: `0x${'1'.repeat(64)}` },
    'no payback': { paybackId: undefined },
    'a payback that is not there': { paybackId: 'back_1' },
  } as const;
  test.each(Object.entries(OTHER))('a log of %s is a deposit', (_, change) => {
    const world = closed();
    const number = nextBlock(world);
    const log = { ...paybackLog(world, PAYBACK, number), ...change };
    const { paybackId: named, ...rest } = log;
    const logs = [named === undefined ? rest : { ...rest, paybackId: named }];
    send(world, observe(number, block(number, world.nowMs), { in: logs }));
    expect([paybacks(world), world.memory.all('deposit').length]).toEqual([['unused due 1500'], 2]);
    expect(findCardBreach(world.memory)).toBeNull();
  });

  test('a payback that was booked is not booked again', () => {
    const world = closed();
    payAllBack(world);
    const number = nextBlock(world);
    send(world, observe(number, block(number, world.nowMs), { in: [paybackLog(world, PAYBACK, number)] }));
    expect([paybacks(world), world.memory.all('deposit').length]).toEqual([['unused settled 1500'], 2]);
    expect(taken(world)).toEqual(['0 1050']);
  });

  test('what waits, or is not there, was not sent', () => {
    const world = openWorld();
    order(world);
    control(world, { kind: 'close' });
    const sent = (paybackId: `back_${string}`) =>
      world.memory.send({ type: 'payback.sent', walletId: WALLET, paybackId, txHash: 'aa' }, world.nowMs);
    expect(sent(`back_${CARD.slice(5)}_1`)).toMatchObject({ code: 'state_conflict' });
    expect(sent('back_1')).toMatchObject({ code: 'card_not_found' });
  });
});

test('what the issuer must know is told by number, and only the newest counts as told', () => {
  const world = openWorld();
  openCard(world);
  const told = (mirrorVersion: number) =>
    send(world, { type: 'card.mirrored', walletId: WALLET, cardId: CARD, mirrorVersion }).card.work;
  control(world, { kind: 'freeze' });
  expect([cardOf(world).work, mirrorOf(cardOf(world)).state]).toEqual(['mirror', 'paused']);
  approve(world.memory, 'card.unfreeze', CARD, world.nowMs);
  expect(cardOf(world)).toMatchObject({ work: 'mirror', mirrorVersion: 2 });
  expect([told(1), told(2)]).toEqual(['mirror', 'none']);
  control(world, { kind: 'withdraw', amountUnits: 500n * CENT });
  expect(mirrorOf(cardOf(world))).toEqual({ state: 'open', lockCents: 2000n, headroomCents: 100n });
  expect(told(3)).toBe('none');
  ask(world, 1500n);
  expect(cardOf(world)).toMatchObject({ state: 'consumed', work: 'none' });
  capture(world, 1500n);
  expect(cardOf(world)).toMatchObject({ state: 'closed', work: 'mirror', mirrorVersion: 4 });
});

test('a payment that is not into this card does not fund it', () => {
  const world = openWorld();
  order(world);
  const other: Payment = order(world, { n: 2 });
  const funded = (cardId: typeof CARD, paymentId: Payment['id']) =>
    world.memory.send({ type: 'card.funded', walletId: WALLET, cardId, paymentId, txHash: 'a' }, world.nowMs);
  expect(funded(CARD, other.id)).toMatchObject({ code: 'payment_not_found' });
  expect(funded('card_none', other.id)).toMatchObject({ code: 'card_not_found' });
});
