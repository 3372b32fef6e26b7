import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join as joinPath } from 'node:path';
import { Hono } from 'hono';
import { expect, onTestFinished, test } from 'vitest';
import type { CardDesk } from '../../core/card/ports.ts';
import { createSandboxIssuer } from '../../rails/card/sandbox.ts';
import { encodeMessage } from '../../rails/card/sandbox-message.ts';
import { signBody } from '../../rails/card/sandbox-signature.ts';
import { listen } from '../listener.ts';
import { join, ORDER, openDesk, SHOP, stillClock } from './issuer.fixture.ts';
import { freshKeys } from './keys.ts';

const card = { reference: 'card_1' } as const;
const purchase = { card, ref: 'a1', amountCents: 2500n, merchant: SHOP } as const;

test('a card is issued once for each of the wallet’s ids', async () => {
  const { adapter } = await join();
  const first = await adapter.issue(ORDER);
  expect(first).toStrictEqual({
    token: expect.stringMatching(/^card_[0-9a-f]{24}$/),
    lastFour: expect.stringMatching(/^\d{4}$/),
    expiry: '01/29',
    isPending: false,
  });
  expect(await adapter.issue({ ...ORDER, lockCents: 1n })).toStrictEqual(first);
  expect(await adapter.issue({ ...ORDER, cardId: 'card_2' })).not.toStrictEqual(first);
});

test('a refusal stays a refusal', async () => {
  const { adapter, issuer } = await join();
  issuer.network.faults.issue = 'error';
  const refusal = { outcome: 'refused', code: 'issuer_refused' };
  expect(await adapter.issue(ORDER)).toMatchObject(refusal);
  expect(await adapter.issue(ORDER)).toMatchObject(refusal);
  expect(await adapter.issue({ ...ORDER, cardId: 'card_2' })).toMatchObject({ isPending: false });
});

test('a card whose answer was lost is there when it is asked for again', async () => {
  const { adapter, issuer } = await join();
  issuer.network.faults.issue = 'timeout_after_create';
  await expect(adapter.issue(ORDER)).rejects.toThrow('status 503');
  const made = issuer.network.find(card);
  expect(await adapter.issue(ORDER)).toMatchObject({ token: made?.token, isPending: false });
});

test.each([
  ['active', 'open'],
  ['failed', 'closed'],
] as const)('a card that is pending shows nothing until it is %s', async (result, state) => {
  const { adapter, issuer, desk } = await join();
  issuer.network.faults.issue = 'pending';
  const issued = await adapter.issue(ORDER);
  const token = 'token' in issued ? issued.token : '';
  expect(issued).toMatchObject({ isPending: true });
  expect(await adapter.reveal(token)).toBe(null);
  await issuer.network.activate(card, result);
  await issuer.network.activate(card, result);
  expect(desk.issuedCards).toStrictEqual([{ token, result }]);
  expect(issuer.network.find(card)?.state).toBe(state);
});

test('the fee, the state and the lock are those that were set; a closed card stays closed', async () => {
  const { adapter, issuer, issue } = await join({ feeCents: 50n });
  const token = await issue();
  expect(await adapter.feeCents()).toBe(50n);
  await adapter.mirror(token, { state: 'paused', lockCents: 1200n, headroomCents: 0n });
  expect(issuer.network.find(card)).toMatchObject({ state: 'paused', lockCents: 1200n });
  await adapter.mirror(token, { state: 'closed', lockCents: 1200n, headroomCents: 0n });
  await adapter.mirror(token, { state: 'open', lockCents: 900n, headroomCents: 0n });
  expect(issuer.network.find(card)).toMatchObject({ state: 'closed', lockCents: 1200n });
});

test('the history says what was decided and asks nothing again, a challenge without its code', async () => {
  const { adapter, issuer, desk, issue } = await join();
  const token = await issue();
  const { network } = issuer;
  await network.challenge({ card, amountCents: 2500n, merchant: SHOP, code: '482913' });
  await network.authorize(purchase);
  desk.answer = () => ({ kind: 'declined', reason: 'card_used' });
  await network.authorize({ ...purchase, ref: 'a2' });
  await network.increment({ card, ref: 'i1', auth: 'a1', amountCents: 1n });
  await network.clear({ card, ref: 'c1', auth: 'a1', amountCents: 2500n });
  const history = await adapter.history(token);
  expect(history.every((notice) => notice.token === token)).toBe(true);
  expect(history.map(({ message }) => message)).toMatchObject([
    { kind: 'challenge', code: null },
    { kind: 'authorization', mode: 'notice', id: desk.asked[0]?.message.id, amountUnits: 25_000_000n },
    { kind: 'authorization', mode: 'declined', decline: 'card_used' },
    { kind: 'clearing' },
  ]);
});

