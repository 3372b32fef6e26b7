import { mkdtempSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CardBalanceOutput, type CardCreateInput, createWallet, type Wallet } from '@fluxa/sdk';
import { type Browser, chromium, type Page } from 'playwright-core';
import { expect } from 'vitest';
import { launchBrowser } from '../../src/sandbox/browser.ts';
import { HOSTS } from '../../src/sandbox/hosts.ts';
import type { FormKind } from '../../src/sandbox/shop/till.ts';
import { startWorld, type World } from '../../src/sandbox/world.ts';
import { dataDirectory, readText } from '../../src/serve/directory.ts';
import { openToolUser, type ToolUser } from './checkout-mcp.ts';
import { lookInto, type Purse, settle } from './checkout-money.ts';
import type { KnownCard, Trace } from './checkout-traces.ts';
import { readPage, walk } from './checkout-walk.ts';

const FUNDS_UNITS = 2_000_000_000n;

/** A sandbox, an agent with a signed mandate for its shop, and a browser that the agent drives. */
export type CheckoutWorld = {
  readonly world: World;
  readonly agent: Wallet;
  readonly operator: Wallet;
  readonly tools: ToolUser;
  readonly endpoint: string;
  readonly mandate: string;
  /** Makes a card, and learns it. */
  readonly card: (amount: string, more?: Partial<CardCreateInput>) => Promise<string>;
  /** What is printed on a card, from its issuer; it is looked for at the end. */
  readonly learn: (id: string) => KnownCard;
  /** A tab of the agent's window. */
  readonly open: (url?: string) => Promise<Page>;
  /** Goes to the page that takes the card. */
  readonly toPayment: (productId: string, form: FormKind) => Promise<Page>;
  /** Reads a page as an agent does; answers its words. */
  readonly read: (page: Page) => Promise<string>;
  readonly fill: (card: string, page: Page) => ReturnType<Wallet['card']['fill']>;
  /** What the books say of a card's money. */
  readonly stand: (card: string) => Promise<Omit<CardBalanceOutput, 'card'>>;
  /** What happened on a card, in order: kind, amount and what was answered. */
  readonly story: (card: string) => Promise<readonly string[]>;
  /** Where the money is once none of it is under way. */
  readonly purse: () => Promise<Purse>;
  readonly settle: () => Promise<void>;
  /** Every card, and everything that was said and shown. */
  readonly cards: readonly KnownCard[];
  readonly traces: readonly Trace[];
  /** Where the browser keeps its files. */
  readonly profile: () => Promise<string>;
  /** Has the browser end as a person ends it; its files stay until all is closed. */
  readonly quitBrowser: () => Promise<void>;
  /** Closes the tabs of a test. */
  readonly clear: () => Promise<void>;
  readonly close: () => Promise<void>;
};

