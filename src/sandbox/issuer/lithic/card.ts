import type { Lithic } from 'lithic';
import type { CardSecrets } from '../../../core/card/ports.ts';
import type { NetworkCard } from '../dialect.ts';
import { cardUuid, timestamp } from './name.ts';

/** The one account, program and financial account there is. */
export const ACCOUNT_TOKEN = '7a6c1f0e-2b1d-4c53-9a3e-6d1f8b0c4e21';
const PROGRAM_TOKEN = '00000000-0000-0000-1000-000000000000';

const STATES = { pending: 'PENDING_ACTIVATION', open: 'OPEN', paused: 'PAUSED', closed: 'CLOSED' } as const;

/** A card's state in the vendor's words. */
export function stateOf({ state }: Pick<NetworkCard, 'state'>): (typeof STATES)[NetworkCard['state']] {
  return STATES[state];
}

/** What the vendor's API shows of a card without its number. */
export function cardObject(card: NetworkCard): Lithic.NonPCICard {
  const [month, year] = card.expiry.split('/');
  if (month === undefined || year === undefined) throw new TypeError('Expected an expiry such as "07/29"');
  return {
    token: cardUuid(card.token),
    account_token: ACCOUNT_TOKEN,
    card_program_token: PROGRAM_TOKEN,
    cardholder_currency: 'USD',
    created: timestamp(card.createdAtMs),
    exp_month: month,
    exp_year: `20${year}`,
    funding: null,
    hostname: '',
    last_four: card.lastFour,
    memo: memoOf(card),
    pin_status: 'NOT_SET',
    replacement_for: null,
    spend_limit: Number(card.lockCents),
    spend_limit_duration: 'FOREVER',
    state: stateOf(card),
    type: 'VIRTUAL',
  };
}

/** The same with number and code, as far as they are there still. */
export function fullCardObject(card: NetworkCard, secrets: CardSecrets | null): Lithic.Card {
  const shown = cardObject(card);
  return secrets === null ? shown : { ...shown, pan: secrets.number, cvv: secrets.code };
}

/** The memo of a card: what it is for, and the wallet's id of it. */
function memoOf({ label, reference }: Pick<NetworkCard, 'label' | 'reference'>): string {
  return `${label} [${reference}]`;
}

/** What a memo says; null where it names no id. */
export function readMemo(memo: string): { readonly label: string; readonly reference: string } | null {
  const [, label, reference] = /^(.*) \[([^[\]]+)\]$/.exec(memo) ?? [];
  return label === undefined || reference === undefined ? null : { label, reference };
}
