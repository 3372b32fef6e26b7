import type { MessageAnswer, NetworkMessage } from '../../core/card/network.ts';
import type { Delivery, Dialect, DialectOptions, Movement, NetworkCard } from './dialect.ts';
import { createApi } from './lithic/api.ts';
import { stateOf } from './lithic/card.ts';
import { challengeEvent, resultEvent } from './lithic/challenge.ts';
import { asaRequest, decideIncrement, ownDecline, readReply } from './lithic/decision.ts';
import { disputeObjects, disputeToken } from './lithic/dispute.ts';
import { openLedger } from './lithic/ledger.ts';
import { cardUuid } from './lithic/name.ts';
import { signedHeaders } from './lithic/signature.ts';
import { transactionObject } from './lithic/transaction.ts';

/** How long Lithic waits for an answer before it declines. */
const DECISION_MS = 6_000;
const DELIVERY_MS = 10_000;

/**
 * The card network speaking Lithic: its API, Auth Stream Access, and its webhooks with the whole transaction in each, as it
 * was when that happened. One secret signs questions and events.
 */
export function createLithicDialect(options: DialectOptions): Dialect {
  const { registry, apiKey, webhookSecret, inboxUrl } = options;

  function post(path: string, body: object, { timeoutMs, how }: Sending): Promise<Response> {
    const text = JSON.stringify(body);
    return fetch(`${inboxUrl()}/${path}`, {
      method: 'POST',
      headers: signedHeaders(text, webhookSecret, how),
      body: text,
      signal: AbortSignal.timeout(timeoutMs),
    });
  }

  /** Asks once more where the wallet failed to answer, within the time there is. */
  async function ask(card: NetworkCard, message: NetworkMessage): Promise<MessageAnswer | null> {
    refuseUnspeakable(message);
    if (message.kind === 'increment') return decideIncrement(card, message);
    if (message.kind !== 'authorization') throw new TypeError(`Lithic asks nothing about "${message.kind}"`);
    const own = ownDecline(card, message);
    if (own !== null) return own;
    const request = asaRequest(card, message);
    const endMs = performance.now() + DECISION_MS;
    for (let attempt = 0; attempt < 2; attempt += 1) {
      const timeoutMs = Math.ceil(endMs - performance.now());
      if (timeoutMs <= 0) return null;
      const answered = await post('decisions', request, { timeoutMs }).catch(() => null);
      if (answered?.status === 200) return readReply(await answered.text(), message);
      if (answered !== null && answered.status < 500) return null;
    }
    return null;
  }

  async function tellEvent(body: object, how?: Delivery): Promise<void> {
    const { status } = await post('events', body, { timeoutMs: DELIVERY_MS, ...(how && { how }) });
    if (status < 200 || status > 299) throw new Error(`The wallet answered ${status} to a webhook`);
  }

  async function tell(card: NetworkCard, movement: Movement, how?: Delivery): Promise<void> {
    refuseUnspeakable(movement.message);
    const event = eventOf(card, movement);
    if (event !== null) await tellEvent(event, how);
  }

  async function tellIssued(card: NetworkCard, result: 'active' | 'failed'): Promise<void> {
    await tellEvent({
      event_type: 'card.updated',
      card_token: cardUuid(card.token),
      previous_fields: { state: stateOf({ state: 'pending' }) },
      state: result === 'active' ? stateOf({ state: 'open' }) : stateOf({ state: 'closed' }),
    });
  }

  return { api: createApi({ registry, apiKey }), ask, tell, tellIssued, cannot };
}

type Sending = { readonly timeoutMs: number; readonly how?: Delivery };

/** The webhook about a movement: the state of things right after it; null where Lithic has nothing to say. */
function eventOf(card: NetworkCard, movement: Movement): object | null {
  const { message, atMs } = movement;
  if (message.kind === 'challenge') return challengeEvent(card, { message, atMs });
  if (message.kind === 'challenge_result') return resultEvent(card, movement);
  const index = card.movements.findIndex((each) => each.message.id === message.id);
  const movements = card.movements.slice(0, index + 1);
  const ledger = openLedger(card, movements);
  if (message.kind === 'dispute') {
    const token = disputeToken(card, message.of);
    const dispute = disputeObjects(card, { movements, ledger }).find((each) => each.token === token);
    const event_type = `dispute_transaction.${message.step === 'opened' ? 'created' : 'updated'}`;
    return { event_type, ...dispute };
  }
  const draft = ledger.ofMessage(message.id);
  return draft && { event_type: 'card_transaction.updated', ...transactionObject(card, draft) };
}

function refuseUnspeakable(message: NetworkMessage): void {
  const reason = cannot(message);
  if (reason !== null) throw new TypeError(reason);
}

/**
 * A force post can be said, as a clearing that stands alone, although Lithic's simulator makes none. Of a challenge all is
 * said but the code, which Lithic does not tell the program.
 */
function cannot(message: NetworkMessage): string | null {
  switch (message.kind) {
    case 'authorization':
      if (message.mode !== 'ask' || message.code !== 'absent') return null;
      return 'Lithic does not say in a question whether the security code was sent';
    case 'clearing':
      if (message.auth !== null || message.isFinal) return null;
      return 'A clearing without an authorization leaves nothing pending at Lithic';
    default:
      return null;
  }
}