test('the inbox takes only what the secret signed, over these bytes, within five minutes either way', async () => {
  const { inboxUrl, issuer, clock, desk, issue } = await join();
  const token = await issue();
  const message = { id: 'm1', sentAtMs: null, kind: 'expiry', auth: 'auth_1' };
  const body = encodeMessage({ type: 'message', token, message });
  const post = async (secret: string, atMs: number, sent = body) => {
    const headers = signBody(secret, { id: 'm1', atMs, body });
    return (await fetch(`${inboxUrl}/events`, { method: 'POST', headers, body: sent })).status;
  };
  const { webhookSecret: secret } = issuer.secrets;
  const now = clock.nowMs();
  expect([
    await post(freshKeys().secrets.webhookSecret, now),
    await post(secret, now - 301_000),
    await post(secret, now + 301_000),
    await post(secret, now, `${body} `),
    (await fetch(`${inboxUrl}/events`, { method: 'POST', body })).status,
  ]).toStrictEqual([401, 401, 401, 401, 401]);
  expect(desk.told).toStrictEqual([]);
  expect([await post(secret, now - 300_000), await post(secret, now + 300_000)]).toStrictEqual([200, 200]);
  expect(desk.told).toStrictEqual([
    { token, message },
    { token, message },
  ]);
});

const EXPIRY = { id: 'm1', sentAtMs: null, kind: 'expiry', auth: 'auth_1' };

test.each([
  ['no JSON', '{'],
  ['a field too much', JSON.stringify({ type: 'message', token: 't', message: { ...EXPIRY, more: 1 } })],
  ['a field too few', JSON.stringify({ type: 'message', token: 't', message: { id: 'm1', kind: 'expiry' } })],
  [
    'a kind nobody knows',
    JSON.stringify({ type: 'message', token: 't', message: { ...EXPIRY, kind: 'gift' } }),
  ],
  [
    'an amount that is a number',
    JSON.stringify({
      type: 'message',
      token: 't',
      message: { id: 'm1', sentAtMs: null, kind: 'reversal', auth: 'a', amountUnits: 1 },
    }),
  ],
  [
    'an amount below zero',
    JSON.stringify({
      type: 'message',
      token: 't',
      message: { id: 'm1', sentAtMs: null, kind: 'reversal', auth: 'a', amountUnits: '-1' },
    }),
  ],
])('a signed message with %s is not taken', async (_, body) => {
  const { inboxUrl, issuer, clock, desk } = await join();
  const headers = signBody(issuer.secrets.webhookSecret, { id: 'm1', atMs: clock.nowMs(), body });
  expect((await fetch(`${inboxUrl}/events`, { method: 'POST', headers, body })).status).toBe(400);
  expect(desk.told).toStrictEqual([]);
});

test('the API opens to its key alone', async () => {
  const { issuer, issue } = await join();
  const token = await issue();
  const reveal = (authorization: string) =>
    fetch(`${issuer.apiUrl}/v1/cards/${token}/reveal`, { method: 'POST', headers: { authorization } });
  expect((await reveal('Bearer other')).status).toBe(401);
  const shown = await reveal(`Bearer ${issuer.secrets.apiKey}`);
  expect([shown.status, shown.headers.get('cache-control')]).toStrictEqual([200, 'no-store']);
});

test('cards that are not marked as the sandbox’s are not taken for cards', async () => {
  const replies: object[] = [
    { reference: 'card_1', state: 'open', token: 't', lastFour: '4242', expiry: '01/29' },
    { number: '4242424242424242', code: '123', expiry: '01/29' },
  ];
  const app = new Hono();
  app.all('*', (c) => c.json(replies.shift() ?? {}));
  const vendor = await listen(app);
  onTestFinished(vendor.close);
  const secrets = freshKeys().secrets;
  const desk: CardDesk = openDesk();
  const adapter = createSandboxIssuer({ url: vendor.url, ...secrets, desk, clock: stillClock() });
  await expect(adapter.issue(ORDER)).rejects.toThrow('not marked as one');
  await expect(adapter.reveal('t')).rejects.toThrow('does not begin with 999999');
});

test('a wallet that is gone approves nothing, and hears of it when it is back', async () => {
  const { issuer, desk, issue } = await join();
  await issue();
  desk.answer = () => {
    throw new Error('gone');
  };
  desk.isBroken = true;
  const verdict = await issuer.network.authorize(purchase);
  expect(verdict).toMatchObject({ outcome: 'declined', reason: 'issuer_timeout' });
  desk.isBroken = false;
  expect(await issuer.network.deliver()).toBe(0);
  expect(desk.told.map(({ message }) => message)).toMatchObject([{ kind: 'timeout', auth: verdict.auth }]);
});

