import { skeleton } from './skeleton.ts';

/** Words that make a stranger's name look like the brand's own door: to enter, to prove, to pay, to be helped. */
const STRONG = `login logon signin signon auth sso oauth secure security secured verify verified verification validate
confirm account accounts myaccount id identity official authentic genuine update upgrade unlock restore recover
recovery reset password billing invoice invoices pay payment payments payout payouts checkout refund refunds renew
renewal renewals redeem reward rewards bonus giftcard giftcards prize winner support help helpdesk helpline customer
customers customercare portal suspended blocked fraud notification wallet airdrop overdue tracking track parcel package
delivery redelivery customs www http https`;

/** Words of any shop or service; beside a name that is nobody's but the brand's they are bait too. */
const WEAK = `online shop store outlet sale sales deal deals discount discounts clearance cheap promo coupon coupons
offer offers express direct market marketplace buy order orders purchase subscription subscribe premium pro plus vip
cloud host hosting server api app apps mobile download downloads desktop software license licence key keys credit
credits ads business team teams partner partners affiliate reseller agent agents ai bot chat gpt cards card bank
booking bookings reservation reservations reserve ticket tickets travel flights hotel hotels rooms holiday holidays
my get the go your our all inc llc ltd gmbh corp company group global international world us usa uk eu de fr es it
europe america asia team staff hr jobs careers mail email news now today new best top trusted certified authorized
authorised registered registration domain domains dns trade trading exchange invest dashboard center centre
service services care contact connect alert alerts notice topup recharge claim claims gift token fee fees dispute
com net org info web site website real original kundenservice hilfe konto anmelden anmeldung rechnung sicher zahlung
bestellen ayuda cuenta soporte factura pago pagos tienda seguro compte connexion paiement facture boutique aide
servizio conto pagamento conta suporte`;

/** Suffixes that cost next to nothing and are used once: a brand does not trade there. */
const RISKY_SUFFIXES = `top click icu cam rest buzz sbs cfd lol bond quest monster cyou vip support help center
services pass download zip mov win bid loan stream review party science racing cricket accountant faith work gdn
tk ml ga cf gq pw skin makeup hair beauty autos boats homes yachts motorcycles wang kim mom ooo`;

export type Bait = 'strong' | 'weak';

const words = (text: string) => text.split(/\s+/);
const BAITS: ReadonlyMap<string, Bait> = new Map([
  ...words(WEAK).map((word) => [skeleton(word), 'weak'] as const),
  ...words(STRONG).map((word) => [skeleton(word), 'strong'] as const),
]);
const RISKY: ReadonlySet<string> = new Set(words(RISKY_SUFFIXES));

/** What kind of bait a skeleton is, also as two such words in one; a bare number is weak bait. Null: it is none. */
export function baitOf(text: string): Bait | null {
  const whole = BAITS.get(text);
  if (whole !== undefined) return whole;
  if (/^\d+$/.test(text)) return 'weak';
  for (let at = 2; at <= text.length - 2; at += 1) {
    const first = BAITS.get(text.slice(0, at));
    const second = BAITS.get(text.slice(at));
    if (first !== undefined && second !== undefined) return first === 'strong' ? first : second;
  }
  return null;
}

/** Whether a suffix is one that brands do not trade under. */
export function isRiskySuffix(suffix: string): boolean {
  return RISKY.has(suffix);
}
