import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createWallet } from '../../sdk/src/index.ts';
import { startWorld, type World } from './world.ts';

const FINAL = { timeout: 30_000, interval: 100 };
const SHOP = { name: 'SaaS Store', mcc: '5734', country: 'US' };

/** A world whose agent may spend 30 dollars on cards. */
async function open(directory: string) {
  const world = await startWorld({ directory, port: 0 });
  onTestFinished(() => world.close());
  return { world, agent: agentOf(world) };
}

function agentOf({ server, agentToken }: World) {
  return createWallet({ url: server.url, token: agentToken });
}

test('a card of the sandbox is paid for, charged and paid back on chain, and goes on after a restart', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'world-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const first = await open(directory);
  const { mandate } = await first.agent.payment.request({
    amount: '60.00',
    intent: 'A year of a web service',
    duration: '1d',
    hosts: ['shop.sandbox'],
    rails: ['card'],
  });
  await first.world.operator.decide('mandate.approve', mandate.id);
  const make = (agent: typeof first.agent, idempotencyKey: string) =>
    agent.card.create({ amount: '25.00', mandate: mandate.id, label: 'A year' }, { idempotencyKey });
  const { card } = await make(first.agent, 'first');
  const { network } = first.world.bank.issuer;
  const number = network.registry.reveal(network.find({ reference: card.id })?.token ?? '')?.number;
  const { auth, outcome } = await network.authorize({
    card: { reference: card.id },
    amountCents: 2000n,
    merchant: SHOP,
  });
  expect(outcome).toBe('approved');
  await network.clear({ card: { reference: card.id }, auth: auth ?? '', ref: 'c1', amountCents: 2000n });
  const stand = async (agent: typeof first.agent) => {
    const { state, captured, returned, refunded } = await agent.card.balance({ card: card.id });
    return { state, captured, returned, refunded };
  };
  const settled = { state: 'closed', captured: '20.00', returned: '5.00', refunded: '0.00' };
  await expect.poll(() => stand(first.agent), FINAL).toStrictEqual(settled);
  const { card: unused } = await make(first.agent, 'second');
  await first.world.close();

  const { world, agent } = await open(directory);
  expect(world.bank.treasury.address).toBe(first.world.bank.treasury.address);
  expect(number).toMatch(/^999999/);
  await world.bank.issuer.network.refund({ card: { number: number ?? '' }, of: 'c1', amountCents: 700n });
  await expect.poll(() => stand(agent), FINAL).toStrictEqual({ ...settled, refunded: '7.00' });
  const verdict = await world.bank.issuer.network.authorize({
    card: { reference: unused.id },
    amountCents: 2500n,
    merchant: SHOP,
  });
  expect(verdict.outcome).toBe('approved');
}, 90_000);
