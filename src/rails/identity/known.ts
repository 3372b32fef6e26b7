import { type Brand, brands } from './brands.ts';
import { type HostFacts, identify } from './host.ts';
import { skeleton } from './skeleton.ts';

/** Somebody who may be imitated. */
export type KnownSite = {
  /** As it is named to a person: `paypal.com`. */
  readonly domain: string;
  /** Decoded. */
  readonly label: string;
  readonly suffixes: readonly string[];
  readonly skeleton: string;
  readonly tight: string;
  /** Given by the caller; a brand's own name; or a brand whose name others bear too. */
  readonly kind: 'given' | 'brand' | 'word';
};

/** Known sites, to be found by domain and by what they look like. */
export type KnownSites = {
  readonly all: readonly KnownSite[];
  readonly domains: ReadonlySet<string>;
  readonly bySkeleton: ReadonlyMap<string, readonly KnownSite[]>;
};

/** Names up to this many characters are near too many others: they are compared strictly. */
export const SHORT = 4;

/** The domain that two hosts of one owner share; also where the top level is on no list. */
export function domainOf({ registrableDomain, label, suffix, host }: HostFacts): string {
  return registrableDomain ?? (label === null ? host : `${label}.${suffix}`);
}

/** A host's registrable label and those in front of it, decoded. */
export function partsOf({ unicode, suffix }: HostFacts): {
  readonly label: string | null;
  readonly subdomains: readonly string[];
} {
  if (suffix === null) return { label: null, subdomains: [] };
  const labels = unicode.split('.').slice(0, -suffix.split('.').length);
  return { label: labels.at(-1) ?? null, subdomains: labels.slice(0, -1) };
}

/** The sites of hosts that the caller knows. */
export function sitesOf(hosts: readonly string[]): KnownSites {
  const facts = hosts.map(identify);
  const sites = facts.flatMap((found): readonly KnownSite[] => {
    const { suffix } = found;
    const { label } = partsOf(found);
    if (label === null || suffix === null) return [];
    return [{ domain: domainOf(found), suffixes: [suffix], kind: 'given', ...looksOf(label) }];
  });
  return indexOf(sites, facts.map(domainOf));
}

/** The well-known brands. */
export const BRAND_SITES: KnownSites = indexOf(
  brands().map(siteOfBrand),
  brands().flatMap(({ label, suffixes }) => suffixes.map((suffix) => `${label}.${suffix}`)),
);

function siteOfBrand({ label, suffixes, isWord }: Brand): KnownSite {
  return { domain: `${label}.${suffixes[0]}`, suffixes, kind: isWord ? 'word' : 'brand', ...looksOf(label) };
}

function looksOf(label: string): Pick<KnownSite, 'label' | 'skeleton' | 'tight'> {
  return { label, skeleton: skeleton(label), tight: skeleton(label, 'tight') };
}

function indexOf(all: readonly KnownSite[], domains: readonly string[]): KnownSites {
  const bySkeleton = new Map<string, KnownSite[]>();
  for (const site of all) {
    const same = bySkeleton.get(site.skeleton);
    if (same === undefined) bySkeleton.set(site.skeleton, [site]);
    else same.push(site);
  }
  return { all, domains: new Set(domains), bySkeleton };
}
