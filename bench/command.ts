import { spawnSync } from 'node:child_process';
import { environment, PROGRAM } from './program.ts';
import { openWorld } from './world.ts';

/** How long whole processes took, from their start to their end, one after the other. */
export type Commanding = { readonly balanceMs: readonly number[]; readonly nodeMs: readonly number[] };

/** Runs before the first that counts: the program's compile cache is filled by them, as it is on any second use. */
const WARM_UP = 2;

/** Measures `fluxa-wallet balance` beside a Node.js that does nothing, in turns. */
export async function measureCommand({ runs }: { runs: number }): Promise<Commanding> {
  const world = await openWorld();
  try {
    const serving = await world.serve();
    const balanceMs: number[] = [];
    const nodeMs: number[] = [];
    for (let i = 0; i < runs + WARM_UP; i += 1) {
      balanceMs.push(run([PROGRAM, 'balance', '--data', world.directory], world.directory, 'Available: '));
      nodeMs.push(run(['-e', '0'], world.directory, ''));
    }
    await serving.stop();
    return { balanceMs: balanceMs.slice(WARM_UP), nodeMs: nodeMs.slice(WARM_UP) };
  } finally {
    await world.close();
  }
}

function run(args: readonly string[], directory: string, expected: string): number {
  const startedAt = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    env: environment(directory),
    encoding: 'utf8',
  });
  const tookMs = performance.now() - startedAt;
  if (status === 0 && stdout.startsWith(expected)) return tookMs;
  throw new Error(`${args.at(-1)} ended with ${status}: ${stdout}${stderr}`);
}
