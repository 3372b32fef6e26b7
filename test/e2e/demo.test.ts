import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { playCards } from '../../src/sandbox/demo/cards.ts';
import { openStage } from '../../src/sandbox/demo/stage.ts';
import { playStory } from '../../src/sandbox/demo/story.ts';
import { openSandbox } from './world.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const MAIN = join(ROOT, 'src/sandbox/demo/main.ts');

/** Where the demos put their files. */
const folder = mkdtempSync(join(tmpdir(), 'fluxa-demo-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Everything the story claims; amounts stand as N. */
const CLAIMS = [
  'before the approval nothing can be paid (mandate_not_signed)',
  'the mandate is signed by 0xN',
  'tidepool.com registered for N USD, nobody was asked',
  'tidepool.dev registered for N USD, nobody was asked',
  'tidepool.app registered for N USD, nobody was asked',
  'N of N USD are left',
  'blocked by the wallet (payee_not_in_scope)',
  'blocked by the wallet (mandate_budget_exceeded)',
  'the first call ends without an answer: the payment is unknown, its budget stays reserved',
  'the same key sends the identical bytes again and gets the domain',
  'a third call with that key gets the same answer, byte for byte',
  'there is one payment for it',
  'blocked by the wallet (payee_not_in_scope)',
  'blocked by the wallet (mandate_revoked)',
  'chain: N in the wallet, N with the registrar, which is all there was',
  'chain: the gift shop and the look-alike got N and N',
  'ledger: N available, as on the chain',
  'mandate: N spent, N reserved',
  'N payments settled, each proved by its log in a final block',
  'audit: N entries are an unbroken chain, N approvals re-verify offline',
  'three cards are made in one breath, locked to N, N and N USD',
  "they took N of the mandate's N: N are left",
  'the agent sees four digits of the number, and is not shown the rest',
  'the charge is approved: N held, the card has had its one use',
  'N at another shop, before anything settled: declined (card_used)',
  'N taken, N back in the wallet by itself, the card is closed',
  'the leaked number is declined from now on (card_closed)',
  'nobody can be shown it any more (credentials_destroyed)',
  'the spare card is closed, its N are back',
  'the other card is active with its N',
  'wallet: N less than before, N spent and N on a card',
  'chain: N in the wallet, N with the treasury',
  'mandate: what came back can be spent again, N are left',
  'audit: every step of every card is in the unbroken chain',
];

async function run(command: string, args: readonly string[]) {
  const child = spawn(command, args, { cwd: ROOT, env: { ...process.env, TMPDIR: folder } });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += chunk;
    });
  }
  const [code] = await once(child, 'close');
  return { code, lines: output.split('\n').map((line) => line.trim()) };
}

/** The claims that the lines make under a mark. */
function marked(lines: readonly string[], mark: string): readonly string[] {
  return lines
    .filter((line) => line.startsWith(mark))
    .map((line) =>
      line
        .slice(mark.length + 1)
        .replace(/0x[0-9a-f]{40}/g, '0xN')
        .replace(/\b\d+(\.\d+)?\b/g, 'N'),
    );
}

test('the demo shows every claim to be so, succeeds, and leaves nothing behind', async () => {
  const { code, lines } = await run('npm', ['run', 'demo']);
  expect(marked(lines, '✗ NOT SO:')).toEqual([]);
  expect(marked(lines, '✓')).toEqual(CLAIMS);
  expect([code, lines.includes('■ All of it was so.')]).toEqual([0, true]);
  expect(readdirSync(folder).filter((name) => name.startsWith('fluxa-'))).toEqual([]);
});

test('where a claim is not so the demo says which one, and fails', async () => {
  const forgetful = import.meta.resolve('./forgetful.ts');
  const { code, lines } = await run(process.execPath, ['--import', forgetful, MAIN]);
  const broken = [
    'blocked by the wallet (mandate_revoked)',
    'audit: N entries are an unbroken chain, N approvals re-verify offline',
  ];
  expect(marked(lines, '✗ NOT SO:')).toEqual(broken);
  expect(marked(lines, '✓')).toEqual(CLAIMS.filter((claim) => !broken.includes(claim)));
  expect(code).toBe(1);
});

test('a reckoning that does not add up fails the story: money that went astray, a reply that was not lost', async () => {
  const sandbox = await openSandbox();
  try {
    const lines: string[] = [];
    const stage = openStage((line) => void lines.push(line));
    const { agent, operatorClient, chain, market } = sandbox;
    await chain.mint(market.payees.attacker, 1n);
    const services = { ...market.services, misbehave: () => {} };
    const world = { ...sandbox, server: sandbox.server, market: { ...market, services } };
    await playStory({ stage, world, agent, operator: operatorClient });
    expect(stage.failures()).toEqual([
      'the first call ends without an answer: the payment is unknown, its budget stays reserved',
      'chain: the gift shop and the look-alike got 0.00 and 0.000001',
    ]);
  } finally {
    await sandbox.close();
  }
});

test('a leaked number that is taken, and money that went astray, fail the story of the cards', async () => {
  const sandbox = await openSandbox();
  try {
    const stage = openStage(() => {});
    const { agent, operatorClient: operator, bank } = sandbox;
    const { network } = bank.issuer;
    const isThief = (ref: string | undefined) => ref?.startsWith('thief') ?? false;
    const careless: typeof network = {
      ...network,
      authorize: async (request) => {
        if (!isThief(request.ref)) return network.authorize(request);
        return { outcome: 'approved', auth: 'stolen', approvedCents: request.amountCents, isPartial: false };
      },
    };
    const issuer = { ...bank.issuer, network: careless };
    const world = { ...sandbox, server: sandbox.server, bank: { ...bank, issuer } };
    await sandbox.chain.mint(bank.treasury.address, 10_000n);
    await playCards({ stage, world, agent, operator });
    expect(stage.failures()).toEqual([
      '5.00 at another shop, before anything settled: declined (card_used)',
      'the leaked number is declined from now on (card_closed)',
      'chain: 175.01 in the wallet, 25.00 with the treasury',
    ]);
  } finally {
    await sandbox.close();
  }
});
