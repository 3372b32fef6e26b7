import { expect, test } from 'vitest';
import { unitsOf } from '../../src/core/card/cents.ts';
import { messagesOf, openWorld, purchase, SHOP, SHOP_SEEN, storyOf } from './stripe-world.ts';

test('a purchase is asked in full, and the news of it has the id of the question', async () => {
  const world = await openWorld();
  const { token, networkToken } = await world.issue();
  expect(await purchase(world, networkToken)).toMatchObject({ outcome: 'approved', approvedCents: 2000n });
  const [asked] = world.desk.asked;
  expect(world.desk.asked).toHaveLength(1);
  expect(asked?.token).toBe(token);
  expect(asked?.message).toEqual({
    id: expect.stringMatching(/^iauth_\w+\/0$/),
    kind: 'authorization',
    mode: 'ask',
    auth: expect.stringMatching(/^iauth_/),
    sentAtMs: Date.UTC(2026, 0, 1),
    purpose: 'purchase',
    amountUnits: unitsOf(2000n),
    merchant: SHOP_SEEN,
    code: 'match',
    expiry: 'match',
    initiator: 'unknown',
    isPartialCapable: false,
    challenge: null,
    expiresAtMs: null,
    decline: null,
  });
  expect(world.replies.map(({ path, status }) => `${path} ${status}`)).toEqual([
    'decisions 200',
    'events 200',
  ]);
  expect([...world.desk.log.keys()]).toEqual([asked?.message.id]);
});

test.for([
  'card_used',
  'amount_exceeds_locked',
  'card_frozen',
  'cvv_mismatch',
  'verification_limit',
] as const)('a no for %s is a no at the network, and is kept once', async (reason) => {
  const world = await openWorld();
  const { networkToken } = await world.issue();
  world.desk.answer = () => ({ kind: 'declined', reason });
  expect(await purchase(world, networkToken)).toMatchObject({ outcome: 'declined', reason });
  expect(storyOf(world.desk)).toEqual(['authorization ask 2000']);
  expect(world.replies[0]?.body).toBe(
    JSON.stringify({ approved: false, metadata: { fluxa_reason: reason } }),
  );
});

test.for([
  { sent: { code: 'mismatch' }, seen: { code: 'mismatch' } },
  { sent: { code: 'absent' }, seen: { code: 'absent' } },
  { sent: { expiry: 'mismatch' }, seen: { expiry: 'mismatch' } },
  { sent: { kind: 'cash' }, seen: { purpose: 'cash' } },
  { sent: { kind: 'verification', amountCents: 0n }, seen: { purpose: 'verification', amountUnits: 0n } },
  { sent: { isPartialCapable: true }, seen: { isPartialCapable: true } },
] as const)('the question says $seen', async ({ sent, seen }) => {
  const world = await openWorld();
  const { networkToken } = await world.issue();
  await world.sandbox.network.authorize({
    card: { token: networkToken },
    amountCents: 2000n,
    merchant: SHOP,
    ...sent,
  });
  expect(world.desk.asked[0]?.message).toMatchObject(seen);
});

test('a part is approved where the network lets us say how much, and is a no where it does not', async () => {
  const world = await openWorld();
  const { networkToken } = await world.issue();
  world.desk.answer = () => ({ kind: 'approved', approvedUnits: unitsOf(2500n), isPartial: true });
  const ask = (isPartialCapable: boolean) =>
    world.sandbox.network.authorize({
      card: { token: networkToken },
      amountCents: 3000n,
      merchant: SHOP,
      isPartialCapable,
    });
  expect(await ask(true)).toMatchObject({ outcome: 'approved', approvedCents: 2500n, isPartial: true });
  expect(await ask(false)).toMatchObject({ outcome: 'declined', reason: 'issuer_timeout' });
  const answers = world.replies.filter(({ path }) => path === 'decisions').map(({ body }) => body);
  expect(answers).toEqual([
    '{"approved":true,"amount":2500}',
    '{"approved":false,"metadata":{"fluxa_reason":"issuer_timeout"}}',
  ]);
});

