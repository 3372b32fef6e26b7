import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PaymentExecuteInput } from '../../sdk/src/index.ts';
import { gist, openMandate, pay, type Reply } from './calls.ts';
import { authorizationIn, challengeAt, encode, visit } from './challenge.ts';
import { type ServerProcess, serve } from './child.ts';
import { allPayments, expectBooksToMatchChain, outflows, trailOf } from './reckoning.ts';
import { createShop, newAddress } from './shop.ts';
import { openSandbox, type Sandbox } from './world.ts';

const SHOP = 'http://shop.e2e';
const AGENTS = 6;

/** When each server is killed: once agents have so many answers of it, or the payee so many payments. */
const KILLS = [
  { answers: 0 },
  { answers: 1 },
  { payments: 1 },
  { answers: 7 },
  { payments: 4 },
  { answers: 13 },
  { payments: 9 },
  { answers: 20 },
  { payments: 6 },
  { answers: 10 },
] as const;

/** One thing to buy, under a key of its own. */
type Job = { readonly key: string; readonly input: PaymentExecuteInput };
/** How a job ended. */
type Done = Job & { readonly reply: Reply<object> };

let sandbox: Sandbox;
let server: ServerProcess | null = null;
let mandates: readonly [large: string, small: string];
/** Answers and payments that the server of this round gave. */
const round = { answers: 0, payments: 0, due: (): boolean => false };

beforeAll(async () => {
  sandbox = await openSandbox({
    payees: ({ seller }) => {
      const shop = createShop({ seller, payTo: newAddress() });
      const counting = (request: Request, env: unknown) => {
        if (request.headers.has('payment-signature')) note('payments');
        return shop.fetch(request, env as never);
      };
      return { [SHOP]: { fetch: counting } };
    },
    configure: (config) => ({ ...config, policy: { resourcePaymentsPerMinute: 1_000_000 } }),
  });
  const hosts = ['shop.e2e'];
  mandates = [
    await openMandate(sandbox, { amount: '150.00', hosts }),
    await openMandate(sandbox, { amount: '4.00', hosts }),
  ];
  await sandbox.stopServer();
});
afterAll(async () => {
  server?.kill();
  await sandbox?.close();
});

function note(what: 'answers' | 'payments'): void {
  round[what] += 1;
  if (round.due()) server?.kill();
}

/** Every fourth job is under the small budget; every third is signed for the agent to send. */
async function jobOf(n: number): Promise<Job> {
  const at = `${SHOP}/item?price=0.${10 + (n % 30)}&n=${n}`;
  const mandate = mandates[n % 4 === 0 ? 1 : 0];
  const key = `job-${n}`;
  if (n % 3 !== 0) return { key, input: { mandate, url: at } };
  const challenge = { header: encode(await challengeAt(sandbox, at)) };
  return { key, input: { mandate, url: at, mode: 'sign', challenge } };
}

/** Does a job as an agent would: the same call again until it is answered for good. */
async function work(job: Job): Promise<Done> {
  for (let attempt = 0; attempt < 5000; attempt += 1) {
    const reply = await pay(sandbox, job.input, job).catch(() => null);
    if (reply === null || reply.status === 202 || reply.body.retryable === true) {
      await new Promise((next) => setTimeout(next, 20));
      continue;
    }
    note('answers');
    const header = reply.body.header?.value;
    // Some agents never use what was signed for them.
    if (header !== undefined && !job.key.endsWith('3')) await use(job.input.url, header);
    return { ...job, reply };
  }
  throw new Error(`"${job.key}" was never answered for good`);
}

async function use(at: string, header: string): Promise<void> {
  const { status } = await visit(sandbox, at, { headers: { 'payment-signature': header } });
  expect([200, 402]).toContain(status);
}

test(`nothing is paid twice, lost or stuck over ${KILLS.length} kills in the middle of payments`, {
  timeout: 180_000,
}, async () => {
  const done: Done[] = [];
  let next = 0;
  let isOver = false;
  server = await serve(sandbox);
  const agents = Array.from({ length: AGENTS }, async () => {
    while (!isOver) {
      next += 1;
      done.push(await work(await jobOf(next)));
    }
  });
  for (const kill of KILLS) {
    const [what, count] =
      'answers' in kill ? (['answers', kill.answers] as const) : (['payments', kill.payments] as const);
    Object.assign(round, { answers: 0, payments: 0, due: () => round[what] >= count });
    if (round.due()) server.kill();
    expect(await server.ended).toBe('SIGKILL');
    round.due = () => false;
    await sandbox.chain.mine();
    server = await serve(sandbox);
  }
  isOver = true;
  await Promise.all(agents);
  server.stop();
  await server.ended;
  await sandbox.startServer();

  // Every answer that was given for good is given again.
  for (const { key, input, reply } of done) {
    const again = await pay(sandbox, input, { key });
    expect([key, again.status, lasting(again)]).toEqual([key, reply.status, lasting(reply)]);
  }
  const results = done.map(({ reply }) => gist(reply)[1]);
  expect(results.filter((result) => result === 'finished').length).toBeGreaterThan(40);
  expect(new Set(results)).toEqual(new Set(['finished', 'mandate_budget_exceeded']));

  // One key, one payment; every authorization that anybody saw is one of a payment.
  const payments = await allPayments(sandbox);
  expect(payments.map(({ idempotencyKey }) => idempotencyKey).sort()).toEqual(
    done.map(({ key }) => key).sort(),
  );
  const nonces = new Map(payments.map((one) => [one.authorization?.nonce, one.idempotencyKey]));
  const shown = sandbox.payees.get(SHOP)?.paid() ?? [];
  const headers = shown.map(({ headers }) => headers['payment-signature'] ?? '');
  for (const header of headers) expect(nonces.has(authorizationIn(header).nonce)).toBe(true);
  const charged = (await outflows(sandbox)).map(({ nonce }) => nonces.get(nonce ?? ''));
  expect(charged).not.toContain(undefined);
  expect(new Set(charged).size).toBe(charged.length);

  await sandbox.chain.increaseTime(200);
  await sandbox.chain.mine(3);
  await expectBooksToMatchChain(sandbox);
  const trail = await trailOf(sandbox);
  expect(trail.filter(({ kind }) => kind === 'payment.reserved')).toHaveLength(
    payments.filter(({ state }) => state !== 'denied').length,
  );
  expect(trail.some(({ kind }) => kind === 'chain.unexplained')).toBe(false);
});

/** What of an answer lasts: all its bytes. */
function lasting({ text }: Reply<object>): string {
  return text;
}
