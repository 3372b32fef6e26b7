import { baitOf, isRiskySuffix } from './bait.ts';
import { type HostFacts, identify } from './host.ts';
import { BRAND_SITES, domainOf, type KnownSite, type KnownSites, partsOf, SHORT, sitesOf } from './known.ts';
import { isLatinTwin } from './letters.ts';
import { baited, type Reading, readingsOf } from './reading.ts';
import { fold, skeleton } from './skeleton.ts';
import { isSlip, LONG } from './slip.ts';

/**
 * In what way a host resembles another; the first that holds is told. `same_skeleton`: it reads the same.
 * `other_suffix`: the same name under another suffix. `brand_in_subdomain`: the known name is in front of a stranger's
 * domain, dressed up. `bait_words`: the name and such words as "login". `one_edit`: one slip of the keyboard away.
 * `mixed_script`: scripts that no language mixes in one word. `foreign_twin`: a foreign word that reads as Latin.
 * `brand_as_subdomain`: a brand's plain name in front of a stranger's domain, as resellers also have it.
 */
export type Resemblance =
  | 'same_skeleton'
  | 'other_suffix'
  | 'brand_in_subdomain'
  | 'bait_words'
  | 'one_edit'
  | 'mixed_script'
  | 'foreign_twin'
  | 'brand_as_subdomain';

/** Whom a host resembles. */
export type LookAlike = {
  /** The domain it could be taken for; null where the name is deceptive in itself and resembles nobody known. */
  readonly of: string | null;
  readonly why: Resemblance;
  /** False where honest sites do the same: that is worth a question, not a refusal. */
  readonly isSure: boolean;
};

/**
 * Whether a host looks like somebody it is not: like one of `known` (hosts approved or paid before) or a well-known
 * brand. A host of a known site or of a brand's own domain is no look-alike, and neither is an address. The same
 * arguments give the same answer. Throws on what is not a host. Many calls with the same hosts take `sitesOf(hosts)`.
 */
export function lookAlikeOf(host: string, known: readonly string[] | KnownSites): LookAlike | null {
  const facts = identify(host);
  const name = nameOf(facts);
  if (name === null) return facts.isMixedScript ? deceptive('mixed_script') : null;
  const given = 'all' in known ? known : sitesOf(known);
  if (given.domains.has(domainOf(facts)) || isBrands(domainOf(facts), name)) return null;

  for (const check of [ofLabel, inSubdomain, withBait, byEdit]) {
    const found = check(name, given) ?? check(name, BRAND_SITES);
    if (found !== null) return found;
  }
  if (facts.isMixedScript) return deceptive('mixed_script');
  if (isForeignTwin(name)) return { ...deceptive('foreign_twin'), isSure: false };
  return asSubdomain(name);
}

/** A host taken apart for the checks. */
type Name = {
  /** The registrable label and those in front of it, decoded. */
  readonly label: string;
  readonly subdomains: readonly string[];
  readonly suffix: string;
  readonly isRisky: boolean;
  readonly skeleton: string;
  readonly readings: readonly Reading[];
};

function nameOf(facts: HostFacts): Name | null {
  const { label, subdomains } = partsOf(facts);
  const { suffix } = facts;
  if (label === null || suffix === null) return null;
  const isRisky = isRiskySuffix(suffix);
  return { label, subdomains, suffix, isRisky, skeleton: skeleton(label), readings: readingsOf(label) };
}

/** A brand's own; also by one label more, where it trades under a name that the list of suffixes lacks: amazon.com.be. */
function isBrands(domain: string, { subdomains }: Name): boolean {
  return [domain, [...subdomains.slice(-1), domain].join('.')].some((one) => BRAND_SITES.domains.has(one));
}

/** The whole name is somebody's, or reads like it. */
function ofLabel(name: Name, sites: KnownSites): LookAlike | null {
  for (const site of sites.bySkeleton.get(name.skeleton) ?? []) {
    const isShort = site.label.length <= SHORT;
    if (name.label === site.label) {
      if (site.kind === 'given' || (site.kind === 'brand' && !isShort)) return sure(site, 'other_suffix');
      if (name.isRisky) return { ...sure(site, 'other_suffix'), isSure: false };
    } else if (!isShort || isShortTwin(name.label, site)) {
      return sure(site, 'same_skeleton');
    }
  }
  return null;
}

