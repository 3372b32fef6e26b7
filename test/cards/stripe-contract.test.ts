import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createStripeIssuer } from '../../src/rails/card/stripe.ts';
import { openSchemas } from './stripe-schema.ts';
import { HOLDER, ORDER, openTestDesk, openWorld, purchase, SHOP } from './stripe-world.ts';
import { NEEDS_VENDOR_APIS, type Prism, startPrism, vendorFile } from './vendor-api.ts';

const FILE = vendorFile('stripe-issuing.json');
const WHY = FILE === null ? ` (skipped: ${NEEDS_VENDOR_APIS})` : '';

describe.skipIf(FILE === null)(`Stripe's own description${WHY}`, () => {
  let prism: Prism;
  const file = FILE ?? '';
  beforeAll(async () => {
    prism = await startPrism({ file });
  });
  afterAll(() => prism.close());

  /** The adapter with everything it sends, as the client puts it on the wire. */
  const open = (cardholder: string | typeof HOLDER = 'ich_1') =>
    createStripeIssuer({
      apiKey: 'sk_test_prism',
      baseUrl: prism.url,
      decisionSecret: 'whsec_1',
      webhookSecret: 'whsec_1',
      cardholder,
      desk: openTestDesk(),
    });

  test('takes the card that is made, for a cardholder that is named or made', async () => {
    const issued = { token: expect.stringMatching(/^ic_/), lastFour: expect.stringMatching(/^\d{4}$/) };
    expect(await open().issue(ORDER)).toMatchObject(issued);
    expect(await open(HOLDER).issue(ORDER)).toMatchObject(issued);
  });

  test('takes every state and lock that a card is brought to', async () => {
    for (const state of ['open', 'paused', 'closed'] as const) {
      await expect(
        open().mirror('ic_1', { state, lockCents: 2500n, headroomCents: 100n }),
      ).resolves.toBeUndefined();
    }
    await expect(
      open().mirror('ic_1', { state: 'open', lockCents: 0n, headroomCents: 100n }),
    ).resolves.toBeUndefined();
  });

  test('takes the question for number and code, and what a history is read from', async () => {
    expect(await open().reveal('ic_1')).toBeNull();
    const history = await open().history('ic_1');
    expect(history.map(({ token }) => token)).toEqual(history.map(() => 'ic_1'));
    expect(history.length).toBeGreaterThan(0);
  });

  test.for([
    'currency=usd&type=virtual',
    'currency=usd&type=plastic',
    'type=virtual',
    'currency=usd&type=virtual&spending_controls[spending_limits][0][interval]=never',
    'currency=usd&type=virtual&spending_controls[blocked_categories][0]=nonsense',
  ])('takes a card of %s only where it is as described, so that these tests can fail', async (body) => {
    const headers = {
      authorization: 'Bearer sk_test_prism',
      'content-type': 'application/x-www-form-urlencoded',
    };
    const response = await fetch(`${prism.url}/v1/issuing/cards`, { method: 'POST', headers, body });
    expect(response.ok).toBe(body === 'currency=usd&type=virtual');
  });

  test('describes every object that the sandbox answers with and sends', async () => {
    const world = await openWorld();
    const check = openSchemas(file);
    const { token, networkToken } = await world.issue();
    const { network } = world.sandbox;
    const card = { token: networkToken };
    await purchase(world, networkToken, 2400n);
    await network.increment({ card, auth: 'a1', amountCents: 50n });
    await network.reverse({ card, auth: 'a1', amountCents: 50n });
    await network.clear({ card, ref: 'c1', auth: 'a1', amountCents: 1000n, isFinal: false });
    await network.clear({ card, auth: 'a1', amountCents: 1000n });
    await network.authorize({ card, ref: 'a2', amountCents: 500n, merchant: SHOP, kind: 'cash' });
    await network.expire({ card, auth: 'a2' });
    await network.advise({ card, ref: 'a3', amountCents: 500n, merchant: { name: 'x' } });
    await network.reverse({ card, auth: 'a3' });
    await network.clear({ card, auth: null, amountCents: 900n, merchant: SHOP });
    await network.refund({ card, of: 'c1', amountCents: 100n });
    await network.refund({ card, of: null, amountCents: 100n });
    await network.dispute('opened', { card, of: 'c1', amountCents: 100n });
    await network.dispute('won', { card, of: 'c1', amountCents: 100n });

    const get = async (path: string) => {
      const headers = { authorization: 'Bearer sk_test_sandbox' };
      const response = await fetch(`${world.sandbox.apiUrl}/v1/issuing/${path}`, { headers });
      return (await response.json()) as {
        readonly data: readonly { readonly id: string; readonly dispute?: string }[];
      };
    };
    const authorizations = (await get(`authorizations?card=${token}`)).data;
    const transactions = (await get(`transactions?card=${token}`)).data;
    const disputes = transactions.flatMap(({ dispute }) => dispute ?? []);
    const found = [
      check('issuing.card', await get(`cards/${token}`)),
      check('issuing.card', await get(`cards/${token}?expand[]=number&expand[]=cvc`)),
      ...(await get('cardholders')).data.map((holder) => check('issuing.cardholder', holder)),
      ...authorizations.map((authorization) => check('issuing.authorization', authorization)),
      ...transactions.map((transaction) => check('issuing.transaction', transaction)),
      ...(await Promise.all(
        disputes.map(async (id) => check('issuing.dispute', await get(`disputes/${id}`))),
      )),
      check('error', await get('cards/ic_nobody')),
    ];
    expect([authorizations.length, transactions.length, disputes.length]).toEqual([3, 5, 1]);
    expect(found.filter((problem) => problem !== null)).toEqual([]);
    const sent = world.sent.map(({ data: { object } }) => check(object.object, object));
    expect(sent.length).toBeGreaterThan(20);
    expect(sent.filter((problem) => problem !== null)).toEqual([]);
    expect(check('issuing.card', { ...(await get(`cards/${token}`)), status: 'open' })).toContain('status');
  });
});
