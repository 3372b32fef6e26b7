import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  type ApprovalOpenInput,
  createWallet,
  type PaymentRequestInput,
  type PaymentRequestOutput,
} from '../../sdk/src/index.ts';
import { makeOperatorKey } from '../../src/sandbox/operator.ts';
import { handIn, operatorKey, signatureOf } from './approval.ts';
import { GIFTS, gist, isKeyTaken, openMandate, pay, send } from './calls.ts';
import { expectBooksToMatchChain, outflows, trailOf } from './reckoning.ts';
import { createShop, newAddress } from './shop.ts';
import { openSandbox, type Sandbox } from './world.ts';

const SHOP = 'http://shop.e2e';
const STALL = 'http://stall.e2e';
const HOSTS = ['shop.e2e', 'stall.e2e'];
const PAYEE = newAddress();

let sandbox: Sandbox;
let key: Uint8Array;

beforeAll(async () => {
  sandbox = await openSandbox({
    payees: ({ seller }) => ({
      [SHOP]: createShop({ seller, payTo: PAYEE }),
      [STALL]: createShop({ seller, payTo: newAddress() }),
    }),
  });
  key = await operatorKey(sandbox);
});
afterAll(() => sandbox?.close());
beforeEach(async () => {
  await sandbox.chain.mine();
  await sandbox.server.sync();
});

let count = 0;
/** Buys one item at this price under a key that nobody used before. */
function buy(mandate: string, price: string, { at = SHOP, token }: { at?: string; token?: string } = {}) {
  count += 1;
  const url = `${at}/item?price=${price}&n=${count}`;
  return pay(sandbox, { mandate, url }, { key: `buy-${count}`, ...(token !== undefined && { token }) });
}

function open(action: ApprovalOpenInput['action'], subject: string) {
  return sandbox.operatorClient.approval.open({ action, subject });
}

async function agentId(): Promise<string> {
  const { agents } = await sandbox.agent.agent.list({});
  return agents[0]?.id ?? '';
}

test('the request as it stands in the documentation is understood to the cent and the day', async () => {
  const body =
    '{"amount": 100.00, "intent": "Automate marketing ops spend for Q2 campaign", "duration": "30d"}';
  const { status, body: made } = await send<PaymentRequestOutput>(sandbox, '/v1/mandates', {
    token: sandbox.agentToken,
    body,
  });
  expect([status, made.mandate?.state, made.mandate?.scope.total]).toEqual([
    200,
    'pending_signature',
    '100.00',
  ]);
  const { notBefore = '', expiresAt = '' } = made.mandate?.scope ?? {};
  expect(Date.parse(expiresAt) - Date.parse(notBefore)).toBe(30 * 86_400_000);
  expect(made.asks).toContain('to nobody yet');
  const id = made.mandate?.id ?? '';
  expect(gist(await buy(id, '1.00'))).toEqual([403, 'mandate_not_signed']);

  await sandbox.operator.decide('mandate.approve', id);
  const reply = await buy(id, '1.00');
  expect([...gist(reply), reply.body.retryable, reply.body.numbers]).toMatchObject([
    403,
    'payee_not_in_scope',
    false,
    { proposeHost: 'shop.e2e', listedHosts: '' },
  ]);
  const proposed = reply.body.numbers?.proposeHost ?? '';
  const next = await openMandate(sandbox, { hosts: [proposed] });
  expect(gist(await buy(next, '1.00'))).toEqual([200, 'finished']);
});

test('amounts that are not what they seem open no mandate', async () => {
  const amounts: Readonly<Record<string, string>> = {
    '100.0000001': 'amount_invalid',
    '1e2': 'amount_invalid',
    '0': 'amount_invalid',
    '-5': 'amount_invalid',
    '"１００"': 'amount_invalid',
    '"1,000.00"': 'amount_invalid',
    '99999999999999999999': 'amount_invalid',
    '"0x64"': 'amount_invalid',
    null: 'input_invalid',
    '[100]': 'input_invalid',
  };
  for (const [amount, code] of Object.entries(amounts)) {
    const body = `{"amount": ${amount}, "intent": "x", "duration": "1d"}`;
    const reply = await send(sandbox, '/v1/mandates', { token: sandbox.agentToken, body });
    expect([amount, reply.body.code]).toEqual([amount, code]);
  }
  const twice = '{"amount": 1, "amount": 1000, "intent": "x", "duration": "1d"}';
  const reply = await send(sandbox, '/v1/mandates', { token: sandbox.agentToken, body: twice });
  expect(reply.body.code).toBe('json_key_duplicate');
});

