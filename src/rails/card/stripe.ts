import type { Issuer } from '../../core/card/ports.ts';
import { openAccount, type StripeOptions } from './stripe/account.ts';
import { issueCard, mirrorCard, revealCard } from './stripe/card.ts';
import { readHistory } from './stripe/history.ts';
import { openHolder } from './stripe/holder.ts';
import { openInbox } from './stripe/inbox.ts';

/**
 * Stripe Issuing. It must be set up to decline where our answer is late: what it approves then is booked, and what is
 * above the lock is a shortfall. Throws where keys are missing, or belong to another mode than the one that is configured.
 */
export function createStripeIssuer(options: StripeOptions): Issuer {
  const account = openAccount(options);
  const { stripe, isSandbox } = account;
  const holder = openHolder(stripe, options.cardholder);
  return {
    id: 'stripe',
    isSandbox,
    feeCents: async () => 0n,
    issue: (order) => issueCard(account, { order, holder }),
    mirror: (token, mirror) => mirrorCard(stripe, token, mirror),
    reveal: (token) => revealCard(account, token),
    history: (token) => readHistory(account, token),
    inbox: openInbox(account),
  };
}
