import { afterEach, expect, test } from 'vitest';
import { z } from 'zod';
import { refuse } from '../../src/core/refusal.ts';
import { type Answer, defineOperation, type Operation } from '../../src/operations/operation.ts';
import { StoreError } from '../../src/store/error.ts';
import { startWorld, TOKENS, type World } from './world.ts';

const worlds: World[] = [];
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
});

async function serve(...operations: readonly Operation[]): Promise<World> {
  const world = await startWorld({ operations });
  worlds.push(world);
  return world;
}

type Output = { readonly paid: string };

/** An operation that moves money and answers as it is told. */
function pay(run: (key: string | null) => Promise<Answer<Output>>, movesMoney = true): Operation {
  return defineOperation({
    name: 'payment.make',
    summary: 'Pay',
    audience: 'agent',
    movesMoney,
    http: { method: 'POST', path: '/v1/pay' },
    isTool: false,
    input: z.strictObject({}),
    output: z.object({ paid: z.string() }),
    run: (_, { idempotencyKey }) => run(idempotencyKey),
  });
}

const call = {
  method: 'POST',
  path: '/v1/pay',
  token: TOKENS.agent,
  headers: { 'idempotency-key': 'k-1' },
} as const;

test('what is done is 200, kept by no cache, and without what the output schema does not name', async () => {
  const output = { paid: '1.00', secret: 'hidden' };
  const { status, headers, json } = await (await serve(pay(async () => ({ outcome: 'ok', output })))).send(
    call,
  );
  expect([status, json]).toEqual([200, { paid: '1.00' }]);
  expect(headers).toMatchObject({
    'content-type': 'application/json',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  expect(headers['idempotent-replayed']).toBeUndefined();
});

test('what is not finished is 202 and says when to ask again', async () => {
  const world = await serve(pay(async () => ({ outcome: 'ok', output: { paid: '0.00' }, isPending: true })));
  const { status, headers, json } = await world.send(call);
  expect([status, json, headers['retry-after']]).toEqual([202, { paid: '0.00' }, '1']);
});

test('an answer that was given before says so', async () => {
  const world = await serve(pay(async () => ({ outcome: 'ok', output: { paid: '1.00' }, isReplay: true })));
  const { status, headers } = await world.send(call);
  expect([status, headers['idempotent-replayed']]).toEqual([200, 'true']);
});

test('the key reaches an operation that moves money, and one that does not where it is given', async () => {
  const keys: (string | null)[] = [];
  const note = async (key: string | null) => {
    keys.push(key);
    return { outcome: 'ok', output: { paid: '0.00' } } as const;
  };
  const [moving, other] = [await serve(pay(note)), await serve(pay(note, false))];
  await moving.send(call);
  await other.send(call);
  await other.send({ ...call, headers: {} });
  expect(keys).toEqual(['k-1', 'k-1', null]);
});

test('a refusal is a problem with everything a caller can act on', async () => {
  const refusal = refuse('mandate_budget_exceeded', 'It costs 5.00 and 2.00 remain', { remaining: '2.00' });
  const { status, headers, json } = await (await serve(pay(async () => refusal))).send(call);
  expect(status).toBe(403);
  expect(headers).toMatchObject({ 'content-type': 'application/problem+json', 'cache-control': 'no-store' });
  expect(json).toEqual({
    type: 'urn:fluxa:problem:mandate_budget_exceeded',
    title: 'Mandate budget exceeded',
    status: 403,
    code: 'mandate_budget_exceeded',
    detail: 'It costs 5.00 and 2.00 remain',
    hint: 'Pay at most what remains, or request another mandate',
    retryable: false,
    numbers: { remaining: '2.00' },
    instance: expect.stringMatching(/^urn:fluxa:request:[0-9a-f]{24}$/),
  });
});

test('what can pass by itself says when to ask again', async () => {
  const world = await serve(pay(async () => refuse('request_in_progress', 'It runs')));
  const { status, headers, json } = await world.send(call);
  expect([status, headers['retry-after'], json.retryable]).toEqual([409, '1', true]);
});

test('what broke is 500 without its insides; the log has them under the id of the answer', async () => {
  const world = await serve(
    pay(async () => {
      throw new Error('The password is hunter2');
    }),
  );
  const { status, text, json } = await world.send(call);
  expect([status, json.code, json.retryable]).toEqual([500, 'internal_error', true]);
  expect(text).not.toContain('hunter2');
  expect(world.logged).toEqual([expect.stringContaining('hunter2')]);
  expect(`urn:fluxa:request:${world.logged[0]?.split(' ')[0]}`).toBe(json.instance);
});

test('an answer that is not what the operation promises is 500, and nothing of it leaves', async () => {
  const output = { paid: 5 } as unknown as Output;
  const { status, json } = await (await serve(pay(async () => ({ outcome: 'ok', output })))).send(call);
  expect([status, json.code]).toEqual([500, 'internal_error']);
});

test('a store that takes no more commands is 503; one that may have done it is 500', async () => {
  const codes = ['store_busy', 'store_closed', 'outcome_unknown'] as const;
  const answers = codes.map(async (code) => {
    const world = await serve(
      pay(async () => {
        throw new StoreError(code, 'No');
      }),
    );
    const { status, json } = await world.send(call);
    return [status, json.code];
  });
  expect(await Promise.all(answers)).toEqual([
    [503, 'engine_unavailable'],
    [503, 'engine_unavailable'],
    [500, 'internal_error'],
  ]);
});

test('health says ok without a credential', async () => {
  const { status, json } = await (await serve()).send({ path: '/health' });
  expect([status, json]).toEqual([200, { status: 'ok' }]);
});

test('HEAD answers as GET does, without the body', async () => {
  const world = await startWorld();
  worlds.push(world);
  const { status, text, headers } = await world.send({
    method: 'HEAD',
    path: '/v1/wallet',
    token: TOKENS.agent,
  });
  expect([status, text, headers['cache-control']]).toEqual([200, '', 'no-store']);
});

test('a path that says a word itself goes before one that takes any', async () => {
  const at = (path: `/v1/${string}`, name: `${string}.${string}`) =>
    defineOperation({
      name,
      summary: name,
      audience: 'anyone',
      movesMoney: false,
      http: { method: 'GET', path },
      isTool: false,
      input: path.includes('{') ? z.strictObject({ id: z.string() }) : z.strictObject({}),
      output: z.object({ name: z.string() }),
      run: async () => ({ outcome: 'ok', output: { name } }),
    });
  const world = await serve(at('/v1/things/{id}', 'thing.get'), at('/v1/things/latest', 'thing.latest'));
  const names = ['latest', 'other', 'a%2Fb'].map(
    async (id) => (await world.send({ path: `/v1/things/${id}` })).json,
  );
  expect(await Promise.all(names)).toEqual([
    { name: 'thing.latest' },
    { name: 'thing.get' },
    { name: 'thing.get' },
  ]);
});
