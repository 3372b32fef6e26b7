import { centsOf } from '../../../core/card/cents.ts';
import type { MessageAnswer } from '../../../core/card/network.ts';
import type { CardNotice, InboxRoute, RawReply, RawRequest } from '../../../core/card/ports.ts';
import type { StripeAccount } from './account.ts';
import { lostIncrementsOf, questionOf } from './authorization.ts';
import { REASON_MARK } from './decline.ts';
import { noticesOf } from './event.ts';
import { readEvent, reply } from './signature.ts';

type Asked = Parameters<typeof questionOf>[0];
type Declined = Extract<MessageAnswer, { kind: 'declined' }>;

/** The addresses for Stripe's webhooks: one is answered at once, one takes everything that happened. */
export function openInbox(account: StripeAccount): readonly InboxRoute[] {
  return [
    { path: 'decisions', receive: (request) => decide(account, request) },
    { path: 'events', receive: (request) => keep(account, request) },
  ];
}

/** What was not decided booked nothing, or is undone when the authorization is heard of. */
const UNDECIDED: Declined = { kind: 'declined', reason: 'issuer_timeout' };
const REFUSED: Declined = { kind: 'declined', reason: 'merchant_not_allowed' };

async function decide(account: StripeAccount, request: RawRequest): Promise<RawReply> {
  const event = await readEvent(account, { request, secret: account.decisionSecret });
  if (!('type' in event)) return event;
  if (event.type !== 'issuing_authorization.request') return reply(200, { received: true });
  const { object } = event.data;
  const isControllable = object.pending_request?.is_amount_controllable === true;
  const [notice] = readQuestion(account, object);
  const decided =
    notice === undefined ? REFUSED : account.desk.decide('stripe', notice).catch(() => UNDECIDED);
  return reply(200, bodyOf(await decided, isControllable), { 'stripe-version': account.apiVersion });
}

/** The question, where it is one about our dollars. Never throws: no answer may be a yes in the account's settings. */
function readQuestion({ read }: StripeAccount, object: Asked): readonly CardNotice[] {
  try {
    return read(`the question about ${object.id}`, () => {
      const message = object.pending_request?.currency === 'usd' ? questionOf(object) : null;
      return message === null ? [] : [{ token: object.card.id, message }];
    });
  } catch {
    return [];
  }
}

function bodyOf(answer: MessageAnswer, isControllable: boolean) {
  if (answer.kind !== 'approved') return no(answer.kind === 'declined' ? answer : UNDECIDED);
  if (!answer.isPartial) return { approved: true };
  // Without a say in the amount a yes would be to all of it.
  return isControllable ? { approved: true, amount: Number(centsOf(answer.approvedUnits)) } : no(UNDECIDED);
}

function no({ reason }: Declined) {
  return { approved: false, metadata: { [REASON_MARK]: reason } };
}

/** Keeps what an event tells. What could not be kept rejects: it stays with Stripe, which sends it again. */
async function keep(account: StripeAccount, request: RawRequest): Promise<RawReply> {
  const event = await readEvent(account, { request, secret: account.webhookSecret });
  if (!('type' in event)) return event;
  const { desk } = account;
  if (event.type === 'issuing_card.updated') {
    const { object, previous_attributes: previous } = event.data;
    if (previous?.status === 'inactive' && object.status === 'active') {
      await desk.issued('stripe', object.id, 'active');
    }
    if (previous?.status === 'inactive' && object.status === 'canceled') {
      await desk.issued('stripe', object.id, 'failed');
    }
  }
  const notices = await noticesOf(account, event);
  for (const notice of notices) await desk.record('stripe', notice);
  const isRead = notices.length > 0;
  if (isRead && event.type === 'issuing_authorization.updated') await takeBack(account, event.data.object);
  return reply(200, { received: true });
}

/**
 * Increments that Stripe declined because our answer was lost: asked again the books say what it was, and a yes is taken
 * back, under the id under which the desk itself would have.
 */
async function takeBack({ desk }: StripeAccount, object: Asked): Promise<void> {
  for (const message of lostIncrementsOf(object)) {
    const token = object.card.id;
    const answer = await desk.decide('stripe', { token, message });
    if (answer.kind !== 'approved' || answer.approvedUnits === 0n) continue;
    const { auth } = message;
    await desk.record('stripe', {
      token,
      message: {
        id: `${message.id}/timeout`,
        sentAtMs: null,
        kind: 'reversal',
        auth,
        amountUnits: answer.approvedUnits,
      },
    });
  }
}