test('after a restart cards, ids, numbers and what was not taken are still there', async () => {
  const directory = mkdtempSync(joinPath(tmpdir(), 'issuer-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const files = { path: joinPath(directory, 'network.db'), keyFile: joinPath(directory, 'keys.json') };
  const { issuer, adapter, desk, issue, clock, inboxUrl } = await join(files);
  const token = await issue();
  const secrets = await adapter.reveal(token);
  const { auth } = await issuer.network.authorize({ ...purchase, networkRef: 'n1', amountCents: 100n });
  issuer.network.faults.delivery = 'dropped';
  await issuer.network.reverse({ card, auth: 'a1' });
  await issuer.network.challenge({ card, ref: 't1', amountCents: 1n, merchant: SHOP, code: '482913' });
  await issuer.close();

  const again = await join({ ...files, clock, inboxUrl: () => inboxUrl });
  expect(again.issuer.secrets).toStrictEqual(issuer.secrets);
  expect(await again.adapter.reveal(token)).toStrictEqual(secrets);
  expect(await again.issuer.network.deliver()).toBe(0);
  expect(desk.told.map(({ message }) => message)).toMatchObject([
    { kind: 'reversal', auth },
    { kind: 'challenge', code: '482913' },
  ]);
  expect(
    await again.issuer.network.authorize({ ...purchase, networkRef: 'n1', amountCents: 100n }),
  ).toMatchObject({ auth, outcome: 'approved' });
  expect(desk.asked[1]).toStrictEqual(desk.asked[0]);
  const cleared = await again.issuer.network.clear({ card, auth: 'a1', amountCents: 1n });
  expect(desk.told.at(-1)?.message).toMatchObject({ auth, record: cleared.name });
});

test('what was asked when the network stopped is declined when it starts, and the wallet is told', async () => {
  const directory = mkdtempSync(joinPath(tmpdir(), 'issuer-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const files = { path: joinPath(directory, 'network.db'), keyFile: joinPath(directory, 'keys.json') };
  const first = await join(files);
  await first.issue();
  const asked = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<{ readonly kind: 'declined'; readonly reason: 'card_used' }>();
  first.desk.answer = () => {
    asked.resolve();
    return answer.promise;
  };
  const verdict = first.issuer.network.authorize(purchase).catch(() => null);
  await asked.promise;
  await first.issuer.close();
  const next = await join({ ...files, clock: first.clock, inboxUrl: () => first.inboxUrl });
  await next.issuer.network.deliver();
  expect(first.desk.told.map(({ message }) => message.kind)).toStrictEqual(['timeout']);
  answer.resolve({ kind: 'declined', reason: 'card_used' });
  expect(await verdict).toBe(null);
});

test('a fault of the wallet’s own is not taken for a message that is wrong', async () => {
  const { desk, issue, issuer, inboxUrl, clock } = await join();
  const token = await issue();
  const broken = () => Promise.reject(new TypeError('Something is undefined'));
  desk.answer = broken;
  Object.assign(desk, { record: broken });
  const post = async (path: string, sent: object) => {
    const body = encodeMessage(sent);
    const headers = signBody(issuer.secrets.webhookSecret, { id: 'm1', atMs: clock.nowMs(), body });
    return (await fetch(`${inboxUrl}/${path}`, { method: 'POST', headers, body })).status;
  };
  const asked = { ...EXPIRY, kind: 'increment', mode: 'ask', amountUnits: 1n };
  expect(await post('decisions', { token, message: asked })).toBe(500);
  expect(await post('events', { type: 'message', token, message: EXPIRY })).toBe(500);
});

test('of 200 charges at once every one has its own verdict, and no answer is lost', async () => {
  const { issuer, desk, issue } = await join();
  const token = await issue();
  let left = 1;
  desk.answer = ({ message }) => {
    left -= 1;
    if (left < 0) return { kind: 'declined', reason: 'card_used' };
    const units = message.kind === 'authorization' ? message.amountUnits : 0n;
    return { kind: 'approved', approvedUnits: units, isPartial: false };
  };
  const charges = Array.from({ length: 200 }, (_, n) =>
    issuer.network.authorize({ card: { token }, ref: `a${n}`, amountCents: 2500n, merchant: SHOP }),
  );
  const verdicts = await Promise.all(charges);
  expect(verdicts.filter(({ outcome }) => outcome === 'approved').length).toBe(1);
  expect(new Set(verdicts.map(({ auth }) => auth)).size).toBe(200);
  expect(issuer.network.find({ token })?.movements.length).toBe(200);
});
