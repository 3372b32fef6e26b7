import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { createWallet, type Wallet } from '@fluxa/sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Approval } from '../../src/core/approval.ts';
import { approvalDigest, messageOf } from '../../src/protocol/approval.ts';
import { toHex } from '../../src/protocol/hex.ts';
import { sign } from '../../src/protocol/secp256k1.ts';
import { BASE_SEPOLIA, createRegistry } from '../../src/rails/evm/registry.ts';
import { openSigner } from '../../src/rails/evm/signer.ts';
import { openFetcher } from '../../src/rails/x402/fetcher.ts';
import { signerPort } from '../../src/rails/x402/payment.fixture.ts';
import { createX402Rail } from '../../src/rails/x402/rail.ts';
import { OPERATOR_KEY, PAYMENT_KEY, START_MS, startWorld, TOKENS, USDC, type World } from './world.ts';

const ORIGIN = 'http://weather.sandbox';
const PAYEE = '0x209693bc6afc0c5328ba36faf03c514ef312287c';

/** What the payee was sent in payment, in order. */
const paid: string[] = [];
let payee: http.Server;
let world: World;
let agent: Wallet;
let operator: Wallet;
const closers: (() => unknown)[] = [];

beforeAll(async () => {
  payee = http.createServer((request, response) => {
    const payment = request.headers['payment-signature'];
    if (payment === undefined)
      return void response.writeHead(402, { 'payment-required': challenge(request.url) }).end();
    paid.push(String(payment));
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ answer: paid.length }));
  });
  payee.listen(0, '127.0.0.1');
  await once(payee, 'listening');
  world = await startWorld({
    context: { rails: new Map([['x402', openRail((payee.address() as AddressInfo).port)]]) },
  });
  agent = createWallet({ url: world.url, token: TOKENS.agent });
  operator = createWallet({ url: world.url, token: TOKENS.operator });
  const block = { number: 1, hash: '0x01', seconds: START_MS / 1000 };
  const balances = [{ assetId: USDC.id, amountUnits: 5_000_000n }];
  const { network } = BASE_SEPOLIA;
  const { store, walletId } = world.context;
  await store.commit({ type: 'chain.open', walletId, network, block, balances });
});
afterAll(async () => {
  for (const close of closers) await close();
  await world.close();
  payee.closeAllConnections();
  payee.close();
});

/** Asks 0.01 USDC for anything, 2 USDC for what is dear. */
function challenge(path = '/'): string {
  const option = {
    scheme: 'exact',
    network: BASE_SEPOLIA.network,
    amount: path.startsWith('/dear') ? '2000000' : '10000',
    asset: USDC.address,
    payTo: PAYEE,
    maxTimeoutSeconds: 60,
    extra: { name: USDC.domainName, version: USDC.domainVersion },
  };
  const terms = { x402Version: 2, resource: { url: ORIGIN + path }, accepts: [option] };
  return Buffer.from(JSON.stringify(terms)).toString('base64');
}

function openRail(port: number) {
  const rules = { admitted: new Map([[ORIGIN, { address: '127.0.0.1', port }]]) };
  const fetcher = openFetcher({ rules });
  closers.push(fetcher.close);
  const { id, domainName: name, domainVersion: version, address: verifyingContract } = USDC;
  const domains = new Map([[id, { name, version, chainId: 84_532, verifyingContract }]]);
  const signer = signerPort(openSigner({ privateKey: PAYMENT_KEY, domains }));
  return createX402Rail({ fetcher, rules, assets: createRegistry([BASE_SEPOLIA]), signer });
}

/** A mandate of one dollar for the payee, asked for by the agent and signed by the operator's key. */
async function approvedMandate(): Promise<string> {
  const { mandate } = await agent.payment.request({
    amount: '1.00',
    intent: 'Weather data',
    duration: '30d',
    hosts: ['weather.sandbox'],
  });
  const opened = await operator.approval.open({ action: 'mandate.approve', subject: mandate.id });
  const record = (await world.context.store.read.get('approval', opened.id)) as Approval;
  const signature = toHex(sign(approvalDigest(messageOf(record)), OPERATOR_KEY));
  await createWallet({ url: world.url }).approval.sign({ approval: opened.id, signature });
  return mandate.id;
}

