import { ask, isDone, type Request } from './buyer.ts';
import type { World } from './world.ts';

/** How long after final time is past a payment's end its state may still be open. */
const GRACE_MS = 60_000;
const LONGEST_MS = 15 * 60_000;
const PATIENCE_MS = 60_000;
const ATTEMPTS = 4;

/** Plays on while it is true, or until something is wrong. */
export async function playWhile(world: World, isOn: () => boolean): Promise<void> {
  const { monitor, timeline } = world;
  while (monitor.violations.length === 0 && isOn()) {
    if (!(await timeline.step())) throw new Error('Nothing is left to happen');
    monitor.check();
  }
}

/**
 * Plays on without faults until nothing is open any more; whatever stays open for too long is a violation. Then every
 * key is asked again, twice: what it was answered for good must be what it still is. Returns how long after final time
 * was past its end the slowest payment got its proof.
 */
export async function playOut(
  world: World,
  left: { readonly actors: readonly Promise<unknown>[]; readonly requests: readonly Request[] },
): Promise<number> {
  let lateMs = await rest(world, left.actors);
  for (const _ of ['once', 'again']) {
    const answers = left.requests.map((request) => ask(world, request, PATIENCE_MS));
    lateMs = Math.max(lateMs, await rest(world, answers));
    for (const [i, request] of left.requests.entries()) {
      if (world.monitor.violations.length > 0) return lateMs;
      const answer = (await answers[i]) ?? null;
      const isOpen = answer === null || (answer.outcome === 'ok' && !isDone(answer));
      if (isOpen) await checkPending(world, request);
    }
  }
  checkBooks(world);
  return lateMs;
}

/** A key that had no answer, or was pending, must be finished once its payment is. */
async function checkPending(world: World, request: Request): Promise<void> {
  for (let attempt = 0; attempt < ATTEMPTS && world.monitor.violations.length === 0; attempt += 1) {
    const answer = ask(world, request, PATIENCE_MS);
    await rest(world, [answer]);
    if (world.monitor.violations.length > 0) return;
    const last = await answer;
    if (last !== null && (last.outcome === 'refused' || isDone(last))) return;
  }
  world.monitor.fail(`G4: the key ${request.purchase.key} is never finished`);
}

/** Plays until these are done, every payment has its proof, and the books are as far as the chain. */
async function rest(world: World, running: readonly Promise<unknown>[]): Promise<number> {
  const { chain, monitor, timeline, vault } = world;
  const untilMs = timeline.nowMs() + LONGEST_MS;
  const overdueAtMs = new Map<string, number>();
  let isRunning = true;
  let lateMs = 0;
  Promise.all(running).then(
    () => {
      isRunning = false;
    },
    (error: unknown) => monitor.fail(`An actor broke: ${String(error)}`),
  );

  function isOpen(): boolean {
    let count = 0;
    for (const { id, authorization, state } of vault.all('payment')) {
      if (state !== 'reserved' || authorization === null) continue;
      count += 1;
      if (chain.finalized().seconds < authorization.validBeforeSeconds) continue;
      const dueMs = overdueAtMs.get(id) ?? timeline.nowMs() + GRACE_MS;
      overdueAtMs.set(id, dueMs);
      lateMs = Math.max(lateMs, timeline.nowMs() - dueMs + GRACE_MS);
      if (timeline.nowMs() > dueMs)
        monitor.fail(`G4: ${id} is still reserved a minute after its end was final`);
    }
    return count > 0;
  }
  const isBehind = () => (vault.all('cursor')[0]?.blockNumber ?? 0) < lastBusyBlock(world);
  await playWhile(world, () => {
    if (timeline.nowMs() > untilMs) monitor.fail('G4: the history does not come to rest');
    return isRunning || isOpen() || chain.waitingCount() > 0 || isBehind();
  });
  return lateMs;
}

function lastBusyBlock({ chain }: World): number {
  return chain.blocks().findLast((block) => block.logs.length > 0)?.number ?? 0;
}

/** At rest the books hold what the chain holds, and nothing is held back. */
function checkBooks({ chain, monitor, vault }: World): void {
  const account = vault.all('account').find(({ kind }) => kind === 'wallet');
  if (account === undefined) return;
  const postedUnits = account.creditsPostedUnits - account.debitsPostedUnits;
  if (account.debitsPendingUnits !== 0n) monitor.fail('G3: something is held for nothing');
  if (postedUnits !== chain.head().walletUnits) {
    monitor.fail(`G3: the books say ${postedUnits}, the chain ${chain.head().walletUnits}`);
  }
}
