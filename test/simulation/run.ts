import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { runHistory } from './history.ts';
import { openDice } from './random.ts';
import { everyCrash, runScenario, SCENARIOS } from './scenario.ts';
import { EMPTY, join, type Summary, show, summaryOf } from './summary.ts';

/** Seeds `first`, `first + stride` and so on, below `end`. */
type Job = { readonly first: number; readonly end: number; readonly stride: number };

const HELP = `Plays random histories of the wallet and checks every promise at every step.

  node test/simulation/run.ts --runs 100000 --seed 1   many histories, from this seed on
  node test/simulation/run.ts --runs 1 --seed 27       one of them, with what happened last
  node test/simulation/run.ts --crashes 10000          scenarios with two crashes each, drawn by the seed

  --threads <n>  how many at once (2)`;
const PART = 250;

async function main(): Promise<void> {
  const text = { type: 'string' } as const;
  const options = {
    runs: text,
    seed: text,
    threads: text,
    crashes: text,
    help: { type: 'boolean' },
  } as const;
  const { values } = parseArgs({ options });
  if (values.help === true || (values.runs === undefined && values.crashes === undefined))
    return void out(HELP);
  const [seed, runs] = [numberOf(values.seed ?? '1'), numberOf(values.runs ?? '0')];
  if (values.crashes !== undefined) return crashTwice(numberOf(values.crashes), seed);
  if (runs === 1) return one(seed);
  const threads = Math.min(numberOf(values.threads ?? '2'), runs);
  const startMs = performance.now();
  let sum = EMPTY;
  const jobs = Array.from({ length: threads }, (_, n) => ({
    first: seed + n,
    end: seed + runs,
    stride: threads,
  }));
  await Promise.all(
    jobs.map((job) =>
      inThread(job, (part) => {
        sum = join(sum, part);
        for (const { seed, violation } of part.broken) out(`seed ${seed}: ${violation}`);
        const seconds = (performance.now() - startMs) / 1000;
        process.stderr.write(
          `\r${sum.histories} of ${runs}, ${(sum.histories / seconds).toFixed(0)} a second `,
        );
      }),
    ),
  );
  process.stderr.write('\n');
  finish(sum, startMs);
}

/** Plays one history and tells how it ended. */
async function one(seed: number): Promise<void> {
  const startMs = performance.now();
  const report = await runHistory({ seed, mix: 'swarm', keepsTail: true });
  out(report.tail.join('\n'));
  finish(summaryOf(report), startMs);
}

/** Plays scenarios with two crashes each: the second one comes while the first is being recovered from, or after. */
async function crashTwice(count: number, seed: number): Promise<void> {
  const startMs = performance.now();
  const dice = openDice(seed);
  const clean = await Promise.all(SCENARIOS.map(async (scenario) => (await runScenario(scenario)).waits));
  let sum = EMPTY;
  for (let n = 0; n < count; n += 1) {
    const which = dice.below(SCENARIOS.length);
    const scenario = SCENARIOS[which];
    if (scenario === undefined) throw new Error('There are no scenarios');
    const points = everyCrash((clean[which] ?? 0) * 2);
    const crashAt = [dice.pick(points), dice.pick(points)];
    const report = await runScenario(scenario, { crashAt });
    if (report.violations.length > 0)
      out(`${scenario.name}, ${JSON.stringify(crashAt)}: ${report.violations[0]}`);
    sum = join(sum, summaryOf(report));
  }
  finish(sum, startMs);
}

function finish(sum: Summary, startMs: number): void {
  out(show(sum, (performance.now() - startMs) / 1000));
  if (sum.broken.length > 0) process.exitCode = 1;
}

function inThread(job: Job, onPart: (part: Summary) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: job });
    worker.on('message', onPart);
    worker.on('error', reject);
    worker.on('exit', () => resolve());
  });
}

async function work({ first, end, stride }: Job): Promise<void> {
  let part = EMPTY;
  for (let seed = first; seed < end; seed += stride) {
    part = join(part, summaryOf(await runHistory({ seed, mix: 'swarm' })));
    if (part.histories < PART && seed + stride < end) continue;
    parentPort?.postMessage(part);
    part = EMPTY;
  }
}

function numberOf(text: string): number {
  if (!/^[0-9]{1,15}$/.test(text)) throw new RangeError(`"${text}" is not a whole number`);
  return Number.parseInt(text, 10);
}

function out(text: string): void {
  process.stdout.write(`${text}\n`);
}

await (isMainThread ? main() : work(workerData as Job));