test('what is approved is word for word what was asked for', async () => {
  const wanted = {
    amount: '12.34',
    intent: 'Say “hi”\u202e to \u200bthem',
    duration: '2d',
    hosts: ['SHOP.e2e.'],
  };
  const { mandate } = await sandbox.agent.payment.request({ ...wanted, perPayment: '1.5' });
  const { id } = await sandbox.operator.decide('mandate.approve', mandate.id);
  const { words, termsJson } = await sandbox.operatorClient.approval.get({ approval: id });
  for (const line of [
    'up to 12.34 USD',
    'Hosts it may pay: shop.e2e',
    'At most per payment: 1.50 USD',
    'U+200B U+202E',
  ]) {
    expect(words).toContain(line);
  }
  expect(words).not.toMatch(/[\u202e\u200b]/);
  expect(JSON.parse(termsJson)).toMatchObject({ mandate: { id: mandate.id } });
  const requested = (await trailOf(sandbox)).find(
    ({ kind, subjectId }) => kind === 'mandate.requested' && subjectId === mandate.id,
  );
  expect(JSON.parse(termsJson).terms).toEqual(JSON.parse(requested?.body ?? ''));
});

test('rejected is rejected', async () => {
  const { mandate } = await sandbox.agent.payment.request({
    amount: '5',
    intent: 'No',
    duration: '1d',
    hosts: HOSTS,
  });
  const yes = await open('mandate.approve', mandate.id);
  await sandbox.operator.decide('mandate.reject', mandate.id);
  expect(gist(await buy(mandate.id, '1.00'))).toEqual([403, 'mandate_rejected']);
  // A yes that was opened before does not undo it.
  const late = await handIn(sandbox, yes.id, signatureOf(yes, key));
  expect([late.status, late.body.code]).toEqual([409, 'state_conflict']);
  expect(gist(await buy(mandate.id, '1.00'))).toEqual([403, 'mandate_rejected']);
});

test('freezes of the agent and of the wallet stop payments until they are lifted by signature', async () => {
  const mandate = await openMandate(sandbox, { hosts: HOSTS });
  const { id: walletId } = await sandbox.agent.wallet.status({});
  const switches = [
    ['agent', await agentId(), 'agent_frozen'],
    ['wallet', walletId, 'wallet_frozen'],
  ] as const;
  for (const [what, subject, code] of switches) {
    await sandbox.operator.decide(`${what}.freeze`, subject);
    const before = (await outflows(sandbox)).length;
    expect(gist(await buy(mandate, '0.10'))).toEqual([403, code]);
    expect(await outflows(sandbox)).toHaveLength(before);
    await sandbox.operator.decide(`${what}.unfreeze`, subject);
    expect(gist(await buy(mandate, '0.10'))).toEqual([200, 'finished']);
  }
});

test('an agent that is revoked is nobody any more', async () => {
  const { token, agent: made } = await sandbox.operatorClient.agent.register({ name: 'short-lived' });
  const agent = createWallet({ url: sandbox.url, token, attempts: 1 });
  const mandate = await openMandate(sandbox, { hosts: HOSTS }, agent);
  expect(gist(await buy(mandate, '0.10', { token }))).toEqual([200, 'finished']);
  await sandbox.operator.decide('agent.revoke', made.id);
  expect(gist(await buy(mandate, '0.10', { token }))).toEqual([401, 'agent_revoked']);
  await expect(agent.wallet.balance({})).rejects.toMatchObject({ code: 'agent_revoked', status: 401 });
  await expect(open('agent.unfreeze', made.id)).rejects.toMatchObject({ code: 'state_conflict' });
});

