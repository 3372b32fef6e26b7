import { z } from 'zod';
import { DEFAULT_POLICY, type Policy } from '../core/policy.ts';
import { BASE, BASE_SEPOLIA, type ChainEntry, localNetwork } from '../rails/evm/registry.ts';
import { address, cardConfig, cardPolicyOf } from './card-config.ts';
import { type DataDirectory, readText, writePrivately } from './directory.ts';

const policy = z.strictObject({
  signWindowMs: z.int().min(5).max(5000).optional(),
  authorizationSecondsMax: z.int().min(10).max(900).optional(),
  clockSkewSecondsMax: z.int().min(5).max(120).optional(),
  resourcePaymentsPerMinute: z.int().min(1).max(1_000_000).optional(),
  priceFactorMax: z.int().min(1).max(1_000_000).optional(),
});

const schema = z.strictObject({
  walletId: z.string().regex(/^wal_[0-9a-z]{26}$/),
  walletName: z.string().min(1).max(100),
  /** The address of the approval key, which stays with the operator. */
  operatorAddress: address,
  host: z.string().default('127.0.0.1'),
  port: z.int().min(0).max(65_535).default(4020),
  /** Other names the server is reached by, as in a Host header. */
  allowedHosts: z.array(z.string()).default([]),
  chains: z.array(z.strictObject({ network: z.string(), rpcUrl: z.url(), token: address.optional() })).min(1),
  /** Private origins the wallet may go to: origin → "address:port". */
  admittedOrigins: z.record(z.string(), z.string().regex(/^[^\s]+:\d{1,5}$/)).default({}),
  policy: policy.default({}),
  /** Left out where the wallet makes no cards. */
  cards: cardConfig.optional(),
});

/** How a server is set up: the content of `config.json`. */
export type Config = z.output<typeof schema>;

/** The same as it is written: what may be left out is left out. */
export type ConfigFile = z.input<typeof schema>;

/** Writes the configuration of a directory. */
export function writeConfig(directory: DataDirectory, config: ConfigFile): void {
  writePrivately(directory.config, `${JSON.stringify(config, null, 2)}\n`);
}

/** Reads the configuration of a directory. Throws an error that names the file and each field that is wrong. */
export function readConfig(directory: DataDirectory): Config {
  const text = readText(directory.config);
  if (text === null) throw new Error(`There is no ${directory.config}; run "fluxa-wallet init" first`);
  const parsed = schema.safeParse(JSON.parse(text));
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'it'}: ${issue.message}`);
  throw new Error(`${directory.config} is not right. ${issues.join('; ')}`);
}

/** The numbers decisions are made with. */
export function policyOf(config: Config): Policy {
  const given = Object.entries(config.policy).filter(([, value]) => value !== undefined);
  const card = cardPolicyOf(DEFAULT_POLICY.card, config.cards);
  return { ...DEFAULT_POLICY, ...Object.fromEntries(given), card };
}

/** The entry of a configured chain. A chain the registry does not know must be a test chain that names its token. */
export function chainEntry(chain: Config['chains'][number]): ChainEntry {
  const known = [BASE, BASE_SEPOLIA].find((entry) => entry.network === chain.network);
  if (known !== undefined && chain.token === undefined) return known;
  if (known !== undefined) throw new Error(`The token of ${chain.network} is in the registry; leave it out`);
  const chainId = /^eip155:([1-9]\d{0,15})$/.exec(chain.network)?.[1];
  if (chainId === undefined || chain.token === undefined) {
    throw new Error(`${chain.network} is not in the registry (${BASE.network}, ${BASE_SEPOLIA.network})`);
  }
  return localNetwork({ chainId: Number.parseInt(chainId, 10), token: chain.token });
}

/** The admitted origins as the fetcher takes them. */
export function originTable(config: Pick<Config, 'admittedOrigins'>) {
  return new Map(
    Object.entries(config.admittedOrigins).map(([origin, to]) => {
      const cut = to.lastIndexOf(':');
      return [origin, { address: to.slice(0, cut), port: Number.parseInt(to.slice(cut + 1), 10) }] as const;
    }),
  );
}
