import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createWallet } from '@fluxa/sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Address } from '../../src/core/asset.ts';
import { type Chain, startChain } from '../../src/sandbox/chain.ts';
import { openSandboxIssuer, type SandboxIssuer } from '../../src/sandbox/issuer/issuer.ts';
import { createOperator, makeOperatorKey, operatorAddress } from '../../src/sandbox/operator.ts';
import { openSandboxTreasury, type SandboxTreasury } from '../../src/sandbox/treasury.ts';
import { openCards } from '../../src/serve/cards.ts';
import { readConfig, writeConfig } from '../../src/serve/config.ts';
import { type DataDirectory, dataDirectory, readText } from '../../src/serve/directory.ts';
import { initDirectory } from '../../src/serve/init.ts';
import { type Server, type ServerOptions, startServer } from '../../src/serve/server.ts';

const PASSPHRASE = 'a passphrase for tests';
const MERCHANT = { name: 'SHOP EXAMPLE', mcc: '5734', country: 'US' };
const OPERATOR_KEY = makeOperatorKey();

let chain: Chain;
let issuer: SandboxIssuer;
let treasury: SandboxTreasury;
let directory: DataDirectory;
let server: Server | null = null;
const log: string[] = [];

beforeAll(async () => {
  chain = await startChain({ mining: 'auto' });
  treasury = await openSandboxTreasury({ chain });
  issuer = await openSandboxIssuer({
    dialect: 'sandbox',
    clock: { nowMs: Date.now },
    retryMs: 0,
    inboxUrl: () => `${server?.url}/v1/issuers/sandbox`,
  });
  directory = dataDirectory(mkdtempSync(join(tmpdir(), 'fluxa-cards-')));
  const { paymentAddress } = await initDirectory({
    directory: directory.path,
    passphrase: PASSPHRASE,
    walletName: 'Wallet',
    operatorAddress: operatorAddress(OPERATOR_KEY),
    port: 0,
    chains: [{ network: `eip155:${chain.chainId}`, rpcUrl: chain.rpcUrl, token: chain.usdc }],
    cards: {
      issuer: 'sandbox',
      url: issuer.apiUrl,
      treasury: { url: treasury.url, address: treasury.address },
    },
  });
  await chain.mint(paymentAddress as Address, 100_000_000n);
  await chain.mine(3);
});
afterAll(async () => {
  await server?.close();
  await issuer.close();
  await treasury.close();
  await chain.stop();
  rmSync(directory.path, { recursive: true, force: true });
});

async function start(change: Partial<ServerOptions> = {}): Promise<Server> {
  const cardSecrets = { ...issuer.secrets, treasuryToken: treasury.token };
  server = await startServer({
    directory: directory.path,
    passphrase: PASSPHRASE,
    port: 0,
    isSandbox: true,
    isManual: true,
    cardSecrets,
    log: (line) => void log.push(line),
    ...change,
  });
  return server;
}

async function stop(): Promise<void> {
  await server?.close();
  server = null;
}

/** Makes what was mined final, reads it, and does what follows of it. */
async function prove(running: Server): Promise<void> {
  await chain.mine(2);
  await running.sync();
  await running.work();
}

test('a card that is paid for on chain outlives the server, and what is not used comes back on chain', async () => {
  let running = await start();
  const operatorToken = readText(directory.operatorToken) ?? '';
  const operator = createWallet({ url: running.url, token: operatorToken });
  const { token } = await operator.agent.register({ name: 'agent' });
  const agent = createWallet({ url: running.url, token });
  const asked = { amount: '50.00', intent: 'A book', duration: '1d', hosts: ['shop.example'] };
  const { mandate } = await agent.payment.request(asked);
  await createOperator({ url: running.url, token: operatorToken, privateKey: OPERATOR_KEY }).decide(
    'mandate.approve',
    mandate.id,
  );
  // The money is taken, and the answer is lost: only the next start learns that the card can be made.
  treasury.loseNext('take', 1000);
  const created = await createWallet({ url: running.url, token, attempts: 1 })
    .card.create({ amount: '20.00', mandate: mandate.id })
    .catch((error) => error);
  expect(created.name).toBe('PendingError');
  await stop();
  treasury.loseNext('take', 0);

  running = await start();
  const later = createWallet({ url: running.url, token });
  await running.work();
  const [card] = (await later.card.list({})).cards;
  const id = card?.id ?? '';
  expect(card).toMatchObject({ state: 'active', locked: '20.00' });
  const reference = { reference: id };
  const charge = { card: reference, ref: 'a1', amountCents: 1_500n, merchant: MERCHANT };
  expect(await issuer.network.authorize(charge)).toMatchObject({
    outcome: 'approved',
    approvedCents: 1_500n,
  });
  await issuer.network.clear({ card: reference, auth: 'a1', amountCents: 1_500n });
  await prove(running);
  await prove(running);
  expect(await later.card.get({ card: id })).toMatchObject({
    state: 'closed',
    reason: 'settled',
    returned: '5.00',
  });
  expect(await later.wallet.balance()).toMatchObject({
    available: '85.00',
    assets: [{ held: '0.00 USDC', onCards: '0.00 USDC', returning: '0.00 USDC' }],
  });
  expect(await later.mandate.get({ mandate: mandate.id })).toMatchObject({
    spent: '15.00',
    remaining: '35.00',
  });
  await stop();
});

test.each<[string, Partial<ServerOptions>, object, string]>([
  ['without its secrets', { cardSecrets: undefined } as never, {}, 'FLUXA_ISSUER_KEY'],
  ['with cards of the sandbox outside of one', { isSandbox: false }, {}, 'makes cards in a sandbox only'],
  [
    'with a live issuer in a sandbox',
    {},
    { issuer: 'lithic', url: 'https://api.lithic.com' },
    'must be on this machine',
  ],
  [
    'with a live issuer in a sandbox that is not named',
    {},
    { issuer: 'stripe', url: undefined },
    'must be on this machine',
  ],
  [
    'with a treasury elsewhere that is not reached by https',
    {},
    { treasury: { url: 'http://treasury.example', address: `0x${'1'.repeat(40)}` } },
    'must be reached by https',
  ],
  ['with an asset that is not there', {}, { asset: 'eip155:1/erc20:0x00' }, 'cards.asset'],
])('a server %s does not start, and says why', async (_, options, cards, words) => {
  const config = readConfig(directory);
  writeConfig(directory, { ...config, cards: { ...config.cards, ...cards } as never });
  await expect(start(options)).rejects.toThrow(words);
  writeConfig(directory, config);
});

test('a wallet of real dollars does not pay for cards of a test', async () => {
  const config = readConfig(directory);
  const cards = { ...config.cards, issuer: 'lithic', url: undefined, environment: 'sandbox' } as const;
  const around = {
    config: { ...config, chains: [{ network: 'eip155:8453', rpcUrl: 'http://127.0.0.1:1' }], cards },
    secrets: { apiKey: 'k', webhookSecret: 'w', treasuryToken: 't' },
    isSandbox: false,
  };
  await expect(openCards(around as never)).rejects.toThrow('would pay real dollars');
});
