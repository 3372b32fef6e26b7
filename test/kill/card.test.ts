import { setTimeout as delay } from 'node:timers/promises';
import { createPublicClient, http, parseAbiItem } from 'viem';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  ConnectionError,
  createWallet,
  PendingError,
  RefusalError,
  type Wallet,
} from '../../sdk/src/index.ts';
import type { Address } from '../../src/core/asset.ts';
import { paybackId } from '../../src/core/card/payback.ts';
import { verifyTrail } from '../../src/sandbox/demo/reckoning.ts';
import { HOSTS } from '../../src/sandbox/hosts.ts';
import { findBreach } from '../../src/sandbox/scenarios/breach.ts';
import { drain } from '../../src/sandbox/scenarios/drain.ts';
import { type Embedded, openEmbedded } from '../../src/sandbox/scenarios/embedded.ts';
import { type Ground, openGround } from '../../src/sandbox/scenarios/ground.ts';
import { type Gate, type Moment, openGate } from './card-gate.ts';
import { type Keeper, keep } from './card-keeper.ts';

/** Where a wallet is killed: at a call that it makes or gets, before it goes on or before its answer comes back. */
const POINTS: readonly Moment[] = [
  'GET /v1/fee',
  'POST /take',
  'POST /v1/cards',
  'POST /v1/issuers/sandbox/decisions',
  'POST /v1/issuers/sandbox/events',
  'PATCH /v1/cards/',
  'POST /payback',
].flatMap((call) => [
  { when: 'before', call },
  { when: 'after', call },
]);

/** After how many further calls each wallet is killed while three cards live at once; drawn once. */
const PAUSES = [2, 11, 5, 3, 17, 8, 1, 13, 6, 4, 9, 7] as const;

const LOCK = { text: '25.00', units: 25_000_000n };
const FEE_UNITS = 200_000n;
const OPENING_UNITS = 2_000_000_000n;
const [ASKED_CENTS, TAKEN_CENTS, BACK_UNITS] = [2000n, 1500n, 10_000_000n];

let ground: Ground;
let wallet: Embedded;
let keeper: Keeper;
let agent: Wallet;
let mandate: string;
const gates: Gate[] = [];
/** What the next kill waits for. */
let armed: ((moment: Moment) => boolean) | null = null;
/** The cards that the agent was given. */
const given = new Set<string>();

function watch(moment: Moment): 'pass' | 'drop' {
  if (armed === null || !armed(moment)) return 'pass';
  armed = null;
  return keeper.kill() ? 'drop' : 'pass';
}

async function gate(place: () => string): Promise<Gate> {
  const opened = await openGate(place, watch);
  gates.push(opened);
  return opened;
}

beforeAll(async () => {
  ground = await openGround();
  const inbox = await gate(() => url);
  wallet = await openEmbedded({
    ground,
    issuer: 'sandbox',
    openingUnits: OPENING_UNITS,
    inboxUrl: () => `${inbox.url}/v1/issuers/sandbox`,
    wire: async (_, to) => (await gate(() => to)).url,
  });
  wallet.issuer.network.setFeeCents(FEE_UNITS / 10_000n);
  const url = wallet.server().url;
  agent = createWallet({ url, token: wallet.agentToken, attempts: 1 });
  const asked = await agent.payment.request({
    amount: '2000.00',
    intent: 'Buy what the test needs',
    duration: '1d',
    hosts: [HOSTS.shop],
    rails: ['card'],
  });
  mandate = asked.mandate.id;
  await wallet.operator().decide('mandate.approve', mandate);
  await wallet.stop();
  keeper = keep(wallet, Number(new URL(url).port));
  await keeper.up();
});
afterAll(async () => {
  await keeper?.stop();
  await wallet?.close();
  for (const one of gates) await one.close();
  await ground?.close();
});

/** Does something again, as whoever needs it would, until it is done; the chain goes on meanwhile. */
async function patiently<T>(what: () => Promise<T | null>): Promise<T> {
  for (let attempt = 0; attempt < 3000; attempt += 1) {
    const done = await what().catch((error: unknown) => {
      const isRefusal = error instanceof RefusalError && error.retryable;
      if (isRefusal || error instanceof ConnectionError || error instanceof PendingError) return null;
      throw error;
    });
    if (done !== null) return done;
    await keeper.up();
    await wallet.issuer.network.deliver();
    await ground.chain.mine();
    await delay(20);
  }
  throw new Error('It was never done');
}

/** The life of one card, from its making until what was not used is back. */
async function live(key: string): Promise<void> {
  const { network } = wallet.issuer;
  const { card } = await patiently(() =>
    agent.card.create({ mandate, amount: LOCK.text }, { idempotencyKey: key }),
  );
  given.add(card.id);
  const name = { reference: card.id };
  let attempt = 0;
  const auth = await patiently(async () => {
    attempt += 1;
    const verdict = await network.authorize({
      card: name,
      ref: `auth-${attempt}`,
      amountCents: ASKED_CENTS,
      merchant: { name: 'Harbor Books', mcc: '5942', country: 'US' },
    });
    if (verdict.outcome === 'approved') return verdict.auth;
    // An approval that nobody heard is taken back first.
    expect(['issuer_timeout', 'card_used']).toContain(verdict.reason);
    return null;
  });
  await network.clear({ card: name, ref: 'capture', auth, amountCents: TAKEN_CENTS });
  await patiently(async () => {
    const { state, returned } = await agent.card.get({ card: card.id });
    const { assets } = await agent.wallet.balance({});
    return state === 'closed' && returned === '10.00' && assets[0]?.returning === '0.00 USDC' ? true : null;
  });
}

