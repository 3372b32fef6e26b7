import { expect, test } from 'vitest';
import { DECLINES, type DeclineReason } from '../../src/core/card/decline.ts';
import type { MessageAnswer } from '../../src/core/card/network.ts';
import { createLithicIssuer } from '../../src/rails/card/lithic.ts';
import { ORDER, openDesk, SHOP } from '../../src/sandbox/issuer/issuer.fixture.ts';
import { heardOnce, joinLithic } from './lithic-world.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const CARD = { reference: ORDER.cardId };

test('a card is a virtual one, open, limited for life to its lock, with our id in the memo', async () => {
  const { adapter, calls } = await joinLithic();
  const issued = await adapter.issue(ORDER);
  expect(issued).toEqual({
    token: expect.stringMatching(UUID),
    lastFour: expect.stringMatching(/^\d{4}$/),
    expiry: '01/29',
    isPending: false,
  });
  const [listed, made] = calls;
  expect(calls.length).toBe(2);
  expect(listed?.path).toBe('/v1/cards?memo=card_1');
  expect(JSON.parse(made?.body ?? '')).toEqual({
    type: 'VIRTUAL',
    state: 'OPEN',
    spend_limit: 2500,
    spend_limit_duration: 'FOREVER',
    memo: 'A domain name [card_1]',
  });
});

test('the account and the program of the options are sent along', async () => {
  const [accountToken, cardProgramToken] = [
    '11111111-2222-4333-8444-555555555555',
    '00000000-0000-0000-2000-000000000000',
  ];
  const { adapter, calls } = await joinLithic({ accountToken, cardProgramToken });
  await adapter.issue(ORDER);
  expect(JSON.parse(calls.at(-1)?.body ?? '')).toMatchObject({
    account_token: accountToken,
    card_program_token: cardProgramToken,
  });
});

test('a card whose making is asked for three times, since answers are lost, is made once', async () => {
  const { adapter, calls, faults, issuer } = await joinLithic();
  faults.lostAnswers = 2;
  const issued = await adapter.issue(ORDER);
  const posts = calls.filter(({ method }) => method === 'POST');
  const keys = posts.map(({ headers }) => headers['idempotency-key']);
  expect(posts.map(({ status }) => status)).toEqual([502, 502, 200]);
  expect(keys[0]).toMatch(UUID);
  expect(new Set(keys).size).toBe(1);
  expect(issued).toMatchObject({ lastFour: issuer.network.find(CARD)?.lastFour });
});

test('a card whose every answer was lost is found by its memo and not asked for again', async () => {
  const { adapter, calls, faults } = await joinLithic();
  faults.lostAnswers = 3;
  await expect(adapter.issue(ORDER)).rejects.toThrow('502');
  const again = await adapter.issue(ORDER);
  expect(again).toMatchObject({ isPending: false });
  expect(calls.filter(({ method }) => method === 'POST').length).toBe(3);
});

test('another card has another key', async () => {
  const { adapter, calls } = await joinLithic();
  await adapter.issue(ORDER);
  await adapter.issue({ ...ORDER, cardId: 'card_2' });
  const keys = calls.flatMap(({ method, headers }) =>
    method === 'POST' ? [headers['idempotency-key']] : [],
  );
  expect(new Set(keys).size).toBe(2);
});

test.each([0n, -1n])('a lock of %d cents never leaves: to Lithic it would be no limit', async (lockCents) => {
  const { adapter, calls, issue } = await joinLithic();
  await expect(adapter.issue({ ...ORDER, lockCents })).rejects.toThrow(RangeError);
  expect(calls).toEqual([]);
  const token = await issue();
  const before = calls.length;
  await expect(adapter.mirror(token, { state: 'open', lockCents, headroomCents: 0n })).rejects.toThrow(
    RangeError,
  );
  expect(calls.length).toBe(before);
});

test('an order that Lithic does not take is refused for good', async () => {
  const { adapter, issuer } = await joinLithic();
  issuer.network.faults.issue = 'error';
  expect(await adapter.issue(ORDER)).toEqual({
    outcome: 'refused',
    code: 'issuer_refused',
    detail: 'Lithic answered 422 to the order',
  });
});

