import { once } from 'node:events';
import type { Browser, Page } from 'playwright-core';
import type { Checkout } from '../../../core/card/ports.ts';
import { type Refusal, refuse } from '../../../core/refusal.ts';
import { type BrowserAddress, locateBrowser } from './endpoint.ts';
import { openTransport } from './transport.ts';

export type SessionOptions = {
  /** Debugging endpoints besides those of this machine. */
  readonly admitted: readonly string[];
  /** Browser → what is done in it; where this is handed in, one thing is done after the other. */
  readonly turns?: Map<string, Promise<unknown>>;
};

const CONNECT_MS = 10_000;
const STEP_MS = 5_000;
/** All that is done to a page at one time. */
const WHOLE_MS = 45_000;

/**
 * Does something to the page of a checkout, over a connection of its own, and leaves the browser as it is. Whatever
 * goes wrong is answered in our own words: those of the driver may quote what was typed.
 */
export async function withPage<T>(
  checkout: Checkout,
  options: SessionOptions,
  use: (page: Page) => Promise<T | Refusal>,
): Promise<T | Refusal> {
  if (/(^|[\s,])(pw|\*)/.test(process.env.DEBUG ?? '')) {
    return refuse('checkout_unreachable', 'Start the wallet without DEBUG: what is typed would be logged');
  }
  const address = await locateBrowser(checkout.endpoint, { ...options, timeoutMs: CONNECT_MS });
  if ('outcome' in address) return address;
  const { turns } = options;
  const visit = () => visitPage(address, checkout.page, use);
  if (turns === undefined) return visit();
  const turn = (turns.get(address.socketUrl) ?? Promise.resolve()).then(visit, visit);
  turns.set(address.socketUrl, turn);
  try {
    return await turn;
  } finally {
    if (turns.get(address.socketUrl) === turn) turns.delete(address.socketUrl);
  }
}

async function visitPage<T>(
  address: BrowserAddress,
  wanted: string | null,
  use: (page: Page) => Promise<T | Refusal>,
): Promise<T | Refusal> {
  const browser = await connect(address.socketUrl);
  if (browser === null) return unreachable('The browser cannot be driven');
  try {
    const page = await pickPage(browser, { wanted, pageIds: address.pageIds });
    if (page === null) return unreachable('The browser has no such page open');
    page.setDefaultTimeout(STEP_MS);
    return await Promise.race([use(page), tooLate()]);
  } catch {
    return unreachable('The page could not be read');
  } finally {
    await browser.close().catch(() => {});
  }
}

async function tooLate(): Promise<Refusal> {
  await once(AbortSignal.timeout(WHOLE_MS), 'abort');
  return unreachable('The page did not answer in time');
}

async function connect(socketUrl: string): Promise<Browser | null> {
  try {
    const { chromium } = await import('playwright-core');
    const transport = await openTransport(socketUrl, CONNECT_MS);
    return await chromium.connectOverCDP(transport, { noDefaults: true, timeout: CONNECT_MS });
  } catch {
    return null;
  }
}

/** The page whose URL begins as wanted, or the one in front. Of several, the one used last. */
async function pickPage(
  browser: Browser,
  by: { readonly wanted: string | null; readonly pageIds: readonly string[] },
): Promise<Page | null> {
  const { wanted, pageIds } = by;
  const pages = browser
    .contexts()
    .flatMap((context) => context.pages())
    .filter((page) => wanted === null || page.url().startsWith(wanted));
  if (pages.length <= 1) return pages[0] ?? null;
  const ranked = await Promise.all(
    pages.map(async (page) => ({ page, rank: pageIds.indexOf(await targetIdOf(page)) })),
  );
  const listed = ranked.filter(({ rank }) => rank >= 0).sort((a, b) => a.rank - b.rank);
  return listed[0]?.page ?? null;
}

async function targetIdOf(page: Page): Promise<string> {
  const session = await page.context().newCDPSession(page);
  const { targetInfo } = await session.send('Target.getTargetInfo');
  await session.detach();
  return targetInfo.targetId;
}

function unreachable(detail: string): Refusal {
  return refuse('checkout_unreachable', detail);
}
