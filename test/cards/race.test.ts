import { afterAll, beforeAll, expect, test } from 'vitest';
import type { MessageAnswer } from '../../src/core/card/network.ts';
import type { CardId } from '../../src/core/id.ts';
import { encodeMessage, readAnswer } from '../../src/rails/card/sandbox-message.ts';
import { signBody } from '../../src/rails/card/sandbox-signature.ts';
import { HOSTS } from '../../src/sandbox/hosts.ts';
import { type Embedded, openEmbedded } from '../../src/sandbox/scenarios/embedded.ts';
import { type Ground, openGround } from '../../src/sandbox/scenarios/ground.ts';

const COUNT = 200;
const LOCK_UNITS = 25_000_000n;
const CENT_UNITS = 10_000n;

let ground: Ground;
let wallet: Embedded;
let mandate: string;
/** While it is set time stands still, so that no answer is late however slow the machine is. */
let frozenMs: number | null = null;

beforeAll(async () => {
  const opened = await openGround();
  const { clock } = opened;
  const still = {
    ...clock,
    nowMs: () => frozenMs ?? clock.nowMs(),
    wait: (ms: number) => (frozenMs === null ? clock.wait(ms) : new Promise<void>(() => {})),
  };
  ground = { ...opened, clock: still };
  wallet = await openEmbedded({ ground, issuer: 'sandbox', openingUnits: 1_000_000_000n });
  const { mandate: asked } = await wallet.agent().payment.request({
    amount: '1000.00',
    intent: 'Buy what the test needs',
    duration: '1d',
    hosts: [HOSTS.shop],
    rails: ['card'],
  });
  mandate = asked.id;
  await wallet.operator().decide('mandate.approve', mandate);
});
afterAll(async () => {
  await wallet?.close();
  await ground?.close();
});

type Name = { readonly card: CardId; readonly token: string };

async function makeCard(): Promise<Name> {
  const { card } = await wallet.agent().card.create({ mandate, amount: '25.00' });
  const made = await wallet.store().read.get('card', card.id as CardId);
  if (made?.token == null) throw new Error('The card was not issued');
  return { card: made.id, token: made.token };
}

/** A charge of its own at the endpoint that the issuer asks, and how long the answer took. */
async function charge({ token }: Name, ref: string, amountUnits: bigint) {
  const message = {
    id: `msg-${ref}`,
    sentAtMs: null,
    kind: 'authorization',
    mode: 'ask',
    auth: `auth-${ref}`,
    purpose: 'purchase',
    amountUnits,
    merchant: { name: `Shop ${ref}`, id: null, mcc: '5942', country: 'US' },
    code: 'match',
    expiry: 'match',
    initiator: 'cardholder',
    isPartialCapable: false,
    challenge: null,
    expiresAtMs: null,
    decline: null,
  } as const;
  const body = encodeMessage({ token, message });
  const signed = signBody(wallet.secrets.webhookSecret, {
    id: message.id,
    atMs: ground.clock.nowMs(),
    body,
  });
  const startMs = performance.now();
  const response = await fetch(`${wallet.server().url}/v1/issuers/sandbox/decisions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...signed },
    body,
  });
  const answer = readAnswer(await response.json());
  return { answer, ms: performance.now() - startMs };
}

function say(what: string, times: readonly number[]): void {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => (sorted[Math.ceil(sorted.length * share) - 1] ?? 0).toFixed(1);
  process.stdout.write(`${what}: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms over ${sorted.length} decisions\n`);
}

const reasonOf = (answer: MessageAnswer) => (answer.kind === 'declined' ? answer.reason : answer.kind);

test.each([
  ['for the whole lock', LOCK_UNITS],
  ['that would all fit', 101n * CENT_UNITS],
])(`of ${COUNT} charges at once %s exactly one is approved`, async (_, amountUnits) => {
  const name = await makeCard();
  frozenMs = ground.clock.nowMs();
  const charges = await Promise.all(
    Array.from({ length: COUNT }, (_, n) => charge(name, `at-once-${amountUnits}-${n}`, amountUnits)),
  );
  frozenMs = null;
  const reasons = charges.map(({ answer }) => reasonOf(answer));
  expect(reasons.filter((reason) => reason === 'approved')).toHaveLength(1);
  expect(reasons.filter((reason) => reason === 'card_used')).toHaveLength(COUNT - 1);
  expect(await wallet.store().read.get('card', name.card)).toMatchObject({
    state: 'consumed',
    heldUnits: amountUnits,
    reservedUnits: LOCK_UNITS - amountUnits,
    capturedUnits: 0n,
  });
  const holds = await wallet.store().read.holds(name.card, { limit: 500 });
  expect(holds.filter(({ state }) => state === 'open')).toHaveLength(1);
  say(
    '200 at once',
    charges.map(({ ms }) => ms),
  );
});

test('how long a decision takes is told, and not judged', async () => {
  const name = await makeCard();
  const times: number[] = [];
  for (let n = 0; n < COUNT; n += 1) {
    const { answer, ms } = await charge(name, `in-turn-${n}`, LOCK_UNITS + CENT_UNITS);
    expect(answer).toEqual({ kind: 'declined', reason: 'amount_exceeds_locked' });
    times.push(ms);
  }
  say('one by one', times);
});
