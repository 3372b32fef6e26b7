import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createWallet } from '../../sdk/src/index.ts';
import { startWorld, type World } from '../../src/sandbox/world.ts';
import { startLiar } from './liar.ts';
import { makeFolder, run, runJson } from './process.ts';

const AS_AGENT = ['--as', 'research-bot'];

let world: World;
let home: string;

beforeAll(async () => {
  world = await startWorld({ directory: makeFolder(), port: 0 });
  home = world.directory;
});
afterAll(() => world.close());

const agent = () => createWallet({ url: world.server.url, token: world.agentToken });
const tokenFile = (name: string) => join(home, 'agents', `${name}.token`);

test('the balance is said in words to a person, and as the very answer to a program', async () => {
  const answer = await agent().wallet.balance();
  const { code, value } = await runJson(['balance'], { home });
  expect({ code, value }).toEqual({ code: 0, value: answer });
  const person = await run(['balance'], { home });
  expect(person.stderr).toBe('');
  expect(person.stdout).toMatch(
    /^Available: [0-9.]+ USD\n\nAsset +Available +Held +Incoming +On cards +Returning\neip155:31337\/erc20:0x/,
  );
  expect(person.stdout).toContain(`Send more to ${answer.address}`);
});

test('a mandate is asked for with exactly the limits that were typed', async () => {
  const { code, value } = await runJson(
    [
      ...['mandate', 'request', '--amount', '50.00', '--intent', 'Weather data', '--duration', '12h'],
      ...['--host', 'names.sandbox', '--host', 'gifts.sandbox', '--payee', `0x${'ab'.repeat(20)}`],
      ...['--per-payment', '5', '--per-day', '10.5', '--per-payee', '20', '--payments-max', '7'],
      ...['--idempotency-key', 'mandate-1', ...AS_AGENT],
    ],
    { home },
  );
  expect(code).toBe(0);
  const { mandate } = value;
  expect(mandate).toEqual(await agent().mandate.get({ mandate: mandate.id }));
  expect(mandate.state).toBe('pending_signature');
  const { notBefore, expiresAt, assets, ...scope } = mandate.scope;
  expect(Date.parse(expiresAt) - Date.parse(notBefore)).toBe(12 * 3_600_000);
  expect(assets).toHaveLength(1);
  expect(scope).toEqual({
    currency: 'USD',
    total: '50.00',
    perPayment: '5.00',
    perDay: '10.50',
    perPayee: '20.00',
    paymentsMax: 7,
    rails: ['x402', 'card'],
    hosts: ['names.sandbox', 'gifts.sandbox'],
    payees: [`0x${'ab'.repeat(20)}`],
  });
  expect(value.approve.command).toBe(`fluxa-wallet mandate approve ${mandate.id}`);
  const shown = await run(['mandate', 'show', mandate.id], { home });
  expect(shown.stdout).toContain('Budget       50.00 USD\n');
  const listed = await run(['mandate', 'list'], { home });
  expect(listed.stdout).toContain(`${mandate.id}  pending signature  50.00 of 50.00 USD`);
});

test('a payment inside a signed mandate is made once, however often its key is sent', async () => {
  const { mandate } = await agent().payment.request({
    amount: '50.00',
    intent: 'Names',
    duration: '1d',
    hosts: ['names.sandbox'],
  });
  await world.operator.decide('mandate.approve', mandate.id);
  const words = [
    'pay',
    'http://names.sandbox/register?name=fluxa-cli.dev',
    '--mandate',
    mandate.id,
    ...AS_AGENT,
  ];
  const key = ['--idempotency-key', 'names-1'];
  const first = await run([...words, ...key], { home });
  expect(first.code).toBe(0);
  expect(JSON.parse(first.stdout)).toMatchObject({ status: 'registered', domain: 'fluxa-cli.dev' });
  expect(first.stderr).toMatch(/^The payee answered 200\nPayment {6}pay_/);
  const second = await runJson([...words, ...key], { home });
  expect(second.code).toBe(0);
  expect(second.value.response.body).toBe(first.stdout);
  expect(second.value.idempotencyKey).toBe('names-1');
  const { payments } = await agent().payment.list({ mandate: mandate.id });
  expect(payments.map(({ idempotencyKey }) => idempotencyKey)).toEqual(['names-1']);

  const dear = await runJson(
    [
      'pay',
      'http://names.sandbox/register?name=fluxa-dear.dev',
      '--mandate',
      mandate.id,
      '--max-amount',
      '0.01',
      ...AS_AGENT,
    ],
    { home },
  );
  expect(dear.code).toBe(1);
  expect(dear.value.error).toMatchObject({ code: 'max_amount_exceeded', retryable: false });
  expect(Object.keys(dear.value.error.numbers).length).toBeGreaterThan(0);

  const [payment] = payments;
  if (payment === undefined) throw new Error('There is no payment');
  const shown = await run(['payment', 'show', payment.id], { home });
  expect(shown.stdout).toContain(`Mandate      ${mandate.id}\n`);
  const listed = await run(['payment', 'list', '--mandate', mandate.id], { home });
  expect(
    listed.stdout
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((line) => line.slice(0, 30)),
  ).toContain(payment.id);
});

