import { type Lithic, NotFoundError } from 'lithic';
import type { CardDesk, CardNotice, InboxRoute, RawReply, RawRequest } from '../../../core/card/ports.ts';
import type { Reader } from '../reader.ts';
import { readChallenge, readChallengeResult } from './challenge.ts';
import { type AsaRequest, isCredit, readAsaRequest, writeAsaReply } from './decision.ts';
import { readDispute, readFiledDispute } from './dispute.ts';
import { readTransaction } from './transaction.ts';

/** What the inbox works with. The secrets are those of Auth Stream Access and of the event subscription. */
export type InboxOptions = {
  readonly client: Lithic;
  readonly desk: CardDesk;
  readonly decisionSecret: string;
  readonly webhookSecret: string;
  readonly read: Reader;
};

/** The answer to what cannot be read. */
const UNREAD = 'UNAUTHORIZED_MERCHANT';

type WebhookEvent = ReturnType<Lithic['webhooks']['parseUnsafe']>;
type CardUpdate = Lithic.CardUpdatedWebhookEvent;

/**
 * Where Lithic asks (`decisions`) and tells (`events`). A body that was not signed with the secret in the last five minutes
 * is not read. A question that says what its contract does not allow is answered with no. An event that does is left to the
 * reader; what could not be kept rejects, so that nothing is answered that would be taken for a receipt.
 */
export function createInbox({ client, desk, read, ...secrets }: InboxOptions): readonly InboxRoute[] {
  async function decide(request: AsaRequest): Promise<RawReply> {
    if (isCredit(request)) return reply(200, { token: request.token, result: 'APPROVED' });
    const [notice] = read(`the question about ${request.token}`, () => [readAsaRequest(request)]);
    if (notice === undefined) return reply(200, { token: request.token, result: UNREAD });
    return reply(200, writeAsaReply(request, await desk.decide('lithic', notice)));
  }

  async function note(event: WebhookEvent): Promise<RawReply> {
    if (event.event_type === 'card.updated') await noteCard(event);
    const filedOn = event.event_type === 'dispute.updated' ? await cardOf(event.transaction_token) : null;
    for (const notice of noticesOf(event, filedOn)) await desk.record('lithic', notice);
    return reply(200, {});
  }

  /** A card that was pending is made, or given up. Any other change of a card was ours. */
  async function noteCard({ card_token: token, state, previous_fields: before }: CardUpdate): Promise<void> {
    const { state: earlier } = (before ?? {}) as { readonly state?: unknown };
    if (typeof earlier !== 'string' || !earlier.startsWith('PENDING')) return;
    if (state === 'OPEN') await desk.issued('lithic', token, 'active');
    if (state === 'CLOSED') await desk.issued('lithic', token, 'failed');
  }

  /** What an event tells; `filedOn` is the card of a dispute that was filed by hand. */
  function noticesOf(event: WebhookEvent, filedOn: string | null): readonly CardNotice[] {
    switch (event.event_type) {
      case 'card_transaction.updated':
        return read(`the transaction ${event.token}`, () => readTransaction(event, read));
      case 'dispute_transaction.created':
      case 'dispute_transaction.updated':
        return read(`the dispute ${event.token}`, () => readDispute(event));
      case 'dispute.updated':
        return read(`the dispute ${event.token}`, () => [readFiledDispute(event, filedOn)]);
      case 'three_ds_authentication.challenge':
        return read(`the challenge ${event.authentication_object?.token}`, () => [readChallenge(event)]);
      case 'three_ds_authentication.updated':
        return [readChallengeResult(event)].filter((notice) => notice !== null);
      default:
        return [];
    }
  }

  /** The card of a transaction; null where there is no such transaction. */
  async function cardOf(transactionToken: string): Promise<string | null> {
    try {
      return (await client.transactions.retrieve(transactionToken)).card_token;
    } catch (error) {
      if (error instanceof NotFoundError) return null;
      throw error;
    }
  }

  /** Checks the signature over the raw bytes, then reads and handles; `Body` is what Lithic's contract says it sends. */
  function route<Body>(path: string, secret: string, handle: (body: Body) => Promise<RawReply>): InboxRoute {
    const receive = async (request: RawRequest) => {
      if (!isSigned(request, secret)) return reply(401, { code: 'webhook_signature_invalid' });
      const body = readJson(request.body);
      if (body === null) return reply(400, { code: 'json_invalid' });
      return handle(body as Body);
    };
    return { path, receive };
  }

  function isSigned({ headers, body }: RawRequest, secret: string): boolean {
    try {
      client.webhooks.verifySignature(body, { ...headers }, secret);
      return true;
    } catch {
      return false;
    }
  }

  return [route('decisions', secrets.decisionSecret, decide), route('events', secrets.webhookSecret, note)];
}

function readJson(text: string): object | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' ? value : null;
  } catch {
    return null;
  }
}

function reply(status: number, body: object): RawReply {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}