test('nothing an agent has approves anything', async () => {
  const { mandate } = await sandbox.agent.payment.request({
    amount: '9',
    intent: 'Mine',
    duration: '1d',
    hosts: HOSTS,
  });
  const opening = { action: 'mandate.approve', subject: mandate.id } as const;
  await expect(sandbox.agent.approval.open(opening)).rejects.toMatchObject({
    code: 'operation_not_allowed',
    status: 403,
  });
  const approval = await open('mandate.approve', mandate.id);
  await expect(sandbox.agent.approval.get({ approval: approval.id })).rejects.toMatchObject({ status: 403 });
  await expect(sandbox.agent.audit.entries({})).rejects.toMatchObject({ status: 403 });
  await expect(sandbox.agent.agent.register({ name: 'twin' })).rejects.toMatchObject({ status: 403 });
  // Not even with the approval itself in hand, and a key of its own; nor has the operator's token any power to sign.
  const own = signatureOf(approval, makeOperatorKey());
  for (const token of [sandbox.agentToken, sandbox.operatorToken, undefined]) {
    const reply = await send(sandbox, `/v1/approvals/${approval.id}/signature`, {
      body: { signature: own },
      ...(token !== undefined && { token }),
    });
    expect([reply.status, reply.body.code]).toEqual([403, 'approval_signature_invalid']);
  }
  expect((await sandbox.agent.mandate.get({ mandate: mandate.id })).state).toBe('pending_signature');
});

test('a signature is good for the exact approval it is over, and for nothing else', async () => {
  const [one, two] = await Promise.all(
    ['1', '1000'].map((amount) =>
      sandbox.agent.payment.request({ amount, intent: 'Two', duration: '1d', hosts: HOSTS }),
    ),
  );
  if (one === undefined || two === undefined) throw new Error('No mandates');
  const small = await open('mandate.approve', one.mandate.id);
  const large = await open('mandate.approve', two.mandate.id);
  const forgeries = {
    other: signatureOf(small, key),
    words: signatureOf({ ...large, words: small.words }, key),
    digest: signatureOf({ ...large, digest: small.digest }, key),
    nonce: signatureOf({ ...large, nonce: small.nonce }, key),
    action: signatureOf({ ...large, action: 'mandate.reject' }, key),
    wallet: signatureOf({ ...large, walletId: 'wal_00000000000000000000000000' }, key),
    expiry: signatureOf(
      { ...large, expiresAt: new Date(Date.parse(large.expiresAt) + 1000).toISOString() },
      key,
    ),
    zero: `0x${'00'.repeat(65)}`,
    short: '0x1234',
    text: 'yes',
    empty: '',
  };
  for (const [name, signature] of Object.entries(forgeries)) {
    const reply = await handIn(sandbox, large.id, signature);
    expect([name, reply.status, reply.body.code]).toEqual([name, 403, 'approval_signature_invalid']);
  }
  const { state } = await sandbox.agent.mandate.get({ mandate: two.mandate.id });
  expect(state).toBe('pending_signature');
});

test('an approval is used once: a replay changes nothing, a second signature is refused', async () => {
  const { mandate } = await sandbox.agent.payment.request({
    amount: '5',
    intent: 'Once',
    duration: '1d',
    hosts: HOSTS,
  });
  const [first, second] = [
    await open('mandate.approve', mandate.id),
    await open('mandate.approve', mandate.id),
  ];
  const signature = signatureOf(first, key);
  expect((await handIn(sandbox, first.id, signature)).status).toBe(200);
  const stale = await handIn(sandbox, second.id, signatureOf(second, key));
  expect([stale.status, stale.body.code]).toEqual([409, 'state_conflict']);

  await sandbox.operator.decide('mandate.revoke', mandate.id);
  const replay = await handIn(sandbox, first.id, signature.toUpperCase().replace('0X', '0x'));
  expect([replay.status, replay.body.state]).toEqual([200, 'signed']);
  expect((await sandbox.agent.mandate.get({ mandate: mandate.id })).state).toBe('revoked');
  expect(gist(await buy(mandate.id, '0.10'))).toEqual([403, 'mandate_revoked']);
  const flipped = await handIn(sandbox, first.id, mirrored(signature));
  expect([flipped.status, flipped.body.code]).toEqual([403, 'approval_signature_invalid']);
  const signed = (await trailOf(sandbox)).filter(
    ({ kind, subjectId }) => kind === 'mandate.signed' && subjectId === mandate.id,
  );
  expect(signed).toHaveLength(1);
});

