import { Lithic, NotFoundError, PermissionDeniedError } from 'lithic';
import type { CardDesk, CardNotice, Issuer } from '../../core/card/ports.ts';
import { createCards } from './lithic/card.ts';
import { readDispute } from './lithic/dispute.ts';
import { createInbox } from './lithic/inbox.ts';
import { readTransaction } from './lithic/transaction.ts';
import { openReader, type Reader } from './reader.ts';

/** How Lithic is reached, and how it reaches us. */
export type LithicOptions = {
  readonly apiKey: string;
  readonly environment: 'production' | 'sandbox';
  /** Instead of the environment's own address; on this machine it is taken for a sandbox's. */
  readonly baseUrl?: string;
  /** Signs events: the secret of the event subscription, `whsec_…`. */
  readonly webhookSecret: string;
  /** Signs questions: the secret of Auth Stream Access, `whsec_…`. */
  readonly decisionSecret: string;
  readonly desk: CardDesk;
  /** Whether the wallet runs in a sandbox. */
  readonly isSandbox?: boolean;
  /** Whose cards they are, where the program has account holders. */
  readonly accountToken?: string;
  /** Where the program has more than one range of numbers. */
  readonly cardProgramToken?: string;
  /** Hears of what cannot be read; without it such an event is refused, and comes again. */
  readonly log?: (line: string) => void;
};

const TIMEOUT_MS = 20_000;
const PAGE_SIZE = 100;
const PRODUCTION_HOST = 'api.lithic.com';
const SANDBOX_HOST = 'sandbox.lithic.com';

/**
 * Cards of Lithic: virtual cards whose spend limit, over their whole life, is the lock, while every authorization is decided
 * by us through Auth Stream Access. (A card of type `SINGLE_USE` would be closed by a merchant's check for nothing.)
 *
 * `reveal` needs a program that is certified for card numbers (PCI DSS): others are sent a card without number and code, and
 * get null; their cards can only be shown in Lithic's own frame. It is null for a closed card too.
 *
 * Throws where options are missing or do not fit together.
 */
export function createLithicIssuer(options: LithicOptions): Issuer {
  checkOptions(options);
  const { apiKey, environment, baseUrl, desk, webhookSecret, decisionSecret } = options;
  const isLocal = baseUrl !== undefined && isLoopback(baseUrl);
  const client = new Lithic({
    apiKey,
    webhookSecret: null,
    timeout: TIMEOUT_MS,
    logLevel: 'off',
    fetchOptions: { redirect: 'error' },
    ...(baseUrl === undefined ? { environment, baseURL: null } : { baseURL: baseUrl }),
  });
  const read = openReader('Lithic', options.log);
  return {
    id: 'lithic',
    isSandbox: environment === 'sandbox',
    feeCents: async () => 0n,
    ...createCards(client, {
      accountToken: options.accountToken,
      cardProgramToken: options.cardProgramToken,
      sandboxNumbers: isLocal ? 'only' : environment === 'production' ? 'never' : 'any',
    }),
    history: (token) => readHistory(client, { token, read }),
    inbox: createInbox({ client, desk, webhookSecret, decisionSecret, read }),
  };
}

/** Everything that is known of a card: its transactions, and its disputes where the program has managed disputes. */
async function readHistory(
  client: Lithic,
  { token, read }: { readonly token: string; readonly read: Reader },
): Promise<readonly CardNotice[]> {
  const page = { card_token: token, page_size: PAGE_SIZE };
  const transactions: Lithic.Transaction[] = [];
  for await (const transaction of client.transactions.list(page)) transactions.push(transaction);
  // The newest are listed first.
  const notices = transactions
    .toReversed()
    .flatMap((each) => read(`the transaction ${each.token}`, () => readTransaction(each, read)));
  try {
    for await (const dispute of client.disputesV2.list(page)) {
      notices.push(...read(`the dispute ${dispute.token}`, () => readDispute(dispute)));
    }
  } catch (error) {
    const hasNone = error instanceof PermissionDeniedError || error instanceof NotFoundError;
    if (!hasNone) throw error;
  }
  return notices.toSorted((a, b) => (a.message.sentAtMs ?? 0) - (b.message.sentAtMs ?? 0));
}

function checkOptions(options: LithicOptions): void {
  const { environment, baseUrl, isSandbox } = options;
  for (const name of ['apiKey', 'webhookSecret', 'decisionSecret'] as const) {
    if (!options[name]) throw new TypeError(`Lithic: ${name} is missing`);
  }
  for (const name of ['webhookSecret', 'decisionSecret'] as const) {
    if (!isSecret(options[name])) throw new TypeError(`Lithic: ${name} must be a secret such as "whsec_…"`);
  }
  if (environment !== 'production' && environment !== 'sandbox') {
    throw new TypeError('Lithic: environment must be "production" or "sandbox"');
  }
  if (isSandbox === true && environment === 'production') {
    throw new TypeError('Lithic: a wallet in a sandbox must use the environment "sandbox"');
  }
  if (baseUrl === undefined) return;
  if (isLoopback(baseUrl) && environment === 'production') {
    throw new TypeError('Lithic: an issuer on this machine is a sandbox; set the environment to "sandbox"');
  }
  const { hostname, protocol } = new URL(baseUrl);
  if (hostname === PRODUCTION_HOST && environment === 'sandbox') {
    throw new TypeError(`Lithic: ${PRODUCTION_HOST} makes cards worth money; the environment is "sandbox"`);
  }
  if (hostname === SANDBOX_HOST && environment === 'production') {
    throw new TypeError(`Lithic: ${SANDBOX_HOST} makes cards worth nothing; the environment is "production"`);
  }
  if (protocol !== 'https:' && !isLoopback(baseUrl)) {
    throw new TypeError('Lithic: the address must be https, or on this machine');
  }
}

/** Base 64, with or without the mark in front. */
function isSecret(text: string): boolean {
  return /^(whsec_)?([A-Za-z0-9+/]{4}){4,}([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text);
}

function isLoopback(url: string): boolean {
  const { hostname } = new URL(url);
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}
