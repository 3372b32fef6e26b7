import Stripe from 'stripe';
import type { CardDesk } from '../../../core/card/ports.ts';
import { openReader, type Reader } from '../reader.ts';

/** How Stripe Issuing is reached, and who its cards are made out to. */
export type StripeOptions = {
  /** `sk_…` or `rk_…`; its mode must be the one that is configured. */
  readonly apiKey: string;
  /** Where the API is, where it is not Stripe's own: `http://127.0.0.1:8470`. */
  readonly baseUrl?: string;
  /** Signs `issuing_authorization.request`, which is answered at once. */
  readonly decisionSecret: string;
  /** Signs all other events. */
  readonly webhookSecret: string;
  /** The id of a cardholder, or a person who is made one at the first card. */
  readonly cardholder: string | Holder;
  readonly desk: CardDesk;
  /** Whether the money is worth nothing; without it the key's own mode. */
  readonly isSandbox?: boolean;
  /** The version to ask in and to answer in; without it the client's own. */
  readonly apiVersion?: string;
  /** For the age of signatures and of orders; without it the machine's clock tells the first, and nobody the second. */
  readonly clock?: { readonly nowMs: () => number };
  /** Hears of what cannot be read; without it such an event is refused, and comes again. */
  readonly log?: (line: string) => void;
};

/** A person to make cards out to. */
export type Holder = {
  readonly name: string;
  readonly email?: string;
  readonly billing: {
    readonly line1: string;
    readonly city: string;
    readonly postalCode: string;
    /** ISO 3166 alpha-2 */
    readonly country: string;
    readonly state?: string;
  };
};

/** The account at Stripe, with its client. */
export type StripeAccount = Pick<StripeOptions, 'decisionSecret' | 'webhookSecret' | 'desk' | 'clock'> & {
  readonly stripe: Stripe;
  readonly isSandbox: boolean;
  readonly apiVersion: string;
  readonly read: Reader;
};

/** Opens the account. Throws where keys are missing, or belong to another mode than the one that is configured. */
export function openAccount(options: StripeOptions): StripeAccount {
  for (const name of ['apiKey', 'decisionSecret', 'webhookSecret'] as const) {
    if (options[name].trim() === '') throw new TypeError(`Set the "${name}" of the issuer stripe`);
  }
  const mode = modeOf(options);
  const isSandbox = options.isSandbox ?? mode === 'test';
  if (isSandbox && mode === 'live')
    throw new TypeError('A live key of stripe is set where the sandbox is configured');
  if (!isSandbox && mode === 'test')
    throw new TypeError('A test key of stripe is set where live is configured');
  const apiVersion = options.apiVersion ?? Stripe.API_VERSION;
  const stripe = new Stripe(options.apiKey, {
    // The types know the newest version alone; an older one only says less.
    apiVersion: apiVersion as typeof Stripe.API_VERSION,
    telemetry: false,
    timeout: 20_000,
    maxNetworkRetries: 2,
    ...(options.baseUrl === undefined ? {} : placeOf(options.baseUrl, isSandbox)),
  });
  const { decisionSecret, webhookSecret, desk, clock } = options;
  const read = openReader('Stripe', options.log);
  return {
    stripe,
    isSandbox,
    apiVersion,
    decisionSecret,
    webhookSecret,
    desk,
    read,
    ...(clock && { clock }),
  };
}

/** What the key is good for. Those of the sandbox's own issuer are good on this machine. */
function modeOf({ apiKey, baseUrl }: StripeOptions): 'test' | 'live' {
  const mode = /^(?:sk|rk)_(test|live)_/.exec(apiKey)?.[1];
  if (mode === 'test' || mode === 'live') return mode;
  const isSandboxKey = apiKey.startsWith('fxi_sandbox_') && baseUrl !== undefined;
  if (isSandboxKey && isLocal(new URL(baseUrl).hostname)) return 'test';
  throw new TypeError('The "apiKey" of the issuer stripe must start with sk_ or rk_');
}

function isLocal(hostname: string): boolean {
  return ['127.0.0.1', '[::1]', 'localhost'].includes(hostname);
}

/** The client takes host, port and protocol, and no path. */
function placeOf(baseUrl: string, isSandbox: boolean) {
  const { protocol, hostname, port, pathname } = new URL(baseUrl);
  if (pathname !== '/')
    throw new TypeError(`The "baseUrl" of the issuer stripe must have no path: "${baseUrl}"`);
  const isHere = isLocal(hostname);
  if (isHere && !isSandbox) throw new TypeError('A live key of stripe is set with the address of a sandbox');
  if (protocol === 'http:' && isHere) return { protocol: 'http', host: hostname, port: port || 80 } as const;
  if (protocol === 'https:') return { protocol: 'https', host: hostname, port: port || 443 } as const;
  throw new TypeError(`The "baseUrl" of the issuer stripe must be https, or on this machine: "${baseUrl}"`);
}