test('a key that Lithic does not know is no refusal of the card', async () => {
  const { adapter } = await joinLithic({ apiKey: 'another' });
  await expect(adapter.issue(ORDER)).rejects.toThrow('401');
});

test('a card that is pending is said to be made, or given up', async () => {
  const { adapter, issuer, desk } = await joinLithic();
  issuer.network.faults.issue = 'pending';
  const issued = await adapter.issue(ORDER);
  expect(issued).toMatchObject({ isPending: true });
  await issuer.network.activate(CARD, 'active');
  const token = 'token' in issued ? issued.token : '';
  expect(desk.issuedCards).toEqual([{ token, result: 'active' }]);
});

test('what open probes hold is let through beyond the lock by Lithic as well', async () => {
  const { adapter, issuer, issue } = await joinLithic();
  const token = await issue();
  await adapter.mirror(token, { state: 'open', lockCents: 2500n, headroomCents: 100n });
  expect(issuer.network.find(CARD)?.lockCents).toBe(2600n);
});

test('state and lock are brought to the card, and a closed card stays as it is', async () => {
  const { adapter, calls, issuer, issue } = await joinLithic();
  const token = await issue();
  const present = () => {
    const card = issuer.network.find(CARD);
    return [card?.state, card?.lockCents];
  };
  await adapter.mirror(token, { state: 'paused', lockCents: 2500n, headroomCents: 0n });
  expect(present()).toEqual(['paused', 2500n]);
  await adapter.mirror(token, { state: 'open', lockCents: 3000n, headroomCents: 0n });
  expect(present()).toEqual(['open', 3000n]);
  await adapter.mirror(token, { state: 'closed', lockCents: 0n, headroomCents: 0n });
  expect(present()).toEqual(['closed', 3000n]);
  const before = calls.length;
  await adapter.mirror(token, { state: 'open', lockCents: 9900n, headroomCents: 0n });
  expect(present()).toEqual(['closed', 3000n]);
  expect(calls.slice(before).map(({ method }) => method)).toEqual(['GET']);
});

test('a card is shown while it is there, and not when it is closed', async () => {
  const { adapter, issue } = await joinLithic();
  const token = await issue();
  expect(await adapter.reveal(token)).toEqual({
    number: expect.stringMatching(/^999999\d{10}$/),
    code: expect.stringMatching(/^\d{3}$/),
    expiry: '01/29',
  });
  await adapter.mirror(token, { state: 'closed', lockCents: 0n, headroomCents: 0n });
  expect(await adapter.reveal(token)).toBeNull();
});

test('making a card costs nothing on top, and what Lithic sells here is of the sandbox', async () => {
  const { adapter } = await joinLithic();
  expect([adapter.id, adapter.isSandbox, await adapter.feeCents()]).toEqual(['lithic', true, 0n]);
});

const DECIDED: readonly (readonly [DeclineReason, string])[] = [
  ['card_used', 'UNAUTHORIZED_MERCHANT'],
  ['card_closed', 'CARD_PAUSED'],
  ['card_frozen', 'CARD_PAUSED'],
  ['card_not_active', 'CARD_PAUSED'],
  ['amount_exceeds_locked', 'INSUFFICIENT_FUNDS'],
  ['merchant_not_allowed', 'UNAUTHORIZED_MERCHANT'],
  ['mcc_not_allowed', 'UNAUTHORIZED_MERCHANT'],
  ['cash_not_allowed', 'UNAUTHORIZED_MERCHANT'],
  ['country_not_allowed', 'UNAUTHORIZED_MERCHANT'],
  ['cvv_mismatch', 'SUSPECTED_FRAUD'],
  ['expiry_mismatch', 'SUSPECTED_FRAUD'],
  ['cvv_required', 'SUSPECTED_FRAUD'],
  ['verification_limit', 'VELOCITY_EXCEEDED'],
  ['merchant_initiated_not_allowed', 'UNAUTHORIZED_MERCHANT'],
  ['threeds_required', 'SUSPECTED_FRAUD'],
  ['issuer_timeout', 'CARD_PAUSED'],
  ['original_not_found', 'UNAUTHORIZED_MERCHANT'],
];