/** The other signature of the same key over the same digest: anybody can make it of the first. */
function mirrored(signature: string): string {
  const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
  const s = order - BigInt(`0x${signature.slice(66, 130)}`);
  const v = signature.endsWith('1b') ? '1c' : '1b';
  return `${signature.slice(0, 66)}${s.toString(16).padStart(64, '0')}${v}`;
}

test('a signature that lifted a freeze lifts no later one', async () => {
  const subject = await agentId();
  const mandate = await openMandate(sandbox, { hosts: HOSTS });
  await sandbox.operator.decide('agent.freeze', subject);
  const lift = await open('agent.unfreeze', subject);
  const signature = signatureOf(lift, key);
  await handIn(sandbox, lift.id, signature);
  await sandbox.operator.decide('agent.freeze', subject);
  expect((await handIn(sandbox, lift.id, signature)).status).toBe(200);
  expect(gist(await buy(mandate, '0.10'))).toEqual([403, 'agent_frozen']);
  await sandbox.operator.decide('agent.unfreeze', subject);
});

type Limited = {
  readonly scope: Partial<PaymentRequestInput>;
  readonly paid: readonly (readonly [price: string, at?: string])[];
  readonly refused: readonly [price: string, at?: string];
  readonly code: string;
  readonly wouldPass: string;
};

const LIMITS: Readonly<Record<string, Limited>> = {
  total: {
    scope: { amount: '3.00' },
    paid: [['1.20'], ['0.70']],
    refused: ['1.100001'],
    code: 'mandate_budget_exceeded',
    wouldPass: '1.10',
  },
  'per payment': {
    scope: { perPayment: '0.500001' },
    paid: [['0.50']],
    refused: ['0.500002'],
    code: 'payment_limit_exceeded',
    wouldPass: '0.500001',
  },
  'per day': {
    scope: { perDay: '2.00' },
    paid: [['0.25'], ['0.25', STALL]],
    refused: ['1.51'],
    code: 'daily_limit_exceeded',
    wouldPass: '1.50',
  },
  'per payee': {
    scope: { perPayee: '1.00' },
    paid: [['0.90'], ['1.00', STALL]],
    refused: ['0.11'],
    code: 'payee_limit_exceeded',
    wouldPass: '0.10',
  },
  'per month': {
    scope: { perPeriod: { limit: '1.00', every: 'month' } },
    paid: [['0.40']],
    refused: ['0.61'],
    code: 'period_limit_exceeded',
    wouldPass: '0.60',
  },
  'in the wallet': {
    scope: { amount: '100000.00' },
    paid: [],
    refused: ['100000.00'],
    code: 'insufficient_balance',
    wouldPass: '',
  },
};

test.each(Object.entries(LIMITS))(
  'the limit %s says what would pass, and just that passes',
  async (name, of) => {
    const mandate = await openMandate(sandbox, { hosts: HOSTS, ...of.scope });
    for (const [price, at] of of.paid) {
      expect(gist(await buy(mandate, price, at === undefined ? {} : { at }))).toEqual([200, 'finished']);
    }
    const { assets } = await sandbox.agent.wallet.balance({});
    const wouldPass = of.wouldPass || (assets[0]?.available ?? '').split(' ')[0] || '';
    const { status, body } = await buy(mandate, of.refused[0]);
    expect([body.code, body.numbers?.wouldPass, body.numbers?.requested]).toEqual([
      of.code,
      wouldPass,
      of.refused[0],
    ]);
    expect([status, body.retryable]).toEqual([name === 'in the wallet' ? 402 : 403, false]);
    if (name === 'in the wallet') return;
    expect(gist(await buy(mandate, wouldPass))).toEqual([200, 'finished']);
    const next = await buy(mandate, '0.000001');
    expect(gist(next)).toEqual(name === 'per payment' ? [200, 'finished'] : [403, of.code]);
  },
);

