import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ConnectionError, createWallet, PendingError, RefusalError, type WalletOptions } from '@fluxa/sdk';
import { afterEach, expect, test } from 'vitest';
import { refuse } from '../../src/core/refusal.ts';
import type { Answer } from '../../src/operations/operation.ts';
import { type ExecuteOutput, execute } from '../../src/operations/payment.ts';
import { operations } from '../../src/operations/table.ts';
import { startWorld, TOKENS, type World } from '../http/world.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** The real operations, of which paying answers as it is told: one step a call, the last one again and again. */
async function serve(...steps: readonly Answer<ExecuteOutput>[]) {
  const keys: (string | null)[] = [];
  const scripted: typeof execute = {
    ...execute,
    run: async (_, { idempotencyKey }) => {
      keys.push(idempotencyKey);
      return (steps[keys.length - 1] ?? steps.at(-1)) as Answer<ExecuteOutput>;
    },
  };
  const table = operations.map((operation) => (operation.name === 'payment.execute' ? scripted : operation));
  const world = await startWorld({ operations: table });
  closers.push(world.close);
  return { world, keys };
}

/** A wallet whose waits are written down instead of waited for. */
function connect(world: Pick<World, 'url'>, options: Partial<WalletOptions> = {}) {
  const waits: number[] = [];
  const wait = async (ms: number) => void waits.push(ms);
  return { waits, wallet: createWallet({ url: world.url, token: TOKENS.agent, wait, ...options }) };
}

/** A `fetch` whose nth answer is lost on its way back. */
function losing(...lost: readonly number[]) {
  const sent: string[] = [];
  const fetch: typeof globalThis.fetch = async (input, init) => {
    sent.push(`${init?.method} ${new URL(String(input)).pathname}`);
    const response = await globalThis.fetch(input, init);
    if (lost.includes(sent.length)) throw new TypeError('The connection broke');
    return response;
  };
  return { sent, fetch };
}

const PAY = { mandate: 'mand_1', url: 'https://api.example.com/' };
const DONE: Answer<ExecuteOutput> = { outcome: 'ok', output: { status: 'finished', payment: null } };
const PENDING: Answer<ExecuteOutput> = {
  outcome: 'ok',
  output: { status: 'pending', payment: null, detail: 'Its outcome is not known' },
  isPending: true,
};

test('fields go into the path, the query or the body, and answers come back typed', async () => {
  const { world } = await serve(DONE);
  const { wallet } = connect(world);
  const asked = { amount: '25.00', intent: 'Weather data', duration: '30d', hosts: ['api.example.com'] };
  const { mandate } = await wallet.payment.request(asked);
  expect(mandate.scope.total).toBe('25.00');
  expect(await wallet.mandate.get({ mandate: mandate.id })).toEqual(mandate);
  expect((await wallet.mandate.list()).mandates).toEqual([mandate]);
  await wallet.payment.request({ ...asked, notBefore: undefined });
  expect((await wallet.mandate.list()).mandates).toHaveLength(2);
  expect((await wallet.mandate.list({ limit: 1, after: undefined })).mandates).toHaveLength(1);
  expect(await wallet.call('mandate.get', { mandate: mandate.id })).toEqual(mandate);
});

test('a field in the path is that field, whatever it holds', async () => {
  const { world } = await serve(DONE);
  const { wallet } = connect(world);
  const error = await wallet.mandate.get({ mandate: '../a/b?c#d%' }).catch((error: unknown) => error);
  expect(error).toMatchObject({ code: 'mandate_not_found', message: 'There is no mandate ../a/b?c#d%' });
  for (const mandate of ['', '.', '..'])
    await expect(wallet.mandate.get({ mandate })).rejects.toThrow(TypeError);
});

test('a no is an error with everything to act on, and is not tried again', async () => {
  const { world, keys } = await serve(refuse('mandate_budget_exceeded', 'Too much', { remaining: '2.00' }));
  const { wallet, waits } = connect(world);
  const error: unknown = await wallet.payment
    .execute(PAY, { idempotencyKey: 'k-1' })
    .catch((error: unknown) => error);
  expect(error).toBeInstanceOf(RefusalError);
  expect({ ...(error as RefusalError) }).toEqual({
    name: 'RefusalError',
    code: 'mandate_budget_exceeded',
    hint: 'Pay at most what remains, or request another mandate',
    retryable: false,
    numbers: { remaining: '2.00' },
    status: 403,
    instance: expect.stringMatching(/^urn:fluxa:request:/),
    idempotencyKey: 'k-1',
  });
  expect((error as RefusalError).message).toBe('Too much');
  expect([keys, waits]).toEqual([['k-1'], []]);
});

