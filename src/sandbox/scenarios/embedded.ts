import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createWallet, type Wallet } from '../../../sdk/src/index.ts';
import type { Address } from '../../core/asset.ts';
import type { IssuerId } from '../../core/card/card.ts';
import { makeId } from '../../core/id.ts';
import type { Store } from '../../core/ports.ts';
import { createKeyFile } from '../../rails/evm/keystore.ts';
import { type ConfigFile, writeConfig } from '../../serve/config.ts';
import { dataDirectory, writePrivately } from '../../serve/directory.ts';
import type { IssuerSecrets } from '../../serve/issuer-secrets.ts';
import { type Server, startServer } from '../../serve/server.ts';
import { openSandboxIssuer, type SandboxIssuer } from '../issuer/issuer.ts';
import { createOperator, makeOperatorKey, type Operator, operatorAddress } from '../operator.ts';
import { openSandboxTreasury, type SandboxTreasury } from '../treasury.ts';
import type { Ground } from './ground.ts';
import { operatorPolicy } from './policy.ts';
import type { PolicyOverrides } from './scenario.ts';

/** A wallet of its own for one scenario, with everybody around it: agent, operator, issuer and treasury. */
export type Embedded = Files & {
  readonly issuerId: IssuerId;
  readonly issuer: SandboxIssuer;
  readonly treasury: SandboxTreasury;
  /** What issuer and treasury must be shown. */
  readonly secrets: IssuerSecrets;
  readonly agentToken: string;
  /** The server that runs now. Throws where there is none. */
  readonly server: () => Server;
  readonly store: () => Store;
  readonly agent: () => Wallet;
  readonly operatorClient: () => Wallet;
  readonly operator: () => Operator;
  /** Ends the server; the rest goes on. */
  readonly stop: () => Promise<void>;
  /** Ends the server, if it runs, and starts it again on the same directory. */
  readonly restart: () => Promise<void>;
  /** Has the operator's part of this hold for cards that are made from here on. */
  readonly usePolicy: (wanted: PolicyOverrides) => Promise<void>;
  /** Everything the server said in its log. */
  readonly log: readonly string[];
  readonly close: () => Promise<void>;
};

/** How a wallet is embedded. */
export type EmbeddedOptions = {
  readonly ground: Ground;
  readonly issuer: IssuerId;
  /** What the wallet holds before anything happens. */
  readonly openingUnits: bigint;
  /** Puts something between the wallet and issuer or treasury: the URL to go to instead of theirs. */
  readonly wire?: (to: 'issuer' | 'treasury', url: string) => Promise<string>;
  /** Where the issuer reaches the wallet, where that is not the server itself. */
  readonly inboxUrl?: () => string;
};

/** A data directory and what opens it. */
type Files = {
  readonly directory: string;
  readonly passphrase: string;
  readonly operatorToken: string;
  readonly operatorKey: Uint8Array;
  readonly paymentAddress: Address;
};

type Closers = (() => unknown)[];

/** Opens a wallet in a directory of its own, with fresh keys, on the shared chain. Everything in it runs as outside. */
export async function openEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  const closers: Closers = [];
  const close = async () => {
    for (const step of closers.splice(0).reverse()) await step();
  };
  try {
    return { ...(await open(options, closers)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function open(options: EmbeddedOptions, closers: Closers): Promise<Omit<Embedded, 'close'>> {
  const { ground, issuer: issuerId, openingUnits, wire = async (_, url) => url } = options;
  const { chain, clock } = ground;
  const files = await makeFiles(closers);
  if (openingUnits > 0n) await chain.mint(files.paymentAddress, openingUnits);
  await ground.finalize();

  const running: { server: Server | null } = { server: null };
  const server = () => {
    if (running.server === null) throw new Error('The server does not run');
    return running.server;
  };
  const { inboxUrl = () => `${server().url}/v1/issuers/${issuerId}` } = options;
  const issuer = await openSandboxIssuer({ dialect: issuerId, clock, retryMs: 0, inboxUrl });
  closers.push(issuer.close);
  const treasury = await openSandboxTreasury({ chain });
  closers.push(treasury.close);
  const configure = configurer(files, {
    chains: [{ network: `eip155:${chain.chainId}`, rpcUrl: chain.rpcUrl, token: chain.usdc }],
    cards: {
      issuer: issuerId,
      url: await wire('issuer', issuer.apiUrl),
      environment: 'sandbox',
      treasury: { url: await wire('treasury', treasury.url), address: treasury.address },
      cardholder: { name: 'Ada Scenario', id: 'ich_scenario' },
    },
  });
  configure({});

  const secrets = { ...issuer.secrets, treasuryToken: treasury.token };
  const log: string[] = [];
  const start = async () => {
    running.server = await startServer({
      directory: files.directory,
      passphrase: files.passphrase,
      port: 0,
      isSandbox: true,
      isManual: true,
      clock,
      cardSecrets: secrets,
      log: (line) => void log.push(line),
    });
  };
  const stop = async () => {
    await running.server?.close();
    running.server = null;
  };
  const restart = async () => {
    await stop();
    await start();
  };
  await start();
  closers.push(stop);
  const clientWith = (token: string) => createWallet({ url: server().url, token, attempts: 1 });
  const { token: agentToken } = await clientWith(files.operatorToken).agent.register({ name: 'scenario' });
  return {
    ...files,
    issuerId,
    issuer,
    treasury,
    secrets,
    agentToken,
    server,
    store: () => server().context.store,
    agent: () => clientWith(agentToken),
    operatorClient: () => clientWith(files.operatorToken),
    operator: () =>
      createOperator({ url: server().url, token: files.operatorToken, privateKey: files.operatorKey }),
    stop,
    restart,
    usePolicy: async (wanted) => {
      if (configure(operatorPolicy(wanted))) await restart();
    },
    log,
  };
}

/** Nobody has to guess the passphrase of a key that lives for a second: its file costs next to nothing. */
const COST = { n: 2, r: 8, p: 1 };

async function makeFiles(closers: Closers): Promise<Files> {
  const directory = mkdtempSync(join(tmpdir(), 'fluxa-card-'));
  closers.push(() => rmSync(directory, { recursive: true, force: true }));
  const files = dataDirectory(directory);
  const passphrase = randomBytes(18).toString('base64url');
  const label = 'Scenario';
  const { address } = await createKeyFile(files.paymentKey, { passphrase, label, cost: COST });
  const operatorToken = `fxo_${randomBytes(32).toString('base64url')}`;
  writePrivately(files.operatorToken, `${operatorToken}\n`);
  return { directory, passphrase, operatorToken, operatorKey: makeOperatorKey(), paymentAddress: address };
}

type Cards = NonNullable<ConfigFile['cards']>;

/** Writes the configuration with a policy for cards, and says whether that is another than before. */
function configurer(
  { directory, operatorKey }: Files,
  of: Pick<ConfigFile, 'chains'> & { readonly cards: Cards },
): (policy: NonNullable<Cards['policy']>) => boolean {
  const walletId = makeId('wal', Date.now(), randomBytes(10));
  const base = { walletId, walletName: 'Scenario', operatorAddress: operatorAddress(operatorKey), port: 0 };
  let known = '';
  return (policy) => {
    const text = JSON.stringify(policy);
    if (text === known) return false;
    known = text;
    writeConfig(dataDirectory(directory), { ...base, ...of, cards: { ...of.cards, policy } });
    return true;
  };
}
