import { listen } from '../listener.ts';
import type { Dialect, DialectOptions } from './dialect.ts';
import { freshKeys, openIssuerKeys } from './keys.ts';
import { createNativeDialect } from './native.ts';
import { type Network, type NetworkClock, openNetwork } from './network.ts';
import type { VaultKeys } from './vault.ts';

/** How an issuer of the sandbox is opened. */
export type SandboxIssuerOptions = {
  /** Its database; in memory where none is named. */
  readonly path?: string;
  /** Where its keys and secrets are kept; made at the first start. Needed beside `path` unless both are handed in. */
  readonly keyFile?: string;
  readonly keys?: VaultKeys;
  readonly secrets?: IssuerSecrets;
  /** Whose API and words it speaks. */
  readonly dialect: 'sandbox' | 'lithic' | 'stripe';
  readonly clock: NetworkClock;
  /** The base of the wallet's inbox, such as `http://127.0.0.1:4020/v1/issuers/sandbox`. */
  readonly inboxUrl: () => string;
  readonly seed?: string;
  readonly feeCents?: bigint;
  readonly retryMs?: number;
  /** The port of its API; a free one where none is named. */
  readonly port?: number;
};

/** What wallet and issuer agreed on. */
export type IssuerSecrets = { readonly apiKey: string; readonly webhookSecret: string };

/** An issuer that runs: its network, its API over HTTP, and what the wallet must know to reach it. */
export type SandboxIssuer = {
  readonly network: Network;
  readonly apiUrl: string;
  readonly secrets: IssuerSecrets;
  readonly close: () => Promise<void>;
};

/** Opens an issuer and serves its API on this machine. One that was open before goes on with its cards. */
export async function openSandboxIssuer(options: SandboxIssuerOptions): Promise<SandboxIssuer> {
  const { path = ':memory:', clock, inboxUrl, port } = options;
  const kept = options.keyFile === undefined ? freshKeys() : openIssuerKeys(options.keyFile);
  const secrets = options.secrets ?? kept.secrets;
  if (path !== ':memory:' && options.keyFile === undefined && options.keys === undefined) {
    throw new TypeError('A database of cards needs keys that outlast this process');
  }
  const create = await dialectNamed(options.dialect);
  const network = openNetwork({
    path,
    keys: options.keys ?? kept.keys,
    clock,
    ...(options.seed === undefined ? {} : { seed: options.seed }),
    ...(options.feeCents === undefined ? {} : { feeCents: options.feeCents }),
    ...(options.retryMs === undefined ? {} : { retryMs: options.retryMs }),
  });
  const dialect = create({ registry: network.registry, inboxUrl, clock, ...secrets });
  const listener = await listen(dialect.api, port);
  network.connect(dialect);
  let closing: Promise<void> | null = null;
  const close = () => {
    closing ??= listener.close().then(network.close);
    return closing;
  };
  return { network, apiUrl: listener.url, secrets, close };
}

/** The vendors' libraries are loaded where they are spoken alone. */
async function dialectNamed(
  name: SandboxIssuerOptions['dialect'],
): Promise<(options: DialectOptions) => Dialect> {
  switch (name) {
    case 'sandbox':
      return createNativeDialect;
    case 'lithic':
      return (await import('./lithic.ts')).createLithicDialect;
    case 'stripe':
      return (await import('./stripe.ts')).createStripeDialect;
  }
}
