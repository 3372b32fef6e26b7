import { isIP } from 'node:net';
import { domainToUnicode } from 'node:url';
import { isPublicAddress } from './address-guard.ts';

/**
 * A URL the wallet may ask: normalized, without fragment or credentials. `host` is the host name as it is compared
 * everywhere: lower case, punycode, no final dot; an IPv6 literal keeps its brackets.
 */
export type Target = { readonly url: string; readonly origin: string; readonly host: string };

/** Which origins the operator admitted beyond the public https hosts. */
export type OriginRules = {
  /**
   * Origins that resolve by this table instead of DNS, and may be http, private, single-label and on any port.
   * The key is the exact origin as a URL serializes it: `http://names.sandbox`, `http://127.0.0.1:4021`.
   */
  readonly admitted: ReadonlyMap<string, { readonly address: string; readonly port: number }>;
};

/** A target, or why the text names none. */
export type ParsedTarget =
  | { readonly ok: true; readonly target: Target }
  | { readonly ok: false; readonly code: 'url_invalid' | 'url_not_allowed'; readonly detail: string };

const MAX_URL_LENGTH = 2048;
const MAX_HOST_LENGTH = 253;

/** Never part of a written URL. The URL parser would drop or rewrite these in silence, so that two readers differ. */
const AMBIGUOUS = /[\s\p{Cc}\p{Cf}\p{Cs}\\]/u;

const SHAPE = /^(?<scheme>[a-z][a-z0-9+.-]*):\/\/(?<authority>[^/?#]*)/i;
const LABEL = /^[a-z0-9_-]{1,63}$/;

/**
 * The one parser for every URL that names a payee's resource. `url_invalid`: not one plain absolute http(s) URL.
 * `url_not_allowed`: a URL, but neither a public https host on port 443 nor an admitted origin. Never throws.
 */
export function parseTarget(text: string, rules: OriginRules): ParsedTarget {
  if (text.length > MAX_URL_LENGTH) return invalid(`The URL has more than ${MAX_URL_LENGTH} characters`);
  if (AMBIGUOUS.test(text))
    return invalid('The URL contains white space, a control character or a backslash');
  const { scheme, authority } = SHAPE.exec(text)?.groups ?? {};
  if (scheme === undefined || authority === undefined) return invalid('The text is not an absolute URL');
  if (!/^https?$/i.test(scheme)) return invalid(`The scheme '${scheme.slice(0, 20)}' is not http or https`);
  if (authority === '') return invalid('The URL has no host');
  if (authority.includes('@')) return invalid('The URL contains credentials');

  const url = URL.parse(text);
  if (url === null) return invalid('The URL cannot be read');
  url.hash = '';
  const host = url.hostname.replace(/\.$/, '');
  if (!isHost(host)) return invalid('The host name is not well-formed');
  url.hostname = host;
  if (url.hostname !== host) return invalid('The host name is not well-formed');
  if (url.href.length > MAX_URL_LENGTH) return invalid(`The URL has more than ${MAX_URL_LENGTH} characters`);

  const target = { url: url.href, origin: url.origin, host };
  if (rules.admitted.has(target.origin)) return { ok: true, target };
  if (url.protocol !== 'https:') return notAllowed('The URL is not https');
  if (url.port !== '') return notAllowed(`The port ${url.port} is not 443`);
  const address = addressOf(host);
  if (address !== undefined && !isPublicAddress(address)) return notAllowed('The address is not public');
  if (address === undefined && !host.includes('.')) return notAllowed('The host name has a single label');
  return { ok: true, target };
}

/** The IP address that a host spells, without brackets; undefined for a name. */
export function addressOf(host: string): string | undefined {
  const bare = host.startsWith('[') ? host.slice(1, -1) : host;
  return isIP(bare) === 0 ? undefined : bare;
}

function isHost(host: string): boolean {
  if (addressOf(host) !== undefined) return true;
  if (host.length > MAX_HOST_LENGTH || !host.split('.').every((label) => LABEL.test(label))) return false;
  // A label that stays encoded is not valid punycode: it would be shown and compared as something it is not.
  return !/(?:^|\.)xn--/.test(domainToUnicode(host));
}

function invalid(detail: string): ParsedTarget {
  return { ok: false, code: 'url_invalid', detail };
}

function notAllowed(detail: string): ParsedTarget {
  return { ok: false, code: 'url_not_allowed', detail };
}
