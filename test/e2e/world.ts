import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createWallet, type Wallet } from '../../sdk/src/index.ts';
import type { Asset } from '../../src/core/asset.ts';
import { type Listener, listen } from '../../src/sandbox/listener.ts';
import { openSeller, type Seller } from '../../src/sandbox/services/seller.ts';
import { startWorld, type World } from '../../src/sandbox/world.ts';
import { type ConfigFile, readConfig, writeConfig } from '../../src/serve/config.ts';
import { dataDirectory, readText } from '../../src/serve/directory.ts';
import { type Server, startServer } from '../../src/serve/server.ts';
import { type App, createRecorder, type Recorder } from './recorder.ts';

/** A sandbox with payees of the test's own, and clients that speak to its wallet. */
export type Sandbox = Omit<World, 'server'> & {
  /** The server that runs now, in this process. Throws where there is none. */
  readonly server: Server;
  /** Where the wallet is reached, whichever process serves it. */
  readonly url: string;
  readonly agent: Wallet;
  readonly operatorClient: Wallet;
  readonly operatorToken: string;
  readonly asset: Asset;
  /** What each payee of the test's own was asked, by origin. */
  readonly payees: ReadonlyMap<string, Recorder>;
  /** Where an origin is reached: "address:port". */
  readonly addressOf: (origin: string) => string;
  /** Everything the server said in its log. */
  readonly log: readonly string[];
  readonly passphrase: string;
  /** Ends the server. The rest goes on. */
  readonly stopServer: () => Promise<void>;
  /** Starts it again at the same URL. */
  readonly startServer: () => Promise<void>;
};

/** What a payee is built on. */
export type Grounds = { readonly world: World; readonly asset: Asset; readonly seller: Seller };

type Apps = Readonly<Record<string, App>>;

/** How a sandbox differs from the plain one. */
export type Opening = {
  /** Payees by origin. */
  readonly payees?: (grounds: Grounds) => Apps | Promise<Apps>;
  /** Changes the configuration before the server starts with it. */
  readonly configure?: (config: ConfigFile, world: World) => ConfigFile | Promise<ConfigFile>;
};

/**
 * Starts a sandbox in a folder of its own. A block is made for each transaction and whenever the test asks for one,
 * and never by itself.
 */
export async function openSandbox({ payees, configure }: Opening = {}): Promise<Sandbox> {
  const directory = mkdtempSync(join(tmpdir(), 'fluxa-e2e-'));
  const log: string[] = [];
  const closers: (() => unknown)[] = [() => rmSync(directory, { recursive: true, force: true })];
  const close = async () => {
    for (const step of closers.splice(0).reverse()) await step();
  };
  try {
    const world = await startWorld({ directory, port: 0, log: (line) => void log.push(line) });
    closers.push(world.close);
    await mineByTransaction(world.chain.rpcUrl);
    const [asset] = world.server.context.assets;
    if (asset === undefined) throw new Error('The wallet admits no asset');
    const seller = await openSeller({ facilitatorUrl: world.market.facilitatorUrl, asset });
    const opened = await openPayees((await payees?.({ world, asset, seller })) ?? {});
    closers.push(opened.close);
    const origins = { ...world.market.origins, ...opened.origins };

    const files = dataDirectory(directory);
    const { passphrase } = JSON.parse(readFileSync(join(directory, 'sandbox.json'), 'utf8'));
    const { url } = world.server;
    let server: Server | null = world.server;
    const stop = async () => {
      await server?.close();
      server = null;
    };
    const start = async () => {
      const port = Number(new URL(url).port);
      const options = { directory, passphrase, port, isSandbox: true, followEveryMs: 100 };
      server = await startServer({ ...options, log: (line) => void log.push(line) });
    };
    closers.push(stop);
    // Started again it makes no cards: their issuer is of the sandbox, and these servers are any wallet's.
    const { cards: _cards, ...base } = readConfig(files);
    const config = { ...base, admittedOrigins: origins };
    writeConfig(files, (await configure?.(config, world)) ?? config);
    if (payees !== undefined || configure !== undefined) {
      await stop();
      await start();
    }
    const operatorToken = readText(files.operatorToken) ?? '';
    const { server: _, ...rest } = world;
    return {
      ...rest,
      get server() {
        if (server === null) throw new Error('The server does not run');
        return server;
      },
      url,
      agent: createWallet({ url, token: world.agentToken, attempts: 1 }),
      operatorClient: createWallet({ url, token: operatorToken, attempts: 1 }),
      operatorToken,
      asset,
      payees: opened.recorders,
      addressOf: (origin) => origins[origin] ?? '',
      log,
      passphrase,
      stopServer: stop,
      startServer: start,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function openPayees(apps: Apps) {
  const listeners: Listener[] = [];
  const recorders = new Map<string, Recorder>();
  const origins: Record<string, string> = {};
  for (const [origin, app] of Object.entries(apps)) {
    const recorder = createRecorder(app);
    const listener = await listen(recorder);
    listeners.push(listener);
    recorders.set(origin, recorder);
    origins[origin] = `127.0.0.1:${listener.port}`;
  }
  const close = async () => {
    for (const listener of listeners) await listener.close();
  };
  return { recorders, origins, close };
}

/** Calls a method of the chain's node. */
export async function rpc(rpcUrl: string, method: string, params: readonly unknown[] = []): Promise<unknown> {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(rpcUrl, { method: 'POST', headers, body });
  const { result, error } = (await response.json()) as { result?: unknown; error?: { message: string } };
  if (error !== undefined) throw new Error(`${method}: ${error.message}`);
  return result;
}

async function mineByTransaction(rpcUrl: string): Promise<void> {
  await rpc(rpcUrl, 'evm_setIntervalMining', [0]);
  await rpc(rpcUrl, 'evm_setAutomine', [true]);
}
