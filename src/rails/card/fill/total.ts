import { amountsWithin, currencyIn, type PageAmount, parsePageAmount } from './amount.ts';

/** What a page shows: its visible texts in order, one for each line or cell, and those of its buttons that pay. */
export type PageText = { readonly texts: readonly string[]; readonly buttons: readonly string[] };

export type ShownTotal = { readonly totalCents: bigint | null; readonly currency: string | null };

const UNKNOWN: ShownTotal = { totalCents: null, currency: null };

/** Words for what is to be paid in the end. Not those for sums on the way, such as "subtotal". */
const LABELS = new Set(
  `total|totals|order total|grand total|final total|cart total|purchase total|total due|total due today|total due now
due today|due now|amount due|amount due today|balance due|amount|amount to pay|payment amount|total amount
total amount due|total price|total cost|total charge|total to pay|total payable|to pay|you pay|you'll pay|pay today
total today|today's total|total for today
gesamt|gesamtbetrag|gesamtsumme|gesamtpreis|summe|endsumme|endbetrag|rechnungsbetrag|zahlbetrag|bestellsumme|zu zahlen
zu zahlender betrag|zu bezahlen|heute fällig|fälliger betrag
montant|montant total|montant dû|montant à payer|total à payer|total de la commande|à payer|prix total|total ttc
total a pagar|importe|importe total|importe a pagar|monto total|monto a pagar|a pagar|total del pedido|precio total
totale|totale ordine|totale dell'ordine|importo|importo totale|da pagare|totale da pagare|prezzo totale
totaal|totaalbedrag|totaalprijs|te betalen|totaal te betalen|valor total|valor a pagar|total do pedido
razem|suma|do zapłaty|łącznie|totalt|att betala|totalbelopp|i alt|å betale|at betale|yhteensä|maksettava
celkem|k úhradě|összesen|fizetendő|toplam|итого|к оплате|合計|合計金額|お支払い金額|ご請求額|总计|合计|应付总额|總計|합계|총액`.split(
    /[|\n]/,
  ),
);

/** Lines that may stand between the word and the amount. */
const ASIDE =
  /^\(?(?:including|includes|incl\.?|inkl\.?|inklusive|enthält|dont|incluye|inclus[eo]?|tax|vat)\b/iu;
const ASIDES_MAX = 3;

/**
 * The total that a page shows to whoever reads it. Null where it shows none, or several that differ: what stands on
 * the button that pays may repeat the labelled total, or stand for it, but not contradict it.
 */
export function readTotal(page: PageText): ShownTotal {
  const labelled = page.texts.flatMap((_, i) => amountAt(page.texts, i));
  const onButtons = page.buttons.flatMap((text) => amountsWithin(text));
  const all = [...labelled, ...onButtons];
  const [first] = all;
  if (first === undefined || first === null) return UNKNOWN;
  if (!all.every((amount) => amount !== null && amount.cents === first.cents)) return UNKNOWN;
  return { totalCents: first.cents, currency: currencyOf(all as readonly PageAmount[], page.texts) };
}

/** The amounts that belong to the label at a place: one where it is a label, with an amount that can be read. */
function amountAt(texts: readonly string[], at: number): readonly (PageAmount | null)[] {
  const label = splitLabel(texts[at] ?? '');
  if (label === null) return [];
  let currency = label.currency;
  let rest = label.rest;
  for (let next = at + 1; rest === '' && next <= at + 1 + ASIDES_MAX; next += 1) {
    const text = texts[next] ?? '';
    const code = currencyIn(text);
    if (code !== null) currency = code;
    else if (!ASIDE.test(text)) rest = text;
  }
  const amount = parsePageAmount(rest);
  if (amount === null) return amountsWithin(rest).length > 0 ? [null] : [];
  if (currency === null || currency === amount.currency) return [amount];
  if (amount.currency !== null && !amount.isBareDollar) return [null];
  return [{ ...amount, currency, isBareDollar: false }];
}

/** A text that begins with a label; `rest` is what follows it. */
function splitLabel(text: string): { readonly rest: string; readonly currency: string | null } | null {
  const [, words = '', rest = ''] =
    /^([^\d$€£¥￥₹:：(]+?)\s*(?:[:：]\s*)?((?:[\d$€£¥￥₹(:：]|\b[A-Z]{2,3} ?[$\d]).*)?$/u.exec(text) ?? [];
  if (!LABELS.has(words.trim().toLowerCase().replaceAll('’', "'"))) return null;
  const [, aside = '', amount = ''] = /^(\([^)]*\))?\s*[:：]?\s*(.*)$/u.exec(rest) ?? [];
  return { rest: amount, currency: currencyIn(aside) };
}

/** One currency for all of them; null where they differ, or where a dollar may be another country's. */
function currencyOf(amounts: readonly PageAmount[], texts: readonly string[]): string | null {
  const said = new Set(amounts.flatMap(({ currency, isBareDollar }) => (isBareDollar ? [] : [currency])));
  said.delete(null);
  if (said.size > 1) return null;
  const [only] = said;
  if (only !== undefined) return only;
  if (!amounts.some(({ isBareDollar }) => isBareDollar)) return null;
  const others = texts.flatMap((text) => amountsWithin(text)).some((amount) => isOtherDollar(amount));
  return others || texts.some((text) => isDollarCode(currencyIn(text))) ? null : 'USD';
}

function isOtherDollar(amount: PageAmount | null): boolean {
  return isDollarCode(amount?.currency ?? null);
}

function isDollarCode(code: string | null): boolean {
  return code !== null && /^(?:CAD|AUD|NZD|HKD|SGD|TWD|MXN|COP|CLP|ARS|UYU)$/.test(code);
}
