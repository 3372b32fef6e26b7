import { isIP } from 'node:net';
import { domainToASCII, domainToUnicode } from 'node:url';
import { parse } from 'tldts';
import { isMixed, type Script, scriptsOf } from './script.ts';

/** What a host's name says about whose it is. */
export type HostFacts = {
  /** As compared everywhere: lower case, punycode, no final dot; an IPv6 literal keeps its brackets. */
  readonly host: string;
  /** The host with its encoded labels decoded. It is for comparing; what is shown to a person is `host`. */
  readonly unicode: string;
  /**
   * What one owner registers, by the public suffix list with its private part (`shop.github.io` is a site of its own).
   * Null for an address, a single label, a bare public suffix such as `co.uk`, and a top level that is on no list.
   */
  readonly registrableDomain: string | null;
  /** The label in front of the suffix, as in `host`; also where the top level is on no list, as in a sandbox. */
  readonly label: string | null;
  readonly suffix: string | null;
  readonly isIp: boolean;
  /** The scripts of its letters in the order of a fixed list. An address has none. */
  readonly scripts: readonly Script[];
  /** Whether one label mixes scripts that no language writes together (UTS #39, highly restrictive). */
  readonly isMixedScript: boolean;
};

/** Ends a host in a URL, or is decoded there: the platform's parser would drop or change what follows. */
const NOT_IN_A_HOST = /[\s\p{Cc}\\/?#@%]|:(?!.*\]$)/u;

const PUBLIC_SUFFIXES = { extractHostname: false, validateHostname: false, allowPrivateDomains: true };

/** The facts of a host, which must be one: a host name or an address as a URL has it, in any spelling. */
export function identify(text: string): HostFacts {
  const host = normalize(text);
  if (isAddress(host)) {
    return { ...NOWHERE, host, unicode: host, isIp: true, scripts: [], isMixedScript: false };
  }
  const unicode = /(?:^|\.)xn--/.test(host) ? domainToUnicode(host) : host;
  const scripts = scriptsOf(unicode);
  const isMixedScript = scripts.length > 1 && unicode.split('.').some(isMixed);
  return { host, unicode, ...placeOf(host), isIp: false, scripts, isMixedScript };
}

/** Whom a limit per payee counts for: the registrable domain, and the host itself where there is none. */
export function siteOf({ registrableDomain, host }: HostFacts): string {
  return registrableDomain ?? host;
}

type Place = Pick<HostFacts, 'registrableDomain' | 'label' | 'suffix'>;
const NOWHERE: Place = { registrableDomain: null, label: null, suffix: null };

function normalize(text: string): string {
  const bare = NOT_IN_A_HOST.test(text) ? '' : text.replace(/\.$/, '');
  const host =
    /^[a-z0-9.-]+$/.test(bare) && !/\d$/.test(bare) ? bare : domainToASCII(bare).replace(/\.$/, '');
  if (host === '' || (!isAddress(host) && host.split('.').includes(''))) {
    throw new TypeError(`"${text.slice(0, 80)}" is not a host`);
  }
  return host;
}

function isAddress(host: string): boolean {
  return isIP(host.startsWith('[') ? host.slice(1, -1) : host) !== 0;
}

function placeOf(host: string): Place {
  const found = parse(host, PUBLIC_SUFFIXES);
  const { domain, domainWithoutSuffix: label, publicSuffix: suffix } = found;
  if (domain === null) return found.isPrivate === true ? placeOfSuffix(host) : NOWHERE;
  const isListed = found.isIcann === true || found.isPrivate === true;
  return { registrableDomain: isListed ? domain : null, label, suffix };
}

/** A private suffix belongs to who lends it out, and is a site beside the sites under it. */
function placeOfSuffix(host: string): Place {
  const { domainWithoutSuffix: label, publicSuffix: suffix } = parse(host, {
    ...PUBLIC_SUFFIXES,
    allowPrivateDomains: false,
  });
  return { registrableDomain: host, label, suffix };
}
