import { expect, test } from 'vitest';
import type { NetworkMessage } from '../../core/card/network.ts';
import type { CardNotice } from '../../core/card/ports.ts';
import { type Joined, join, SHOP, SHOP_SENT } from './issuer.fixture.ts';

const card = { reference: 'card_1' } as const;
const purchase = { card, ref: 'a1', amountCents: 2500n, merchant: SHOP } as const;

/** What the wallet was told, in short. */
function heard({ desk }: Joined): readonly string[] {
  return desk.told.map(({ message }) => short(message));
}

function short(message: NetworkMessage): string {
  const amount = 'amountUnits' in message && message.amountUnits !== null ? ` ${message.amountUnits}` : '';
  const step = message.kind === 'dispute' ? ` ${message.step}` : '';
  const result = message.kind === 'challenge_result' ? ` ${message.result}` : '';
  return `${message.kind}${step}${result}${amount}`;
}

const ids = (notices: readonly CardNotice[]) => notices.map(({ message }) => message.id);

async function joined(options: Parameters<typeof join>[0] = {}): Promise<Joined> {
  const all = await join(options);
  await all.issue();
  return all;
}

test('an authorization is asked with everything the wallet decides by, and its answer is the verdict', async () => {
  const { issuer, desk, clock } = await joined();
  const verdict = await issuer.network.authorize({
    ...purchase,
    code: 'absent',
    initiator: 'merchant',
    isPartialCapable: true,
    validHours: 168,
  });
  const [asked] = desk.asked;
  expect(asked).toStrictEqual({
    token: issuer.network.find(card)?.token,
    message: {
      id: expect.stringMatching(/^msg_[0-9a-f]{24}$/),
      sentAtMs: clock.nowMs(),
      kind: 'authorization',
      mode: 'ask',
      auth: verdict.auth,
      purpose: 'purchase',
      amountUnits: 25_000_000n,
      merchant: SHOP_SENT,
      code: 'absent',
      expiry: 'match',
      initiator: 'merchant',
      isPartialCapable: true,
      challenge: null,
      expiresAtMs: clock.nowMs() + 168 * 3_600_000,
      decline: null,
    },
  });
  expect(verdict).toStrictEqual({
    outcome: 'approved',
    auth: expect.stringMatching(/^auth_[0-9a-f]{24}$/),
    approvedCents: 2500n,
    isPartial: false,
  });
});

test('a no of the wallet is the verdict with its reason, and part of an amount is a yes to that part', async () => {
  const { issuer, desk } = await joined();
  desk.answer = () => ({ kind: 'declined', reason: 'mcc_not_allowed' });
  expect(await issuer.network.authorize(purchase)).toMatchObject({
    outcome: 'declined',
    reason: 'mcc_not_allowed',
  });
  desk.answer = () => ({ kind: 'approved', approvedUnits: 10_000_000n, isPartial: true });
  expect(await issuer.network.authorize({ ...purchase, ref: 'a2' })).toMatchObject({
    outcome: 'approved',
    approvedCents: 1000n,
    isPartial: true,
  });
});

test('an approval of more than was asked is no answer', async () => {
  const { issuer, desk } = await joined();
  desk.answer = () => ({ kind: 'approved', approvedUnits: 99_000_000n, isPartial: false });
  expect(await issuer.network.authorize(purchase)).toMatchObject({ reason: 'issuer_timeout' });
});

test('the same number of the network is the same message; another one is another authorization', async () => {
  const { issuer, desk } = await joined();
  const { network } = issuer;
  const first = await network.authorize({ ...purchase, networkRef: 'n1' });
  const again = await network.authorize({ ...purchase, networkRef: 'n1' });
  const other = await network.authorize({ ...purchase, networkRef: 'n2' });
  expect(again).toStrictEqual(first);
  expect(other.auth).not.toBe(first.auth);
  const [a, b, c] = ids(desk.asked);
  expect([a === b, a === c]).toStrictEqual([true, false]);
  expect(desk.asked[1]).toStrictEqual(desk.asked[0]);
});

