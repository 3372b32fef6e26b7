import type { Card, IssuerId } from '../core/card/card.ts';
import { type MessageAnswer, type NetworkMessage, ofCard } from '../core/card/network.ts';
import type { CardDesk, CardNotice, CardPolicy } from '../core/card/ports.ts';
import type { OutcomeOf } from '../core/command.ts';
import type { WalletId } from '../core/id.ts';
import type { Clock, Store } from '../core/ports.ts';
import { REFUSALS } from '../core/refusal.ts';

/** What a desk works with. */
export type DeskOptions = {
  readonly store: Store;
  readonly clock: Clock;
  readonly policy: Pick<CardPolicy, 'decisionMsMax'>;
  readonly walletId: WalletId;
  readonly log: (line: string) => void;
};

/** A desk, and what it still has to undo. */
export type OpenDesk = CardDesk & {
  /** Takes back approvals that came too late and could not be taken back at once. Rejects where that fails again. */
  readonly settle: () => Promise<void>;
};

type Question = { readonly issuer: IssuerId; readonly notice: CardNotice; readonly deadlineMs: number };

const LATE: MessageAnswer = { kind: 'declined', reason: 'issuer_timeout' };
const UNKNOWN: MessageAnswer = { kind: 'declined', reason: 'card_closed' };

/** Opens the desk of a wallet: each message becomes one command, and the books say what is answered. */
export function createCardDesk({ store, clock, policy, walletId, log }: DeskOptions): OpenDesk {
  /** What was answered with `issuer_timeout` although the books may say yes. */
  const late = new Map<string, Question>();

  async function find(issuer: IssuerId, token: string): Promise<Card | null> {
    const card = await store.read.cardByToken(issuer, token);
    return card?.walletId === walletId ? card : null;
  }

  function post({ id: cardId }: Card, message: NetworkMessage, deadlineMs: number | null) {
    return store.commit({ type: 'card.message', walletId, cardId, message, deadlineMs });
  }

  async function ask({ issuer, notice, deadlineMs }: Question): Promise<MessageAnswer> {
    const { token, message } = notice;
    const card = await find(issuer, token);
    if (card === null) return UNKNOWN;
    const outcome = await post(card, message, deadlineMs);
    if (outcome.outcome === 'refused') return LATE;
    if (outcome.answer.kind !== 'approved') return outcome.answer;
    // Asked again after the approval came too late and was taken back: that is what the network knows of it.
    const isUndone = (await store.read.get('event', ofCard(card.id, undoId(message)))) !== null;
    return isUndone || late.has(keyOf(notice)) ? LATE : outcome.answer;
  }

  /** Finds out what the books say, and if that is yes takes it back. Doing it again changes nothing. */
  async function undo({ issuer, notice, deadlineMs }: Question): Promise<void> {
    const card = await find(issuer, notice.token);
    if (card === null) return;
    const outcome = await post(card, notice.message, deadlineMs);
    const undoing = outcome.outcome === 'refused' ? null : undoOf(notice.message, outcome.answer);
    if (undoing !== null) accept(await post(card, undoing, null));
  }

  async function settle(): Promise<void> {
    for (const [key, question] of late) {
      await undo(question);
      late.delete(key);
    }
  }

  /** Throws where asking again can help; what the books will never have a use for is written down and done with. */
  function accept(outcome: OutcomeOf<'card.message' | 'card.issued' | 'card.fail'>): void {
    if (outcome.outcome === 'ok') return;
    const problem = `${outcome.code}: ${outcome.detail}`;
    if (REFUSALS[outcome.code].retryable) throw new Error(problem);
    log(`A message about a card is of no use: ${problem}`);
  }

  function blame(error: Error): void {
    log(`A charge was not decided in time: ${error.message}`);
  }

  return {
    decide: async (issuer, notice) => {
      const question = { issuer, notice, deadlineMs: clock.nowMs() + policy.decisionMsMax };
      const isOver = clock.wait(policy.decisionMsMax).then(() => null);
      const asked = ask(question).catch((error: Error) => {
        blame(error);
        return null;
      });
      const answer = await Promise.race([asked, isOver]);
      if (answer !== null) return answer;
      late.set(keyOf(notice), question);
      void asked.then(settle).catch(blame);
      return LATE;
    },
    record: async (issuer, { token, message }) => {
      const card = await find(issuer, token);
      if (card !== null) accept(await post(card, message, null));
    },
    issued: async (issuer, token, result) => {
      const card = await find(issuer, token);
      if (card !== null) accept(await finish(store, card, result));
    },
    settle,
  };
}

/** Books that the issuer finished a card, or gave it up. */
function finish(store: Store, card: Card, result: 'active' | 'failed') {
  const { walletId, id: cardId, token, lastFour, expiry } = card;
  if (result === 'failed') {
    return store.commit({ type: 'card.fail', walletId, cardId, reason: 'The issuer gave the card up' });
  }
  if (token === null || lastFour === null || expiry === null) {
    throw new Error(`The card ${cardId} was not made by the issuer`);
  }
  return store.commit({ type: 'card.issued', walletId, cardId, token, lastFour, expiry, isPending: false });
}

function keyOf({ token, message }: CardNotice): string {
  return `${token}/${message.id}`;
}

function undoId({ id }: NetworkMessage): string {
  return `${id}/timeout`;
}

/** What takes an approval back; null where nothing was approved. Of an increment only what it added goes. */
function undoOf(message: NetworkMessage, answer: MessageAnswer): NetworkMessage | null {
  if (answer.kind !== 'approved' || answer.approvedUnits === 0n) return null;
  const about = { id: undoId(message), sentAtMs: null };
  if (message.kind === 'authorization') return { ...about, kind: 'timeout', auth: message.auth };
  if (message.kind !== 'increment') return null;
  return { ...about, kind: 'reversal', auth: message.auth, amountUnits: answer.approvedUnits };
}
