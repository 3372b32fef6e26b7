import { createWallet, RefusalError, ReplyLostError } from '@fluxa/sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { refuse } from '../../src/core/refusal.ts';
import type { Answer } from '../../src/operations/operation.ts';
import { type ExecuteInput, type ExecuteOutput, execute } from '../../src/operations/payment.ts';
import { startWorld, TOKENS, type World } from '../http/world.ts';

type Payment = NonNullable<ExecuteOutput['payment']>;

const PAYMENT: Payment = {
  id: 'pay_1',
  mandateId: 'mand_1',
  agentId: 'agt_1',
  state: 'reserved',
  mode: 'fetch',
  url: 'https://api.example.com/',
  method: 'GET',
  amount: '0.01',
  decisionSeq: 5,
  idempotencyKey: 'k-1',
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
};

/** What the wallet was asked, and what it answers next. */
const asked: ExecuteInput[] = [];
let next: Answer<ExecuteOutput>;
let world: World;

beforeAll(async () => {
  const scripted: typeof execute = {
    ...execute,
    run: async (_, { input }) => {
      asked.push(input);
      return next;
    },
  };
  world = await startWorld({ operations: [scripted] });
});
afterAll(() => world.close());

const wallet = () => createWallet({ url: world.url, token: TOKENS.agent, attempts: 1 });

function replies(response: ExecuteOutput['response'], payment: Payment | null = PAYMENT): void {
  next = { outcome: 'ok', output: { status: 'finished', payment, response } };
}

test("a paid request gives the payee's reply, and says what was paid", async () => {
  replies({
    status: 200,
    headers: { 'content-type': 'application/json', 'x-own': 'yes' },
    body: '{"sunny":true}',
  });
  const response = await wallet().fetch(new URL('https://api.example.com/weather?city=Rome'), {
    mandate: 'mand_1',
    maxAmount: '0.05',
  });
  expect([response.status, response.ok]).toEqual([200, true]);
  expect(Object.fromEntries(response.headers)).toEqual({
    'content-type': 'application/json',
    'x-own': 'yes',
    'fluxa-payment-id': 'pay_1',
    'fluxa-payment-state': 'reserved',
    'fluxa-payment-amount': '0.01',
  });
  expect(await response.json()).toEqual({ sunny: true });
  expect(asked.at(-1)).toEqual({
    mandate: 'mand_1',
    url: 'https://api.example.com/weather?city=Rome',
    method: 'GET',
    mode: 'fetch',
    headers: {},
    maxAmount: 50_000n,
  });
});

test('bytes arrive as they were', async () => {
  const bytes = Uint8Array.from({ length: 70_000 }, (_, i) => (i * 7) % 256);
  replies({ status: 200, headers: {}, bodyBase64: Buffer.from(bytes).toString('base64') });
  const response = await wallet().fetch('https://api.example.com/', { mandate: 'mand_1' });
  expect(new Uint8Array(await response.arrayBuffer())).toEqual(bytes);
});

test('the reply of a payee that says no, or says nothing, is given as it is', async () => {
  for (const status of [404, 500, 204, 304]) {
    replies({ status, headers: {}, body: '' });
    const response = await wallet().fetch('https://api.example.com/', { mandate: 'mand_1' });
    expect([response.status, await response.text()]).toEqual([status, '']);
  }
});

test('what a payee cannot say: how the body was sent, what was paid, or a header that is none', async () => {
  const headers = {
    'content-encoding': 'gzip',
    'content-length': '5',
    'transfer-encoding': 'chunked',
    'fluxa-payment-id': 'pay_of_the_payee',
    'not a name': 'x',
    'not-a-value': 'a\nb',
    kept: 'yes',
  };
  replies({ status: 200, headers, body: 'x' }, null);
  const response = await wallet().fetch('https://api.example.com/', { mandate: 'mand_1' });
  expect(Object.fromEntries(response.headers)).toEqual({ kept: 'yes' });
  replies({ status: 999, headers: {}, body: 'x' });
  expect((await wallet().fetch('https://api.example.com/', { mandate: 'mand_1' })).status).toBe(502);
});

test('every kind of body is sent, with its type', async () => {
  replies({ status: 200, headers: {}, body: '' });
  const send = async (body: RequestInit['body'], headers: Record<string, string> = {}) => {
    const init = { mandate: 'mand_1', method: 'post', headers, body: body ?? null };
    await wallet().fetch('https://api.example.com/', init);
    const { method, headers: sent, body: text, bodyBase64 } = asked.at(-1) as ExecuteInput;
    return [
      method,
      sent['content-type'],
      text ?? (bodyBase64 && Buffer.from(bodyBase64, 'base64').toString('latin1')),
    ];
  };
  expect(await send('Grüße')).toEqual(['POST', 'text/plain;charset=UTF-8', 'Grüße']);
  expect(await send('{}', { 'Content-Type': 'application/json' })).toEqual([
    'POST',
    'application/json',
    '{}',
  ]);
  expect(await send(new URLSearchParams({ a: '1' }))).toEqual([
    'POST',
    'application/x-www-form-urlencoded;charset=UTF-8',
    'a=1',
  ]);
  expect(await send(new Uint8Array([0xff, 0x00]))).toEqual(['POST', undefined, '\xff\x00']);
  expect(await send(new Blob(['x'], { type: 'image/png' }))).toEqual(['POST', 'image/png', 'x']);
  expect(await send(null)).toEqual(['POST', undefined, undefined]);
});

test("a payment that the wallet blocks is an error with the wallet's reason", async () => {
  next = refuse('payee_not_in_scope', 'The mandate does not list api.example.com', {
    host: 'api.example.com',
  });
  const error = await wallet()
    .fetch('https://api.example.com/', { mandate: 'mand_1' })
    .catch((error: unknown) => error);
  expect(error).toBeInstanceOf(RefusalError);
  expect(error).toMatchObject({ code: 'payee_not_in_scope', numbers: { host: 'api.example.com' } });
});

test('a payment whose reply is lost, or was too large to keep, is an error with the payment', async () => {
  const request = () =>
    wallet().fetch('https://api.example.com/', { mandate: 'mand_1', idempotencyKey: 'k-1' });
  const settled = { ...PAYMENT, state: 'settled' } as const;
  next = {
    outcome: 'ok',
    output: { status: 'finished', payment: settled, detail: "The payee's answer was lost" },
  };
  const lost = await request().catch((error: unknown) => error);
  expect(lost).toBeInstanceOf(ReplyLostError);
  expect(lost).toMatchObject({
    message: "The payee's answer was lost",
    payment: settled,
    idempotencyKey: 'k-1',
  });
  replies({ status: 200, headers: {}, isDropped: true });
  await expect(request()).rejects.toThrow('The reply was too large to be kept');
});
