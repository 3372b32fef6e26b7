import Stripe from 'stripe';
import type { CardMirror, CardSecrets, Issued, IssueOrder } from '../../../core/card/ports.ts';
import { type Refusal, refuse } from '../../../core/refusal.ts';
import type { StripeAccount } from './account.ts';
import { blockedCategories, spendingLimits } from './controls.ts';

type CardParams = Stripe.Issuing.CardCreateParams & {
  cardholder: string;
  metadata: { fluxa_card: string; fluxa_label: string };
};

/** Numbers of the sandbox start so; no network routes them. */
const SANDBOX_PREFIX = '999999';
const STATUS = { open: 'active', paused: 'inactive', closed: 'canceled' } as const;

/** Makes a card; the same order makes the same one. Rejects where it is not known whether there is one. */
export async function issueCard(
  account: StripeAccount,
  { order, holder }: { readonly order: IssueOrder; readonly holder: () => Promise<string> },
): Promise<Issued | Refusal> {
  const { stripe, isSandbox } = account;
  const { cardId, controls, headroomCents, label, lockCents } = order;
  if (lockCents <= 0n) return refuse('issuer_refused', 'A card locks an amount above zero');
  const made = await createOnce(stripe, sinceOf(account, order), async () => ({
    cardholder: await holder(),
    currency: 'usd',
    type: 'virtual',
    status: 'active',
    // No `lifecycle_controls`: after one payment Stripe would cancel the card for good, so that an increment of that
    // payment is declined and a full reversal cannot reopen it, and a probe of a dollar may count as the payment
    // ("The count includes penny authorizations"). One use is our own answer, backed by these limits.
    spending_controls: {
      spending_limits: spendingLimits(lockCents, headroomCents),
      blocked_categories: blockedCategories(controls),
    },
    metadata: { fluxa_card: cardId, fluxa_label: label.slice(0, 200) },
  })).catch((error: unknown) => {
    if (isDefinite(error)) return refuse('issuer_refused', `Stripe will not make the card: ${textOf(error)}`);
    throw new Error('Stripe did not say whether it made the card', { cause: error });
  });
  if ('outcome' in made) return made;
  // A repeated request is answered as the first one was.
  const card = made.status === 'active' ? made : await stripe.issuing.cards.retrieve(made.id);
  if (card.status === 'canceled') return refuse('issuer_refused', 'Stripe gave the card up');
  if (card.livemode === isSandbox) {
    await stripe.issuing.cards.update(card.id, { status: 'canceled' });
    return refuse('issuer_refused', `Stripe made a ${isSandbox ? 'live' : 'test'} card; it was cancelled`);
  }
  const { id: token, last4: lastFour, status } = card;
  return { token, lastFour, expiry: expiryOf(card), isPending: status !== 'active' };
}

/** How long Stripe remembers idempotency keys at least, less an hour in which a call may still be on its way. */
const KEY_LIFE_MS = 23 * 3_600_000;

/** Since when a card of the order may be there without its key being remembered; null where the key is. */
function sinceOf({ clock }: StripeAccount, { controls, expiresAtMs }: IssueOrder): number | null {
  const orderedAtMs = expiresAtMs - controls.ttlMs;
  const isFresh = clock !== undefined && clock.nowMs() - orderedAtMs < KEY_LIFE_MS;
  return isFresh ? null : Math.floor(orderedAtMs / 1000);
}

/** Makes the card, or finds the one that was made under this id long ago, or with another lock. */
async function createOnce(
  stripe: Stripe,
  since: number | null,
  describe: () => Promise<CardParams>,
): Promise<Stripe.Issuing.Card> {
  const params = await describe();
  const { cardholder, metadata } = params;
  const earlier = since && (await findMade(stripe, { cardholder, since, cardId: metadata.fluxa_card }));
  if (earlier) return earlier;
  const idempotencyKey = `fluxa-issue-${metadata.fluxa_card}`;
  try {
    return await stripe.issuing.cards.create(params, { idempotencyKey });
  } catch (error) {
    if (!(error instanceof Stripe.errors.StripeIdempotencyError)) throw error;
    const found = await findMade(stripe, { cardholder, cardId: metadata.fluxa_card });
    if (found === null) throw error;
    return found;
  }
}

/** Rejects, whatever Stripe says, with what is no refusal of the card. */
async function findMade(
  stripe: Stripe,
  of: { readonly cardholder: string; readonly cardId: string; readonly since?: number },
): Promise<Stripe.Issuing.Card | null> {
  try {
    const created = of.since === undefined ? {} : { created: { gte: of.since } };
    const filter = { cardholder: of.cardholder, limit: 100, ...created };
    for await (const card of stripe.issuing.cards.list(filter)) {
      if (card.metadata.fluxa_card === of.cardId) return card;
    }
    return null;
  } catch (error) {
    throw new Error('Stripe did not list its cards', { cause: error });
  }
}

/** Brings the card to this state and lock. A cancelled card stays as it is. */
export async function mirrorCard(stripe: Stripe, token: string, mirror: CardMirror): Promise<void> {
  const card = await stripe.issuing.cards.retrieve(token);
  if (card.status === 'canceled') return;
  if (mirror.state === 'closed') {
    await stripe.issuing.cards.update(token, { status: STATUS.closed });
    return;
  }
  // A limit of nothing would not limit, so a card with nothing in it is not left open.
  if (mirror.lockCents <= 0n) {
    await stripe.issuing.cards.update(token, { status: STATUS.paused });
    return;
  }
  const spending_limits = spendingLimits(mirror.lockCents, mirror.headroomCents);
  const blocked_categories = card.spending_controls.blocked_categories ?? [];
  await stripe.issuing.cards.update(token, {
    status: STATUS[mirror.state],
    spending_controls: { spending_limits, blocked_categories },
  });
}

/** Number and code; null where Stripe does not give them. Throws for a number of the sandbox in live mode. */
export async function revealCard(
  { stripe, isSandbox }: StripeAccount,
  token: string,
): Promise<CardSecrets | null> {
  const card = await stripe.issuing.cards
    .retrieve(token, { expand: ['number', 'cvc'] })
    .catch((error: unknown) => {
      // Without a cause: what could not be read of the reply may hold the number.
      const status = error instanceof Stripe.errors.StripeError ? error.statusCode : undefined;
      throw new Error(`Stripe did not show the card${status === undefined ? '' : `: ${status}`}`);
    });
  if (card.number === undefined || card.cvc === undefined) return null;
  if (!isSandbox && card.number.startsWith(SANDBOX_PREFIX)) {
    throw new Error('The issuer stripe answered with a number of the sandbox where live is configured');
  }
  return { number: card.number, code: card.cvc, expiry: expiryOf(card) };
}

function expiryOf({ exp_month, exp_year }: Pick<Stripe.Issuing.Card, 'exp_month' | 'exp_year'>): string {
  return `${exp_month.toString().padStart(2, '0')}/${exp_year.toString().slice(-2)}`;
}

/**
 * Whether Stripe itself turned the request down. A key it does not take, or one used for something else, says nothing
 * of what an earlier try came to.
 */
function isDefinite(error: unknown): error is Stripe.errors.StripeError {
  return (
    error instanceof Stripe.errors.StripeInvalidRequestError || error instanceof Stripe.errors.StripeCardError
  );
}

function textOf(error: Stripe.errors.StripeError): string {
  return error.message.slice(0, 200);
}
