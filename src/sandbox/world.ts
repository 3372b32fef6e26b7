import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Address } from '../core/asset.ts';
import { createKeyFile, openKeyFile } from '../rails/evm/keystore.ts';
import { readConfig, writeConfig } from '../serve/config.ts';
import { type DataDirectory, dataDirectory, readText, writePrivately } from '../serve/directory.ts';
import { initDirectory } from '../serve/init.ts';
import { type Server, startServer } from '../serve/server.ts';
import { type Chain, startChain } from './chain.ts';
import { type Bank, openBank } from './issuer/bank.ts';
import { type Market, openMarket } from './market.ts';
import { createOperator, type Operator } from './operator.ts';
import { openProcessor } from './shop/processor.ts';
import { openShop, type Shop } from './shop/shop.ts';

/** How a sandbox is started. */
export type WorldOptions = {
  readonly directory: string;
  /** Where the wallet listens; a free port when it is 0. */
  readonly port: number;
  /** Throws away what an earlier sandbox left in the directory. */
  readonly isFresh?: boolean;
  readonly log?: (line: string) => void;
};

/** A wallet with everything around it: chain, money, facilitator, paid services, card issuer and shop, operator, agent. */
export type World = {
  readonly directory: string;
  readonly chain: Chain;
  readonly market: Market;
  readonly bank: Bank;
  readonly shop: Shop;
  readonly server: Server;
  readonly operator: Operator;
  readonly agentToken: string;
  readonly paymentAddress: Address;
  readonly close: () => Promise<void>;
};

/** The agent that every sandbox has. */
export const AGENT_NAME = 'research-bot';
/** What a fresh sandbox's wallet starts with: 200 USDC. */
export const OPENING_UNITS = 200_000_000n;

/** Starts a sandbox. One that was started before goes on with its chain, keys and books. */
export async function startWorld(options: WorldOptions): Promise<World> {
  if (options.isFresh) rmSync(options.directory, { recursive: true, force: true });
  const directory = dataDirectory(options.directory);
  const closers: (() => Promise<void>)[] = [];
  const close = async () => {
    for (const step of closers.splice(0).reverse()) await step();
  };
  try {
    const stateDir = join(directory.path, 'chain');
    mkdirSync(stateDir, { recursive: true });
    const chain = await startChain({ stateDir, mining: 'interval', blockTimeSeconds: 1 });
    closers.push(chain.stop);
    const market = await openMarket(chain);
    closers.push(market.close);
    const wallet = { url: '' };
    const bank = await openBank({
      chain,
      directory: join(directory.path, 'bank'),
      walletUrl: () => wallet.url,
    });
    closers.push(bank.close);
    const shop = await openShop({
      processor: openProcessor(bank.issuer.network),
      clock: { nowMs: Date.now },
    });
    closers.push(shop.close);
    const { passphrase, operatorKey } = await openKeys(directory, { chain, market, bank, shop });
    const server = await startServer({
      directory: directory.path,
      passphrase,
      port: options.port,
      isSandbox: true,
      followEveryMs: 250,
      cardSecrets: bank.secrets,
      log: options.log ?? (() => {}),
    });
    closers.push(server.close);
    wallet.url = server.url;
    const token = readText(directory.operatorToken) ?? '';
    const operator = createOperator({ url: server.url, token, privateKey: operatorKey });
    const agentToken = await openAgent(directory, server.url, token);
    const books = await server.context.store.read.get('wallet', server.context.walletId);
    if (books === null) throw new Error('The server opened no wallet');
    const { paymentAddress } = books;
    const around = { chain, market, bank, shop, server, operator };
    return { directory: directory.path, ...around, agentToken, paymentAddress, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The keys of the sandbox, made at its first start together with its configuration and its money. */
async function openKeys(directory: DataDirectory, around: Pick<World, 'chain' | 'market' | 'bank' | 'shop'>) {
  const marker = join(directory.path, 'sandbox.json');
  const operatorPath = join(directory.path, 'operator-key.json');
  const { chain, market, bank, shop } = around;
  const admittedOrigins = { ...market.origins, [shop.origin]: `127.0.0.1:${shop.port}` };
  const cards = { ...bank.config, frames: [shop.cardsOrigin] };
  const network = `eip155:${chain.chainId}`;
  const chains = [{ network, rpcUrl: chain.rpcUrl, token: chain.usdc }];
  const known = readText(marker);
  if (known !== null) {
    const { passphrase } = JSON.parse(known) as { passphrase: string };
    const config = readConfig(directory);
    writeConfig(directory, { ...config, chains, admittedOrigins, cards: { ...config.cards, ...cards } });
    return { passphrase, operatorKey: (await openKeyFile(operatorPath, passphrase)).privateKey };
  }
  const passphrase = randomBytes(18).toString('base64url');
  const { address } = await createKeyFile(operatorPath, { passphrase, label: 'Sandbox operator' });
  const { paymentAddress } = await initDirectory({
    directory: directory.path,
    passphrase,
    walletName: 'Sandbox',
    operatorAddress: address,
    port: 0,
    chains,
    admittedOrigins,
    cards,
  });
  await chain.mint(paymentAddress as Address, OPENING_UNITS);
  await chain.mine(3);
  writePrivately(marker, `${JSON.stringify({ chainId: chain.chainId, passphrase })}\n`);
  return { passphrase, operatorKey: (await openKeyFile(operatorPath, passphrase)).privateKey };
}

/** The token of the sandbox's agent, registered at the first start. */
async function openAgent(directory: DataDirectory, url: string, operatorToken: string): Promise<string> {
  const path = join(directory.path, 'agents', `${AGENT_NAME}.token`);
  const known = readText(path);
  if (known !== null) return known;
  const response = await fetch(`${url}/v1/agents`, {
    method: 'POST',
    headers: { authorization: `Bearer ${operatorToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name: AGENT_NAME }),
  });
  const { token } = (await response.json()) as { token?: string };
  if (token === undefined) throw new Error(`The agent could not be registered (${response.status})`);
  mkdirSync(join(directory.path, 'agents'), { recursive: true, mode: 0o700 });
  writePrivately(path, `${token}\n`);
  return token;
}