test('a payment that is not finished is asked for again with the same key, until it is', async () => {
  const busy = refuse('engine_unavailable', 'Not now');
  const running = refuse('request_in_progress', 'It runs');
  const { world, keys } = await serve(busy, running, PENDING, DONE);
  const { wallet, waits } = connect(world);
  expect(await wallet.payment.execute(PAY)).toEqual({ status: 'finished', payment: null });
  expect(keys[0]).toMatch(/^[0-9a-f-]{36}$/);
  expect(new Set(keys).size).toBe(1);
  expect(keys).toHaveLength(4);
  expect(waits).toEqual([1000, 1000, 1000]);
});

test('a payment whose answer was lost is asked for again with the same key', async () => {
  const { world, keys } = await serve(DONE);
  const { fetch, sent } = losing(1, 2);
  const { wallet, waits } = connect(world, { fetch });
  await wallet.payment.execute(PAY);
  expect(sent).toHaveLength(3);
  expect(new Set(keys).size).toBe(1);
  expect(waits).toEqual([250, 500]);
});

test('two payments have two keys', async () => {
  const { world, keys } = await serve(DONE);
  const { wallet } = connect(world);
  await wallet.payment.execute(PAY);
  await wallet.payment.execute(PAY);
  expect(new Set(keys).size).toBe(2);
});

test('trying again ends: what is still open then is an error that carries the key', async () => {
  const { world, keys } = await serve(PENDING);
  const { wallet, waits } = connect(world, { attempts: 3 });
  const error = await wallet.payment.execute(PAY).catch((error: unknown) => error);
  expect(error).toBeInstanceOf(PendingError);
  expect(error).toMatchObject({ idempotencyKey: keys[0], output: PENDING.output });
  expect([keys.length, waits.length]).toEqual([3, 2]);

  const lost = losing(1, 2, 3);
  const gone = connect(world, { attempts: 3, fetch: lost.fetch });
  const unknown = await gone.wallet.payment
    .execute(PAY, { idempotencyKey: 'k' })
    .catch((error: unknown) => error);
  expect(unknown).toBeInstanceOf(ConnectionError);
  expect(unknown).toMatchObject({ idempotencyKey: 'k', cause: new TypeError('The connection broke') });
  expect(lost.sent).toHaveLength(3);
});

test('the waits grow, up to a limit', async () => {
  const { fetch } = losing(...Array.from({ length: 9 }, (_, i) => i + 1));
  const { world } = await serve(DONE);
  const { wallet, waits } = connect(world, { fetch, attempts: 9 });
  await wallet.payment.execute(PAY).catch(() => {});
  expect(waits).toEqual([250, 500, 1000, 2000, 4000, 8000, 8000, 8000]);
});

test('reading is tried again; what changes something without moving money is sent once', async () => {
  const { world } = await serve(DONE);
  const reading = losing(1);
  await connect(world, { fetch: reading.fetch }).wallet.wallet.status();
  expect(reading.sent).toEqual(['GET /v1/wallet', 'GET /v1/wallet']);

  const changing = losing(1);
  const operator = connect(world, { fetch: changing.fetch, token: TOKENS.operator }).wallet;
  await expect(operator.agent.register({ name: 'New' })).rejects.toThrow(ConnectionError);
  expect(changing.sent).toEqual(['POST /v1/agents']);
});

test('the caller can end a call, and hears its own reason', async () => {
  const { world, keys } = await serve(PENDING);
  const ending = new AbortController();
  const wait = async () => ending.abort(new Error('Enough'));
  const { wallet } = connect(world, { wait });
  await expect(wallet.payment.execute(PAY, { signal: ending.signal })).rejects.toThrow('Enough');
  expect(keys).toHaveLength(1);
});

test('a server that does not answer in time, and one that is not a wallet, are said to be so', async () => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    if (request.url === '/silent/v1/wallet') return;
    response.writeHead(404, { 'content-type': 'text/html' }).end('<h1>Not here</h1>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(
    () => server.closeAllConnections(),
    () => server.close(),
  );
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const silent = connect({ url: `${url}/silent/` }, { timeoutMs: 50, attempts: 2 });
  await expect(silent.wallet.wallet.status()).rejects.toThrow(/did not answer within 50 ms/);
  const other = connect({ url });
  await expect(other.wallet.wallet.status()).rejects.toThrow('Something answered 404 that is not the wallet');
  expect(asked).toEqual(['GET /silent/v1/wallet', 'GET /silent/v1/wallet', 'GET /v1/wallet']);
});
