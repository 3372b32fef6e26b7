import { describe, expect, test } from 'vitest';
import type { CardNotice } from '../../src/core/card/ports.ts';
import {
  authorization,
  CARD,
  CHECKS,
  MERCHANT,
  open,
  post,
  request,
  SECONDS,
  transaction,
} from './stripe-post.ts';
import { inShort, storyOf } from './stripe-world.ts';

async function heard(type: string, object: object, previous?: object): Promise<readonly string[]> {
  const world = open();
  const reply = await post(world, { type, object, ...(previous && { previous }) });
  expect(reply.status).toBe(200);
  return [...world.desk.log.values()].map(({ message }) => `${message.id}: ${inShort(message)}`);
}

describe('what an authorization tells', () => {
  const cases: readonly {
    readonly name: string;
    readonly fields: object;
    readonly told: readonly string[];
  }[] = [
    {
      name: 'we approved it',
      fields: { request_history: [request(true, 'webhook_approved')] },
      told: ['iauth_1/0: authorization notice 2000'],
    },
    {
      name: 'Stripe approved it because our answer was late, as it is set up to',
      fields: { request_history: [request(true, 'webhook_timeout')] },
      told: ['iauth_1/0/standin: authorization advice 2000'],
    },
    {
      name: 'Stripe declined it because our answer was late',
      fields: { approved: false, status: 'closed', request_history: [request(false, 'webhook_timeout')] },
      told: ['iauth_1/0: authorization declined 2000', 'iauth_1/0/timeout: timeout'],
    },
    {
      name: 'it expired, in words of today',
      fields: { status: 'expired', request_history: [request(true, 'webhook_approved')] },
      told: ['iauth_1/0: authorization notice 2000', 'iauth_1/expired: expiry'],
    },
    {
      name: 'it expired, in words of before',
      fields: { status: 'reversed', amount: 2000, request_history: [request(true, 'webhook_approved')] },
      told: ['iauth_1/0: authorization notice 2000', 'iauth_1/expired: expiry'],
    },
    {
      name: 'it was given up',
      fields: { status: 'reversed', amount: 0, request_history: [request(true, 'webhook_approved')] },
      told: ['iauth_1/0: authorization notice 2000', 'iauth_1/reversed: reversal'],
    },
    {
      name: 'it was for nothing, and has no end',
      fields: { status: 'closed', amount: 0, request_history: [request(true, 'webhook_approved', 0)] },
      told: ['iauth_1/0: authorization notice 0'],
    },
    {
      name: 'requests and transactions that stand newest first are told oldest first',
      fields: {
        status: 'closed',
        request_history: [
          request(true, 'webhook_approved', 500, SECONDS + 9),
          request(true, 'webhook_approved'),
        ],
        transactions: [
          transaction({ id: 'ipi_2', amount: 300, type: 'refund', created: SECONDS + 20 }),
          transaction({ created: SECONDS + 10 }),
        ],
      },
      told: [
        'iauth_1/0: authorization notice 2000',
        'iauth_1/1: increment advice 500',
        'ipi_1: clearing 2000',
        'ipi_2: refund 300',
        'iauth_1/closed: clearing 0',
      ],
    },
    {
      name: 'those of one second, in a list that stands newest first, too',
      fields: {
        request_history: [
          request(true, 'webhook_approved', 700, SECONDS + 9),
          request(true, 'webhook_approved', 500),
          request(true, 'webhook_approved'),
        ],
      },
      told: [
        'iauth_1/0: authorization notice 2000',
        'iauth_1/1: increment advice 500',
        'iauth_1/2: increment advice 700',
      ],
    },
    {
      name: 'an increment was declined, by whomever',
      fields: {
        request_history: [request(true, 'webhook_approved'), request(false, 'spending_controls', 9000)],
      },
      told: ['iauth_1/0: authorization notice 2000'],
    },
    {
      name: 'a credit that was only announced holds nothing',
      fields: { request_history: [request(true, 'webhook_approved', -500)] },
      told: [],
    },
  ];
  test.for(cases)('$name', async ({ fields, told }) => {
    expect(await heard('issuing_authorization.updated', authorization(fields))).toEqual(told);
  });

  test('a part given back is the difference that the event says, unless a capture is behind it', async () => {
    const object = authorization({ amount: 1300, request_history: [request(true, 'webhook_approved')] });
    const notice = 'iauth_1/0: authorization notice 2000';
    const updated = 'issuing_authorization.updated';
    expect(await heard(updated, object, { amount: 2000 })).toEqual([
      notice,
      'iauth_1/1/2000-1300: reversal 700',
    ]);
    expect(await heard(updated, object, { amount: 2000, transactions: [] })).toEqual([notice]);
    expect(await heard(updated, object, {})).toEqual([notice]);
  });

  const declines: readonly (readonly [reason: string, decline: string, fields?: object])[] = [
    ['spending_controls', 'amount_exceeds_locked'],
    [
      'spending_controls',
      'mcc_not_allowed',
      { merchant_data: { ...MERCHANT, category: 'betting_casino_gambling' } },
    ],
    ['card_canceled', 'card_closed'],
    ['card_inactive', 'card_frozen'],
    ['card_inactive', 'card_closed', { card: { ...CARD, status: 'canceled' } }],
    ['verification_failed', 'cvv_mismatch', { verification_data: { ...CHECKS, cvc_check: 'mismatch' } }],
    [
      'verification_failed',
      'expiry_mismatch',
      { verification_data: { ...CHECKS, expiry_check: 'mismatch' } },
    ],
    ['verification_failed', 'cvv_required', { verification_data: { ...CHECKS, cvc_check: 'not_provided' } }],
    ['suspected_fraud', 'merchant_not_allowed'],
    ['insufficient_funds', 'card_frozen'],
    ['webhook_error', 'issuer_timeout'],
    ['webhook_declined', 'card_used', { metadata: { fluxa_reason: 'card_used' } }],
    ['a_word_of_tomorrow', 'merchant_not_allowed'],
  ];
  test.for(declines)('a decline for %s is one for %s', async ([reason, decline, fields = {}]) => {
    const world = open();
    const object = authorization({
      approved: false,
      status: 'closed',
      request_history: [request(false, reason)],
      ...fields,
    });
    await post(world, { type: 'issuing_authorization.created', object });
    expect(world.desk.log.get('iauth_1/0')?.message).toMatchObject({ mode: 'declined', decline });
  });
});

