import { expect, test } from 'vitest';
import { inShort, messagesOf, openWorld, purchase, SHOP, storyOf, type World } from './stripe-world.ts';

/** What an acquirer does after a purchase of 24 dollars, and what the desk then heard besides the question. */
const COURSES: readonly {
  readonly name: string;
  readonly act: (network: World['sandbox']['network'], card: { token: string }) => Promise<unknown>;
  readonly told: readonly string[];
}[] = [
  {
    name: 'a part given back and then all of it',
    act: async (network, card) => {
      await network.reverse({ card, auth: 'a1', amountCents: 700n });
      await network.reverse({ card, auth: 'a1' });
    },
    told: ['reversal 700', 'reversal'],
  },
  {
    name: 'two parts of the same size',
    act: async (network, card) => {
      await network.reverse({ card, auth: 'a1', amountCents: 700n, networkRef: '1' });
      await network.reverse({ card, auth: 'a1', amountCents: 700n, networkRef: '2' });
    },
    told: ['reversal 700', 'reversal 700'],
  },
  { name: 'an expiry', act: (network, card) => network.expire({ card, auth: 'a1' }), told: ['expiry'] },
  {
    name: 'a capture after the expiry',
    act: async (network, card) => {
      await network.expire({ card, auth: 'a1' });
      await network.clear({ card, auth: 'a1', amountCents: 2400n });
    },
    told: ['expiry', 'clearing 2400', 'clearing 0'],
  },
  {
    name: 'a completion with nothing',
    act: (network, card) => network.clear({ card, auth: 'a1', amountCents: 0n }),
    told: ['clearing 0'],
  },
  {
    name: 'a reversal after the capture',
    act: async (network, card) => {
      await network.clear({ card, auth: 'a1', amountCents: 2400n });
      await network.reverse({ card, auth: 'a1' });
    },
    told: ['clearing 2400', 'clearing 0', 'reversal'],
  },
  {
    name: 'a force post and a refund that nobody can link',
    act: async (network, card) => {
      await network.clear({ card, auth: null, amountCents: 900n, merchant: { name: 'Ghost', mcc: '5999' } });
      await network.refund({ card, of: null, amountCents: 700n });
    },
    told: ['clearing 900', 'refund 700'],
  },
  {
    name: 'a refund and a dispute that is won',
    act: async (network, card) => {
      await network.clear({ card, ref: 'c1', auth: 'a1', amountCents: 2400n });
      await network.refund({ card, ref: 'r1', of: 'c1', amountCents: 400n });
      await network.dispute('opened', { card, of: 'c1', amountCents: 2000n });
      await network.dispute('won', { card, of: 'c1', amountCents: 2000n });
    },
    told: ['clearing 2400', 'clearing 0', 'refund 400', 'dispute opened 2000', 'dispute won 2000'],
  },
  {
    name: 'a dispute that is lost',
    act: async (network, card) => {
      await network.clear({ card, ref: 'c1', auth: 'a1', amountCents: 2400n });
      await network.dispute('opened', { card, of: 'c1', amountCents: 2400n });
      await network.dispute('lost', { card, of: 'c1', amountCents: 2400n });
    },
    told: ['clearing 2400', 'clearing 0', 'dispute opened 2400', 'dispute lost 2400'],
  },
  {
    name: 'an approval in our place, and more on top of it',
    act: async (network, card) => {
      await network.advise({ card, ref: 'a2', amountCents: 300n, merchant: SHOP });
      await network.increment({ card, auth: 'a2', amountCents: 100n, mode: 'advice' });
    },
    told: ['authorization advice 300', 'increment advice 100'],
  },
  {
    name: 'a late copy after the capture it belongs to',
    act: async (network, card) => {
      await network.clear({ card, auth: 'a9', amountCents: 100n });
      await network.notice({ card, ref: 'a9', amountCents: 100n, merchant: SHOP });
    },
    told: ['clearing 100', 'clearing 0', 'authorization notice 100'],
  },
];

test.for(COURSES)('$name is told in order', async ({ act, told }) => {
  const world = await openWorld();
  const { networkToken: token } = await world.issue();
  await purchase(world, token, 2400n);
  await act(world.sandbox.network, { token });
  expect(storyOf(world.desk)).toEqual(['authorization ask 2400', ...told]);
  expect(world.replies.every(({ status }) => status === 200)).toBe(true);
});

test.for(COURSES)(
  '$name comes to the same twice, out of order, and read back from the history',
  async ({ act }) => {
    const [once, twice, mixed] = [await openWorld(), await openWorld(), await openWorld()];
    for (const { world, delivery } of [
      { world: once, delivery: 'in_order' },
      { world: twice, delivery: 'twice' },
      { world: mixed, delivery: 'newest_first' },
    ] as const) {
      const { networkToken: token } = await world.issue();
      world.sandbox.network.faults.delivery = delivery;
      await purchase(world, token, 2400n);
      await act(world.sandbox.network, { token });
      expect(await world.sandbox.network.redeliver()).toBe(0);
    }
    const facts = ({ desk }: World) =>
      messagesOf(desk)
        .map((message) => `${message.id} ${inShort(message)}`)
        .sort();
    expect(facts(twice)).toEqual(facts(once));
    expect(facts(mixed)).toEqual(facts(once));
    const { token } = await once.issue();
    const history = await once.issuer.history(token);
    // A part given back is known by its event alone, and of several ends the last one is what the object says.
    const known = [...once.desk.log.keys()].filter((id) => !/\d+-\d+$/.test(id));
    const ends = known.filter((id) => /(closed|expired|reversed)$/.test(id));
    const lasting = known.filter((id) => !ends.slice(0, -1).includes(id));
    expect(history.map(({ message }) => message.id).sort()).toEqual(lasting.sort());
    expect(new Set(history.map((notice) => notice.token))).toEqual(new Set([token]));
  },
);

test('events whose signature is bad or 301 seconds old are not taken, and a replayed one changes nothing', async () => {
  const world = await openWorld();
  const { networkToken: token } = await world.issue();
  const { network } = world.sandbox;
  await network.clear({ card: { token }, auth: null, amountCents: 900n, merchant: SHOP });
  const before = storyOf(world.desk);
  expect(await network.forge({ token })).toBe(false);
  expect(await network.replay({ token }, 'old')).toBe(false);
  expect(world.replies.slice(-2)).toEqual([
    { path: 'events', status: 401, body: '{"code":"webhook_signature_invalid"}' },
    { path: 'events', status: 401, body: '{"code":"webhook_signature_invalid"}' },
  ]);
  expect(await network.replay({ token }, 'fresh')).toBe(true);
  expect(storyOf(world.desk)).toEqual(before);
});

test('an event that could not be kept is sent again', async () => {
  const world = await openWorld();
  const { networkToken: token } = await world.issue();
  world.desk.isBroken = true;
  await world.sandbox.network.clear({ card: { token }, auth: null, amountCents: 900n, merchant: SHOP });
  expect(world.replies.at(-1)).toEqual({
    path: 'events',
    status: 500,
    body: '',
  });
  world.desk.isBroken = false;
  expect(await world.sandbox.network.deliver()).toBe(0);
  expect(storyOf(world.desk)).toEqual(['clearing 900']);
});
