import { createWallet } from '@fluxa/sdk';
import { expect } from 'vitest';
import { dataDirectory, readText } from '../../src/serve/directory.ts';
import { findInFiles, findInTexts, findNumbers, holdsText, type Trace } from './checkout-traces.ts';
import type { CheckoutWorld } from './checkout-world.ts';

/**
 * Looks for the numbers and codes of all cards: in what the agent heard and read, in the log, the trail and the shop's
 * books, in every file of the sandbox and of the browser. The browser is ended by it.
 */
export async function expectNoTraces(world: CheckoutWorld): Promise<void> {
  const { cards, traces, world: sandbox } = world;
  expect(cards.length).toBeGreaterThan(0);
  const texts = [...traces, ...(await operatorsTraces(world))];
  const kinds = new Set(texts.map(({ what }) => what.split(' ').slice(0, 2).join(' ')));
  for (const kind of ['an answer', 'the page', 'the trail', 'the shop']) expect(kinds).toContain(kind);
  expect(findInTexts(cards, texts)).toEqual([]);
  expect(findInFiles(cards, sandbox.directory)).toEqual([]);

  const profile = await world.profile();
  await world.quitBrowser();
  // The browser did write down what was typed where nobody asked it not to.
  expect(holdsText(profile, 'bot@example.com')).toBe(true);
  expect(findNumbers(cards, profile)).toEqual([]);
  expectFound(world);
}

async function operatorsTraces({ world }: CheckoutWorld): Promise<readonly Trace[]> {
  const token = readText(dataDirectory(world.directory).operatorToken) ?? '';
  const operator = createWallet({ url: world.server.url, token });
  const trail: Trace[] = [];
  for (let afterSeq = 0; ; ) {
    const { entries } = await operator.audit.entries({ chain: 'wallet', afterSeq, limit: 1000 });
    trail.push(...entries.map((entry) => ({ what: 'the trail', text: JSON.stringify(entry) })));
    const last = entries.at(-1);
    if (last === undefined) break;
    afterSeq = last.seq;
  }
  // Three digits that are cents are no code.
  const cents = (_: string, value: unknown) => (typeof value === 'bigint' ? `${value}c` : value);
  const orders = world.shop.till.orders
    .list()
    .map(({ product: _, ...order }) => JSON.stringify(order, cents));
  return [...trail, ...orders.map((text) => ({ what: 'the shop', text }))];
}

/** The search finds what is there. */
function expectFound({ cards: [card] }: CheckoutWorld): void {
  if (card === undefined) throw new Error('There is no card');
  const { number, code } = card.secrets;
  const grouped = number.replace(/(\d{4})(?=\d)/g, '$1 ');
  const planted = [`[${number}]`, grouped, Buffer.from(`x${number}`).toString('base64')];
  for (const text of planted) {
    expect(findInTexts([card], [{ what: 'planted', text }])).toEqual([`planted: the number of ${card.id}`]);
  }
  for (const text of [`{\\"cvv\\":\\"${code}\\"}`, `- text: "${code}"`, `CVC ${code}`, `a\n${code}\nb`]) {
    expect(findInTexts([card], [{ what: 'planted', text }])).toEqual([`planted: the code of ${card.id}`]);
  }
}
