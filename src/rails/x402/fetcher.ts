import { lookup as dnsLookup } from 'node:dns/promises';
import { connect, findRoute, type Lookup, TlsError } from './connection.ts';
import { exchange, type FetchReply, type Outgoing } from './exchange.ts';
import { followsRedirects, locationOf, nextTarget, type RedirectMode } from './redirect.ts';
import { ReplyTooLarge } from './reply-body.ts';
import { type HeaderRecord, wireHeaders } from './request-headers.ts';
import { type OriginRules, parseTarget, type Target } from './target.ts';

/**
 * What to ask, with the method in upper case. A GET or HEAD without a body and without a payment follows same-origin redirects unless `redirect`
 * is `none`; nothing else follows any, and the 3xx reply is handed back as it is.
 */
export type FetchRequest = {
  readonly target: Target;
  readonly method: string;
  readonly headers: HeaderRecord;
  readonly body: Uint8Array | null;
  readonly redirect?: RedirectMode;
};

/** Why there is no reply. */
export type FetchFailure = {
  readonly code:
    | 'host_unresolvable'
    | 'address_not_allowed'
    | 'redirect_not_allowed'
    | 'response_too_large'
    | 'timeout'
    | 'network_error'
    | 'tls_error';
  readonly detail: string;
  /** False: nothing of the request was written. True: it may have reached the peer. */
  readonly maySent: boolean;
};

/** A reply, or why there is none. */
export type FetchResult =
  | { readonly ok: true; readonly reply: FetchReply }
  | { readonly ok: false; readonly failure: FetchFailure };

/** Bounds of one fetch. */
export type FetchLimits = {
  /** From the name's resolution to the last byte, redirects included. */
  readonly timeoutMs: number;
  /** Of a body on the wire, and again once decoded. */
  readonly maxBytes: number;
  readonly maxRedirects: number;
};

/** The wallet's own HTTP client: keeps no cookie, no cache and no connection between two fetches. */
export type Fetcher = {
  /** Throws for a request that cannot be written, and once closed; whatever the peer does is a value. */
  fetch(request: FetchRequest, limits?: Partial<FetchLimits>): Promise<FetchResult>;
  /** Takes no more requests and waits for those under way, so that none is cut off after it was sent. */
  close(): Promise<void>;
};

type Context = {
  readonly rules: OriginRules;
  readonly lookup: Lookup;
  readonly limits: FetchLimits;
  readonly signal: AbortSignal;
};

const DEFAULT_LIMITS: FetchLimits = { timeoutMs: 30_000, maxBytes: 5 * 1024 * 1024, maxRedirects: 3 };
const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE']);
const TOO_LARGE: ReadonlySet<string> = new Set(['UND_ERR_HEADERS_OVERFLOW', 'UND_ERR_RES_EXCEEDED_MAX_SIZE']);

class Timeout extends Error {
  override readonly name = 'Timeout';
}

/** Opens a fetcher. `lookup` is the system's resolver unless given. */
export function openFetcher(options: {
  readonly rules: OriginRules;
  readonly lookup?: Lookup;
  readonly limits?: Partial<FetchLimits>;
}): Fetcher {
  const running = new Set<Promise<FetchResult>>();
  let isClosed = false;

  async function fetch(request: FetchRequest, limits: Partial<FetchLimits> = {}): Promise<FetchResult> {
    if (isClosed) throw new Error('The fetcher is closed');
    if (!METHODS.has(request.method)) throw new TypeError(`The method '${request.method}' cannot be sent`);
    const headers = wireHeaders(request.headers);
    const { rules, lookup = systemLookup } = options;
    // A target may come out of a record that is older than the rules.
    const parsed = parseTarget(request.target.url, rules);
    if (!parsed.ok) return fail({ code: 'address_not_allowed', detail: parsed.detail, maySent: false });

    const allLimits = { ...DEFAULT_LIMITS, ...options.limits, ...limits };
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(new Timeout()), allLimits.timeoutMs);
    const outgoing = { ...request, target: parsed.target, headers };
    const result = follow(outgoing, { rules, lookup, limits: allLimits, signal: deadline.signal });
    running.add(result);
    try {
      return await result;
    } finally {
      clearTimeout(timer);
      running.delete(result);
    }
  }

  async function close(): Promise<void> {
    isClosed = true;
    await Promise.all(running);
  }

  return { fetch, close };
}

async function follow(request: FetchRequest, context: Context): Promise<FetchResult> {
  const follows = followsRedirects(request);
  let { target } = request;
  for (let redirects = 0; ; redirects++) {
    const result = await ask({ ...request, target }, context);
    if (!result.ok) return redirects === 0 ? result : fail({ ...result.failure, maySent: true });
    const location = locationOf(result.reply);
    if (!follows || location === undefined) return result;
    if (redirects === context.limits.maxRedirects) {
      return redirectFailure(`The host '${target.host}' redirects more than ${redirects} times`);
    }
    const next = nextTarget(location, { from: target, rules: context.rules });
    if (next === undefined) {
      return redirectFailure(`The host '${target.host}' redirects to another origin, or to no usable URL`);
    }
    target = next;
  }
}

/** One hop: resolve, check, connect, then one exchange. */
async function ask(outgoing: Outgoing, context: Context): Promise<FetchResult> {
  const { rules, lookup, limits, signal } = context;
  const { target } = outgoing;
  let maySent = false;
  try {
    const found = await beforeAbort(findRoute(target, { rules, lookup }), signal);
    if (!found.ok) return fail({ code: found.code, detail: found.detail, maySent });
    const socket = await connect(found.route, signal);
    maySent = true;
    const reply = await exchange(socket, { outgoing, maxBytes: limits.maxBytes, signal });
    return { ok: true, reply };
  } catch (error) {
    return fail({ ...explain(signal.aborted ? signal.reason : error, target.host), maySent });
  }
}

function explain(error: unknown, host: string): Pick<FetchFailure, 'code' | 'detail'> {
  if (error instanceof Timeout) return { code: 'timeout', detail: `The host '${host}' took too long` };
  const code = codeOf(error instanceof TlsError ? error.cause : error);
  if (error instanceof TlsError) {
    return { code: 'tls_error', detail: `No TLS session with the host '${host}' (${code})` };
  }
  if (error instanceof ReplyTooLarge || TOO_LARGE.has(code)) {
    return { code: 'response_too_large', detail: `The host '${host}' answers with more than the limit` };
  }
  return { code: 'network_error', detail: `The exchange with the host '${host}' failed (${code})` };
}

/** The code only: messages of the system name addresses that are nobody's business outside. */
function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : 'unknown';
}

function redirectFailure(detail: string): FetchResult {
  return fail({ code: 'redirect_not_allowed', detail, maySent: true });
}

function fail(failure: FetchFailure): FetchResult {
  return { ok: false, failure };
}

function beforeAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    work.then(resolve, reject);
  });
}

async function systemLookup(host: string): Promise<readonly string[]> {
  const found = await dnsLookup(host, { all: true });
  return found.map(({ address }) => address);
}