test('a registered agent’s token is shown once, or kept for its owner alone', async () => {
  const shown = await run(['agent', 'register', 'shown-one'], { home });
  expect(shown.stdout).toMatch(/^Agent {2}shown-one \(agt_[0-9a-z]{26}\)\nToken {2}fxa_[A-Za-z0-9_-]{43}\n$/);
  expect(existsSync(tokenFile('shown-one'))).toBe(false);
  const kept = await run(['agent', 'register', 'kept-one', '--save'], { home });
  expect(kept.stdout).toContain(`Token kept in  ${tokenFile('kept-one')}\n`);
  expect(kept.stdout + kept.stderr).not.toContain('fxa_');
  expect(statSync(tokenFile('kept-one')).mode & 0o777).toBe(0o600);
  const own = await runJson(['agent', 'list', '--as', 'kept-one'], { home });
  expect(own.value.agents.map(({ name }: { name: string }) => name)).toEqual(['kept-one']);

  const before = readFileSync(tokenFile('kept-one'), 'utf8');
  const again = await runJson(['agent', 'register', 'kept-one', '--save'], { home });
  expect({ code: again.code, error: again.value.error.code }).toEqual({ code: 2, error: 'file_exists' });
  expect(readFileSync(tokenFile('kept-one'), 'utf8')).toBe(before);
  const { value } = await runJson(['agent', 'list'], { home });
  const names = value.agents.map(({ name }: { name: string }) => name);
  expect(names).toEqual(['research-bot', 'shown-one', 'kept-one']);
});

test('a name that would leave the folder of tokens is refused before anything is registered', async () => {
  for (const name of ['../operator', 'a/b', '.hidden', 'operator']) {
    const { code, value } = await runJson(['agent', 'register', name, '--save'], { home });
    expect({ name, code, error: value.error.code }).toEqual({ name, code: 2, error: 'name_invalid' });
  }
});

test('flags go before the environment, and the environment before files', async () => {
  const elsewhere = makeFolder();
  const { url } = world.server;
  const refused = await runJson(['agent', 'list'], {
    home,
    env: { FLUXA_TOKEN: 'fxa_not_a_token_of_anybody' },
  });
  expect({ code: refused.code, error: refused.value.error.code }).toEqual({
    code: 1,
    error: 'credential_invalid',
  });
  const flagged = await runJson(['agent', 'list', '--as', 'research-bot'], {
    home,
    env: { FLUXA_TOKEN: 'fxa_not_a_token_of_anybody' },
  });
  expect(flagged.code).toBe(0);
  const env = { FLUXA_URL: 'http://127.0.0.1:1', FLUXA_TOKEN: world.agentToken };
  expect((await runJson(['balance'], { home: elsewhere, env })).code).toBe(3);
  expect((await runJson(['balance', '--url', url], { home: elsewhere, env })).code).toBe(0);
  expect((await runJson(['balance', '--data', home], { home: elsewhere })).code).toBe(0);
});

test('a missing credential is named, with the way to get it', async () => {
  const empty = makeFolder();
  const agentless = await runJson(
    ['mandate', 'request', '--amount', '1', '--intent', 'x', '--duration', '1d'],
    {
      home: empty,
    },
  );
  expect(agentless).toEqual({
    code: 2,
    value: {
      error: {
        code: 'credential_missing',
        detail: `There is no agent's token in ${empty}`,
        hint: 'Make one with "fluxa-wallet agent register NAME --save", or set FLUXA_TOKEN',
        retryable: false,
      },
    },
  });
  const operatorless = await run(['agent', 'register', 'x'], { home: empty });
  expect(operatorless).toEqual({
    code: 2,
    stdout: '',
    stderr: `Error: There is no token at ${join(empty, 'operator.token')}\nHint: Name the directory that has it with --data, or set FLUXA_TOKEN\n`,
  });
  mkdirSync(join(empty, 'agents'));
  for (const name of ['one', 'two'])
    writeFileSync(join(empty, 'agents', `${name}.token`), 'fxa_0123456789abcdef\n');
  const { value } = await runJson(['balance'], { home: empty });
  expect(value.error.hint).toBe('Say which with --as: one, two');
});

test('a token that is kept for one server is not sent to another', async () => {
  const liar = await startLiar(world.server.url, {});
  const { code, value } = await runJson(['balance'], { home, env: { FLUXA_URL: liar.url } });
  await liar.close();
  expect({ code, error: value.error.code }).toEqual({ code: 2, error: 'credential_of_other_server' });
  expect(liar.requests).toEqual([]);
});