test('every reason has its word, and none of them approves', async () => {
  expect(DECIDED.map(([reason]) => reason).toSorted()).toEqual(Object.keys(DECLINES).toSorted());
  const { desk, inbox, issue, issuer } = await joinLithic();
  await issue();
  for (const [reason, result] of DECIDED) {
    desk.answer = () => ({ kind: 'declined', reason });
    const verdict = await issuer.network.authorize({ card: CARD, amountCents: 2500n, merchant: SHOP });
    const asked = inbox.findLast(({ path }) => path === 'decisions');
    const { token } = JSON.parse(asked?.body ?? '{}') as { token: string };
    expect(verdict.outcome).toBe('declined');
    expect(asked).toMatchObject({ status: 200, headers: { 'content-type': 'application/json' } });
    expect(JSON.parse(asked?.reply ?? '')).toEqual({ token, result });
  }
});

test('a question says who, where and how much, and a yes is a yes to all of it', async () => {
  const { desk, inbox, issue, issuer } = await joinLithic();
  const token = await issue();
  const verdict = await issuer.network.authorize({
    card: CARD,
    amountCents: 2499n,
    merchant: { name: 'Boutique', id: 'M-1', mcc: '5734', country: 'DE' },
    initiator: 'merchant',
    isPartialCapable: true,
  });
  const auth = desk.asked[0]?.message.id ?? '';
  expect(verdict).toMatchObject({ outcome: 'approved', approvedCents: 2499n, isPartial: false });
  expect(desk.asked).toEqual([
    {
      token,
      message: {
        id: expect.stringMatching(UUID),
        sentAtMs: Date.UTC(2026, 0, 1),
        kind: 'authorization',
        mode: 'ask',
        auth,
        purpose: 'purchase',
        amountUnits: 24_990_000n,
        merchant: { name: 'Boutique', id: 'M-1', mcc: '5734', country: 'DE' },
        code: 'unknown',
        expiry: 'unknown',
        initiator: 'merchant',
        isPartialCapable: true,
        challenge: null,
        expiresAtMs: null,
        decline: null,
      },
    },
  ]);
  expect(JSON.parse(inbox[0]?.reply ?? '')).toEqual({ token: auth, result: 'APPROVED' });
});

test.each([
  ['verification', 0n, 'verification'],
  ['balance_inquiry', 0n, 'balance_inquiry'],
  ['financial', 1000n, 'financial'],
  ['cash', 1000n, 'cash'],
  ['purchase', 100n, 'purchase'],
] as const)('a question about a %s of %d cents is read as one', async (kind, amountCents, purpose) => {
  const { desk, issue, issuer } = await joinLithic();
  await issue();
  await issuer.network.authorize({ card: CARD, amountCents, merchant: SHOP, kind });
  expect(desk.asked.map(({ message }) => 'purpose' in message && message.purpose)).toEqual([purpose]);
});

test('only a partial approval names an amount', async () => {
  const { desk, inbox, issue, issuer } = await joinLithic();
  await issue();
  desk.answer = () => ({ kind: 'approved', approvedUnits: 25_000_000n, isPartial: true });
  const verdict = await issuer.network.authorize({
    card: CARD,
    amountCents: 3000n,
    merchant: SHOP,
    isPartialCapable: true,
  });
  expect(verdict).toMatchObject({ outcome: 'approved', approvedCents: 2500n, isPartial: true });
  expect(JSON.parse(inbox[0]?.reply ?? '')).toMatchObject({ result: 'APPROVED', approved_amount: 2500 });
});

test('the answer to less is no yes to more under the same token', async () => {
  const { desk, inbox, issue, issuer } = await joinLithic();
  await issue();
  desk.answer = () => ({ kind: 'approved', approvedUnits: 10_000_000n, isPartial: false });
  await issuer.network.authorize({ card: CARD, amountCents: 2000n, merchant: SHOP });
  expect(JSON.parse(inbox[0]?.reply ?? '')).toMatchObject({ result: 'INSUFFICIENT_FUNDS' });
});