/** Opens it, with hosts of the test's own beside those of the shop: host → "address:port". */
export async function openCheckoutWorld(
  hosts: Readonly<Record<string, string>> = {},
): Promise<CheckoutWorld> {
  const directory = mkdtempSync(join(tmpdir(), 'fluxa-checkout-'));
  const closers: (() => unknown)[] = [() => rmSync(directory, { recursive: true, force: true })];
  const close = async () => {
    for (const step of closers.splice(0).reverse()) await step();
  };
  try {
    const traces: Trace[] = [];
    const hear = (trace: Trace) => void traces.push(trace);
    const world = await startWorld({ directory, port: 0, log: (text) => hear({ what: 'the log', text }) });
    closers.push(world.close);
    const { endpoint, close: closeBrowser } = await launchBrowser({
      resolve: { ...world.shop.resolve, ...hosts },
    });
    closers.push(closeBrowser);
    const browser = await chromium.connectOverCDP(endpoint, { noDefaults: true });
    closers.push(() => browser.close());
    const tools = await openToolUser(world, hear);
    closers.push(tools.close);
    await world.chain.mint(world.paymentAddress, FUNDS_UNITS);
    await settle(world);
    const agent = createWallet({
      url: world.server.url,
      token: world.agentToken,
      attempts: 1,
      fetch: async (...request) => {
        const response = await fetch(...request);
        hear({ what: 'an answer to the agent', text: await response.clone().text() });
        return response;
      },
    });
    const token = readText(dataDirectory(directory).operatorToken) ?? '';
    const operator = createWallet({ url: world.server.url, token, attempts: 1 });
    const mandate = await signedMandate(world, agent);
    const base = { world, agent, operator, mandate, endpoint };
    return {
      ...base,
      ...walletSide(base),
      ...browserSide({ ...base, browser, traces }),
      tools,
      traces,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function signedMandate(world: World, agent: Wallet): Promise<string> {
  const { mandate } = await agent.payment.request({
    amount: '2000.00',
    intent: 'Things for the office',
    duration: '1d',
    hosts: [HOSTS.shop],
    rails: ['card'],
  });
  await world.operator.decide('mandate.approve', mandate.id);
  return mandate.id;
}

type Base = Pick<CheckoutWorld, 'world' | 'agent' | 'operator' | 'mandate' | 'endpoint'>;

function walletSide({ world, agent, mandate }: Base) {
  const cards: KnownCard[] = [];
  const { network } = world.bank.issuer;
  const learn = (id: string): KnownCard => {
    const secrets = network.registry.reveal(network.find({ reference: id })?.token ?? '');
    if (secrets === null) throw new Error(`The issuer does not know the card ${id}, or no longer`);
    const card = { id, secrets };
    cards.push(card);
    return card;
  };
  return {
    cards,
    learn,
    card: async (amount: string, more: Partial<CardCreateInput> = {}) => {
      const { card } = await agent.card.create({ amount, mandate, ...more });
      return learn(card.id).id;
    },
    stand: async (id: string) => {
      const { card: _, ...stand } = await agent.card.balance({ card: id });
      return stand;
    },
    story: async (id: string) => {
      const { transactions } = await agent.card.transactions({ card: id });
      return transactions.map(({ kind, amount, answer, decline }) =>
        [kind, amount, decline?.reason ?? (answer === 'noted' ? undefined : answer)]
          .filter((word) => word !== undefined)
          .join(' '),
      );
    },
    purse: async () => {
      await settle(world);
      return lookInto(world, agent, mandate);
    },
    settle: () => settle(world),
  };
}

function browserSide(of: Base & { readonly browser: Browser; readonly traces: Trace[] }) {
  const { world, agent, endpoint, browser, traces } = of;
  const tabs: Page[] = [];
  const open = async (url?: string): Promise<Page> => {
    const [window] = browser.contexts();
    if (window === undefined) throw new Error('The browser has no window');
    const page = await window.newPage();
    tabs.push(page);
    if (url !== undefined) await page.goto(url);
    return page;
  };
  const read = async (page: Page): Promise<string> => {
    traces.push(...(await readPage(page)));
    return page.locator('body').innerText();
  };
  const profile = async (): Promise<string> => {
    const page = await open('chrome://version');
    return join(await page.locator('#profile_path').innerText(), '..');
  };
  return {
    open,
    read,
    toPayment: async (productId: string, form: FormKind) => {
      const page = await open();
      await walk(page, { origin: world.shop.origin, productId, form }, read);
      return page;
    },
    fill: (card: string, page: Page) => agent.card.fill({ card, endpoint, page: page.url() }),
    profile,
    quitBrowser: async () => {
      // The link's target is the name of the machine and the number of the process.
      const lock = readlinkSync(join(await profile(), 'SingletonLock'));
      const session = await browser.newBrowserCDPSession();
      await session.send('Browser.close');
      await expect.poll(() => isRunning(Number(/\d+$/.exec(lock)?.[0])), { timeout: 20_000 }).toBe(false);
      tabs.splice(0);
    },
    clear: async () => {
      for (const page of tabs.splice(0)) await page.close();
    },
  };
}

function isRunning(id: number): boolean {
  try {
    return process.kill(id, 0);
  } catch {
    return false;
  }
}
