import type { Draft } from '../books.ts';
import type { Command, OutcomeOf } from '../command.ts';
import type { Env } from '../commit.ts';
import { refuse } from '../refusal.ts';
import { type Act, cardOf } from './act.ts';
import { takeAuthorization } from './authorization.ts';
import { takeChallenge, takeChallengeResult } from './challenge.ts';
import { takeClearing } from './clearing.ts';
import { takeDispute, takeRefund, takeRefundReversal } from './credit.ts';
import { takeExpiry, takeReversal, takeTimeout } from './ending.ts';
import { takeIncrement } from './increment.ts';
import { answer } from './log.ts';
import { type MessageAnswer, type MessageBody, type NetworkMessage, ofCard } from './network.ts';
import { passTime } from './timer.ts';

const NETWORK = { kind: 'system', id: 'network' } as const;

/**
 * Takes a message of the network about a card: decides it where it asks, posts it where it tells. The same message
 * gets the same answer. What time brought before it is done first.
 */
export function takeMessage(
  draft: Draft,
  command: Command<'card.message'>,
  env: Env,
): OutcomeOf<'card.message'> {
  const { cardId, deadlineMs, message, walletId } = command;
  const card = draft.get('card', cardId);
  if (card?.walletId !== walletId) return refuse('card_not_found', `There is no card ${cardId}`);
  const known = draft.get('event', ofCard(cardId, message.id));
  if (known !== null) return { outcome: 'ok', card, event: known, answer: known.answer };
  checkAmount(message);
  if (isAsking(message) && deadlineMs !== null && env.nowMs > deadlineMs) {
    return refuse('engine_unavailable', 'The time to answer the network is over');
  }
  passTime(draft, env, cardId);
  const event = answer(draft, env, { cardId, message, actor: NETWORK }, (act) => take(act, message));
  return { outcome: 'ok', card: cardOf({ draft, cardId }), event, answer: event.answer };
}

function isAsking(message: NetworkMessage): boolean {
  return (message.kind === 'authorization' || message.kind === 'increment') && message.mode === 'ask';
}

function checkAmount(message: NetworkMessage): void {
  if ('amountUnits' in message && message.amountUnits !== null && message.amountUnits < 0n) {
    throw new RangeError(`The message ${message.id} is about less than nothing`);
  }
  if (message.id.startsWith('own:')) throw new RangeError('A message of the network has no name of ours');
}

function take(act: Act, message: NetworkMessage): MessageAnswer {
  switch (message.kind) {
    case 'authorization':
      return takeAuthorization(act, message);
    case 'increment':
      return takeIncrement(act, message);
    case 'challenge':
      return takeChallenge(act, message);
    default:
      POSTS[message.kind](act, message as never);
      return { kind: 'noted' };
  }
}

type Told = Exclude<MessageBody, { kind: 'authorization' | 'increment' | 'challenge' }>;

/** What is posted of each message that asks nothing. */
const POSTS: {
  readonly [K in Told['kind']]: (act: Act, message: Extract<Told, { kind: K }>) => void;
} = {
  reversal: takeReversal,
  expiry: takeExpiry,
  timeout: takeTimeout,
  clearing: takeClearing,
  refund: takeRefund,
  refund_reversal: takeRefundReversal,
  dispute: takeDispute,
  challenge_result: takeChallengeResult,
};
