import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { createAdaptorServer } from '@hono/node-server';
import type { Asset } from '../core/asset.ts';
import type { Clock, PaymentSigner, Store } from '../core/ports.ts';
import type { Wallet } from '../core/wallet.ts';
import { createHttp } from '../http/server.ts';
import { createCheckpointer } from '../operations/checkpoint.ts';
import type { Context } from '../operations/context.ts';
import { operations } from '../operations/table.ts';
import { openChain } from '../rails/evm/chain.ts';
import { openKeyFile } from '../rails/evm/keystore.ts';
import { createRegistry, type Registry } from '../rails/evm/registry.ts';
import { openSigner } from '../rails/evm/signer.ts';
import { createWatcher } from '../rails/evm/watcher.ts';
import { openFetcher } from '../rails/x402/fetcher.ts';
import { createX402Rail } from '../rails/x402/rail.ts';
import { nodeHash } from '../store/hash.ts';
import { openSqliteStore } from '../store/sqlite/store.ts';
import { openCheckpointKey } from './checkpoint-key.ts';
import { expiring, sealing, startChores } from './chores.ts';
import { steadyClock } from './clock.ts';
import { type Config, chainEntry, originTable, policyOf, readConfig } from './config.ts';
import { type DataDirectory, dataDirectory, readText, writePrivately } from './directory.ts';
import { type Follower, followChains } from './follow.ts';

/** What is not in the configuration of the data directory. */
export type ServerOptions = {
  readonly directory: string;
  /** Decrypts the payment key. */
  readonly passphrase: string;
  readonly port?: number;
  readonly log?: (line: string) => void;
  /** Set by the sandbox alone. */
  readonly isSandbox?: boolean;
  readonly followEveryMs?: number;
};

/** A running server. */
export type Server = {
  readonly url: string;
  readonly context: Context;
  /** Resolves when the chains were read once more. */
  readonly sync: () => Promise<void>;
  readonly close: () => Promise<void>;
};

const CLOCK: Clock = {
  nowMs: steadyClock(Date.now, () => performance.now()),
  wait: async (ms) => void (await delay(ms)),
};

/** Starts the wallet of a data directory: opens store, key, chains and rails, and serves the operations. */
export async function startServer(options: ServerOptions): Promise<Server> {
  const { log = () => {}, isSandbox = false, followEveryMs = 1000 } = options;
  const directory = dataDirectory(options.directory);
  const config = readConfig(directory);
  const key = await openKeyFile(directory.paymentKey, options.passphrase);
  const checkpointKey = openCheckpointKey(directory, options.passphrase);
  const registry = createRegistry(config.chains.map(chainEntry));
  const store = await openSqliteStore({ path: directory.database, clock: CLOCK, policy: policyOf(config) });
  const closers = [store.close];
  const close = async () => {
    for (const step of closers.splice(0).reverse()) await step();
  };
  try {
    const wallet = await openWallet(store, config, key.address);
    const follower = await follow({ store, config, wallet, log, everyMs: followEveryMs });
    closers.push(follower.stop);
    const rail = openRail({ config, registry, privateKey: key.privateKey });
    closers.push(rail.close);
    const checkpoints = createCheckpointer({ store, hash: nodeHash, clock: CLOCK, signer: checkpointKey });
    const chores = [
      sealing(checkpoints, [wallet.id, 'system']),
      expiring({ store, clock: CLOCK, walletId: wallet.id }),
    ];
    closers.push(startChores(chores, log));
    const context: Context = {
      store,
      clock: CLOCK,
      random: (length) => new Uint8Array(randomBytes(length)),
      hash: nodeHash,
      policy: policyOf(config),
      rails: new Map([['x402', rail.rail]]),
      assets: registry.assets,
      chain: follower.facts,
      checkpoints,
      operatorTokenHash: nodeHash.sha256(tokenOf(directory)),
      walletId: wallet.id,
      isSandbox,
      running: new Set(),
    };
    const listener = await listen(context, config, { port: options.port ?? config.port, log });
    closers.push(listener.close);
    writePrivately(directory.server, `${JSON.stringify({ url: listener.url })}\n`);
    return { url: listener.url, context, sync: follower.sync, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function openWallet(
  store: Store,
  config: Config,
  paymentAddress: Wallet['paymentAddress'],
): Promise<Wallet> {
  const { walletName: name, operatorAddress } = config;
  const id = config.walletId as Wallet['id'];
  const outcome = await store.commit({ type: 'wallet.create', id, name, operatorAddress, paymentAddress });
  if (outcome.outcome === 'refused') throw new Error(`${outcome.detail}; the books are of other keys`);
  return outcome.wallet;
}

async function follow(of: {
  readonly store: Store;
  readonly config: Config;
  readonly wallet: Wallet;
  readonly log: (line: string) => void;
  readonly everyMs: number;
}): Promise<Follower> {
  const chains = await Promise.all(
    of.config.chains.map((chain) => openChain({ rpcUrl: chain.rpcUrl, entry: chainEntry(chain) })),
  );
  const watchers = chains.map((chain) => createWatcher({ store: of.store, chain, clock: CLOCK }));
  const { wallet, log, everyMs } = of;
  const follower = followChains({ watchers, wallet, clock: CLOCK, everyMs, log });
  await follower.sync();
  return follower;
}

function openRail(of: {
  readonly config: Config;
  readonly registry: Registry;
  readonly privateKey: Uint8Array;
}) {
  const rules = { admitted: originTable(of.config) };
  const fetcher = openFetcher({ rules });
  const keys = openSigner({ privateKey: of.privateKey, domains: new Map(of.registry.assets.map(domainOf)) });
  const signer: PaymentSigner = {
    address: keys.address,
    sign: ({ assetId, from, to, nonce, valueUnits, validAfterSeconds, validBeforeSeconds }) =>
      keys.signTransfer(assetId, {
        from,
        to,
        nonce,
        value: valueUnits,
        validAfter: BigInt(validAfterSeconds),
        validBefore: BigInt(validBeforeSeconds),
      }),
  };
  const close = async () => {
    await fetcher.close();
    keys.close();
  };
  return { rail: createX402Rail({ fetcher, rules, assets: of.registry, signer }), close };
}

function domainOf({ id, network, address, domainName, domainVersion }: Asset) {
  const chainId = Number.parseInt(network.slice('eip155:'.length), 10);
  return [id, { name: domainName, version: domainVersion, chainId, verifyingContract: address }] as const;
}

function tokenOf(directory: DataDirectory): string {
  const token = readText(directory.operatorToken);
  if (token === null)
    throw new Error(`There is no ${directory.operatorToken}; run "fluxa-wallet init" first`);
  return token;
}

/** A peer that sends its request slower than this is cut off. */
const TIMEOUTS = { headersTimeout: 10_000, requestTimeout: 30_000 };

async function listen(context: Context, config: Config, at: { port: number; log: (line: string) => void }) {
  const url = { current: '' };
  const names = [config.host, 'localhost', '127.0.0.1', '[::1]', ...config.allowedHosts];
  const app = createHttp({
    context,
    operations,
    publicUrl: () => url.current,
    allowedHosts: names,
    log: at.log,
  });
  const server = createAdaptorServer({ fetch: app.fetch, serverOptions: TIMEOUTS });
  server.listen(at.port, config.host);
  await once(server, 'listening');
  url.current = `http://${config.host}:${(server.address() as AddressInfo).port}`;
  const close = async () => {
    server.close();
    await once(server, 'close');
  };
  return { url: url.current, close };
}
