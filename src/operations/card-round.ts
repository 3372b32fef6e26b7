import type { Card } from '../core/card/card.ts';
import type { Payback } from '../core/card/payback.ts';
import type { Page } from '../core/ports.ts';
import type { OpenDesk } from './card-desk.ts';
import { bringForward, issue, sendBack, untaken, type Workshop } from './card-work.ts';
import type { Context } from './context.ts';

/** What is done for all cards of a wallet, again and again. What fails is logged, and left for the next time. */
export type CardRound = {
  /** Everything that is to be done by now, until nothing changes. */
  readonly settle: () => Promise<void>;
  /** Reads what the issuer knows of its cards, in case something that it told was lost. */
  readonly reconcile: () => Promise<void>;
};

export type RoundOptions = {
  readonly context: Context;
  readonly desk: OpenDesk;
  readonly log: (line: string) => void;
};

const PAGE = 100;
/** How many cards are worked on at once. */
const ABREAST = 8;
const PASSES_MAX = 20;
/** How long a transfer back may take until the treasury is asked for it again. */
const RESEND_MS = 5 * 60_000;
/** How often a closed card is read, and until when: merchants credit for months, and the network tells it once. */
const CLOSED_EVERY_MS = 6 * 3_600_000;
const CLOSED_MS = 120 * 24 * 3_600_000;

/** Makes the round of a wallet's cards. Without an issuer it does nothing. */
export function createCardRound({ context, desk, log }: RoundOptions): CardRound {
  const { store, clock, walletId, cards } = context;
  if (cards === null) return { settle: async () => {}, reconcile: async () => {} };
  const shop: Workshop = { ...context, cards };
  const problems = new Map<string, string>();
  const askedAtMs = new Map<string, number>();
  const readAtMs = new Map<string, number>();

  /** Runs this for one thing. A problem is logged when it comes up, not each time it is met again. */
  async function attempt(id: string, run: () => Promise<boolean>): Promise<boolean> {
    try {
      const isChanged = await run();
      problems.delete(id);
      return isChanged;
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      if (problems.get(id) !== problem) log(`${id}: ${problem}`);
      problems.set(id, problem);
      return false;
    }
  }

  async function work({ id }: Card): Promise<boolean> {
    const before = await store.read.get('card', id);
    const after = await bringForward(shop, id);
    return before?.events !== after.events || before.work !== after.work;
  }

  /** Cards with a payment that the treasury did not say it took, though the issuer has all it must have. */
  async function recharged(): Promise<readonly Card[]> {
    const payments = await readAll((page) => store.read.openPayments({ walletId }, page));
    const ids = new Set(payments.flatMap(({ cardId }) => cardId ?? []));
    const cards = await Promise.all([...ids].map((id) => store.read.get('card', id)));
    return cards.filter(
      (card) => card !== null && card.work === 'none' && untaken(card).length > 0,
    ) as Card[];
  }

  async function tick({ id: cardId, dueAtMs }: Card): Promise<boolean> {
    const outcome = await store.commit({ type: 'card.tick', walletId, cardId });
    if (outcome.outcome === 'refused') throw new Error(`${outcome.code}: ${outcome.detail}`);
    return outcome.card.dueAtMs !== dueAtMs;
  }

  async function payBack(payback: Payback): Promise<boolean> {
    const { id, state, updatedAtMs } = payback;
    const lastMs = Math.max(askedAtMs.get(id) ?? 0, state === 'sent' ? updatedAtMs : 0);
    if (state === 'sent' && clock.nowMs() - lastMs < RESEND_MS) return false;
    await sendBack(shop, payback);
    askedAtMs.set(id, clock.nowMs());
    return state === 'due';
  }

  async function pass(): Promise<boolean> {
    const { read } = store;
    await attempt('Late approvals', () => desk.settle().then(() => false));
    const due = await readAll((page) => read.cardsDue(walletId, clock.nowMs(), page));
    const ticked = await each(due, (card) => attempt(card.id, () => tick(card)));
    const open = await readAll((page) => read.cardsWithWork(walletId, page));
    const worked = await each([...open, ...(await recharged())], (card) =>
      attempt(card.id, () => work(card)),
    );
    const owed = await readAll((page) => read.openPaybacks(walletId, page));
    const paid = await each(owed, (payback) => attempt(payback.id, () => payBack(payback)));
    return [ticked, worked, paid].includes(true);
  }

  async function compare(card: Card): Promise<void> {
    const { id, token, state } = card;
    if (token === null) return;
    if (state === 'pending') await attempt(id, () => issue(shop, card));
    const { history, id: issuer } = shop.cards.issuer;
    await attempt(`${id}/history`, async () => {
      for (const notice of await history(token)) {
        await attempt(`${id}/${notice.message.id}`, () => desk.record(issuer, notice).then(() => false));
      }
      readAtMs.set(id, clock.nowMs());
      return false;
    });
  }

  return {
    settle: async () => {
      for (let count = 1; (await pass()) && count < PASSES_MAX; count += 1);
    },
    reconcile: async () => {
      const all = await readAll((page) => store.read.cards({ walletId }, page));
      const nowMs = clock.nowMs();
      const isDue = ({ id, state, updatedAtMs }: Card) =>
        state !== 'closed' ||
        (nowMs - updatedAtMs < CLOSED_MS && nowMs - (readAtMs.get(id) ?? 0) >= CLOSED_EVERY_MS);
      await each(all.filter(isDue), compare);
    },
  };
}

/** All records of a listing. */
async function readAll<T extends { readonly id: string }>(
  read: (page: Page) => Promise<readonly T[]>,
): Promise<readonly T[]> {
  const all: T[] = [];
  for (;;) {
    const found = await read({ after: all.at(-1)?.id, limit: PAGE });
    all.push(...found);
    if (found.length < PAGE) return all;
  }
}

/** Runs this for each, some at once; whether any of them changed something. */
async function each<T>(items: readonly T[], run: (item: T) => Promise<unknown>): Promise<boolean> {
  let isChanged = false;
  for (let start = 0; start < items.length; start += ABREAST) {
    const results = await Promise.all(items.slice(start, start + ABREAST).map(run));
    isChanged ||= results.includes(true);
  }
  return isChanged;
}