test('messages without a number of the network are known by their ref, and by neither are new each time', async () => {
  const all = await joined();
  const { network } = all.issuer;
  await network.authorize(purchase);
  await network.reverse({ card, auth: 'a1', amountCents: 500n });
  await network.reverse({ card, auth: 'a1', amountCents: 500n });
  await network.reverse({ card, auth: 'a1', amountCents: 500n, networkRef: 'r1' });
  await network.reverse({ card, auth: 'a1', amountCents: 500n, networkRef: 'r1' });
  await network.clear({ card, ref: 'c1', auth: 'a1', amountCents: 1000n });
  await network.clear({ card, ref: 'c1', auth: 'a1', amountCents: 1000n });
  const told = ids(all.desk.told);
  expect(told).toHaveLength(6);
  expect(new Set(told).size).toBe(4);
  expect(told[2]).toBe(told[3]);
  expect(told[4]).toBe(told[5]);
});

test('a clearing that comes before its authorization names the same authorization', async () => {
  const all = await joined();
  const { network } = all.issuer;
  const cleared = await network.clear({ card, ref: 'c1', auth: 'a1', amountCents: 2000n });
  const notice = await network.notice({ ...purchase, amountCents: 2000n });
  const [clearing] = all.desk.told;
  expect(clearing?.message).toMatchObject({ kind: 'clearing', auth: notice.name, record: cleared.name });
});

test('every message of an authorization names it, and credits name what they are for', async () => {
  const all = await joined();
  const { network } = all.issuer;
  const { auth } = await network.authorize(purchase);
  await network.increment({ card, ref: 'i1', auth: 'a1', amountCents: 100n, mode: 'advice' });
  const cleared = await network.clear({ card, ref: 'c1', auth: 'a1', amountCents: 1000n, isFinal: false });
  const refund = await network.refund({ card, ref: 'r1', of: 'c1', amountCents: 300n });
  await network.refund({ card, ref: 'r2', of: 'a1', amountCents: 100n });
  await network.refund({ card, ref: 'r3', of: null, amountCents: 50n });
  await network.reverseRefund({ card, of: 'r1', amountCents: 300n });
  await network.dispute('opened', { card, of: 'c1', amountCents: 1000n });
  await network.expire({ card, auth: 'a1' });
  await network.timeOut({ card, auth: 'a1' });
  await network.clear({ card, ref: 'f1', auth: null, amountCents: 5n, merchant: SHOP });
  const named = all.desk.told.map(({ message }) => {
    const { kind } = message;
    return [kind, 'auth' in message ? message.auth : 'of' in message ? message.of : undefined];
  });
  expect(named).toStrictEqual([
    ['increment', auth],
    ['clearing', auth],
    ['refund', cleared.name],
    ['refund', auth],
    ['refund', null],
    ['refund_reversal', refund.name],
    ['dispute', cleared.name],
    ['expiry', auth],
    ['timeout', auth],
    ['clearing', null],
  ]);
  expect(all.desk.told[1]?.message).toMatchObject({ merchant: SHOP_SENT, isFinal: false });
});

test('an answer that comes too late is declined, and the wallet is told so', async () => {
  const all = await joined();
  all.issuer.network.faults.lateAnswers = 1;
  const verdict = await all.issuer.network.authorize({ ...purchase, networkRef: 'n1' });
  expect(verdict).toMatchObject({ outcome: 'declined', reason: 'issuer_timeout' });
  expect(all.desk.told.map(({ message }) => message)).toMatchObject([
    { kind: 'timeout', auth: verdict.auth },
  ]);
  expect(await all.issuer.network.authorize({ ...purchase, networkRef: 'n1' })).toStrictEqual(verdict);
  expect(heard(all)).toStrictEqual(['timeout']);
  expect(await all.issuer.network.authorize({ ...purchase, networkRef: 'n2' })).toMatchObject({
    outcome: 'approved',
  });
});

