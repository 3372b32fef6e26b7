import { describe, expect, test } from 'vitest';
import type { StripeOptions } from '../../src/rails/card/stripe/account.ts';
import { open, post, SECONDS, SECRETS, transaction } from './stripe-post.ts';
import { HOLDER } from './stripe-world.ts';

describe('the signature', () => {
  const event = { type: 'issuing_transaction.created', object: transaction({}) };
  test.for([
    { name: '300 seconds old', signed: { at: SECONDS - 300 }, status: 200 },
    { name: '301 seconds old', signed: { at: SECONDS - 301 }, status: 401 },
    { name: 'with another secret', signed: { secret: 'whsec_other' }, status: 401 },
    { name: 'with the secret of the decisions', signed: { secret: SECRETS.decisionSecret }, status: 401 },
    { name: 'over another body', signed: { tamper: true }, status: 401 },
  ])('$name is answered with $status', async ({ signed, status }) => {
    const world = open();
    expect((await post(world, event, signed)).status).toBe(status);
    expect(world.desk.log.size).toBe(status === 200 ? 1 : 0);
  });

  test('that is missing is answered with 401, and nothing is decided', async () => {
    const { issuer, desk } = open();
    for (const { receive } of issuer.inbox)
      expect((await receive({ headers: {}, body: '{}' })).status).toBe(401);
    expect([desk.asked, desk.log.size]).toEqual([[], 0]);
  });

  test('of the other mode is not taken', async () => {
    const world = open();
    expect((await post(world, { ...event, livemode: true })).status).toBe(400);
    expect(world.desk.log.size).toBe(0);
  });
});

describe('the account', () => {
  const refused: readonly (readonly [why: string, options: Partial<StripeOptions>])[] = [
    ['Set the "apiKey" of the issuer stripe', { apiKey: '' }],
    ['Set the "decisionSecret" of the issuer stripe', { decisionSecret: ' ' }],
    ['Set the "webhookSecret" of the issuer stripe', { webhookSecret: '' }],
    ['The "apiKey" of the issuer stripe must start with sk_ or rk_', { apiKey: 'pk_test_1' }],
    ['The "apiKey" of the issuer stripe must start with sk_ or rk_', { apiKey: 'fxi_sandbox_1' }],
    ['A test key of stripe is set where live is configured', { isSandbox: false }],
    ['A live key of stripe is set where the sandbox is configured', { apiKey: 'rk_live_1', isSandbox: true }],
    [
      'A live key of stripe is set with the address of a sandbox',
      { apiKey: 'sk_live_1', baseUrl: 'http://127.0.0.1:1' },
    ],
    [
      'The "baseUrl" of the issuer stripe must be https, or on this machine',
      { baseUrl: 'http://stripe.test' },
    ],
    ['The "baseUrl" of the issuer stripe must have no path', { baseUrl: 'http://127.0.0.1:1/api' }],
  ];
  test.for(refused)('is not opened: %s', ([why, options]) => {
    expect(() => open(options)).toThrow(why);
  });

  test('is in the mode of its key', () => {
    expect(open({ cardholder: HOLDER }).issuer.isSandbox).toBe(true);
    expect(open({ apiKey: 'rk_live_1' }).issuer.isSandbox).toBe(false);
  });
});
