import type { Card } from '../core/card/card.ts';
import { unitsOf } from '../core/card/cents.ts';
import type { CheckoutSight } from '../core/card/ports.ts';
import { formatBudget } from '../core/money.ts';
import { type Refusal, refuse } from '../core/refusal.ts';
import type { Workshop } from './card-work.ts';

/** What the card may pay on this page, in units, or why it is not typed in there. */
export async function checkSight(
  shop: Workshop,
  card: Card,
  sight: CheckoutSight,
): Promise<bigint | Refusal> {
  const { currency, form, host, totalCents, url } = sight;
  const { hosts } = card.controls;
  if (!isSecure(shop, url)) return refuse('checkout_not_secure', `The page is "${originOf(url)}"`);
  if (!hosts.includes(host) || hostOf(url) !== host) {
    return refuse('checkout_host_mismatch', `The card is for ${hosts.join(', ')}, the page is of "${host}"`);
  }
  if (form === null) return refuse('checkout_form_unknown', `The page of "${host}" shows no form for a card`);
  if (currency !== null && currency !== 'USD') {
    return refuse('checkout_currency_mismatch', `The page asks for ${currency}`);
  }
  if (totalCents === null || currency === null) {
    return refuse('checkout_total_unknown', 'The page does not say plainly what is to be paid');
  }
  const [totalUnits, unusedUnits] = [unitsOf(totalCents), await chargeable(shop, card)];
  if (totalUnits <= unusedUnits) return totalUnits;
  const numbers = { total: formatBudget(totalUnits), unused: formatBudget(unusedUnits) };
  const detail = `The page asks for ${numbers.total} USD, and the card holds ${numbers.unused} USD`;
  return refuse('checkout_total_exceeds_lock', detail, numbers);
}

/** What is unused, and what probes hold: they give way to the charge itself. */
async function chargeable({ store }: Workshop, card: Card): Promise<bigint> {
  let units = card.reservedUnits;
  for (const id of card.openHolds) {
    const hold = await store.read.get('hold', id);
    if (hold?.isProbe) units += hold.heldUnits;
  }
  return units;
}

/** https, or an http page that the operator admitted, or in a sandbox one of this machine. */
function isSecure({ cards, isSandbox }: Workshop, url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { hostname, origin, protocol } = new URL(url);
  if (protocol === 'https:') return true;
  if (protocol !== 'http:') return false;
  const isOwn = hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
  return cards.plainOrigins.has(origin) || (isSandbox && isOwn);
}

function hostOf(url: string): string {
  return new URL(url).hostname.replace(/\.$/, '');
}

function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : 'no URL';
}