test('a wallet that cannot decide says neither yes nor no, and is asked once more', async () => {
  const { desk, issue, issuer } = await joinLithic();
  await issue();
  desk.answer = () => Promise.reject(new Error('broken'));
  const verdict = await issuer.network.authorize({ card: CARD, amountCents: 2000n, merchant: SHOP });
  expect(verdict).toMatchObject({ outcome: 'declined', reason: 'issuer_timeout' });
  expect(desk.asked.length).toBe(2);
});

test.each([
  [{ code: 'mismatch' }, { code: 'mismatch', expiry: 'unknown', decline: 'cvv_mismatch' }],
  [{ expiry: 'mismatch' }, { code: 'unknown', expiry: 'mismatch', decline: 'expiry_mismatch' }],
] as const)('what Lithic declines by itself (%o) is told and not asked', async (typed, told) => {
  const { desk, issue, issuer } = await joinLithic();
  await issue();
  await issuer.network.authorize({ card: CARD, amountCents: 2000n, merchant: SHOP, ...typed });
  expect(desk.asked).toEqual([]);
  expect(desk.told.map(({ message }) => message)).toMatchObject([{ mode: 'declined', ...told }]);
});

test.each([
  ['paused', 'card_frozen', ['authorization', 'timeout']],
  ['closed', 'card_closed', ['authorization']],
] as const)('on a card that is %s Lithic asks nothing, and says why', async (state, decline, kinds) => {
  const { adapter, desk, issue, issuer } = await joinLithic();
  await adapter.mirror(await issue(), { state, lockCents: 2500n, headroomCents: 0n });
  await issuer.network.authorize({ card: CARD, amountCents: 2000n, merchant: SHOP });
  expect(desk.asked).toEqual([]);
  expect(desk.told[0]?.message).toMatchObject({ mode: 'declined', decline });
  expect(desk.told.map(({ message }) => message.kind)).toEqual(kinds);
});

test('what we approved comes back as the message that was decided', async () => {
  const { desk, issue, issuer } = await joinLithic();
  await issue();
  await issuer.network.authorize({ card: CARD, amountCents: 2500n, merchant: SHOP });
  const [asked] = desk.asked;
  expect(desk.told.length).toBe(1);
  expect(desk.told[0]?.message).toMatchObject({
    id: asked?.message.id,
    mode: 'advice',
    amountUnits: 25_000_000n,
  });
});

/** Plays a charge in two shipments, with more on top, less again, a refund and its reversal, and a dispute. */
async function playLife({ network }: Awaited<ReturnType<typeof joinLithic>>['issuer']): Promise<void> {
  await network.authorize({ card: CARD, ref: 'a', amountCents: 1500n, merchant: SHOP });
  await network.increment({ card: CARD, auth: 'a', amountCents: 600n });
  await network.reverse({ card: CARD, auth: 'a', amountCents: 100n });
  await network.clear({ card: CARD, ref: 'c1', auth: 'a', amountCents: 800n, isFinal: false });
  await network.refund({ card: CARD, ref: 'r1', of: 'c1', amountCents: 300n });
  await network.clear({ card: CARD, ref: 'c2', auth: 'a', amountCents: 900n, isFinal: true });
  await network.reverseRefund({ card: CARD, of: 'r1', amountCents: 300n });
  await network.clear({ card: CARD, ref: 'f1', auth: null, amountCents: 77n });
  await network.dispute('opened', { card: CARD, of: 'c2', amountCents: 900n });
  await network.dispute('won', { card: CARD, of: 'c2', amountCents: 900n });
}

/** What is said of it, without ids. */
function lifeOf(auth: string) {
  const merchant = { name: 'SaaS Store', id: null, mcc: '5734', country: null };
  return [
    { kind: 'authorization', mode: 'advice', auth, amountUnits: 15_000_000n, merchant },
    { kind: 'increment', mode: 'advice', auth, amountUnits: 6_000_000n },
    { kind: 'reversal', auth, amountUnits: 1_000_000n },
    { kind: 'clearing', auth, amountUnits: 8_000_000n, isFinal: false, merchant },
    { kind: 'refund', of: auth, amountUnits: 3_000_000n },
    { kind: 'clearing', auth, amountUnits: 9_000_000n, isFinal: true, merchant },
    { kind: 'refund_reversal', amountUnits: 3_000_000n },
    { kind: 'clearing', auth: null, amountUnits: 770_000n, isFinal: true },
    { kind: 'dispute', step: 'opened', amountUnits: 9_000_000n },
    { kind: 'dispute', step: 'won', amountUnits: 9_000_000n },
  ];
}

