import { takeOrders } from './child.ts';
import { type Connection, connect } from './connection.ts';

/** One run of load: the same POST again and again, each with an idempotency key of its own. */
export type LoadOrder = {
  readonly port: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** ASCII. */
  readonly body: string;
  readonly connections: number;
  /** No request begins after so long, or after so many. */
  readonly seconds: number;
  readonly requestsMax: number;
  readonly keyPrefix: string;
  /** Whether answers must hold a signed payment, with a nonce that no other has. */
  readonly isPayment: boolean;
};

/** What one run of load came to. Every answer was one of these two, or there is no report. */
export type LoadReport = {
  /** Answers that were as they must be. */
  readonly requests: number;
  /** Payments that are made, but must be asked for again: the decision had become too old to sign on. */
  readonly withheld: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  /** The share of one core that the generator itself took: near 1 it would be what is measured. */
  readonly cores: number;
  /** Some of the answers, to look at closely. */
  readonly samples: readonly string[];
};

const SAMPLES = 8;
const SIGNED = '"header":{"name":"PAYMENT-SIGNATURE","value":"';
const PENDING = '{"status":"pending"';
const NONCE = '"nonce":"0x';
const NONCE_LENGTH = 64;

type Run = {
  readonly order: LoadOrder;
  readonly endsAt: number;
  readonly latenciesMs: number[];
  readonly nonces: Set<string>;
  readonly samples: string[];
  begun: number;
  withheld: number;
};

async function carryOut(order: LoadOrder): Promise<LoadReport> {
  const connections = await Promise.all(Array.from({ length: order.connections }, () => connect(order.port)));
  const cpu = process.cpuUsage();
  const startedAt = performance.now();
  const endsAt = startedAt + order.seconds * 1000;
  const run: Run = { order, endsAt, latenciesMs: [], nonces: new Set(), samples: [], begun: 0, withheld: 0 };
  await Promise.all(connections.map((connection) => drive(connection, run)));
  const elapsedMs = performance.now() - startedAt;
  const { user, system } = process.cpuUsage(cpu);
  for (const connection of connections) connection.close();
  if (order.isPayment && run.nonces.size !== run.latenciesMs.length) throw new Error('A nonce came twice');
  const sorted = Float64Array.from(run.latenciesMs).sort();
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return {
    requests: sorted.length,
    withheld: run.withheld,
    perSecond: (sorted.length / elapsedMs) * 1000,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    maxMs: at(1),
    cores: (user + system) / 1000 / elapsedMs,
    samples: run.samples,
  };
}

async function drive(connection: Connection, run: Run): Promise<void> {
  const { order } = run;
  const head = headOf(order);
  const tail = `\r\n\r\n${order.body}`;
  for (;;) {
    const beganAt = performance.now();
    if (beganAt >= run.endsAt || run.begun >= order.requestsMax) return;
    run.begun += 1;
    const { status, body } = await connection.send(`${head}${run.begun}${tail}`);
    const tookMs = performance.now() - beganAt;
    if (status === 202 && body.startsWith(PENDING)) {
      run.withheld += 1;
      continue;
    }
    if (status !== 200) throw new Error(`Status ${status}: ${body.slice(0, 500)}`);
    if (order.isPayment) takeNonce(run, body);
    run.latenciesMs.push(tookMs);
    if (run.samples.length < SAMPLES && run.latenciesMs.length % 97 === 1) run.samples.push(body);
  }
}

function headOf({ path, port, headers, body, keyPrefix }: LoadOrder): string {
  const lines = Object.entries({ ...headers, 'Content-Length': String(body.length) });
  const fields = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n${fields}Idempotency-Key: ${keyPrefix}-`;
}

function takeNonce({ nonces }: Run, body: string): void {
  const start = body.indexOf(NONCE) + NONCE.length;
  if (start < NONCE.length || !body.includes(SIGNED)) throw new Error(`Not signed: ${body.slice(0, 500)}`);
  // A copy: the slice itself would keep the whole answer in memory.
  nonces.add(Buffer.from(body.slice(start, start + NONCE_LENGTH), 'latin1').toString('latin1'));
}

takeOrders(carryOut);
