import { ask, askUntilDone, isDone, type Purchase, prepare, present, type Request } from './buyer.ts';
import { mandateOf } from './cast.ts';
import type { Fault } from './faults.ts';
import { ambush, operate } from './operator.ts';
import { playOut, playWhile } from './quiet.ts';
import { openDice } from './random.ts';
import { drawSetting } from './setting.ts';
import { openWorld, type RunOptions, type Setting, type World } from './world.ts';

/** What a history came to. */
export type Report = {
  readonly seed: number;
  readonly violations: readonly string[];
  readonly traceHash: string;
  readonly steps: number;
  readonly waits: number;
  readonly faults: ReadonlyMap<Fault, number>;
  /** Payments by their last state. */
  readonly payments: ReadonlyMap<string, number>;
  /** Refused payments by code. */
  readonly refusals: ReadonlyMap<string, number>;
  readonly signatures: number;
  /** Answers that were given for good. */
  readonly finished: number;
  /** How long after final time was past its end the slowest payment got its proof, once nothing went wrong any more. */
  readonly lateMs: number;
  readonly tail: readonly string[];
};

/** How long everybody waits for the server's first start. */
const PATIENCE_MS = 3000;

/** Plays one history from its seed: everything goes wrong for a while, then nothing does, and all must come to rest. */
export async function runHistory(options: RunOptions): Promise<Report> {
  const dice = openDice(options.seed);
  const setting = drawSetting(dice);
  const world = openWorld(setting, { ...options, seed: dice.below(2 ** 32) });
  const requests: Request[] = [];
  const { agentCount, grants } = setting;
  await playWhile(
    world,
    () => !world.isListening() && world.timeline.nowMs() < setting.startMs + PATIENCE_MS,
  );
  const actors = [
    ...Array.from({ length: agentCount }, (_, agent) => shopAround(world, { setting, agent, requests })),
    operate(world, { agentCount, grantCount: grants.length }),
    ambush(world),
    disturb(world),
  ];
  const endMs = world.timeline.nowMs() + dice.between(10_000, 50_000);
  await playWhile(world, () => world.timeline.nowMs() < endMs);
  world.faults.stop();
  const lateMs = await playOut(world, { actors, requests });
  return reportOf(world, { seed: options.seed, lateMs });
}

/** Sums a world up. */
export function reportOf(world: World, of: Pick<Report, 'seed' | 'lateMs'>): Report {
  const { faults, monitor, timeline, vault } = world;
  const states = Map.groupBy(vault.all('payment'), ({ state }) => state);
  return {
    ...of,
    violations: monitor.violations,
    traceHash: timeline.traceHash(),
    steps: timeline.stepCount(),
    waits: world.waitCount(),
    faults: faults.counts,
    payments: new Map([...states].map(([state, group]) => [state, group.length])),
    refusals: monitor.refusals,
    signatures: monitor.signatureCount(),
    finished: monitor.finishedCount(),
    tail: timeline.tail(),
  };
}

type Buyer = { readonly setting: Setting; readonly agent: number; readonly requests: Request[] };

/** An agent that buys, one thing after the other or all at once, more than its mandates allow. */
async function shopAround(world: World, buyer: Buyer): Promise<void> {
  const { dice, faults, timeline } = world;
  const count = dice.between(1, 6);
  const isAtOnce = faults.happens('overspends at once', 0.4);
  const running: Promise<void>[] = [];
  for (let n = 0; n < count && !(n > 0 && faults.isStopped()); n += 1) {
    const purchase = drawPurchase(world, buyer, n);
    const bought = buy(world, buyer, purchase);
    if (isAtOnce) running.push(bought);
    else await bought;
    await timeline.sleep(isAtOnce ? dice.below(30) : dice.below(3000), 'agent goes on');
  }
  await Promise.all(running);
}

function drawPurchase({ dice }: World, { setting, agent }: Buyer, n: number): Purchase {
  const { grants, shops } = setting;
  const own = grants.flatMap((grant, i) => (grant.agent === agent ? [i] : []));
  const shop = dice.pick(shops);
  return {
    agent,
    key: `key-${agent}-${n}`,
    mandateId: mandateOf(dice.pick(own)),
    mode: dice.chance(0.5) ? 'fetch' : 'sign',
    url: `https://${shop.host}/${dice.pick(['a', 'b'])}?order=${agent}-${n}`,
    maxUnits: dice.chance(0.2) ? shop.priceUnits : null,
  };
}

async function buy(world: World, buyer: Buyer, purchase: Purchase): Promise<void> {
  const { dice, faults } = world;
  const request = await prepare(world, purchase);
  if (request === null) return;
  buyer.requests.push(request);
  const twin = faults.happens('same key at once', 0.15) ? askUntilDone(world, request, 2) : null;
  const answer = await askUntilDone(world, request, dice.between(1, 5));
  await Promise.all([present(world, request, answer), twin]);
  if (faults.happens('key for something else', 0.1)) {
    const other = { ...purchase, url: `${purchase.url}&other` };
    await ask(world, { purchase: other, input: { ...request.input, url: other.url } }, 5000);
  }
  if (!isDone(answer) && faults.happens('new key for the same', 0.3)) {
    await buy(world, buyer, { ...purchase, key: `${purchase.key}-new` });
  }
}

/** Crashes the server and moves its clock, until the faults are over. */
async function disturb({ crash, dice, faults, moveClock, timeline }: World): Promise<void> {
  while (!faults.isStopped()) {
    await timeline.sleep(dice.between(100, 2000), 'time passes');
    if (faults.happens('crash at any time', 0.06)) crash();
    if (faults.happens('clock ahead', 0.04)) moveClock(dice.pick([100, 3000, 20_000, 90_000]));
    if (faults.happens('clock back', 0.1)) moveClock(-dice.pick([100, 3000, 20_000]));
  }
}
