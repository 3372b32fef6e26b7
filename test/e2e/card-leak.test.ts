import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createWallet, RefusalError, type Wallet } from '../../sdk/src/index.ts';
import type { CardSecrets } from '../../src/core/card/ports.ts';
import { HOSTS } from '../../src/sandbox/hosts.ts';
import { PROGRAM, run } from '../cli/process.ts';
import { trailOf } from './reckoning.ts';
import { portOf, startTap, type Tap } from './tap.ts';
import { openSandbox, type Sandbox } from './world.ts';

let sandbox: Sandbox;
/** What goes between the agent and the wallet, and between the operator and the wallet. */
let agentWire: Tap;
let operatorWire: Tap;
let agent: Wallet;
let operator: Wallet;
let mandate: string;
const shown: CardSecrets[] = [];
/** What was said over MCP and printed by the command. */
const transcript: string[] = [];
const printed: string[] = [];

beforeAll(async () => {
  sandbox = await openSandbox();
  [agentWire, operatorWire] = [await startTap(portOf(sandbox.url)), await startTap(portOf(sandbox.url))];
  agent = createWallet({ url: urlOf(agentWire), token: sandbox.agentToken, attempts: 1 });
  operator = createWallet({ url: urlOf(operatorWire), token: sandbox.operatorToken, attempts: 1 });
  const asked = await agent.payment.request({
    amount: '150.00',
    intent: 'Buy what the test needs',
    duration: '1d',
    hosts: [HOSTS.shop],
    rails: ['card'],
  });
  mandate = asked.mandate.id;
  await sandbox.operator.decide('mandate.approve', mandate);
});
afterAll(async () => {
  for (const wire of [agentWire, operatorWire]) await wire?.close();
  await sandbox?.close();
});

const urlOf = ({ port }: Tap) => `http://127.0.0.1:${port}`;

async function settle(): Promise<void> {
  await sandbox.server.work();
  await sandbox.chain.mine(3);
  await sandbox.server.sync();
  await sandbox.server.work();
}

async function reveal(card: string): Promise<CardSecrets> {
  const { token } = await operator.card.reveal({ card });
  const secrets = await operator.card.show({ card, token });
  shown.push(secrets);
  return secrets;
}

/** A card from its making to a refund after its close, with all that goes wrong on the way. */
async function liveThroughIt(): Promise<void> {
  const { network } = sandbox.bank.issuer;
  const { card } = await agent.card.create({ mandate, amount: '25.00', label: 'leak' });
  const number = await reveal(card.id);
  const name = { reference: card.id };
  const merchant = { name: 'Harbor Books', mcc: '5942', country: 'US' };
  const pay = (ref: string, amountCents: bigint, code: string | null = number.code) =>
    network.authorize({ card: { ...number, code }, ref, amountCents, merchant });
  const wrong = number.code === '000' ? '001' : '000';
  expect(await pay('wrong', 1000n, wrong)).toMatchObject({ reason: 'cvv_mismatch' });
  expect(await pay('dear', 9900n)).toMatchObject({ reason: 'amount_exceeds_locked' });
  await network.challenge({ card: name, amountCents: 2000n, merchant });
  const { code } = await agent.card.challenge({ card: card.id });
  expect(await network.enterCode({ card: name, code })).toBe('passed');
  expect(await pay('right', 2000n)).toMatchObject({ outcome: 'approved' });
  expect(await pay('again', 100n)).toMatchObject({ reason: 'card_used' });
  await expect(operator.card.reveal({ card: card.id })).rejects.toThrow(RefusalError);
  const taken = await network.clear({ card: name, ref: 'taken', auth: 'right', amountCents: 2000n });
  expect(await network.forge(name, taken)).toBe(false);
  await network.refund({ card: name, ref: 'back', of: 'taken', amountCents: 500n });
  // Something to be logged.
  sandbox.bank.treasury.failNext('payback', 2);
  await settle();
  expect(await agent.card.balance({ card: card.id })).toMatchObject({ state: 'closed', refunded: '5.00' });
  await pay('late', 100n);
}

/** Calls that go wrong with a number in hand: somebody typed it where it does not belong. */
async function mistype(number: string): Promise<void> {
  const headers = { authorization: `Bearer ${sandbox.operatorToken}`, 'content-type': 'application/json' };
  for (const path of [`/v1/cards/${number}`, '/v1/cards', `/v1/cards/${number}/close`]) {
    const body = JSON.stringify({ number, amount: number, label: `my card ${number}` });
    const asked = path === `/v1/cards/${number}` ? { headers } : { method: 'POST', headers, body };
    const { status } = await fetch(`${urlOf(operatorWire)}${path}`, asked);
    expect(status).toBeGreaterThanOrEqual(400);
  }
}

async function useTools(): Promise<void> {
  const client = new Client({ name: 'test', version: '1' });
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [PROGRAM, 'mcp'],
    env: { HOME: sandbox.directory, FLUXA_URL: urlOf(agentWire), FLUXA_TOKEN: sandbox.agentToken },
    stderr: 'pipe',
  });
  await client.connect(transport);
  try {
    const call = async (name: string, args: Record<string, unknown>) => {
      const result = await client.callTool({ name, arguments: args });
      transcript.push(JSON.stringify(result));
    };
    const tools = await client.listTools();
    transcript.push(JSON.stringify(tools));
    const { card } = await agent.card.create({ mandate, amount: '10.00', label: 'tools' });
    await reveal(card.id);
    for (const name of ['card_get', 'card_transactions', 'card_challenge'])
      await call(name, { card: card.id });
    await call('card_list', {});
    await call('cardholder_get', {});
    await call('card_create', { mandate, amount: '5.00', idempotencyKey: 'by-tool' });
    await call('card_close', { card: card.id });
  } finally {
    await client.close();
  }
}