test('a whole life is read message by message, and linked', async () => {
  const { desk, issue, issuer } = await joinLithic();
  const token = await issue();
  await playLife(issuer);
  const told = heardOnce(desk.told);
  const auth = desk.asked[0]?.message.id ?? '';
  expect(told).toMatchObject(lifeOf(auth));
  expect(new Set(desk.told.map((notice) => notice.token))).toEqual(new Set([token]));
  const record = (index: number) => {
    const message = told[index];
    return message !== undefined && 'record' in message ? message.record : null;
  };
  expect(told[6]).toMatchObject({ of: record(4) });
  expect(told[8]).toMatchObject({ of: record(5) });
});

test.each(['twice', 'newest_first'] as const)(
  'delivered %s, it says the same things once',
  async (delivery) => {
    const inOrder = await joinLithic();
    await inOrder.issue();
    await playLife(inOrder.issuer);
    const { desk, issue, issuer } = await joinLithic();
    await issue();
    issuer.network.faults.delivery = delivery;
    await playLife(issuer);
    if (delivery === 'newest_first') expect(desk.told).toEqual([]);
    await issuer.network.redeliver();
    const byId = (notices: typeof desk.told) => heardOnce(notices).toSorted((a, b) => (a.id < b.id ? -1 : 1));
    expect(byId(desk.told)).toEqual(byId(inOrder.desk.told));
  },
);

test('the history is what was told, oldest first', async () => {
  const { adapter, clock, desk, issue, issuer } = await joinLithic();
  const token = await issue();
  await playLife(issuer);
  clock.advance(1);
  await issuer.network.authorize({ card: CARD, amountCents: 100n, merchant: SHOP });
  const history = await adapter.history(token);
  const ids = (notices: readonly { message: { id: string } }[]) => notices.map(({ message }) => message.id);
  expect(ids(history).toSorted()).toEqual(
    heardOnce(desk.told)
      .map(({ id }) => id)
      .toSorted(),
  );
  expect(history.at(-1)).toEqual(desk.told.at(-1));
  expect(history.map((notice) => notice.token)).toEqual(history.map(() => token));
});

test('an answer that came too late is undone', async () => {
  const { desk, issue, issuer } = await joinLithic();
  await issue();
  issuer.network.faults.lateAnswers = 1;
  await issuer.network.authorize({ card: CARD, amountCents: 2500n, merchant: SHOP });
  const auth = desk.asked[0]?.message.id;
  const told = heardOnce(desk.told);
  expect(told[0]).toMatchObject({ id: auth, mode: 'declined', decline: 'issuer_timeout' });
  expect(told.slice(1).map(({ kind }) => kind)).toContain('timeout');
});

test('an approval by the network itself, its expiry and its full reversal are told', async () => {
  const { desk, issue, issuer } = await joinLithic();
  await issue();
  const { network } = issuer;
  await network.advise({ card: CARD, ref: 'a', amountCents: 2000n, merchant: SHOP });
  await network.expire({ card: CARD, auth: 'a' });
  await network.advise({ card: CARD, ref: 'b', amountCents: 300n, merchant: SHOP });
  await network.reverse({ card: CARD, auth: 'b' });
  await network.reverse({ card: CARD, auth: 'b' });
  expect(heardOnce(desk.told)).toMatchObject([
    { kind: 'authorization', mode: 'advice', amountUnits: 20_000_000n },
    { kind: 'expiry' },
    { kind: 'authorization', mode: 'advice', amountUnits: 3_000_000n },
    { kind: 'reversal', amountUnits: null },
    { kind: 'reversal', amountUnits: null },
  ]);
});

