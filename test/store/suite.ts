import { afterEach, describe, expect, test } from 'vitest';
import { findFault } from '../../src/core/audit.ts';
import { accountId } from '../../src/core/ledger.ts';
import type { Clock, Store } from '../../src/core/ports.ts';
import { nodeHash } from '../../src/store/hash.ts';
import { plantedCards } from './card-records.ts';
import { BRINGS_CARDS, POISON } from './poison.ts';
import * as World from './world.ts';

/** A database of one adapter, empty at first, whose writer decides by `poisonedDecide`. */
export type Place = {
  readonly open: (options: {
    readonly clock: Pick<Clock, 'nowMs'>;
    readonly queueMax?: number;
  }) => Promise<Store>;
  readonly remove: () => Promise<void>;
};

/** What every adapter of the store port promises. */
export function storeSuite(name: string, makePlace: () => Promise<Place>): void {
  describe(name, () => {
    const undo: (() => Promise<void>)[] = [];
    afterEach(async () => {
      for (const step of undo.splice(0).reverse()) await step();
    });

    async function place(): Promise<Place> {
      const made = await makePlace();
      undo.push(made.remove);
      return made;
    }
    async function open(at: Place, options: Partial<Parameters<Place['open']>[0]> = {}): Promise<Store> {
      const store = await at.open({ clock: World.manualClock(), ...options });
      undo.push(store.close);
      return store;
    }
    const rich = { totalUnits: 5_000_000n, depositUnits: 9_000_000n };
    const all = { limit: 1000 };

    test('a command is answered with what the rules decide, and can be read at once', async () => {
      const store = await open(await place());
      const { walletId } = World.cast(1);
      const command = World.createWallet(1);
      const { type: _, ...given } = command;
      const wallet = { ...given, isFrozen: false, createdAtMs: World.START_MS };
      expect(await store.commit(command)).toEqual({ outcome: 'ok', wallet });
      expect(await store.read.get('wallet', walletId)).toEqual(wallet);
      expect(await store.read.wallets()).toEqual([wallet]);
    });

    test('a refusal is an answer and leaves nothing behind', async () => {
      const store = await open(await place());
      expect(await store.commit(World.registerAgent(1))).toMatchObject({
        outcome: 'refused',
        code: 'wallet_not_found',
      });
      expect(await store.read.get('agent', World.cast(1).agentId)).toBeNull();
      expect(await store.read.entries('system', { afterSeq: 0, limit: 10 })).toEqual([]);
    });

    test('what was answered is there after the store was closed and opened again', async () => {
      const at = await place();
      const before = await open(at);
      await World.play(before, World.enrol(1, rich));
      const paid = await before.commit(World.authorize(1, 1));
      await before.close();

      const after = await open(at);
      if (paid.outcome !== 'ok') throw new Error(paid.detail);
      expect(paid.payment.state).toBe('reserved');
      expect(await after.read.get('payment', paid.payment.id)).toEqual(paid.payment);
      expect(await after.commit(World.authorize(1, 1))).toEqual({ ...paid, isReplay: true });
    });

    test('a command that is sent again changes nothing', async () => {
      const store = await open(await place());
      const commands = World.enrol(1, rich);
      await World.play(store, commands);
      const { walletId } = World.cast(1);
      const entries = await store.read.entries(walletId, { afterSeq: 0, limit: 100 });
      const accounts = await store.read.accounts(walletId);
      await World.play(store, commands.slice(0, 4));
      expect(await store.read.entries(walletId, { afterSeq: 0, limit: 100 })).toEqual(entries);
      expect(await store.read.accounts(walletId)).toEqual(accounts);
    });

    test('the same payment asked for many times at once is made once', async () => {
      const store = await open(await place());
      await World.play(store, World.enrol(1, rich));
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => store.commit(World.authorize(1, 1))),
      );
      const payments = answers.map((answer) => (answer.outcome === 'ok' ? answer.payment : answer));
      expect(new Set(payments.map((payment) => JSON.stringify(payment, decimal))).size).toBe(1);
      expect(answers.filter((answer) => answer.outcome === 'ok' && !answer.isReplay)).toHaveLength(1);
      expect(await store.read.payments({ walletId: World.cast(1).walletId }, all)).toHaveLength(1);
    });

    test('concurrent payments never take more than the mandate or the wallet has', async () => {
      const store = await open(await place());
      await World.play(store, World.enrol(1, { totalUnits: 10_000n, depositUnits: 9_000_000n }));
      await World.play(store, World.enrol(2, { totalUnits: 9_000_000n, depositUnits: 7_500n }));
      const ask = (n: number) =>
        Array.from({ length: 20 }, (_, k) => store.commit(World.authorize(n, k, 1000n)));
      const answers = await Promise.all([...ask(1), ...ask(2)]);
      const reserved = answers.map(
        (answer) => answer.outcome === 'ok' && answer.payment.state === 'reserved',
      );
      expect(reserved.slice(0, 20).filter(Boolean)).toHaveLength(10);
      expect(reserved.slice(20).filter(Boolean)).toHaveLength(7);
      expect(await store.read.get('counter', `${World.cast(1).mandateId}/total`)).toMatchObject({
        reservedUnits: 10_000n,
        settledUnits: 0n,
        count: 10,
      });
      expect(
        await store.read.get('account', accountId(World.cast(2).walletId, World.USDC, 'wallet')),
      ).toMatchObject({
        creditsPostedUnits: 7_500n,
        debitsPendingUnits: 7_000n,
      });
    });

    test.each([
      [POISON.throws, 'RULES_BROKE'],
      [POISON.breaks, 'ERR_SQLITE_ERROR'],
    ])(
      'of 64 commands at once, one that "%s" is rejected and the others are answered',
      async (agentName, code) => {
        const store = await open(await place());
        const numbers = Array.from({ length: 64 }, (_, n) => n);
        await Promise.all(numbers.map((n) => store.commit(World.createWallet(n))));
        const answers = await Promise.allSettled(
          numbers.map((n) => store.commit(World.registerAgent(n, n === 37 ? agentName : undefined))),
        );
        const rejected = answers.flatMap((answer, n) =>
          answer.status === 'rejected' ? [{ n, code: answer.reason.code }] : [],
        );
        expect(rejected).toEqual([{ n: 37, code }]);
        const present = await Promise.all(numbers.map((n) => store.read.get('agent', World.cast(n).agentId)));
        expect(present.flatMap((agent, n) => (agent === null ? [n] : []))).toEqual([37]);
        const entries = await store.read.entries('system', { afterSeq: 0, limit: 1000 });
        expect(entries).toHaveLength(127);
        expect(findFault(entries, nodeHash)).toBeNull();
        expect(await store.commit(World.registerAgent(37))).toMatchObject({ outcome: 'ok' });
      },
    );

    test('every read sees every commit that was answered before it', async () => {
      const store = await open(await place());
      await World.play(store, World.enrol(1, rich));
      const missed: string[] = [];
      const payer = async (from: number) => {
        for (let k = from; k < from + 25; k += 1) {
          const command = World.authorize(1, k);
          await store.commit(command);
          if ((await store.read.get('payment', command.paymentId)) === null) missed.push(command.paymentId);
        }
      };
      await Promise.all([payer(0), payer(100), payer(200), payer(300)]);
      expect(missed).toEqual([]);
    });

    test('a chain is whole, and is read in order from any number on', async () => {
      const store = await open(await place());
      await World.play(store, World.enrol(1, rich));
      await Promise.all(Array.from({ length: 30 }, (_, k) => store.commit(World.authorize(1, k))));
      const { walletId } = World.cast(1);
      const entries = await store.read.entries(walletId, { afterSeq: 0, limit: 1000 });
      expect(entries.map((entry) => entry.seq)).toEqual(Array.from({ length: 34 }, (_, i) => i + 1));
      expect(findFault(entries, nodeHash)).toBeNull();
      expect(await store.read.entries(walletId, { afterSeq: 5, limit: 3 })).toEqual(entries.slice(5, 8));
      expect(await store.read.get('entry', `${walletId}/7`)).toEqual(entries[6]);
      expect(await store.read.get('entry', `${walletId}/07`)).toBeNull();
      expect(await store.read.get('head', walletId)).toMatchObject({ seq: 34, hash: entries[33]?.hash });
    });

    test('payments are listed by wallet, agent and mandate, in pages, and never from another wallet', async () => {
      const store = await open(await place());
      for (const n of [1, 2]) await World.play(store, World.enrol(n, rich));
      for (const k of [3, 1, 2]) await store.commit(World.authorize(1, k));
      await store.commit(World.authorize(2, 1));
      const { walletId, agentId, mandateId } = World.cast(1);
      const ids = [1, 2, 3].map((k) => World.authorize(1, k).paymentId);
      const list = async (
        filter: Parameters<Store['read']['payments']>[0],
        page: { after?: string; limit: number },
      ) => (await store.read.payments(filter, page)).map((payment) => payment.id);
      expect(await list({ walletId }, all)).toEqual(ids);
      expect(await list({ walletId, agentId }, all)).toEqual(ids);
      expect(await list({ walletId, mandateId }, all)).toEqual(ids);
      expect(await list({ walletId, agentId, mandateId }, all)).toEqual(ids);
      expect(await list({ walletId, agentId: World.cast(2).agentId }, all)).toEqual([]);
      expect(await list({ walletId, mandateId: World.cast(2).mandateId }, all)).toEqual([]);
      expect(await list({ walletId }, { limit: 2 })).toEqual(ids.slice(0, 2));
      expect(await list({ walletId }, { limit: 2, after: ids[1] as string })).toEqual(ids.slice(2));
    });

    test('payments without proof are open until the proof is booked', async () => {
      const store = await open(await place());
      await World.play(store, World.enrol(1, rich));
      const { walletId } = World.cast(1);
      for (const k of [1, 2, 3]) await store.commit(World.authorize(1, k));
      await World.play(store, [World.settle(1, [2])]);
      const open_ = await store.read.openPayments({ walletId }, all);
      expect(open_.map((payment) => payment.id)).toEqual([1, 3].map((k) => World.authorize(1, k).paymentId));
      const first = World.authorize(1, 1).paymentId;
      const ends = open_[0]?.authorization?.validBeforeSeconds ?? 0;
      const ended = async (endedBySeconds: number, after?: string) =>
        (await store.read.openPayments({ walletId, only: { endedBySeconds } }, { ...all, after })).length;
      expect([await ended(ends - 1), await ended(ends), await ended(ends, first)]).toEqual([0, 2, 1]);
      const seen = async () =>
        (await store.read.openPayments({ walletId, only: 'confirmed' }, all)).map((payment) => payment.id);
      expect(await seen()).toEqual([]);
      const note = { walletId, paymentId: first, evidence: 'confirmed', detail: 'seen' } as const;
      await World.play(store, [{ type: 'payment.note', ...note }]);
      expect(await seen()).toEqual([first]);
      const settled = await store.read.get('payment', World.authorize(1, 2).paymentId);
      expect(settled).toMatchObject({ state: 'settled', evidence: 'confirmed' });
      expect(await store.read.paymentByNonce(World.authorize(1, 2).nonce)).toEqual(settled);
      expect(await store.read.paymentByNonce(`0x${'1'.repeat(64)}`)).toBeNull();
    });

    /** A store with two wallets that have the planted cards. */
    async function withCards(): Promise<Store> {
      const store = await open(await place());
      for (const n of [1, 2]) {
        await World.play(store, [World.createWallet(n), World.registerAgent(n, BRINGS_CARDS)]);
      }
      return store;
    }
    const idsOf = (records: readonly { readonly id: string }[]) => records.map((record) => record.id);

    test('a card is found by its issuer and the token that issuer has for it', async () => {
      const store = await withCards();
      const [first, second] = plantedCards(1).card;
      const token = first?.token ?? '';
      expect(second?.token).toBe(token);
      expect(await store.read.cardByToken('lithic', token)).toEqual(first);
      expect(await store.read.cardByToken('stripe', token)).toEqual(second);
      expect(await store.read.cardByToken('sandbox', token)).toBeNull();
      expect(await store.read.cardByToken('lithic', '')).toBeNull();
    });

    test('cards are listed by wallet, agent and mandate, in pages, and never from another wallet', async () => {
      const store = await withCards();
      const { card: cards } = plantedCards(2);
      const { walletId, agentId, mandateId } = World.cast(2);
      const other = World.cast(1);
      for (const filter of [{}, { agentId }, { mandateId }, { agentId, mandateId }]) {
        expect(await store.read.cards({ walletId, ...filter }, all)).toEqual(cards);
        const page = { limit: 2, after: cards[0]?.id };
        expect(await store.read.cards({ walletId, ...filter }, page)).toEqual(cards.slice(1, 3));
      }
      expect(await store.read.cards({ walletId, agentId: other.agentId }, all)).toEqual([]);
      expect(await store.read.cards({ walletId, mandateId: other.mandateId }, all)).toEqual([]);
      expect(await store.read.cards({ walletId, agentId, mandateId: other.mandateId }, all)).toEqual([]);
      expect(await store.read.cards({ walletId, agentId: other.agentId, mandateId }, all)).toEqual([]);
    });

    test('cards that the issuer must be told of, and those that are due, are found in order', async () => {
      const store = await withCards();
      const { card: cards } = plantedCards(1);
      const { walletId } = World.cast(1);
      expect(await store.read.cardsWithWork(walletId, all)).toEqual(cards.slice(1));
      expect(await store.read.cardsWithWork(walletId, { limit: 1, after: cards[1]?.id })).toEqual([cards[2]]);
      const due = async (nowMs: number, page: Partial<typeof all> & { after?: string | undefined } = {}) =>
        idsOf(await store.read.cardsDue(walletId, World.START_MS + nowMs, { ...all, ...page }));
      const [first, second, , fourth] = idsOf(cards);
      expect(await due(4)).toEqual([]);
      expect(await due(5)).toEqual([second]);
      expect(await due(10)).toEqual([first, second]);
      expect(await due(11)).toEqual([first, second, fourth]);
      expect(await due(11, { limit: 1 })).toEqual([first]);
      expect(await due(11, { limit: 1, after: first })).toEqual([second]);
    });

    test("a card's log is read in order from any number on, its holds in pages, its newest challenges first", async () => {
      const store = await withCards();
      const { card: cards, event, hold, challenge } = plantedCards(1);
      const cardId = cards[0]?.id as `card_${string}`;
      expect(await store.read.events(cardId, { afterSeq: 0, limit: 100 })).toEqual(event.slice(0, 10));
      expect(await store.read.events(cardId, { afterSeq: 8, limit: 1 })).toEqual([event[8]]);
      expect(await store.read.get('event', event[9]?.id ?? '')).toEqual(event[9]);
      expect(await store.read.holds(cardId, all)).toEqual(hold.slice(0, 3));
      expect(await store.read.holds(cardId, { limit: 1, after: hold[0]?.id })).toEqual([hold[1]]);
      expect(await store.read.challenges(cardId, 10)).toEqual(challenge.slice(0, 3));
      expect(await store.read.challenges(cardId, 2)).toEqual(challenge.slice(0, 2));
      const other = cards[1]?.id as typeof cardId;
      expect(await store.read.events(other, { afterSeq: 0, limit: 100 })).toEqual(event.slice(10));
      expect(await store.read.holds(other, all)).toEqual(hold.slice(3));
      expect(await store.read.challenges(other, 10)).toEqual(challenge.slice(3));
    });

    test('paybacks are open while they are due or sent; each is found by its nonce', async () => {
      const store = await withCards();
      const { payback } = plantedCards(1);
      const { walletId } = World.cast(1);
      expect(await store.read.openPaybacks(walletId, all)).toEqual(payback.slice(1, 3));
      expect(await store.read.openPaybacks(walletId, { limit: 1, after: payback[1]?.id })).toEqual([
        payback[2],
      ]);
      for (const one of [...payback, ...plantedCards(2).payback]) {
        expect(await store.read.paybackByNonce(one.nonce)).toEqual(one);
      }
      expect(await store.read.paybackByNonce(`0x${'1'.repeat(64)}`)).toBeNull();
    });

    test('agents, mandates, approvals and accounts are listed by wallet', async () => {
      const store = await open(await place());
      for (const n of [1, 2]) await World.play(store, World.enrol(n, rich));
      const { walletId, agentId, mandateId } = World.cast(2);
      const agent = await store.read.get('agent', agentId);
      const mandate = await store.read.get('mandate', mandateId);
      expect(agent).not.toBeNull();
      expect(mandate?.state).toBe('signed');
      expect(await store.read.agents(walletId, all)).toEqual([agent]);
      expect(await store.read.agentByTokenHash(nodeHash.sha256(agentId))).toEqual(agent);
      expect(await store.read.agentByTokenHash(nodeHash.sha256('nobody'))).toBeNull();
      expect(await store.read.mandates({ walletId }, all)).toEqual([mandate]);
      expect(await store.read.mandates({ walletId, agentId }, all)).toEqual([mandate]);
      expect(await store.read.mandates({ walletId, agentId: World.cast(1).agentId }, all)).toEqual([]);
      expect(await store.read.approvals(walletId, all)).toEqual([
        await store.read.get('approval', mandate?.approvalId as string),
      ]);
      expect((await store.read.accounts(walletId)).map((account) => account.id)).toEqual([
        accountId(walletId, World.USDC, 'wallet'),
        accountId(walletId, World.USDC, 'world'),
      ]);
      expect((await store.read.wallets()).map((wallet) => wallet.id)).toEqual([
        World.cast(1).walletId,
        walletId,
      ]);
    });

    test('the latest checkpoint of a chain is the one that covers most entries', async () => {
      const store = await open(await place());
      await World.play(store, World.enrol(1, rich));
      const { walletId } = World.cast(1);
      expect(await store.read.latestCheckpoint(walletId)).toBeNull();
      await World.play(store, [World.checkpoint(1, 4), World.checkpoint(1, 2)]);
      const { checkpoint } = World.checkpoint(1, 4);
      expect(await store.read.latestCheckpoint(walletId)).toEqual(checkpoint);
      expect(await store.read.latestCheckpoint('system')).toBeNull();
    });

    test('a batch has one reading of the clock, and none is before the last one', async () => {
      const clock = World.manualClock(World.START_MS + 5000);
      const store = await open(await place(), { clock });
      await Promise.all([1, 2, 3].map((n) => store.commit(World.createWallet(n))));
      clock.set(World.START_MS);
      await store.commit(World.createWallet(4));
      clock.set(World.START_MS + 6000);
      await store.commit(World.createWallet(5));
      const wallets = await store.read.wallets();
      expect(wallets.map((wallet) => wallet.createdAtMs - World.START_MS)).toEqual([
        5000, 5000, 5000, 5000, 6000,
      ]);
    });

    test('above the bound of its queue the store refuses at once and does nothing', async () => {
      const store = await open(await place(), { queueMax: 3 });
      const answers = await Promise.allSettled(
        [1, 2, 3, 4, 5].map((n) => store.commit(World.createWallet(n))),
      );
      expect(answers.map((answer) => (answer.status === 'rejected' ? answer.reason.code : 'ok'))).toEqual([
        'ok',
        'ok',
        'ok',
        'store_busy',
        'store_busy',
      ]);
      expect(await store.read.wallets()).toHaveLength(3);
      expect(await store.commit(World.createWallet(4))).toMatchObject({ outcome: 'ok' });
    });

    test('closing waits for the commands it took and takes no more', async () => {
      const at = await place();
      const store = await open(at);
      const running = [1, 2, 3].map((n) => store.commit(World.createWallet(n)));
      const closed = store.close();
      await expect(store.commit(World.createWallet(4))).rejects.toMatchObject({ code: 'store_closed' });
      expect((await Promise.all(running)).map((answer) => answer.outcome)).toEqual(['ok', 'ok', 'ok']);
      await closed;
      expect((await (await open(at)).read.wallets()).map((wallet) => wallet.name)).toEqual([
        'Wallet 1',
        'Wallet 2',
        'Wallet 3',
      ]);
    });
  });
}

function decimal(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}