test('a wallet that says itself that it was late is believed, and told nothing', async () => {
  const all = await joined();
  all.desk.answer = () => ({ kind: 'declined', reason: 'issuer_timeout' });
  expect(await all.issuer.network.authorize(purchase)).toMatchObject({ reason: 'issuer_timeout' });
  expect(heard(all)).toStrictEqual([]);
});

test('a late answer to an increment takes back what it added alone', async () => {
  const all = await joined();
  await all.issuer.network.authorize({ ...purchase, amountCents: 1500n });
  all.issuer.network.faults.lateAnswers = 1;
  const verdict = await all.issuer.network.increment({ card, auth: 'a1', amountCents: 500n });
  expect(verdict).toMatchObject({ outcome: 'declined', reason: 'issuer_timeout' });
  expect(heard(all)).toStrictEqual(['reversal 5000000']);
});

test('messages that are not taken wait in order, and the ones behind wait with them', async () => {
  const all = await joined();
  const { network } = all.issuer;
  await network.authorize(purchase);
  all.desk.isBroken = true;
  await network.reverse({ card, auth: 'a1', amountCents: 500n });
  await network.clear({ card, ref: 'c1', auth: 'a1', amountCents: 2000n });
  expect(await network.deliver()).toBe(2);
  all.desk.isBroken = false;
  expect(await network.deliver()).toBe(0);
  expect(heard(all)).toStrictEqual(['reversal 5000000', 'clearing 20000000']);
});

test('what was not taken is sent again without anybody asking for it', async () => {
  const all = await joined({ retryMs: 5 });
  const { network } = all.issuer;
  all.desk.isBroken = true;
  await network.clear({ card, ref: 'c1', auth: null, amountCents: 100n });
  expect(heard(all)).toStrictEqual([]);
  all.desk.isBroken = false;
  await expect.poll(() => heard(all), { interval: 5 }).toStrictEqual(['clearing 1000000']);
});

test('messages come twice, not at all until they are sent again, or the newest first, as it is switched', async () => {
  const all = await joined();
  const { network } = all.issuer;
  await network.authorize(purchase);
  network.faults.delivery = 'twice';
  await network.reverse({ card, auth: 'a1', amountCents: 100n });
  network.faults.delivery = 'dropped';
  await network.reverse({ card, auth: 'a1', amountCents: 200n });
  expect(await network.deliver()).toBe(1);
  network.faults.delivery = 'newest_first';
  await network.reverse({ card, auth: 'a1', amountCents: 300n });
  expect(heard(all)).toStrictEqual(['reversal 1000000', 'reversal 1000000']);
  expect(await network.redeliver()).toBe(0);
  expect(heard(all).slice(2)).toStrictEqual(['reversal 3000000', 'reversal 2000000']);
  const [first, second] = ids(all.desk.told);
  expect(first).toBe(second);
});

test('forged messages and old ones are not taken by the wallet', async () => {
  const all = await joined();
  const { network } = all.issuer;
  network.faults.forges = true;
  await network.authorize(purchase);
  const receipt = await network.clear({ card, ref: 'c1', auth: 'a1', amountCents: 2500n });
  expect(network.faults.forgeriesTaken).toBe(0);
  expect(await network.forge(card)).toBe(false);
  expect(await network.replay(card, 'old', receipt)).toBe(false);
  expect(heard(all)).toStrictEqual(['clearing 25000000']);
  expect(await network.replay(card, 'fresh', receipt)).toBe(true);
  expect(all.desk.told[1]).toStrictEqual(all.desk.told[0]);
});

