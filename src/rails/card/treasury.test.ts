import { Hono } from 'hono';
import { expect, onTestFinished, test } from 'vitest';
import { listen } from '../../sandbox/listener.ts';
import { createTreasury } from './treasury.ts';

const TOKEN = 'fxt_secret';
const SIGNATURE = `0x${'ab'.repeat(65)}` as const;
const HASH = `0x${'12'.repeat(32)}`;
const AUTHORIZATION = {
  assetId: 'eip155:31337/erc20:0x1111111111111111111111111111111111111111',
  from: '0x2222222222222222222222222222222222222222',
  to: '0x3333333333333333333333333333333333333333',
  valueUnits: 25_000_000n,
  validAfterSeconds: 0,
  validBeforeSeconds: 1_800_000_000,
  nonce: `0x${'34'.repeat(32)}`,
} as const;

/** A treasury that answers with what it is given, and what it was sent. */
async function answering(answer: () => Response) {
  const sent: unknown[] = [];
  const api = new Hono().all('*', async ({ req }) => {
    sent.push([req.method, req.path, req.header('authorization'), await req.json().catch(() => null)]);
    return answer();
  });
  const { url, close } = await listen(api);
  onTestFinished(close);
  return { sent, treasury: createTreasury({ url, token: TOKEN, timeoutMs: 500 }) };
}

const json =
  (body: unknown, status = 200) =>
  () =>
    Response.json(body, { status });

test('money is asked for in the same words each time, with nothing that a till has no use for', async () => {
  const { sent, treasury } = await answering(json({ txHash: HASH }));
  await treasury.take(AUTHORIZATION, SIGNATURE);
  expect(await treasury.take(AUTHORIZATION, SIGNATURE)).toEqual({ txHash: HASH });
  const authorization = { ...AUTHORIZATION, valueUnits: '25000000' };
  const once = ['POST', '/take', `Bearer ${TOKEN}`, { authorization, signature: SIGNATURE }];
  expect(sent).toEqual([once, once]);
});

test.each<readonly [string, () => Response, string]>([
  ['no hash', json({}), 'Expected text as "txHash"'],
  ['a hash that is none', json({ txHash: '0x12' }), 'status 200'],
  ['a list', json([{ txHash: HASH }]), 'gave no JSON, with status 200'],
  ['a page', () => new Response('<p>fxt_secret</p>'), 'gave no JSON, with status 200'],
  ['a hash, and that it failed', json({ txHash: HASH }, 500), 'status 500'],
  ['a hash, and that it has still to be made', json({ txHash: HASH }, 202), 'status 202'],
  ['a no without words', json({ detail: { more: 1 } }, 422), 'status 422: no reason given'],
  ['another place', () => Response.redirect('http://127.0.0.1:1/take', 307), 'did not answer'],
  ['nothing for ever', () => new Response(new ReadableStream({ start() {} })), ''],
])('a treasury that answers with %s has taken nothing that is known of', async (_, answer, words) => {
  const { treasury } = await answering(answer);
  const error = await treasury.take(AUTHORIZATION, SIGNATURE).catch((thrown: unknown) => thrown as Error);
  expect(error).toBeInstanceOf(Error);
  const said = `${(error as Error).message} ${(error as Error).stack}`;
  expect(said).toContain(words);
  expect(said).not.toContain(TOKEN);
  expect(said).not.toContain(SIGNATURE);
});
