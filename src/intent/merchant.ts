import type { PayeeRule } from './draft.ts';
import { allBrands, brandNamed, brandOfHost, compact } from './taxonomy/brands.ts';

const HOST = /\b(?:[a-z0-9-]+\.)+[a-z]{2,}\b/gi;
const AFTER = '(?:on|from|at|via|with|through|using|by|bei|von|über|chez|sur|en|com|da|na|bij|op|w|od|z)';
const ONLY = '(?:only|nur|uniquement|seulement|solamente|sólo|solo|apenas|alleen|tylko|exclusively)';
/** A name in capitals: one word or several. */
const NAME = String.raw`([A-Z][\p{L}\p{N}&'’.-]*(?: (?:[A-Z][\p{L}\p{N}&'’.-]*|&))*)`;

type Named = { readonly names: readonly string[]; readonly isStrict: boolean };

/** Where in the words a known brand stands, the longest name first. */
function brandsIn(text: string): readonly { readonly name: string; readonly at: number }[] {
  const found = allBrands()
    .flatMap((brand) => brand.names)
    .flatMap((name) => {
      const at = text.indexOf(name);
      const next = text[at + name.length] ?? ' ';
      const before = at > 0 ? (text[at - 1] ?? ' ') : ' ';
      return at < 0 || /[\p{L}\p{N}]/u.test(next) || /[\p{L}\p{N}]/u.test(before) ? [] : [{ name, at }];
    });
  return found.filter(
    (a) =>
      !found.some(
        (b) =>
          b !== a &&
          b.at <= a.at &&
          b.at + b.name.length >= a.at + a.name.length &&
          b.name.length > a.name.length,
      ),
  );
}

/** The sellers the words name as those to buy from. */
export function merchantsOf(text: string): Named {
  const brands = brandsIn(text);
  const names = new Set<string>();
  const rule = new RegExp(`\\b${AFTER} (?:the )?$`, 'u');
  for (const { name, at } of brands) {
    const before = text.slice(0, at);
    const after = text.slice(at + name.length);
    const isSeller =
      rule.test(before) ||
      /(?:\bor|\band|,|oder|ou|o|of|lub|\/) $/.test(before) ||
      /^ (?:or|and|oder|ou|o|of|lub|\/) [A-Z]/.test(after) ||
      new RegExp(`^ ${ONLY}\\b`).test(after) ||
      /^ (?:balance|account|credits?|invoices?|bills?|wallet)\b/.test(after) ||
      new RegExp(`\\b${ONLY} $`, 'i').test(before);
    if (isSeller) names.add(name);
  }
  const only = [
    ...text.matchAll(new RegExp(`\\b(?:from|via|through|with) ${NAME}(?= ${ONLY}\\b|[.,;]|$| or )`, 'gu')),
    ...text.matchAll(new RegExp(`\\b${ONLY} (?:from|at|via|on|with|through|bei|von|chez) ${NAME}`, 'giu')),
  ];
  for (const match of only) {
    const name = (match[1] ?? '').replace(/[.,]$/, '');
    if (/^[A-Z]/.test(name) && ![...names].some((known) => name.includes(known))) names.add(name);
  }
  const isStrict = new RegExp(`\\b${ONLY}\\b`, 'i').test(text) || names.size > 0;
  return { names: [...names], isStrict };
}

/** Hosts that stand in the words as a place to pay, after `on`, `from`, `at` and the like. */
export function hostsOf(text: string): readonly string[] {
  const rule = new RegExp(`\\b(?:${AFTER}|or|and|host|hosts|api)[ :]+(?:the )?$`, 'iu');
  return [...text.matchAll(HOST)]
    .filter((match) => rule.test(text.slice(0, match.index)) || /^(?:[^.]+\.){2,}/.test(match[0]))
    .map((match) => match[0].toLowerCase());
}

/** True when a purchase goes to one of the listed: the host is theirs, or is called what the words call them. */
export function isListed(payees: PayeeRule, host: string): boolean {
  const name = host.toLowerCase();
  if (payees.hosts.some((listed) => name === listed || name.endsWith(`.${listed}`))) return true;
  const own = brandOfHost(name);
  const labels = name.split('.').map(compact);
  return payees.names.some((listed) => {
    const brand = brandNamed(listed);
    if (brand !== undefined) return isOfBrand(brand, own, name);
    const whole = compact(listed);
    const first = compact(listed.split(' ')[0] ?? '');
    return labels.slice(0, -1).some((label) => label === whole || (first.length > 3 && label === first));
  });
}

function isOfBrand(brand: { readonly domains: readonly string[] }, own: unknown, host: string): boolean {
  return own === brand || brand.domains.some((domain) => host === domain || host.endsWith(`.${domain}`));
}

/** A known seller that a text names and the list does not hold. */
export function otherSellerIn(payees: PayeeRule, text: string): string | undefined {
  const own = payees.names.map(brandNamed);
  return brandsIn(text).find(({ name }) => !own.includes(brandNamed(name)) && name.length > 4)?.name;
}