test('an agent asks, the operator signs, the agent pays, and the books say so', async () => {
  const mandate = await approvedMandate();
  const response = await agent.fetch(`${ORIGIN}/today`, { mandate, maxAmount: '0.05' });
  expect([response.status, await response.json()]).toEqual([200, { answer: 1 }]);
  const id = response.headers.get('fluxa-payment-id') ?? '';
  expect(await agent.payment.get({ payment: id })).toMatchObject({
    state: 'reserved',
    amount: '0.01',
    payTo: PAYEE,
    mandateId: mandate,
  });
  expect(await agent.mandate.get({ mandate })).toMatchObject({
    reserved: '0.01',
    remaining: '0.99',
    payments: 1,
  });
  expect(await agent.wallet.balance()).toMatchObject({ available: '4.99' });
});

test('the same key pays once, and gives the same bytes again; another request under it is refused', async () => {
  const body = { mandate: await approvedMandate(), url: `${ORIGIN}/tomorrow` };
  const headers = { 'idempotency-key': 'tomorrow-1' };
  const call = { method: 'POST', path: '/v1/payments', token: TOKENS.agent, headers, body } as const;
  const before = paid.length;
  const [first, second] = [await world.send(call), await world.send(call)];
  expect([first.status, first.headers['idempotent-replayed']]).toEqual([200, undefined]);
  expect([second.status, second.headers['idempotent-replayed'], second.text]).toEqual([
    200,
    'true',
    first.text,
  ]);
  expect(paid.length - before).toBe(1);
  const other = await world.send({ ...call, body: { ...body, method: 'POST' } });
  expect([other.status, other.json.code]).toEqual([422, 'idempotency_key_reused']);
});

test('what does not fit the mandate is refused with what would, and nothing is paid', async () => {
  const mandate = await approvedMandate();
  const before = paid.length;
  const refusal = await agent.fetch(`${ORIGIN}/dear`, { mandate }).catch((error: unknown) => error);
  expect(refusal).toMatchObject({
    name: 'RefusalError',
    code: 'mandate_budget_exceeded',
    status: 403,
    retryable: false,
  });
  const capped = await agent
    .fetch(`${ORIGIN}/dear`, { mandate, maxAmount: '0.05' })
    .catch((error: unknown) => error);
  expect(capped).toMatchObject({ code: 'max_amount_exceeded' });
  expect(paid.length).toBe(before);
  expect(await agent.mandate.get({ mandate })).toMatchObject({ reserved: '0.00', remaining: '1.00' });
});

test("an agent neither sees nor uses what is another's", async () => {
  const mandate = await approvedMandate();
  const response = await agent.fetch(`${ORIGIN}/mine`, { mandate });
  const payment = response.headers.get('fluxa-payment-id') ?? '';
  const other = createWallet({ url: world.url, token: TOKENS.other });
  const before = paid.length;
  await expect(other.mandate.get({ mandate })).rejects.toMatchObject({
    code: 'mandate_not_found',
    status: 404,
  });
  await expect(other.payment.get({ payment })).rejects.toMatchObject({
    code: 'payment_not_found',
    status: 404,
  });
  await expect(other.fetch(`${ORIGIN}/mine`, { mandate })).rejects.toMatchObject({
    code: 'mandate_not_found',
  });
  expect([await other.mandate.list(), await other.payment.list()]).toEqual([
    { mandates: [] },
    { payments: [] },
  ]);
  await expect(other.payment.list({ mandate })).resolves.toEqual({ payments: [] });
  expect((await other.agent.list()).agents.map(({ id }) => id)).toEqual([world.agents.other.id]);
  expect(paid.length).toBe(before);
});