test('a desk that breaks declines, and what it may have approved is taken back', async () => {
  const world = await openWorld();
  const { networkToken } = await world.issue();
  world.desk.answer = () => {
    throw new Error('The store is gone');
  };
  expect(await purchase(world, networkToken)).toMatchObject({
    outcome: 'declined',
    reason: 'issuer_timeout',
  });
  expect(storyOf(world.desk)).toEqual(['authorization declined 2000', 'timeout']);
});

test('an approval that came too late is taken back, once', async () => {
  const world = await openWorld();
  const { networkToken } = await world.issue();
  world.sandbox.network.faults.lateAnswers = 1;
  expect(await purchase(world, networkToken)).toMatchObject({
    outcome: 'declined',
    reason: 'issuer_timeout',
  });
  expect(storyOf(world.desk)).toEqual(['authorization ask 2000', 'timeout']);
});

test('more on top is a question about the same authorization, and one that came too late is taken back once', async () => {
  const world = await openWorld();
  const { networkToken: token } = await world.issue();
  await purchase(world, token, 1500n);
  const more = (ref: string) =>
    world.sandbox.network.increment({ card: { token }, ref, auth: 'a1', amountCents: 500n });
  expect(await more('i1')).toMatchObject({ outcome: 'approved', approvedCents: 500n });
  world.sandbox.network.faults.lateAnswers = 1;
  expect(await more('i2')).toMatchObject({ outcome: 'declined', reason: 'issuer_timeout' });
  await world.sandbox.network.clear({ card: { token }, auth: 'a1', amountCents: 2000n });
  const auth = (messagesOf(world.desk)[0] as { auth: string }).auth;
  expect([...world.desk.log.keys()].map((id) => id.replace(auth, ''))).toEqual([
    ...['/0', '/1', '/2', '/2/timeout'],
    expect.stringMatching(/^ipi_/),
    '/closed',
  ]);
  expect(storyOf(world.desk)).toEqual([
    'authorization ask 1500',
    'increment ask 500',
    'increment ask 500',
    'reversal 500',
    'clearing 2000',
    'clearing 0',
  ]);
});

test('captures post one by one, and the end of the authorization is a final clearing of nothing', async () => {
  const world = await openWorld();
  const { networkToken: token } = await world.issue();
  const { network } = world.sandbox;
  await purchase(world, token, 2400n);
  await network.clear({ card: { token }, ref: 'c1', auth: 'a1', amountCents: 1000n, isFinal: false });
  expect(storyOf(world.desk)).toEqual(['authorization ask 2400', 'clearing 1000']);
  await network.clear({ card: { token }, ref: 'c2', auth: 'a1', amountCents: 1500n });
  const auth = (messagesOf(world.desk)[0] as { auth: string }).auth;
  expect(messagesOf(world.desk).slice(1)).toEqual([
    {
      id: expect.stringMatching(/^ipi_/),
      sentAtMs: expect.any(Number),
      kind: 'clearing',
      auth,
      isFinal: false,
      ...posted(1000n),
    },
    {
      id: expect.stringMatching(/^ipi_/),
      sentAtMs: expect.any(Number),
      kind: 'clearing',
      auth,
      isFinal: false,
      ...posted(1500n),
    },
    {
      ...{
        id: `${auth}/closed`,
        record: `${auth}/closed`,
        sentAtMs: expect.any(Number),
        kind: 'clearing',
        auth,
      },
      ...{ amountUnits: 0n, isFinal: true, merchant: SHOP_SEEN },
    },
  ]);
});

function posted(cents: bigint) {
  return { amountUnits: unitsOf(cents), record: expect.stringMatching(/^ipi_/), merchant: SHOP_SEEN };
}