test('the number of payments, and how fast they come, have limits', async () => {
  const few = await openMandate(sandbox, { hosts: HOSTS, paymentsMax: 2 });
  for (const _ of [1, 2]) expect(gist(await buy(few, '0.01'))).toEqual([200, 'finished']);
  const third = await buy(few, '0.01');
  expect([third.body.code, third.body.numbers]).toMatchObject([
    'payment_count_exceeded',
    { paymentsMax: '2' },
  ]);

  const slow = await openMandate(sandbox, { hosts: HOSTS, velocity: { count: 2, seconds: 3600 } });
  const startMs = Date.now();
  for (const _ of [1, 2]) expect(gist(await buy(slow, '0.01'))).toEqual([200, 'finished']);
  const fast = await buy(slow, '0.01');
  expect(gist(fast)).toEqual([403, 'velocity_exceeded']);
  const retryAtMs = Date.parse(fast.body.numbers?.retryAt ?? '');
  expect(retryAtMs - startMs).toBeGreaterThanOrEqual(3_600_000);
  expect(retryAtMs - startMs).toBeLessThan(3_600_000 + 60_000);
});

test('a mandate that starts later, or has ended, pays nothing', async () => {
  const notBefore = new Date(Date.now() + 3_600_000).toISOString();
  const later = await openMandate(sandbox, { hosts: HOSTS, notBefore });
  const reply = await buy(later, '0.01');
  expect([reply.body.code, reply.body.numbers?.notBefore]).toEqual(['mandate_not_started', notBefore]);
  const past = new Date(Date.now() - 86_400_000).toISOString();
  await expect(
    sandbox.agent.payment.request({ amount: '1', intent: 'Late', duration: '1d', notBefore: past }),
  ).rejects.toMatchObject({ code: 'input_invalid' });
});

test('one agent’s mandates, payments and keys are no other’s', async () => {
  const { token } = await sandbox.operatorClient.agent.register({ name: 'stranger' });
  const stranger = createWallet({ url: sandbox.url, token, attempts: 1 });
  const mandate = await openMandate(sandbox, { hosts: HOSTS });
  const { body } = await buy(mandate, '0.01');
  const payment = body.payment?.id ?? '';
  await expect(stranger.mandate.get({ mandate })).rejects.toMatchObject({ code: 'mandate_not_found' });
  await expect(stranger.payment.get({ payment })).rejects.toMatchObject({ code: 'payment_not_found' });
  expect([await stranger.mandate.list({}), await stranger.payment.list({ mandate })]).toEqual([
    { mandates: [] },
    { payments: [] },
  ]);
  expect((await stranger.agent.list({})).agents.map(({ name }) => name)).toEqual(['stranger']);
  expect(gist(await buy(mandate, '0.01', { token }))).toEqual([404, 'mandate_not_found']);
  expect(gist(await buy(mandate, '0.01', { token: 'fxa_nobody' }))).toEqual([401, 'credential_invalid']);
  expect(gist(await buy(mandate, '0.01', { token: sandbox.operatorToken }))).toEqual([
    403,
    'operation_not_allowed',
  ]);
});

test('after a revocation is acknowledged nothing is signed any more, whatever is under way', async () => {
  const mandate = await openMandate(sandbox, { amount: '100.00', payees: [PAYEE], hosts: HOSTS });
  const signedAtMs = watchSigner();
  slowDown(30);
  let isOver = false;
  const calls: { readonly atMs: number; readonly became: string | undefined }[] = [];
  const agents = Array.from({ length: 8 }, async (_, n) => {
    for (let i = 0; !isOver; i += 1) {
      const atMs = performance.now();
      const url = `${SHOP}/item?price=0.01&n=load-${n}-${i}`;
      const mode = n % 2 === 0 ? 'fetch' : 'sign';
      const challenge = mode === 'sign' ? { challenge: challengeOf(url) } : {};
      const reply = await pay(sandbox, { mandate, url, mode, ...challenge }, { key: `load-${n}-${i}` });
      calls.push({ atMs, became: gist(reply)[1] });
    }
  });
  await until(() => signedAtMs.length > 20);
  await sandbox.operator.decide('mandate.revoke', mandate);
  const acknowledgedAtMs = performance.now();
  const late = () => calls.filter(({ atMs }) => atMs > acknowledgedAtMs);
  await until(() => late().length > 24);
  isOver = true;
  await Promise.all(agents);
  expect(signedAtMs.filter((atMs) => atMs > acknowledgedAtMs)).toEqual([]);
  expect(new Set(late().map(({ became }) => became))).toEqual(new Set(['mandate_revoked']));
});