test('what a server answers cannot steer the terminal', async () => {
  const liar = await startLiar(world.server.url, {
    'GET /v1/wallet/balance': (answer) => ({
      ...answer,
      available: '1.00\u001b[2J\u202e\u009b',
      address: 'a\nb',
    }),
  });
  const options = { home: makeFolder(), env: { FLUXA_URL: liar.url, FLUXA_TOKEN: world.agentToken } };
  const person = await run(['balance'], options);
  const program = await run(['balance', '--json'], options);
  await liar.close();
  expect(person.stdout).toContain('Available: 1.00\\u{1b}[2J\\u{202e}\\u{9b} USD\n');
  expect(person.stdout).toContain('Send more to a\\u{a}b\n');
  expect(program.stdout).toContain('"available":"1.00\\u001b[2J\\u202e\\u009b"');
  expect(JSON.parse(program.stdout).available).toBe('1.00\u001b[2J\u202e\u009b');
});

const WRONG: readonly [readonly string[], string][] = [
  [['nonsense'], 'There is no command "nonsense"'],
  [['card', 'nonsense'], 'There is no command "card nonsense"'],
  [['mandate', 'request', '--amount', '5'], '--intent is missing'],
  [['mandate', 'show'], 'ID is missing'],
  [['mandate', 'show', 'a', 'b'], '"b" is one word too many'],
  [['balance', '--colour'], 'Unknown option "--colour"'],
  [['mandate', 'list', '--limit', '1e2'], '--limit "1e2" is not a whole number above zero'],
  [['pay', 'http://x.sandbox/', '--mandate', 'm', '--mandate', 'n'], '--mandate is given twice'],
  [
    ['pay', 'http://x.sandbox/', '--mandate', 'm', '--header', 'broken'],
    '--header "broken" is not "Name: value"',
  ],
  [['audit', 'verify', '--operator', '0x12'], '--operator "0x12" is not an address'],
];

test.each(WRONG)('the line %j is refused as typed wrong', async (words, detail) => {
  const { code, value } = await runJson(words, { home });
  expect({ code, detail: value.error.detail }).toEqual({ code: 2, detail });
});

test('an amount that is no plain decimal is refused by the wallet, not rounded', async () => {
  for (const amount of ['1e3', '0', '-1', '1.1234567', '٥']) {
    const words = [
      'mandate',
      'request',
      `--amount=${amount}`,
      '--intent',
      'x',
      '--duration',
      '1d',
      ...AS_AGENT,
    ];
    const { code, value } = await runJson(words, { home });
    expect({ amount, code, error: value.error.code }).toEqual({ amount, code: 1, error: 'amount_invalid' });
  }
});

test('every command has help with an example', async () => {
  const { stdout, code } = await run(['help'], { home });
  expect(code).toBe(0);
  const names = stdout.split('\n').flatMap((line) => /^ {2}([a-z]+(?: [a-z]+)?)/.exec(line)?.[1] ?? []);
  expect(names).toContain('mandate approve');
  const { stdout: one } = await run(['mandate', 'approve', '--help'], { home });
  expect(one).toMatch(
    /^fluxa-wallet mandate approve ID\n\n.+\n\nExample: fluxa-wallet mandate approve mand_/,
  );
});

test('the trail is exported whole and verified offline, and a changed line is found', async () => {
  const file = join(makeFolder(), 'trail.jsonl');
  const exported = await runJson(['audit', 'export', '--out', file], { home });
  expect(exported.code).toBe(0);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const { operatorAddress } = await agent().wallet.status();
  const offline = { home: makeFolder() };
  const whole = await runJson(['audit', 'verify', file, '--operator', operatorAddress], offline);
  expect(whole.code).toBe(0);
  expect(whole.value).toMatchObject({ ok: true, isPinned: true, approvals: 1 });
  expect(Object.values(whole.value.checkpoints)).toEqual([2]);
  const counted = whole.value.chains.reduce(
    (sum: number, chain: { entries: number }) => sum + chain.entries,
    0,
  );
  expect(counted).toBe(exported.value.entries);
  const online = await runJson(['audit', 'verify'], { home });
  expect(online.code).toBe(0);

  const text = readFileSync(file, 'utf8');
  const changed = join(makeFolder(), 'changed.jsonl');
  writeFileSync(changed, text.replace('fluxa-cli.dev', 'fluxa-cIi.dev'));
  const found = await runJson(['audit', 'verify', changed], offline);
  expect(found.code).toBe(1);
  expect(found.value.error.code).toBe('audit_fault');
  expect(found.value.error.detail).toMatch(
    /^The entry wal_[0-9a-z]{26}\/\d+ is wrong: its hash is not that of its content$/,
  );
  writeFileSync(changed, `${text}not json\n`);
  expect((await runJson(['audit', 'verify', changed], offline)).value.error.code).toBe('audit_malformed');
  const again = await runJson(['audit', 'export', '--out', file], { home });
  expect({ code: again.code, error: again.value.error.code }).toEqual({ code: 2, error: 'file_exists' });
});
