import { DEFAULT_POLICY } from '../../src/core/policy.ts';
import * as Mandate from '../../src/operations/mandate.ts';
import type { Operation } from '../../src/operations/operation.ts';
import { askUntilDone, type Purchase, prepare, present, type Request } from './buyer.ts';
import { agentOf, type Grant, mandateOf, WALLET } from './cast.ts';
import { type Report, reportOf } from './history.ts';
import { approve } from './operator.ts';
import type { Shop } from './payee.ts';
import type { CrashPoint } from './process.ts';
import { playOut } from './quiet.ts';
import type { Plant } from './server.ts';
import { openWorld, type Setting, type World } from './world.ts';

/** A short story without chance, in which the server can be made to crash at any of its waits. */
export type Scenario = {
  readonly name: string;
  readonly setting: Setting;
  /** Starts what happens; what was asked for is put with the requests. */
  readonly play: (world: World, requests: Request[]) => readonly Promise<unknown>[];
  /** How its payments end when nothing crashes. */
  readonly ends: Readonly<Record<string, number>>;
};

const START_MS = Date.UTC(2026, 3, 15, 12);
const DOLLAR = 1_000_000n;
const ATTEMPTS = 40;
const SEED = 1;
/** The shop of every scenario. */
export const SHOP: Omit<Shop, 'entry'> = {
  host: 'shop.example.com',
  version: 2,
  payTo: '0x00000000000000000000000000000000000000a1',
  priceUnits: DOLLAR,
  timeoutSeconds: 20,
};
const SCOPE: Grant['scope'] = {
  totalUnits: 2n * DOLLAR,
  notBeforeMs: START_MS - 1000,
  expiresAtMs: START_MS + 3_600_000,
  payees: { hosts: [SHOP.host], addresses: [] },
};

/** Plays a scenario to its end, with crashes at these waits. */
export async function runScenario(
  scenario: Scenario,
  options: {
    readonly crashAt?: readonly CrashPoint[];
    readonly plant?: Plant;
    readonly keepsTail?: boolean;
  } = {},
): Promise<Report> {
  const { crashAt = [], ...rest } = options;
  const world = openWorld(scenario.setting, { seed: SEED, mix: 'none', crashAt, ...rest });
  const requests: Request[] = [];
  const actors = scenario.play(world, requests);
  const lateMs = await playOut(world, { actors, requests });
  return reportOf(world, { seed: SEED, lateMs });
}

/** Every way to crash once in a run that waited so often. */
export function everyCrash(waits: number): readonly CrashPoint[] {
  const sides = ['before', 'after'] as const;
  return Array.from({ length: waits }, (_, index) => sides.map((side) => ({ index, side }))).flat();
}

/** One agent with a mandate over two dollars, and one shop where everything costs one. */
export function settingWith(change: Partial<Setting> = {}, shop: Partial<Shop> = {}): Setting {
  return {
    startMs: START_MS,
    openingUnits: 10n * DOLLAR,
    agentCount: 1,
    grants: [{ agent: 0, scope: SCOPE }],
    shops: [{ ...SHOP, ...shop }],
    policy: DEFAULT_POLICY,
    isCurve: false,
    ...change,
  };
}

/** Buys one thing, asking again and again under one key until it is done. */
async function buy(world: World, requests: Request[], change: Partial<Purchase> = {}): Promise<void> {
  const key = change.key ?? 'key';
  const url = `https://${SHOP.host}/a?order=${key}`;
  const purchase = {
    agent: 0,
    mandateId: mandateOf(0),
    mode: 'fetch',
    maxUnits: null,
    ...change,
    key,
    url,
  } as const;
  const request = await prepare(world, purchase);
  if (request === null) throw new Error('The shop does not answer');
  requests.push(request);
  await present(world, request, await askUntilDone(world, request, ATTEMPTS));
}

