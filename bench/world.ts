import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createWallet } from '../sdk/src/index.ts';
import type { Address } from '../src/core/asset.ts';
import { startChain } from '../src/sandbox/chain.ts';
import { HOSTS, sandboxOrigin } from '../src/sandbox/hosts.ts';
import { type Market, openMarket } from '../src/sandbox/market.ts';
import { createOperator, makeOperatorKey, operatorAddress } from '../src/sandbox/operator.ts';
import { dataDirectory, readText } from '../src/serve/directory.ts';
import { initDirectory } from '../src/serve/init.ts';
import { type Serving, serve } from './program.ts';

/** A wallet on disk with money, an agent and a signed mandate, and a served process of it when asked for. */
export type World = {
  readonly directory: string;
  readonly passphrase: string;
  readonly paymentAddress: Address;
  readonly chainId: number;
  readonly token: Address;
  readonly agentToken: string;
  readonly mandateId: string;
  /** The header of the 402 that every payment is for. */
  readonly challenge: string;
  /** What the agent sends for one payment, all but its key. */
  readonly body: string;
  readonly serve: () => Promise<Serving>;
  readonly close: () => Promise<void>;
};

const RESOURCE = `${sandboxOrigin(HOSTS.names)}/register?name=tidepool.dev`;
/** More than any run can spend, in units and in dollars. */
const OPENING_UNITS = 2_000_000_000_000_000n;
const BUDGET = '1000000000';

/** Opens a world of its own: chain, market, a wallet with every limit of its mandate set, one payment made. */
export async function openWorld(): Promise<World> {
  const home = mkdtempSync(join(tmpdir(), 'fluxa-bench-'));
  const closers: (() => unknown)[] = [() => rmSync(home, { recursive: true, force: true })];
  const close = async () => {
    for (const step of closers.splice(0).reverse()) await step();
  };
  try {
    const chain = await startChain({ mining: 'interval', blockTimeSeconds: 1 });
    closers.push(chain.stop);
    const market = await openMarket(chain);
    closers.push(market.close);
    const directory = join(home, 'wallet');
    const passphrase = randomBytes(18).toString('base64url');
    const passphraseFile = join(home, 'passphrase');
    writeFileSync(passphraseFile, `${passphrase}\n`, { mode: 0o600 });
    const operatorKey = makeOperatorKey();
    const { paymentAddress } = await initDirectory({
      directory,
      passphrase,
      walletName: 'Bench',
      operatorAddress: operatorAddress(operatorKey),
      chains: [{ network: `eip155:${chain.chainId}`, rpcUrl: chain.rpcUrl, token: chain.usdc }],
      admittedOrigins: market.origins,
      policy: { resourcePaymentsPerMinute: 1_000_000 },
    });
    await chain.mint(paymentAddress as Address, OPENING_UNITS);
    await chain.mine(3);
    const start = () => serve({ directory, passphraseFile });
    const serving = await start();
    closers.push(serving.stop);
    const challenge = await askFor(market, RESOURCE);
    const prepared = await prepare({ serving, directory, operatorKey, challenge });
    await serving.stop();
    closers.pop();
    return {
      directory,
      passphrase,
      paymentAddress: paymentAddress as Address,
      chainId: chain.chainId,
      token: chain.usdc,
      challenge,
      ...prepared,
      serve: start,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Registers the agent, has its mandate signed, and makes the payment that lets the wallet see the price itself. */
async function prepare(of: {
  readonly serving: Serving;
  readonly directory: string;
  readonly operatorKey: Uint8Array;
  readonly challenge: string;
}) {
  const { url } = of.serving;
  const token = readText(dataDirectory(of.directory).operatorToken) ?? '';
  const { token: agentToken } = await createWallet({ url, token }).agent.register({ name: 'bench' });
  const agent = createWallet({ url, token: agentToken });
  const { mandate } = await agent.payment.request({
    amount: BUDGET,
    intent: 'Measure how fast domain names can be paid for',
    duration: '30d',
    hosts: [HOSTS.names],
    perPayment: '100',
    perDay: BUDGET,
    perPayee: BUDGET,
    perPeriod: { limit: BUDGET, every: 'month' },
    paymentsMax: 1_000_000,
  });
  const operator = createOperator({ url, token, privateKey: of.operatorKey });
  await operator.decide('mandate.approve', mandate.id);
  const input = {
    mandate: mandate.id,
    url: RESOURCE,
    mode: 'sign' as const,
    challenge: { header: of.challenge },
  };
  await agent.payment.execute(input, { idempotencyKey: 'first' });
  return { agentToken, mandateId: mandate.id, body: JSON.stringify(input) };
}

/** What the market answers to an unpaid request: the challenge that an agent would hand in. */
async function askFor(market: Market, resource: string): Promise<string> {
  const { host, pathname, search } = new URL(resource);
  const headers = { host };
  return new Promise((resolve, reject) => {
    const request = get(new URL(`${pathname}${search}`, market.servicesUrl), { headers }, (response) => {
      response.resume();
      const header = response.headers['payment-required'];
      if (response.statusCode === 402 && typeof header === 'string') return resolve(header);
      reject(new Error(`The market answered ${response.statusCode} without a challenge`));
    });
    request.on('error', reject);
  });
}