async function useCommand(): Promise<void> {
  const { cards } = await agent.card.list({});
  const env = { FLUXA_URL: urlOf(agentWire), FLUXA_TOKEN: sandbox.agentToken };
  const ids = cards.flatMap(({ id }) => [
    ['card', 'get', id],
    ['card', 'balance', id],
    ['card', 'transactions', id],
  ]);
  for (const args of [['card', 'list'], ['card', 'list', '--json'], ['audit', 'list'], ...ids]) {
    const { stdout, stderr } = await run(args, { home: sandbox.directory, env });
    printed.push(stdout, stderr);
  }
  const first = cards[0]?.id ?? '';
  const refused = await run(['card', 'reveal', first], { home: sandbox.directory, env });
  expect(refused.code).not.toBe(0);
  printed.push(refused.stdout, refused.stderr);
}

/** The ways in which a number can be written, as text and as bytes. */
function writingsOf(number: string): readonly Buffer[] {
  const groups = number.match(/.{4}/g) ?? [];
  const texts = [number, ...[' ', '-', '.', '%20', '+', '\u00a0'].map((between) => groups.join(between))];
  const plain = texts.flatMap((text) => [Buffer.from(text), Buffer.from(text, 'utf16le')]);
  const packed = Buffer.alloc(8);
  packed.writeBigUInt64BE(BigInt(number));
  const encoded = [Buffer.from(number).toString('base64').slice(0, 20), Buffer.from(number).toString('hex')];
  return [...plain, packed, Buffer.from(packed).reverse(), ...encoded.map((text) => Buffer.from(text))];
}

/** Three digits are everywhere: a code is one where it stands by itself as a value, or beside a word for it. */
function codePattern(code: string): RegExp {
  const spaced = [...code].join('[ -]?');
  return new RegExp(`["'\`]${spaced}["'\`]|(?:cvv|cvc|csc|code|security)\\W{0,6}${spaced}(?!\\d)`, 'i');
}

/** What of the cards is in these bytes. */
function found(bytes: Buffer): readonly string[] {
  const text = bytes.toString('latin1');
  return shown.flatMap(({ number, code }, card) => [
    ...(writingsOf(number).some((writing) => bytes.includes(writing)) ? [`number ${card}`] : []),
    ...(codePattern(code).test(text) ? [`code ${card}`] : []),
  ]);
}

test('the number and the code of a card are in no log, file, answer, transcript or trail but the one that shows them', async () => {
  await liveThroughIt();
  await useTools();
  await useCommand();
  await mistype(shown[0]?.number ?? '');
  await settle();
  expect(shown).toHaveLength(2);

  const trail = JSON.stringify(await trailOf(sandbox));
  const texts = { log: sandbox.log.join('\n'), trail, mcp: transcript.join('\n'), cli: printed.join('\n') };
  for (const [name, text] of Object.entries(texts)) {
    expect([name, text.length > 50, found(Buffer.from(text))]).toEqual([name, true, []]);
  }
  expect(agentWire.answered().length).toBeGreaterThan(10_000);
  expect(found(agentWire.answered())).toEqual([]);
  expect(found(agentWire.sent())).toEqual([]);

  const whileRunning = filesWithCards(sandbox.directory);
  await sandbox.stopServer();
  expect(whileRunning).toEqual([]);
  expect(filesWithCards(sandbox.directory)).toEqual([]);
  // The search finds what is there: the operator was shown both cards.
  expect(found(operatorWire.answered())).toEqual(['number 0', 'code 0', 'number 1', 'code 1']);
});

test('the search finds a number however it is written', () => {
  const { number, code } = { number: '9999990123456786', code: '417' };
  shown.splice(0, shown.length, { number, code, expiry: '11/29' });
  const groups = number.match(/.{4}/g) ?? [];
  const packed = Buffer.alloc(8);
  packed.writeBigUInt64LE(BigInt(number));
  const writings = [number, groups.join(' '), groups.join('-'), Buffer.from(number).toString('base64')];
  for (const text of writings) expect(found(Buffer.from(`a ${text} b`))).toEqual(['number 0']);
  expect(found(Buffer.concat([Buffer.from('x'), packed]))).toEqual(['number 0']);
  for (const text of ['{"a":"417"}', 'cvc=417', 'security code: 4-1-7']) {
    expect(found(Buffer.from(text))).toEqual(['code 0']);
  }
  expect(found(Buffer.from('at 417 ms, code 4170, 999999012345678'))).toEqual([]);
});

/** The files below a folder that hold anything of a card. */
function filesWithCards(folder: string): readonly (readonly [string, readonly string[]])[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  const names = files.map((file) => relative(folder, join(file.parentPath, file.name)));
  expect(names).toEqual(expect.arrayContaining(['fluxa.db', join('bank', 'network.db')]));
  return files
    .map((file) => {
      const path = join(file.parentPath, file.name);
      return [relative(folder, path), found(readFileSync(path))] as const;
    })
    .filter(([, hits]) => hits.length > 0);
}