/** An agent asks for a mandate, the operator signs it, the agent uses it. */
async function buyFromScratch(world: World, requests: Request[]): Promise<void> {
  const operation = Mandate.request as unknown as Operation;
  const input = { amount: '2.00', intent: 'Weather', duration: '1d', hosts: [SHOP.host] };
  const call = { token: agentOf(0).token, operation, input, key: 'mandate' };
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const answer = await world.call(call, 2000);
    if (answer?.outcome !== 'ok') continue;
    const { mandate } = answer.output as { mandate: { id: string } };
    if (!(await approve(world, 'mandate.approve', mandate.id))) continue;
    return buy(world, requests, { mandateId: mandate.id });
  }
  throw new Error('The mandate was never granted');
}

/** The operator freezes the wallet while something is bought, and lifts that later. */
async function freezeAndLift(world: World): Promise<void> {
  await world.timeline.sleep(40, 'operator waits');
  await approve(world, 'wallet.freeze', WALLET);
  await world.timeline.sleep(5000, 'operator waits');
  await approve(world, 'wallet.unfreeze', WALLET);
}

async function reorgLater(world: World): Promise<void> {
  await world.timeline.sleep(5000, 'the chain goes on');
  world.chain.reorg(3);
}

/** The stories in which every crash is tried. */
export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'fetch from an honest shop',
    setting: settingWith(),
    play: (world, requests) => [buy(world, requests)],
    ends: { settled: 1 },
  },
  {
    name: 'fetch from a shop of version 1 that takes the money and keeps silent',
    setting: settingWith({}, { version: 1, temper: 'payee keeps silent after settling' }),
    play: (world, requests) => [buy(world, requests)],
    ends: { settled: 1 },
  },
  {
    name: 'fetch from a shop that never settles',
    setting: settingWith({}, { temper: 'payee fails without settling' }),
    play: (world, requests) => [buy(world, requests)],
    ends: { released: 1 },
  },
  {
    name: 'fetch from a shop that settles in the last moment, behind a failure',
    setting: settingWith({}, { temper: 'payee settles late behind a failure' }),
    play: (world, requests) => [buy(world, requests)],
    ends: { settled: 1 },
  },
  {
    name: 'fetch from a shop that raises its price once it was paid',
    setting: settingWith({}, { temper: 'payee raises the price after settling' }),
    play: (world, requests) => [buy(world, requests)],
    ends: { settled: 1 },
  },
  {
    name: 'sign, asking the shop first, and pay',
    setting: settingWith({}, { version: 1 }),
    play: (world, requests) => [buy(world, requests, { mode: 'sign' })],
    ends: { settled: 1 },
  },
  {
    name: 'sign for an address of the mandate, and pay',
    setting: settingWith({
      grants: [{ agent: 0, scope: { ...SCOPE, payees: { hosts: [], addresses: [SHOP.payTo] } } }],
    }),
    play: (world, requests) => [buy(world, requests, { mode: 'sign' })],
    ends: { settled: 1 },
  },
  {
    name: 'ask for a mandate, have it signed, and pay',
    setting: settingWith({ grants: [] }),
    play: (world, requests) => [buyFromScratch(world, requests)],
    ends: { settled: 1 },
  },
  {
    name: 'three at once, where the mandate has room for two',
    setting: settingWith(),
    play: (world, requests) => ['one', 'two', 'three'].map((key) => buy(world, requests, { key })),
    ends: { settled: 2, denied: 1 },
  },
  {
    name: 'one key three times at once',
    setting: settingWith(),
    play: (world, requests) => [0, 1, 2].map(() => buy(world, requests)),
    ends: { settled: 1 },
  },
  {
    name: 'a freeze in the middle, lifted later',
    setting: settingWith(),
    play: (world, requests) => [buy(world, requests), freezeAndLift(world)],
    ends: { settled: 1 },
  },
  {
    name: 'a settlement that a reorg takes back',
    setting: settingWith({}, { timeoutSeconds: 60 }),
    play: (world, requests) => [buy(world, requests), reorgLater(world)],
    ends: { settled: 1 },
  },
];
