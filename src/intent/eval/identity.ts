import { isRiskySuffix } from '../../rails/identity/bait.ts';
import { identify, siteOf } from '../../rails/identity/host.ts';
import { lookAlikeOf } from '../../rails/identity/look-alike.ts';
import type { Identity } from '../reading.ts';
import { brandNamed, brandOfHost, compact } from '../taxonomy/brands.ts';

/** Who a host is, as the wallet tells it. `names`: the sellers that the operator's words name. */
export function identityOf(host: string, merchant: string, names: readonly string[]): Identity {
  const facts = identify(host);
  const named = names.flatMap((name) => brandNamed(name)?.domains ?? []);
  const look = lookAlikeOf(host, named);
  const sure = look?.isSure === true ? (look.of ?? facts.host) : null;
  return {
    registrableDomain: siteOf(facts),
    lookAlikeOf: sure ?? posesAs(host, merchant, facts.label ?? ''),
    isSuspect: look !== null || isRiskySuffix(facts.suffix ?? ''),
  };
}

/** The well-known seller that a merchant calls itself by, where its host is none of that seller's. */
function posesAs(host: string, merchant: string, label: string): string | null {
  const brand = brandNamed(merchant);
  if (brand === undefined || brand.domains.length === 0 || brandOfHost(host) !== undefined) return null;
  const isOwn = brand.names.some((name) => compact(label).startsWith(compact(name)));
  return isOwn ? null : (brand.names[0] ?? null);
}