const TRANSFER = parseAbiItem('event Transfer(address indexed from, address indexed to, uint256 value)');
const USED = parseAbiItem('event AuthorizationUsed(address indexed authorizer, bytes32 indexed nonce)');

/** What one address sent another by authorizations: amount and nonce of each. */
async function sent(from: Address, to: Address): Promise<readonly (readonly [bigint, string])[]> {
  const client = createPublicClient({ transport: http(ground.chain.rpcUrl) });
  const range = { address: ground.chain.usdc, fromBlock: 0n, toBlock: 'latest' } as const;
  const [transfers, uses] = await Promise.all([
    client.getLogs({ ...range, event: TRANSFER, args: { from, to } }),
    client.getLogs({ ...range, event: USED, args: { authorizer: from } }),
  ]);
  return transfers.map(({ args, transactionHash }) => {
    const use = uses.find((one) => one.transactionHash === transactionHash);
    return [args.value ?? 0n, use?.args.nonce ?? ''];
  });
}

test(`no card is lost or doubled over ${POINTS.length + PAUSES.length} kills between order and payback`, {
  timeout: 300_000,
}, async () => {
  const keys: string[] = [];
  const begin = () => {
    keys.push(`card-${keys.length}`);
    return live(keys.at(-1) ?? '');
  };
  for (const point of POINTS) {
    armed = ({ when, call }) => when === point.when && call.startsWith(point.call);
    await begin();
    expect([point, armed]).toEqual([point, null]);
  }
  expect(keeper.kills()).toBe(POINTS.length);

  const pauses = [...PAUSES];
  const arm = () => {
    let left = pauses.shift();
    armed = () => {
      if (left === undefined) return false;
      left -= 1;
      if (left > 0) return false;
      queueMicrotask(arm);
      return true;
    };
  };
  arm();
  const lives = [1, 2, 3].map(async () => {
    while (pauses.length > 0) await begin();
    await begin();
  });
  await Promise.all(lives);
  armed = null;
  expect(keeper.kills()).toBeGreaterThanOrEqual(POINTS.length + PAUSES.length - 1);

  await keeper.stop();
  await wallet.restart();
  await drain({ wallet, ground });
  await expectBooksToMatch(keys);
});

/** One card for each key, one payment into it, one payback: in the books, at the issuer, and on the chain. */
async function expectBooksToMatch(keys: readonly string[]): Promise<void> {
  const { read } = wallet.store();
  const { walletId } = wallet.server().context;
  const cards = await read.cards({ walletId }, { limit: 500 });
  expect(cards.length).toBe(keys.length);
  expect(new Set(cards.map(({ id }) => id))).toEqual(given);
  for (const card of cards) {
    expect(card).toMatchObject({
      state: 'closed',
      closeReason: 'settled',
      lockedUnits: LOCK.units,
      capturedUnits: TAKEN_CENTS * 10_000n,
      releasedUnits: BACK_UNITS,
      heldUnits: 0n,
      reservedUnits: 0n,
      shortfallUnits: 0n,
      receivableUnits: 0n,
      paybacks: 1,
      work: 'none',
    });
    expect(wallet.issuer.network.find({ reference: card.id })).toMatchObject({
      token: card.token,
      state: 'closed',
    });
  }

  const payments = await read.payments({ walletId }, { limit: 500 });
  expect(payments.map(({ idempotencyKey }) => idempotencyKey).sort()).toEqual([...keys].sort());
  expect(new Set(payments.map(({ state }) => state))).toEqual(new Set(['settled']));
  const paybacks = await Promise.all(cards.map(({ id }) => read.get('payback', paybackId(id, 1))));
  const known = paybacks.flatMap((one) => one ?? []);
  const { address: treasury } = wallet.treasury;
  const paidIn = payments.map((one) => [LOCK.units + FEE_UNITS, one.authorization?.nonce ?? '']);
  expect((await sent(wallet.paymentAddress, treasury)).toSorted()).toEqual(paidIn.toSorted());
  const paidBack = known.map(({ nonce }) => [BACK_UNITS, nonce]);
  expect((await sent(treasury, wallet.paymentAddress)).toSorted()).toEqual(paidBack.toSorted());

  const accounts = await read.accounts(walletId);
  expect(findBreach({ accounts, cards, paybacks: known, openingUnits: OPENING_UNITS })).toBeNull();
  const { assets } = await wallet.operatorClient().wallet.balance({});
  const spent = LOCK.units + FEE_UNITS - BACK_UNITS;
  const left = OPENING_UNITS - spent * BigInt(keys.length);
  expect(assets[0]?.availableUnits).toBe(left.toString());
  expect(await ground.balanceOf(wallet.paymentAddress)).toBe(left);
  const mandates = await wallet.operatorClient().mandate.get({ mandate });
  expect(mandates.reserved).toBe('0.00');
  const trail = await verifyTrail(wallet.operatorClient(), wallet.operator().address);
  expect(trail.fault).toBeNull();
}
