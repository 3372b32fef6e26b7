import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { createAdaptorServer } from '@hono/node-server';
import type { Asset } from '../core/asset.ts';
import type { Clock, PaymentSigner, Store } from '../core/ports.ts';
import type { Wallet } from '../core/wallet.ts';
import { createHttp } from '../http/server.ts';
import { createCardDesk } from '../operations/card-desk.ts';
import { createCardRound } from '../operations/card-round.ts';
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
import { openCards } from './cards.ts';
import { openCheckpointKey } from './checkpoint-key.ts';
import { expiring, reconciling, sealing, startChores, workingOnCards } from './chores.ts';
import { steadyClock } from './clock.ts';
import { type Config, chainEntry, originTable, policyOf, readConfig } from './config.ts';
import { type DataDirectory, dataDirectory, readText, writePrivately } from './directory.ts';
import { type Follower, followChains } from './follow.ts';
import type { IssuerSecrets } from './issuer-secrets.ts';
import { redacting } from './redaction.ts';

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
  /** What the issuer of cards and its treasury must be shown; the environment says it where this is left out. */
  readonly cardSecrets?: IssuerSecrets;
  /** The time, where it is not the machine's. Waiting goes by it too. */
  readonly clock?: Clock;
  /** Whether nothing runs by itself: whoever started it calls `sync` and `work`. */
  readonly isManual?: boolean;
};

/** A running server. */
export type Server = {
  readonly url: string;
  readonly context: Context;
  /** Resolves when the chains were read once more. */
  readonly sync: () => Promise<void>;
  /** Does all that is to be done for cards by now, until nothing changes. What fails is logged, and left for later. */
  readonly work: () => Promise<void>;
  readonly close: () => Promise<void>;
};

const CLOCK: Clock = {
  nowMs: steadyClock(Date.now, () => performance.now()),
  wait: async (ms) => void (await delay(ms)),
};

/** Starts the wallet of a data directory: opens store, key, chains, rails and cards, and serves the operations. */
export async function startServer(options: ServerOptions): Promise<Server> {
  const { isSandbox = false, followEveryMs = 1000, clock = CLOCK, isManual = false } = options;
  const log = redacting(options.log ?? (() => {}));
  const directory = dataDirectory(options.directory);
  const config = readConfig(directory);
  const policy = policyOf(config);
  const key = await openKeyFile(directory.paymentKey, options.passphrase);
  const checkpointKey = openCheckpointKey(directory, options.passphrase);
  const registry = createRegistry(config.chains.map(chainEntry));
  const store = await openSqliteStore({ path: directory.database, clock, policy });
  const closers = [store.close];
  const close = async () => {
    for (const step of closers.splice(0).reverse()) await step();
  };
  try {
    const wallet = await openWallet(store, config, key.address);
    const everyMs = isManual ? null : followEveryMs;
    const follower = await follow({ store, config, wallet, log, everyMs, clock });
    closers.push(follower.stop);
    const keys = openKeys(registry, key.privateKey);
    closers.push(async () => keys.close());
    const rail = openRail({ config, registry, signer: keys.signer });
    closers.push(rail.close);
    const desk = createCardDesk({ store, clock, policy: policy.card, walletId: wallet.id, log });
    const { assets } = registry;
    const around = {
      config,
      secrets: options.cardSecrets,
      desk,
      signer: keys.signer,
      assets,
      clock,
      isSandbox,
      log,
    };
    const context: Context = {
      store,
      clock,
      random: (length) => new Uint8Array(randomBytes(length)),
      hash: nodeHash,
      policy,
      rails: new Map([['x402', rail.rail]]),
      assets,
      chain: follower.facts,
      checkpoints: createCheckpointer({ store, hash: nodeHash, clock, signer: checkpointKey }),
      operatorTokenHash: nodeHash.sha256(tokenOf(directory)),
      walletId: wallet.id,
      isSandbox,
      running: new Set(),
      cards: await openCards(around),
    };
    const round = createCardRound({ context, desk, log });
    const chores = [
      sealing(context.checkpoints, [wallet.id, 'system']),
      expiring({ store, clock, walletId: wallet.id }),
      ...(context.cards === null ? [] : [workingOnCards(round), reconciling(round)]),
    ];
    if (!isManual) closers.push(startChores(chores, log));
    const listener = await listen(context, config, { port: options.port ?? config.port, log });
    closers.push(listener.close);
    writePrivately(directory.server, `${JSON.stringify({ url: listener.url })}\n`);
    return { url: listener.url, context, sync: follower.sync, work: round.settle, close };
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
  readonly everyMs: number | null;
  readonly clock: Clock;
}): Promise<Follower> {
  const { config, store, clock } = of;
  const payers = config.cards === undefined ? [] : [config.cards.treasury.address];
  const chains = await Promise.all(
    config.chains.map((chain) => openChain({ rpcUrl: chain.rpcUrl, entry: chainEntry(chain), payers })),
  );
  const watchers = chains.map((chain) => createWatcher({ store, chain, clock }));
  const { wallet, log, everyMs } = of;
  const follower = followChains({ watchers, wallet, clock, everyMs, log });
  await follower.sync();
  return follower;
}

/** The key that pays, for admitted assets alone. */
function openKeys(registry: Registry, privateKey: Uint8Array) {
  const keys = openSigner({ privateKey, domains: new Map(registry.assets.map(domainOf)) });
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
  return { signer, close: keys.close };
}

function openRail(of: {
  readonly config: Config;
  readonly registry: Registry;
  readonly signer: PaymentSigner;
}) {
  const rules = { admitted: originTable(of.config) };
  const fetcher = openFetcher({ rules });
  const rail = createX402Rail({ fetcher, rules, assets: of.registry, signer: of.signer });
  return { rail, close: fetcher.close };
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