test('the right code passes a challenge, which the next authorization names until one is approved', async () => {
  const all = await joined();
  const { network } = all.issuer;
  const { name } = await network.challenge({
    card,
    ref: 't1',
    amountCents: 2500n,
    merchant: SHOP,
    code: '482913',
  });
  expect(all.desk.told[0]?.message).toMatchObject({
    kind: 'challenge',
    ref: name,
    code: '482913',
    expiresAtMs: all.clock.nowMs() + 360_000,
  });
  expect(await network.enterCode({ card, code: '000000' })).toBe('wrong');
  expect(await network.enterCode({ card, code: '482913', challenge: 't1' })).toBe('passed');
  expect(await network.enterCode({ card, code: '482913' })).toBe('none');
  all.desk.answer = () => ({ kind: 'declined', reason: 'amount_exceeds_locked' });
  await network.authorize({ ...purchase, ref: 'a1' });
  all.desk.answer = () => ({ kind: 'approved', approvedUnits: 25_000_000n, isPartial: false });
  await network.authorize({ ...purchase, ref: 'a2' });
  await network.authorize({ ...purchase, ref: 'a3' });
  const challenges = all.desk.asked.map(({ message }) => 'challenge' in message && message.challenge);
  expect(challenges).toStrictEqual([name, name, null]);
  expect(heard(all)).toStrictEqual(['challenge 25000000', 'challenge_result passed']);
});

test('a challenge fails with the third wrong code, and is over after its time', async () => {
  const all = await joined();
  const { network } = all.issuer;
  await network.challenge({ card, ref: 't1', amountCents: 2500n, merchant: SHOP, code: '111111' });
  const tries = [];
  for (const code of ['1', '2', '3', '111111']) tries.push(await network.enterCode({ card, code }));
  expect(tries).toStrictEqual(['wrong', 'wrong', 'failed', 'none']);
  await network.challenge({ card, ref: 't2', amountCents: 2500n, merchant: SHOP });
  await network.advance(1);
  expect(await network.enterCode({ card, code: '111111', challenge: 't2' })).toBe('expired');
  expect(new Set(heard(all))).toStrictEqual(
    new Set(['challenge 25000000', 'challenge_result failed', 'challenge_result expired']),
  );
});

test('a hold whose end the network named is ended by it, unless it is over before', async () => {
  const all = await joined();
  const { network } = all.issuer;
  const first = await network.authorize({ ...purchase, validHours: 168 });
  await network.authorize({ ...purchase, ref: 'a2', validHours: 168 });
  await network.clear({ card, ref: 'c2', auth: 'a2', amountCents: 1n });
  await network.advance(167);
  expect(heard(all)).toStrictEqual(['clearing 10000']);
  await network.advance(1);
  await network.advance(1);
  expect(all.desk.told.slice(1).map(({ message }) => message)).toMatchObject([
    { kind: 'expiry', auth: first.auth },
  ]);
});

test('a seed makes the same tokens, numbers and ids again', async () => {
  const runs = await Promise.all([joined(), joined(), joined({ seed: 'another' })]);
  const seen = await Promise.all(
    runs.map(async ({ issuer, desk }) => {
      const secrets = issuer.network.registry.reveal(issuer.network.find(card)?.token ?? '');
      await issuer.network.authorize(purchase);
      return JSON.stringify([issuer.network.find(card)?.token, secrets, ids(desk.asked)]);
    }),
  );
  expect([seen[0] === seen[1], seen[0] === seen[2]]).toStrictEqual([true, false]);
});

test('a card nobody has is declined when it is asked for, and an error anywhere else', async () => {
  const { network } = (await joined()).issuer;
  const typed = { number: '9999990000000000', expiry: '01/29', code: '123' };
  expect(await network.authorize({ ...purchase, card: typed })).toStrictEqual({
    outcome: 'declined',
    auth: null,
    reason: 'card_unknown',
  });
  await expect(network.clear({ card: typed, auth: null, amountCents: 1n })).rejects.toThrow(
    'Nobody has this card',
  );
});
