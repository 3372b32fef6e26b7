import type { Store } from '../../src/core/ports.ts';
import { ask, type Bought, type Purchase, prepare, type Request } from './buyer.ts';
import { mandateOf, WALLET } from './cast.ts';
import { approve } from './operator.ts';
import { playOut, playWhile } from './quiet.ts';
import { SHOP, settingWith } from './scenario.ts';
import type { Plant } from './server.ts';
import { openWorld, type World } from './world.ts';

const PATIENCE_MS = 20_000;
const PURCHASE: Purchase = {
  agent: 0,
  key: 'key',
  mandateId: mandateOf(0),
  mode: 'sign',
  url: `https://${SHOP.host}/a`,
  maxUnits: null,
};

/** What a scripted history came to. */
export type Outcome = { readonly answers: readonly Bought[]; readonly violations: readonly string[] };

/** Plays a script without faults to its end, and then until nothing is open. */
async function play(
  setting: ReturnType<typeof settingWith>,
  plant: Plant,
  script: (world: World, requests: Request[]) => Promise<readonly Bought[]>,
): Promise<Outcome> {
  const world = openWorld(setting, { seed: 1, mix: 'none', plant });
  const requests: Request[] = [];
  const running = script(world, requests);
  let isOver = false;
  running.then(
    () => {
      isOver = true;
    },
    () => {
      isOver = true;
    },
  );
  await playWhile(world, () => !isOver);
  const answers = isOver ? await running : [];
  await playOut(world, { actors: [], requests });
  return { answers, violations: world.monitor.violations };
}

async function purchase(world: World, requests: Request[], change: Partial<Purchase> = {}): Promise<Request> {
  await playable(world);
  const request = await prepare(world, { ...PURCHASE, ...change });
  if (request === null) throw new Error('The shop does not answer');
  requests.push(request);
  return request;
}

async function playable(world: World): Promise<void> {
  while (!world.isListening()) await world.timeline.sleep(10, 'waits for the server');
}

/** A header is given out, the wallet is frozen, the clock is set back an hour, and the header is asked for again. */
export function replayAfterClockBack(by: {
  readonly isDown: boolean;
  readonly plant?: Plant;
}): Promise<Outcome> {
  return play(settingWith({}, { timeoutSeconds: 60 }), by.plant ?? {}, async (world, requests) => {
    const request = await purchase(world, requests);
    const first = await ask(world, request, PATIENCE_MS);
    await approve(world, 'wallet.freeze', WALLET);
    world.moveClock(-3_600_000);
    if (by.isDown) world.crash();
    await playable(world);
    return [first, await ask(world, request, PATIENCE_MS)];
  });
}

/** A payment is taken up again, and is settled between the look at its state and the look at freezes. */
export function settledWhileLookedAt(): Promise<Outcome> {
  const setting = settingWith({}, { temper: 'payee fails after settling' });
  const plant: Plant = { store: (real, { vault }) => ({ ...real, commit: lateRenewal(real, vault) }) };
  return play(setting, plant, async (world, requests) => {
    const request = await purchase(world, requests, { mode: 'fetch' });
    return [await ask(world, request, PATIENCE_MS), await ask(world, request, PATIENCE_MS)];
  });
}

/** A store in which a renewal waits until the payment is settled. */
function lateRenewal(real: Store, vault: { queries: { get: (table: 'payment', id: string) => unknown } }) {
  return (async (command: Parameters<Store['commit']>[0]) => {
    if (command.type === 'payment.renew') {
      const isOpen = () =>
        (vault.queries.get('payment', command.paymentId) as { state: string }).state === 'reserved';
      while (isOpen()) await real.read.get('payment', command.paymentId);
    }
    return real.commit(command);
  }) as Store['commit'];
}
