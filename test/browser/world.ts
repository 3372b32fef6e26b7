import { Hono } from 'hono';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import type { Checkout, CheckoutSight, Filler } from '../../src/core/card/ports.ts';
import { createFiller } from '../../src/rails/card/filler.ts';
import { ensureBrowser, launchBrowser } from '../../src/sandbox/browser.ts';
import { listen } from '../../src/sandbox/listener.ts';
import { openShop, type Shop } from '../../src/sandbox/shop/shop.ts';
import type { FormKind } from '../../src/sandbox/shop/till.ts';
import { type RecordingProcessor, recordingProcessor } from './recording-processor.ts';

/** A card of the sandbox: no network routes this number. */
export const CARD = { number: '9999990000000048', expiry: '12/29', code: '123' } as const;
export const HOLDER = 'Research Bot';
const CLOCK = {
  nowMs: Date.now,
  wait: (ms: number) => new Promise<void>((done) => setTimeout(done, ms).unref()),
};

/** A shop, a browser with an agent at its wheel, and a filler that is let in. */
export type BrowserWorld = {
  readonly shop: Shop;
  readonly recording: RecordingProcessor;
  readonly endpoint: string;
  readonly filler: Filler;
  /** A page of its own, in a profile of its own. */
  readonly open: (url: string) => Promise<Page>;
  /** A tab of the window that all tabs share. */
  readonly openTab: (url: string) => Promise<Page>;
  /** Goes from the shelf to the page that takes the card. */
  readonly goToPayment: (productId: string, form: FormKind) => Promise<Page>;
  /** Serves HTML at a host; pages there are reached with `open`. */
  readonly serve: (host: 'merchant.test' | 'elsewhere.test', body: string, path?: string) => string;
  readonly checkoutOf: (page: Page) => Checkout;
  /** Looks at a page, and fails where that is refused. */
  readonly look: (page: Page) => Promise<CheckoutSight>;
  readonly fill: (page: Page, sight: CheckoutSight, presses?: boolean) => ReturnType<Filler['fill']>;
  /** Closes the pages of a test. */
  readonly clear: () => Promise<void>;
  readonly close: () => Promise<void>;
};

/** Opens it. Installs a browser where there is none and that can be done; see `ensureBrowser`. */
export async function openBrowserWorld(): Promise<BrowserWorld> {
  ensureBrowser();
  const recording = recordingProcessor();
  const shop = await openShop({ processor: recording.processor, clock: CLOCK });
  const pages = new Map<string, string>();
  const other = new Hono();
  other.all('*', (c) => {
    const { hostname, pathname } = new URL(c.req.url);
    const body = pages.get(`${hostname}${pathname}`);
    return body === undefined ? c.text('Nothing here', 404) : c.html(body);
  });
  const others = await listen(other);
  const at = `127.0.0.1:${others.port}`;
  const started = await launchBrowser({
    resolve: { ...shop.resolve, 'merchant.test': at, 'elsewhere.test': at },
  });
  const agent: Browser = await chromium.connectOverCDP(started.endpoint, { noDefaults: true });
  const filler = createFiller({ admitted: [], admittedFrames: [shop.cardsOrigin], clock: CLOCK });

  const [shared] = agent.contexts();
  if (shared === undefined) throw new Error('The browser has no window');
  const contexts: BrowserContext[] = [];
  const tabs: Page[] = [];
  const open = async (url: string): Promise<Page> => {
    const context = await agent.newContext();
    contexts.push(context);
    const page = await context.newPage();
    await page.goto(url);
    return page;
  };
  const openTab = async (url: string): Promise<Page> => {
    const page = await shared.newPage();
    tabs.push(page);
    await page.goto(url);
    return page;
  };
  const checkoutOf = (page: Page): Checkout => ({ endpoint: started.endpoint, page: page.url() });
  return {
    shop,
    recording,
    endpoint: started.endpoint,
    filler,
    open,
    openTab,
    goToPayment: async (productId, form) => {
      const page = await open(`${shop.origin}/products/${productId}`);
      await page.getByLabel('Card form').selectOption(form);
      await page.getByRole('button', { name: 'Add to cart' }).click();
      await page.getByRole('button', { name: 'Check out' }).click();
      await page.getByLabel('E-mail').fill('bot@example.com');
      await page.getByLabel('Full name').fill('Research Bot');
      await page.getByLabel('Address').fill('1 Main Street');
      await page.getByLabel('City').fill('Springfield');
      await page.getByLabel('Postal code').fill('12345');
      await page.getByRole('button', { name: 'Continue to payment' }).click();
      await page.waitForURL('**/pay');
      await page.waitForLoadState();
      return page;
    },
    serve: (host, body, path = '/') => {
      pages.set(`${host}${path}`, `<!doctype html><meta charset="utf-8"><body>${body}`);
      return `http://${host}${path}`;
    },
    checkoutOf,
    look: async (page) => {
      const sight = await filler.look(checkoutOf(page));
      if ('outcome' in sight) throw new Error(`Refused: ${sight.code}, ${sight.detail}`);
      return sight;
    },
    fill: (page, sight, presses = true) =>
      filler.fill(checkoutOf(page), { sight, secrets: CARD, holder: HOLDER, presses }),
    clear: async () => {
      await Promise.all([...contexts.splice(0), ...tabs.splice(0)].map((each) => each.close()));
    },
    close: async () => {
      await agent.close();
      await started.close();
      await shop.close();
      await others.close();
    },
  };
}
