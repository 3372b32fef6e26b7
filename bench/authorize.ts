import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { openChild } from './child.ts';
import type { EchoReport } from './echo.ts';
import type { LoadOrder, LoadReport } from './load.ts';
import type { Serving } from './program.ts';
import { checkAnswer, checkBooks } from './proof.ts';
import type { ReferenceOrder, ReferenceReport } from './reference.ts';
import { openWorld, type World } from './world.ts';

/** What one round measured, one thing after the other. */
export type Round = {
  /** Payments authorized over 64 connections. */
  readonly many: LoadReport;
  /** And over one. */
  readonly single: LoadReport;
  /** Bodies of the same size sent back by a bare server, over as many connections. */
  readonly echo: LoadReport;
  readonly echoSingle: LoadReport;
  readonly reference: ReferenceReport;
};

/** How long each thing is measured, and how often. */
export type Bounds = { readonly rounds: number; readonly seconds: number };

/** All rounds, and what another load generator gets out of the same bare server. */
export type Authorizing = {
  readonly rounds: readonly Round[];
  readonly payments: number;
  readonly autocannonPerSecond: number;
};

const CONNECTIONS = 64;
const REQUESTS_MAX = 60_000;

/** Measures authorizing payments beside its peers, round by round, and proves that the answers and the books are right. */
export async function measureAuthorizing({ rounds: count, seconds }: Bounds): Promise<Authorizing> {
  const world = await openWorld();
  const generator = openChild<LoadOrder, LoadReport>(new URL('./load.ts', import.meta.url));
  const echo = openChild<object, EchoReport>(new URL('./echo.ts', import.meta.url));
  const reference = openChild<ReferenceOrder, ReferenceReport>(new URL('./reference.ts', import.meta.url));
  try {
    const serving = await world.serve();
    const ours = orderOf(world, serving);
    const bare: LoadOrder = { ...ours, port: (await echo.ask({})).port, path: '/', isPayment: false };
    const { challenge } = world;
    const run = (order: LoadOrder, of: Partial<LoadOrder>) => generator.ask({ ...order, ...of });
    const single = { connections: 1, seconds: seconds / 4 };

    // One after the other: what runs at the same time would take each other's cores.
    const warm = await run(ours, { seconds: seconds * 1.5, keyPrefix: 'warm' });
    await run(bare, { seconds: seconds / 2 });
    await reference.ask({ challenge, seconds: seconds / 4 });
    const rounds: Round[] = [];
    for (let i = 0; i < count; i += 1) {
      rounds.push({
        echo: await run(bare, { seconds: seconds / 2 }),
        many: await run(ours, { keyPrefix: `many-${i}` }),
        reference: await reference.ask({ challenge, seconds: seconds / 4 }),
        single: await run(ours, { ...single, keyPrefix: `single-${i}` }),
        echoSingle: await run(bare, single),
      });
    }
    await serving.stop();

    const reports = [warm, ...rounds.flatMap(({ many, single }) => [many, single])];
    const payments = reports.reduce((sum, { requests, withheld }) => sum + requests + withheld, 0);
    for (const body of reports.flatMap(({ samples }) => samples)) await checkAnswer(world, body);
    // The world made one payment of its own, to let the wallet see the price.
    checkBooks(world, payments + 1);
    return { rounds, payments, autocannonPerSecond: await askAutocannon(bare) };
  } finally {
    await Promise.all([generator.close(), echo.close(), reference.close()]);
    await world.close();
  }

  function orderOf({ agentToken, body }: World, { port }: Serving): LoadOrder {
    const headers = { Authorization: `Bearer ${agentToken}`, 'Content-Type': 'application/json' };
    const load = { connections: CONNECTIONS, seconds, requestsMax: REQUESTS_MAX };
    return { port, path: '/v1/payments', headers, body, ...load, keyPrefix: '', isPayment: true };
  }
}

/** Lets autocannon load the bare server, to see that our own generator is not the slower one. */
async function askAutocannon({ port, body, connections }: LoadOrder): Promise<number> {
  const script = fileURLToPath(import.meta.resolve('autocannon'));
  const flags = ['--json', '--connections', String(connections), '--duration', '3', '--method', 'POST'];
  const sent = ['--headers', 'content-type=application/json', '--body', body];
  const url = `http://127.0.0.1:${port}/`;
  const { stdout } = await promisify(execFile)(process.execPath, [script, ...flags, ...sent, url]);
  const result = JSON.parse(stdout) as { requests: { average: number }; non2xx: number; errors: number };
  if (result.non2xx + result.errors > 0) throw new Error('The echo did not answer autocannon right');
  return result.requests.average;
}