describe('what a transaction tells', () => {
  test.for([
    { fields: { authorization: 'iauth_1' }, told: { kind: 'clearing', auth: 'iauth_1', isFinal: false } },
    { fields: {}, told: { kind: 'clearing', auth: null, isFinal: true, amountUnits: 20_000_000n } },
    {
      fields: { type: 'refund', amount: 700, authorization: 'iauth_1' },
      told: { kind: 'refund', of: 'iauth_1', record: 'ipi_1' },
    },
    { fields: { type: 'refund', amount: 700 }, told: { kind: 'refund', of: null, amountUnits: 7_000_000n } },
    {
      fields: { type: 'refund', amount: -700 },
      told: { kind: 'refund_reversal', of: 'ipi_1', amountUnits: 7_000_000n },
    },
    { fields: { amount: 700 }, told: { kind: 'refund', of: null, amountUnits: 7_000_000n } },
  ])('$fields is $told.kind', async ({ fields, told }) => {
    const world = open();
    await post(world, { type: 'issuing_transaction.created', object: transaction(fields) });
    const [notice] = [...world.desk.log.values()];
    expect(notice).toMatchObject<Partial<CardNotice>>({ token: 'ic_1' });
    expect(notice?.message).toMatchObject({ id: 'ipi_1', ...told });
  });

  test('one in another currency is not booked', async () => {
    const world = open();
    const event = { type: 'issuing_transaction.created', object: transaction({ currency: 'eur' }) };
    await expect(post(world, event)).rejects.toThrow('"eur"');
    expect(storyOf(world.desk)).toEqual([]);
  });
});

describe('the question', () => {
  const pending = { amount: 2500, amount_details: null, currency: 'usd', is_amount_controllable: false };
  const asked = (fields: object = {}) => ({
    type: 'issuing_authorization.request',
    object: authorization({ amount: 0, approved: false, pending_request: pending, ...fields }),
  });

  test('is about the pending amount, and answered in the version that was agreed on', async () => {
    const world = open({ apiVersion: '2023-08-16' });
    expect(await post(world, asked())).toEqual({
      status: 200,
      headers: { 'content-type': 'application/json', 'stripe-version': '2023-08-16' },
      body: '{"approved":true}',
    });
    expect(storyOf(world.desk)).toEqual(['authorization ask 2500']);
  });

  test('is about more where something was approved before', async () => {
    const world = open();
    const history = [request(true, 'webhook_approved')];
    await post(world, asked({ approved: true, amount: 2000, request_history: history }));
    expect(world.desk.asked[0]?.message).toMatchObject({ id: 'iauth_1/1', kind: 'increment', mode: 'ask' });
  });

  test('in another currency, or about a credit, is a no', async () => {
    const world = open();
    for (const fields of [{ currency: 'eur' }, { amount: -100 }]) {
      const { body } = await post(world, asked({ pending_request: { ...pending, ...fields } }));
      expect(body).toBe('{"approved":false,"metadata":{"fluxa_reason":"merchant_not_allowed"}}');
    }
    expect(world.desk.asked).toEqual([]);
  });
});
