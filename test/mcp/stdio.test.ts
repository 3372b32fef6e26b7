import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client, type ClientOptions } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createWallet } from '../../sdk/src/index.ts';
import { startWorld, type World } from '../../src/sandbox/world.ts';
import { makeFolder, PROGRAM, run, runJson } from '../cli/process.ts';

const ERAS: readonly [string, NonNullable<ClientOptions['versionNegotiation']>][] = [
  ['2025-11-25', { mode: 'legacy' }],
  ['2026-07-28', { mode: { pin: '2026-07-28' } }],
];
const LEGACY = ERAS[0]?.[1] ?? {};
const TOOLS = [
  'wallet_balance',
  'wallet_status',
  'payment_request',
  'mandate_get',
  'mandate_list',
  'payment_execute',
  'payment_get',
  'card_create',
  'card_list',
  'card_get',
  'card_transactions',
  'card_fill',
  'card_challenge',
  'card_close',
  'cardholder_get',
];

let world: World;
const clients: Client[] = [];

beforeAll(async () => {
  world = await startWorld({ directory: makeFolder(), port: 0 });
});
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
});
afterAll(() => world.close());

/** A client of `fluxa-wallet mcp`, which speaks to the wallet with the agent's token. */
async function connect(
  versionNegotiation: NonNullable<ClientOptions['versionNegotiation']>,
  { args = [], env = {} }: { args?: string[]; env?: Record<string, string> } = {},
): Promise<Client> {
  const client = new Client({ name: 'test', version: '1' }, { versionNegotiation });
  clients.push(client);
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [PROGRAM, 'mcp', ...args],
    env: { HOME: makeFolder(), FLUXA_URL: world.server.url, FLUXA_TOKEN: world.agentToken, ...env },
    stderr: 'pipe',
  });
  await client.connect(transport);
  return client;
}

async function signedMandate(): Promise<string> {
  const agent = createWallet({ url: world.server.url, token: world.agentToken });
  const { mandate } = await agent.payment.request({
    amount: '50.00',
    intent: 'Names',
    duration: '1d',
    hosts: ['names.sandbox'],
  });
  await world.operator.decide('mandate.approve', mandate.id);
  return mandate.id;
}

test.each(ERAS)(
  'a client of the era %s lists the tools for agents, and nothing that approves',
  async (era, mode) => {
    const client = await connect(mode);
    expect(client.getNegotiatedProtocolVersion()).toBe(era);
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(TOOLS);
    for (const { name, title, description, inputSchema, outputSchema } of tools) {
      expect(name).toMatch(/^[a-z_]{1,40}$/);
      expect([title, description].map((text) => typeof text)).toEqual(['string', 'string']);
      expect([inputSchema.type, outputSchema?.type]).toEqual(['object', 'object']);
    }
    const { annotations, inputSchema } = tools.find(({ name }) => name === 'payment_execute') ?? {};
    expect(annotations).toEqual({
      title: 'Payment execute',
      readOnlyHint: false,
      destructiveHint: true,
      idempotentHint: true,
      openWorldHint: true,
    });
    expect(inputSchema?.required).toEqual(['mandate', 'url', 'idempotency_key']);
    expect(tools[0]?.annotations).toMatchObject({
      readOnlyHint: true,
      destructiveHint: false,
      openWorldHint: false,
    });
  },
);

test.each(ERAS)('a client of the era %s reads, is refused, and pays once per key', async (_era, mode) => {
  const client = await connect(mode);
  const balance = await client.callTool({ name: 'wallet_balance', arguments: {} });
  const expected = await createWallet({ url: world.server.url, token: world.agentToken }).wallet.balance();
  expect(balance.structuredContent).toEqual({ outcome: 'ok', output: expected });
  expect(balance.content).toEqual([{ type: 'text', text: JSON.stringify(balance.structuredContent) }]);
  expect(balance.isError ?? false).toBe(false);

  const missing = await client.callTool({ name: 'mandate_get', arguments: { mandate: 'mand_none' } });
  expect(missing.isError).toBe(true);
  expect(missing.structuredContent).toEqual({
    outcome: 'refused',
    error: {
      code: 'mandate_not_found',
      detail: 'There is no mandate mand_none',
      hint: 'Check the id of the mandate; an agent sees its own only',
      retryable: false,
    },
  });

  const mandate = await signedMandate();
  const url = `http://names.sandbox/register?name=fluxa-${_era}.dev`;
  const pay = () =>
    client.callTool({ name: 'payment_execute', arguments: { mandate, url, idempotency_key: `key-${_era}` } });
  const first = await pay();
  expect(first.structuredContent).toMatchObject({
    outcome: 'ok',
    output: { status: 'finished', payment: { mandateId: mandate, idempotencyKey: `key-${_era}` } },
  });
  expect((await pay()).structuredContent).toEqual(first.structuredContent);
  const agent = createWallet({ url: world.server.url, token: world.agentToken });
  expect((await agent.payment.list({ mandate })).payments).toHaveLength(1);
});

