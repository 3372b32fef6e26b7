import { createHash } from 'node:crypto';
import type Stripe from 'stripe';
import type { Holder } from './account.ts';

/** Marks the cardholder that was made for these very particulars. */
const MARK = 'fluxa_holder';

/** Says who cards are made out to: found by its mark, else made, and then remembered. */
export function openHolder(stripe: Stripe, holder: string | Holder): () => Promise<string> {
  if (typeof holder === 'string') return async () => holder;
  let known: Promise<string> | null = null;
  return () => {
    known ??= findOrMake(stripe, holder).catch((error: unknown) => {
      known = null;
      throw error;
    });
    return known;
  };
}

async function findOrMake(stripe: Stripe, { name, email, billing }: Holder): Promise<string> {
  const { line1, city, postalCode: postal_code, country, state } = billing;
  const address = { line1, city, postal_code, country, ...(state === undefined ? {} : { state }) };
  const mark = createHash('sha256')
    .update(JSON.stringify([name, email ?? null, line1, city, postal_code, country, state ?? null]))
    .digest('hex');
  const filter = email === undefined ? {} : { email };
  for await (const found of stripe.issuing.cardholders.list({ ...filter, status: 'active', limit: 100 })) {
    if (found.metadata[MARK] === mark) return found.id;
  }
  const made = await stripe.issuing.cardholders.create(
    { type: 'individual', name, ...filter, billing: { address }, metadata: { [MARK]: mark } },
    { idempotencyKey: `fluxa-holder-${mark}` },
  );
  return made.id;
}