/** Notes each moment at which the wallet's key signs. */
function watchSigner(): readonly number[] {
  const rails = sandbox.server.context.rails as Map<'x402', NonNullable<ReturnType<typeof railOf>>>;
  const rail = railOf();
  if (rail === undefined) throw new Error('There is no rail');
  const moments: number[] = [];
  rails.set('x402', {
    ...rail,
    present: (payment) => {
      moments.push(performance.now());
      return rail.present(payment);
    },
  });
  return moments;
}

/** Lets decisions arrive late where they are signed: what is decided just before a revocation is still under way. */
function slowDown(delayMs: number): void {
  const { context } = sandbox.server;
  const { commit } = context.store;
  const late: typeof commit = async (command) => {
    const outcome = await commit(command);
    if (command.type === 'payment.authorize') await new Promise((next) => setTimeout(next, delayMs));
    return outcome;
  };
  Object.assign(context, { store: { ...context.store, commit: late } });
}

const railOf = () => sandbox.server.context.rails.get('x402');

function challengeOf(url: string) {
  const { asset, chain } = sandbox;
  const network = `eip155:${chain.chainId}`;
  const option = {
    scheme: 'exact',
    network,
    amount: '10000',
    asset: asset.address,
    payTo: PAYEE,
    maxTimeoutSeconds: 60,
  };
  const text = JSON.stringify({ x402Version: 2, resource: { url }, accepts: [option] });
  return { header: Buffer.from(text).toString('base64') };
}

async function until(isSo: () => boolean): Promise<void> {
  for (let turn = 0; turn < 2000 && !isSo(); turn += 1) await new Promise((next) => setTimeout(next, 5));
  expect(isSo()).toBe(true);
}

test('a signature asked for again after the revocation is not given out again', async () => {
  const mandate = await openMandate(sandbox, { payees: [PAYEE] });
  const url = `${SHOP}/item?price=0.01&n=again`;
  const input = { mandate, url, mode: 'sign', challenge: challengeOf(url) } as const;
  const first = await pay(sandbox, input, { key: 'again' });
  expect(first.body.header?.name).toBe('PAYMENT-SIGNATURE');
  await sandbox.operator.decide('mandate.revoke', mandate);
  const again = await pay(sandbox, input, { key: 'again' });
  expect([again.status, again.body.status, again.body.header]).toEqual([200, 'finished', undefined]);
  expect([again.body.payment, again.body.detail]).toEqual([
    first.body.payment,
    expect.stringContaining('no signature is given out'),
  ]);
  expect(again.text).not.toContain(first.body.header?.value.slice(0, 40));
});

test('a payment under way when the mandate is revoked is paid with what was sent, and with nothing new', async () => {
  const mandate = await openMandate(sandbox, { hosts: ['gifts.sandbox'] });
  const { state, spent } = await sandbox.agent.mandate.get({ mandate });
  expect([state, spent]).toEqual(['signed', '0.00']);
  const [paid] = await Promise.all([
    pay(sandbox, { mandate, url: `${GIFTS}/buy?amount=10` }, { key: 'under-way' }),
    sandbox.operator.decide('mandate.revoke', mandate),
  ]);
  const sent = (await outflows(sandbox)).filter(({ to }) => to === sandbox.market.payees.gifts);
  expect(sent.length).toBe(paid.status === 200 ? 1 : 0);
  if (paid.status === 200) {
    expect((await pay(sandbox, { mandate, url: `${GIFTS}/buy?amount=10` }, { key: 'under-way' })).text).toBe(
      paid.text,
    );
  }
  expect(await isKeyTaken(sandbox, 'under-way')).toBe(true);
});

test('in the end the books are the chain’s', async () => {
  await sandbox.chain.increaseTime(200);
  await sandbox.chain.mine(3);
  await expectBooksToMatchChain(sandbox);
});