test('a payment without a usable key is refused before anything is sent', async () => {
  const client = await connect(LEGACY);
  const keys = [{}, { idempotency_key: '' }, { idempotency_key: 'two words' }, { idempotency_key: 7 }];
  const codes = [];
  for (const key of keys) {
    const given = { mandate: 'mand_x', url: 'http://names.sandbox/', ...key };
    const { isError, structuredContent } = await client.callTool({
      name: 'payment_execute',
      arguments: given,
    });
    codes.push([isError, (structuredContent as { error: { code: string } }).error.code]);
  }
  expect(codes).toEqual([
    [true, 'idempotency_key_missing'],
    [true, 'idempotency_key_invalid'],
    [true, 'idempotency_key_invalid'],
    [true, 'idempotency_key_invalid'],
  ]);
});

/** What an amount comes to: the budget as it is asked for, or the code it is refused with. */
const AMOUNTS: readonly [unknown, { total: string } | { code: string }][] = [
  ['25.00', { total: '25.00' }],
  [25, { total: '25.00' }],
  [0.1, { total: '0.10' }],
  ['999999999999.123456', { total: '999999999999.123456' }],
  [999_999_999_999.123_4, { code: 'amount_ambiguous' }],
  [1e-7, { code: 'amount_ambiguous' }],
  [1e21, { code: 'amount_ambiguous' }],
  ['25.1234567', { code: 'amount_invalid' }],
  [0, { code: 'amount_invalid' }],
];

test.each(AMOUNTS)('the amount %j of a mandate becomes %j', async (amount, expected) => {
  const client = await connect(LEGACY);
  const { structuredContent } = await client.callTool({
    name: 'payment_request',
    arguments: { amount, intent: 'Weather data', duration: '1d' },
  });
  const { error, output } = structuredContent as {
    error?: { code: string };
    output?: { mandate: { scope: { total: string } } };
  };
  expect(error === undefined ? { total: output?.mandate.scope.total } : { code: error.code }).toEqual(
    expected,
  );
});

test('asking for a mandate again with the same key asks once', async () => {
  const client = await connect(LEGACY);
  const ask = async (intent: string) => {
    const input = { amount: '5.00', intent, duration: '1d', idempotency_key: 'ask-1' };
    return (await client.callTool({ name: 'payment_request', arguments: input })).structuredContent;
  };
  const first = await ask('Weather data');
  expect(first).toMatchObject({ outcome: 'ok' });
  const idOf = (content: unknown) => (content as { output: { mandate: { id: string } } }).output.mandate.id;
  expect(idOf(await ask('Weather data'))).toBe(idOf(first));
  expect(await ask('Something else')).toMatchObject({ error: { code: 'idempotency_key_reused' } });
});

test('dotted names answer always, and are listed when that is asked for', async () => {
  const plain = await connect(LEGACY);
  expect(await plain.callTool({ name: 'wallet.balance', arguments: {} })).toMatchObject({
    structuredContent: { outcome: 'ok' },
  });
  const dotted = await connect(LEGACY, { args: ['--dotted-aliases'] });
  const { tools } = await dotted.listTools();
  expect(tools.map(({ name }) => name)).toEqual([...TOOLS, ...TOOLS.map((name) => name.replace('_', '.'))]);
});

test('what is no tool for agents cannot be called by any name', async () => {
  const client = await connect(LEGACY);
  for (const name of [
    'approval_sign',
    'approval.open',
    'agent_register',
    'audit_entries',
    '__proto__',
    'nothing',
  ]) {
    await expect(client.callTool({ name, arguments: {} })).rejects.toThrow(`There is no tool "${name}"`);
  }
});

test('a server that is not there is a result that says how to go on', async () => {
  const client = await connect(LEGACY, { env: { FLUXA_URL: 'http://127.0.0.1:1' } });
  const { isError, structuredContent } = await client.callTool({ name: 'wallet_balance', arguments: {} });
  expect(isError).toBe(true);
  expect(structuredContent).toMatchObject({
    outcome: 'refused',
    error: { code: 'server_unreachable', retryable: true },
  });
});

test('tools are not served with the operator’s token, and not without an agent’s', async () => {
  const home = makeFolder();
  copyFileSync(join(world.directory, 'operator.token'), join(home, 'operator.token'));
  const asOperator = await runJson(['mcp', '--as', 'operator'], { home });
  expect({ code: asOperator.code, error: asOperator.value.error.code }).toEqual({
    code: 2,
    error: 'credential_not_allowed',
  });
  const byDefault = await run(['mcp'], { home });
  expect(byDefault.code).toBe(2);
  expect(byDefault.stdout).toBe('');
  expect(byDefault.stderr).toContain("There is no agent's token");
});
