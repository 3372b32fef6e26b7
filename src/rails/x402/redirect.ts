import type { FetchReply, Outgoing } from './exchange.ts';
import { carriesPayment } from './request-headers.ts';
import { type OriginRules, parseTarget, type Target } from './target.ts';

/** Whether redirects may be followed at all; they never leave the origin. */
export type RedirectMode = 'none' | 'same-origin';

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** Only what is safe to repeat elsewhere follows: GET or HEAD, with no body and no payment, unless told not to. */
export function followsRedirects(request: Outgoing & { readonly redirect?: RedirectMode }): boolean {
  const isSafe = (request.method === 'GET' || request.method === 'HEAD') && request.body === null;
  return isSafe && request.redirect !== 'none' && !carriesPayment(request.headers);
}

/** Where a reply redirects to, as written; undefined when it is no redirect. */
export function locationOf(reply: FetchReply): string | undefined {
  return REDIRECTS.has(reply.status) ? reply.headers.location : undefined;
}

/** The target of the next hop; undefined when the location is no usable URL or lies in another origin. */
export function nextTarget(
  location: string,
  hop: { readonly from: Target; readonly rules: OriginRules },
): Target | undefined {
  const url = URL.parse(location, hop.from.url);
  const parsed = url === null ? undefined : parseTarget(url.href, hop.rules);
  return parsed?.ok && parsed.target.origin === hop.from.origin ? parsed.target : undefined;
}
