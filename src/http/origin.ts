import { type Refusal, refuse } from '../core/refusal.ts';
import { short } from './short.ts';

/** Which names this server answers to. */
export type OriginRules = {
  /** Where callers reach it; asked at each use, because a port may be chosen late. */
  readonly publicUrl: () => string;
  /** Names as in a Host header; one without a port stands for every port. */
  readonly allowedHosts: readonly string[];
};

/** Says why a request with these headers is not for us, or null. */
export type OriginCheck = (headers: Headers) => Refusal | null;

/**
 * A page in a browser must not reach the wallet: not under a name of its own that it lets resolve to our address
 * (DNS rebinding), and not from another origin.
 */
export function createOriginCheck({ publicUrl, allowedHosts }: OriginRules): OriginCheck {
  const names = new Set(allowedHosts.map((name) => name.toLowerCase()));
  const isKnown = (host: string) =>
    names.has(host) || names.has(host.replace(/:\d+$/, '')) || host === URL.parse(publicUrl())?.host;
  return (headers) => {
    const host = headers.get('host')?.toLowerCase() ?? '';
    if (!isKnown(host)) return refuse('host_not_allowed', `This server does not answer to "${short(host)}"`);
    const origin = headers.get('origin');
    if (origin === null || isOwn(origin, host) || origin === URL.parse(publicUrl())?.origin) return null;
    return refuse('origin_not_allowed', `Pages of "${short(origin)}" may not call this server`);
  };
}

function isOwn(origin: string, host: string): boolean {
  return origin === `http://${host}` || origin === `https://${host}`;
}
