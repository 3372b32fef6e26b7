import type { Page } from 'playwright-core';
import type { FormKind } from '../../src/sandbox/shop/till.ts';
import type { Trace } from './checkout-traces.ts';

/** Goes from the page of a product to the one that takes the card, as an agent does; each page on the way is read. */
export async function walk(
  page: Page,
  to: { readonly origin: string; readonly productId: string; readonly form: FormKind },
  read: (page: Page) => Promise<unknown>,
): Promise<void> {
  await page.goto(`${to.origin}/products/${to.productId}`);
  await page.getByLabel('Card form').selectOption(to.form);
  await page.getByRole('button', { name: 'Add to cart' }).click();
  await page.waitForURL('**/cart');
  await read(page);
  await page.getByRole('button', { name: 'Check out' }).click();
  for (const [label, text] of ADDRESS) await page.getByLabel(label).fill(text);
  await read(page);
  await page.getByRole('button', { name: 'Continue to payment' }).click();
  await page.waitForURL('**/pay');
  await page.waitForLoadState();
  await read(page);
}

const ADDRESS = [
  ['E-mail', 'bot@example.com'],
  ['Full name', 'Research Bot'],
  ['Address', '1 Main Street'],
  ['City', 'Springfield'],
  ['Postal code', '12345'],
] as const;

/** Types a one-time code into the bank's frame, and confirms. */
export async function enterCode(page: Page, code: string): Promise<void> {
  const bank = page.frameLocator('iframe[name="three-ds"]');
  await bank.getByLabel('One-time code').fill(code);
  await bank.getByRole('button', { name: 'Confirm' }).click();
}

/** What a page gives to whoever reads it: its words, its tree for assistive tools, what stands in its fields, its stores. */
export async function readPage(page: Page): Promise<readonly Trace[]> {
  const frames = await Promise.all(
    page.frames().map(async (frame) => {
      const [own, tree] = await Promise.all([
        frame.evaluate(READ) as Promise<readonly string[]>,
        frame.locator('body').ariaSnapshot(),
      ]);
      return [...own, tree];
    }),
  );
  const cookies = JSON.stringify(await page.context().cookies());
  const what = `the page ${page.url()}`;
  return [...frames.flat(), page.url(), await page.title(), cookies].map((text) => ({ what, text }));
}

const FIELDS = "Array.from(document.querySelectorAll('input, select, textarea'), ({ value }) => value)";
const STORES = 'JSON.stringify([{ ...localStorage }, { ...sessionStorage }, history.state])';
const READ = `[document.body.innerText, ...${FIELDS}.map((value) => JSON.stringify(value)), ${STORES}]`;

/** What stands in the fields of a page and its frames, hidden ones too. */
export async function valuesIn(page: Page): Promise<readonly string[]> {
  const values = await Promise.all(page.frames().map((frame) => frame.evaluate(FIELDS)));
  return (values.flat() as readonly string[]).filter((value) => value !== '');
}