test('a challenge is told without its code, and bound to what is charged after it', async () => {
  const { desk, issue, issuer } = await joinLithic();
  await issue();
  const { network } = issuer;
  await network.challenge({ card: CARD, ref: 't', amountCents: 2500n, merchant: SHOP, code: '482913' });
  await network.enterCode({ card: CARD, code: '482913' });
  await network.authorize({ card: CARD, amountCents: 2500n, merchant: SHOP });
  const [challenge, result] = desk.told.map(({ message }) => message);
  const ref = challenge !== undefined && 'ref' in challenge ? challenge.ref : '';
  expect(challenge).toMatchObject({
    kind: 'challenge',
    amountUnits: 25_000_000n,
    merchant: { name: 'SaaS Store' },
    code: null,
    expiresAtMs: Date.UTC(2026, 0, 1) + 360_000,
  });
  expect(result).toMatchObject({ kind: 'challenge_result', ref, result: 'passed' });
  expect(desk.asked[0]?.message).toMatchObject({ challenge: ref });
});

test('a forged message, and one from another hour, are not read; one that is sent again says nothing new', async () => {
  const { desk, inbox, issue, issuer } = await joinLithic();
  await issue();
  const { network } = issuer;
  await network.authorize({ card: CARD, amountCents: 2500n, merchant: SHOP });
  const before = desk.told.length;
  expect(await network.forge(CARD)).toBe(false);
  expect(await network.replay(CARD, 'old')).toBe(false);
  expect(desk.told.length).toBe(before);
  expect(inbox.slice(-2).map(({ status, reply }) => [status, reply])).toEqual([
    [401, '{"code":"webhook_signature_invalid"}'],
    [401, '{"code":"webhook_signature_invalid"}'],
  ]);
  expect(await network.replay(CARD, 'fresh')).toBe(true);
  expect(desk.told.at(-1)).toEqual(desk.told[before - 1]);
});

test('a message that the wallet could not keep is not taken', async () => {
  const { desk, issue, issuer } = await joinLithic();
  await issue();
  desk.isBroken = true;
  await issuer.network.authorize({ card: CARD, amountCents: 2500n, merchant: SHOP });
  expect(await issuer.network.deliver()).toBe(1);
  desk.isBroken = false;
  expect(await issuer.network.deliver()).toBe(0);
  expect(desk.told.length).toBe(1);
});

test('a question without a signature is not answered', async () => {
  const { adapter, desk } = await joinLithic();
  for (const { receive } of adapter.inbox) {
    expect(await receive({ headers: {}, body: '{}' })).toMatchObject({ status: 401 });
  }
  expect(desk.asked).toEqual([]);
});

const KEY = { apiKey: 'key', desk: openDesk() };
const SECRET = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;
const BOTH = { webhookSecret: SECRET, decisionSecret: SECRET };

test.each([
  ['no key', { ...KEY, ...BOTH, apiKey: '', environment: 'sandbox' }, 'apiKey is missing'],
  ['no secret of events', { ...KEY, ...BOTH, webhookSecret: '', environment: 'sandbox' }, 'webhookSecret'],
  [
    'no secret of questions',
    { ...KEY, ...BOTH, decisionSecret: '', environment: 'sandbox' },
    'decisionSecret',
  ],
  ['a secret of another form', { ...KEY, ...BOTH, decisionSecret: 'hush', environment: 'sandbox' }, 'whsec_'],
  [
    'a live program on this machine',
    { ...KEY, ...BOTH, environment: 'production', baseUrl: 'http://127.0.0.1:1' },
    'this machine',
  ],
  [
    'the live API in a sandbox',
    { ...KEY, ...BOTH, environment: 'sandbox', baseUrl: 'https://api.lithic.com' },
    'worth money',
  ],
  [
    'a live program in a sandbox wallet',
    { ...KEY, ...BOTH, environment: 'production', isSandbox: true },
    'sandbox',
  ],
] as const)('%s is said when the issuer is opened', (_, options, words) => {
  expect(() => createLithicIssuer(options)).toThrow(words);
  expect(() => createLithicIssuer(options)).not.toThrow('hush');
});

test('a yes or no that is neither cannot be answered', async () => {
  const { desk, issue, issuer } = await joinLithic();
  await issue();
  desk.answer = (): MessageAnswer => ({ kind: 'noted' });
  const verdict = await issuer.network.authorize({ card: CARD, amountCents: 2500n, merchant: SHOP });
  expect(verdict).toMatchObject({ outcome: 'declined', reason: 'issuer_timeout' });
});
