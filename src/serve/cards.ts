import type { Asset, AssetId } from '../core/asset.ts';
import type { CardDesk, Issuer } from '../core/card/ports.ts';
import { BUDGET_DECIMALS } from '../core/money.ts';
import type { Clock, PaymentSigner } from '../core/ports.ts';
import type { Cardholder, CardParts } from '../operations/cards.ts';
import type { createStripeIssuer } from '../rails/card/stripe.ts';
import { BASE } from '../rails/evm/registry.ts';
import type { CardConfig } from './card-config.ts';
import type { Config } from './config.ts';
import { type IssuerSecrets, readIssuerSecrets } from './issuer-secrets.ts';

/** What cards are made of besides the configuration. */
export type CardSurroundings = {
  readonly config: Config;
  /** Read from the environment where they are not handed in. */
  readonly secrets: IssuerSecrets | undefined;
  readonly desk: CardDesk;
  readonly signer: PaymentSigner;
  readonly assets: readonly Asset[];
  readonly clock: Clock;
  readonly isSandbox: boolean;
  readonly log: (line: string) => void;
};

/** Opens issuer, treasury and form filler as they are configured; null where the wallet makes no cards. */
export async function openCards(around: CardSurroundings): Promise<CardParts | null> {
  const { config, assets, signer, clock } = around;
  const { cards } = config;
  if (cards === undefined) return null;
  const needs = { decision: cards.issuer !== 'sandbox' };
  const secrets = around.secrets ?? readIssuerSecrets(process.env, needs);
  const { url, address: treasuryAddress } = cards.treasury;
  // Loaded here alone: a wallet without cards needs neither vendors' clients nor a browser's.
  const { createTreasury } = await import('../rails/card/treasury.ts');
  const { createFiller } = await import('../rails/card/filler.ts');
  return {
    issuer: await openIssuer(cards, secrets, around),
    treasury: createTreasury({ url, token: secrets.treasuryToken }),
    treasuryAddress,
    assetId: assetOf(cards, assets),
    signer,
    cardholder: cardholderOf(config),
    filler: createFiller({
      admitted: cards.browsers,
      admittedFrames: cards.frames.map((url) => new URL(url).origin),
      clock,
    }),
    plainOrigins: new Set(Object.keys(config.admittedOrigins)),
  };
}

async function openIssuer(
  cards: CardConfig,
  secrets: IssuerSecrets,
  { config, desk, clock, isSandbox, log }: CardSurroundings,
): Promise<Issuer> {
  const { issuer, url, environment } = cards;
  checkWorld(cards, isSandbox);
  checkMoney(config);
  const { apiKey, webhookSecret, decisionSecret = webhookSecret } = secrets;
  const base = { apiKey, webhookSecret, desk, log, ...(url !== undefined && { baseUrl: url }) };
  if (issuer === 'lithic') {
    const { createLithicIssuer } = await import('../rails/card/lithic.ts');
    const { account, program } = cards;
    const owner = {
      ...(account && { accountToken: account }),
      ...(program && { cardProgramToken: program }),
    };
    return createLithicIssuer({ ...base, ...owner, environment, decisionSecret, isSandbox });
  }
  if (issuer === 'stripe') {
    const { createStripeIssuer } = await import('../rails/card/stripe.ts');
    const isTest = isSandbox || environment === 'sandbox';
    const cardholder = stripeHolder(config);
    return createStripeIssuer({ ...base, cardholder, decisionSecret, isSandbox: isTest, clock });
  }
  if (url === undefined) throw new Error("cards.url: the sandbox's issuer must be named");
  const { createSandboxIssuer } = await import('../rails/card/sandbox.ts');
  return createSandboxIssuer({ url, apiKey, webhookSecret, desk, clock });
}

/** The cardholder that Stripe knows, or the person to make one of. */
function stripeHolder(config: Config): Parameters<typeof createStripeIssuer>[0]['cardholder'] {
  const id = config.cards?.cardholder?.id;
  if (id !== undefined) return id;
  const { name, email, address } = cardholderOf(config);
  if (address === null) {
    throw new Error(
      'cards.cardholder: Stripe needs the id of a cardholder, or a billing address to make one',
    );
  }
  const { state, ...billing } = address;
  return {
    name,
    ...(email !== null && { email }),
    billing: { ...billing, ...(state !== null && { state }) },
  };
}

/** Sandbox cards stand for no money, and others do: neither is made where the other belongs. */
function checkWorld({ issuer, url }: CardConfig, isSandbox: boolean): void {
  if (issuer === 'sandbox' && !isSandbox) {
    throw new Error('cards.issuer: the issuer "sandbox" makes cards in a sandbox only');
  }
  if (issuer !== 'sandbox' && isSandbox && (url === undefined || !isLoopback(url))) {
    throw new Error(`cards.url: in a sandbox the issuer "${issuer}" must be on this machine`);
  }
}

/** Cards of a test are not paid for with real dollars, and what is secret does not travel in the clear. */
function checkMoney({ cards, chains }: Config): void {
  if (cards === undefined) return;
  const isReal = chains.some(({ network }) => network === BASE.network);
  if (cards.environment === 'sandbox' && isReal) {
    throw new Error(
      'cards.environment: "sandbox" makes test cards, and the wallet of Base would pay real dollars for them',
    );
  }
  if (cards.treasury.url.startsWith('http:') && !isLoopback(cards.treasury.url)) {
    throw new Error('cards.treasury.url: a treasury on another machine must be reached by https');
  }
}

/** Whether a URL names this machine by an address that cannot be another. */
function isLoopback(url: string): boolean {
  const { hostname } = new URL(url);
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

/** What cards are paid with: cents must be whole units of it, and it must be the only such asset or be named. */
function assetOf({ asset }: CardConfig, assets: readonly Asset[]): AssetId {
  const fit = assets.filter(({ decimals, currency }) => decimals === BUDGET_DECIMALS && currency === 'USD');
  const chosen = asset === undefined ? fit : fit.filter(({ id }) => id === asset.toLowerCase());
  const [only] = chosen;
  if (only !== undefined && chosen.length === 1) return only.id;
  const names = fit.map(({ id }) => id).join(', ') || 'none';
  throw new Error(`cards.asset: name one dollar asset of ${BUDGET_DECIMALS} decimals; there are: ${names}`);
}

function cardholderOf({ cards, walletName }: Config): Cardholder {
  const { name = walletName, email = null, address = null } = cards?.cardholder ?? {};
  return {
    name,
    email,
    address: address && { ...address, state: address.state ?? null },
  };
}