/** `dһl` and `vvise` are, `deli` is not `dell`: another plain letter in its place makes another short name. */
function isShortTwin(label: string, site: KnownSite): boolean {
  const isPlain = /^[a-z]+$/.test(label) && label.length === site.label.length;
  return !isPlain && skeleton(label, 'tight') === site.tight;
}

/** `paypal.com.evil.io`, `paypal.com-secure.io`, `paypal-login.evil.io`, `paypal.secure-billing.io`, `paypa1.evil.io`. */
function inSubdomain(name: Name, sites: KnownSites): LookAlike | null {
  const { subdomains } = name;
  const isBaitAround = [name.label, ...subdomains].some((label) => hasStrongBait(label));
  for (const [at, label] of subdomains.entries()) {
    const after = [...subdomains.slice(at + 1), name.label].join('.');
    for (const site of sites.bySkeleton.get(skeleton(label)) ?? []) {
      const isWhole = ownSuffixes(site).some((suffix) => startsWithLabels(after, suffix));
      const isDressed =
        site.kind !== 'word' && site.label.length > SHORT && (isBaitAround || label !== site.label);
      if (isWhole || isDressed) return sure(site, 'brand_in_subdomain');
    }
    const site = baited(readingsOf(label), sites, name.isRisky);
    if (site !== undefined) return sure(site, 'brand_in_subdomain');
  }
  return null;
}

/** `asana-billing.support`, `securepaypal.com`, `hetznar-cloud.de`. */
function withBait(name: Name, sites: KnownSites): LookAlike | null {
  const site = baited(name.readings, sites, name.isRisky);
  if (site !== undefined) return sure(site, 'bait_words');
  for (const reading of name.readings) {
    if (reading.joint !== 'none' || !reading.rest.some(({ bait }) => bait !== null)) continue;
    const near = sites.all.find((one) => isSlip(reading.name, one));
    if (near !== undefined) return sure(near, 'bait_words');
  }
  return null;
}

/** A name that is itself known, under whatever suffix, is no slip of another. */
function byEdit(name: Name, sites: KnownSites): LookAlike | null {
  if (sites.bySkeleton.has(name.skeleton)) return null;
  const site = sites.all.find((one) => isSlip(name.skeleton, one));
  if (site === undefined) return null;
  return { of: site.domain, why: 'one_edit', isSure: site.kind === 'given' || site.label.length > LONG };
}

function asSubdomain({ subdomains }: Name): LookAlike | null {
  const sites = subdomains.flatMap((label) => BRAND_SITES.bySkeleton.get(skeleton(label)) ?? []);
  const site = sites.find(({ kind, label }) => kind === 'brand' && label.length > SHORT);
  return site === undefined ? null : { of: site.domain, why: 'brand_as_subdomain', isSure: false };
}

function hasStrongBait(label: string): boolean {
  return fold(label)
    .split('-')
    .some((part) => part !== 'www' && baitOf(skeleton(part)) === 'strong');
}

/** Whether dotted labels begin with these, the last one perhaps going on after a hyphen: `com-secure.io`. */
function startsWithLabels(labels: string, start: string): boolean {
  return labels === start || labels.startsWith(`${start}.`) || labels.startsWith(`${start}-`);
}

/** The suffixes by which a name is known as somebody's domain: `it.` after a plain word may be a department. */
function ownSuffixes({ kind, suffixes }: KnownSite): readonly string[] {
  return kind === 'word' ? suffixes.slice(0, 1) : suffixes;
}

/** A word in letters that cannot be told from Latin ones, under a suffix where Latin is read. */
function isForeignTwin({ label, suffix }: Name): boolean {
  return isLatinTwin(label) && !/^(?:ru|su|ua|by|kz|bg|mk|rs|me|gr|cy|am|eu|[^a-z]+)$/.test(suffix);
}

function sure(site: KnownSite, why: Resemblance): LookAlike {
  return { of: site.domain, why, isSure: true };
}

function deceptive(why: Resemblance): LookAlike {
  return { of: null, why, isSure: true };
}
