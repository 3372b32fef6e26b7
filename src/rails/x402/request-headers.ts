/** Header names and values, names in lower case. */
export type HeaderRecord = Readonly<Record<string, string>>;

/** Headers that may be sent, or the first that may not. */
export type CleanedHeaders =
  | { readonly ok: true; readonly headers: HeaderRecord }
  | { readonly ok: false; readonly code: 'header_not_allowed'; readonly detail: string };

/** What the wallet alone writes and reads: x402 v1 and v2, and AEP2. */
const PAYMENT = new Set([
  'x-payment',
  'x-payment-response',
  'x-payment-mandate',
  'payment-signature',
  'payment-required',
  'payment-response',
]);

/** Belongs to the connection or to a proxy (RFC 9110 §7.6), to the fetcher itself, or only into a reply. */
const CONNECTION = new Set([
  'connection',
  'content-length',
  'expect',
  'forwarded',
  'host',
  'http2-settings',
  'keep-alive',
  'set-cookie',
  'set-cookie2',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'via',
  'x-real-ip',
]);
const CONNECTION_PREFIXES = ['proxy-', 'x-forwarded-'];

/** RFC 9110 §5.6.2. */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const VALUE = /^[\t\x20-\x7e]*$/;

/**
 * The headers an agent asks for, names in lower case. Refuses malformed or repeated names, values that are not
 * printable ASCII, and what is not an agent's to set: payment, connection, proxy and host headers.
 */
export function cleanHeaders(headers: HeaderRecord): CleanedHeaders {
  return check(headers, (name) => PAYMENT.has(name) || isConnectionHeader(name));
}

/**
 * The headers as they go out: without compression, and never with what belongs to the connection. Throws when the
 * wallet itself asks for a header that cannot be sent.
 */
export function wireHeaders(headers: HeaderRecord): HeaderRecord {
  const checked = check(headers, isConnectionHeader);
  if (!checked.ok) throw new TypeError(checked.detail);
  return { ...checked.headers, 'accept-encoding': 'identity' };
}

/** Whether the headers carry a payment or a promise of one. */
export function carriesPayment(headers: HeaderRecord): boolean {
  return Object.keys(headers).some((name) => PAYMENT.has(canonical(name)));
}

function check(headers: HeaderRecord, isRefused: (name: string) => boolean): CleanedHeaders {
  const clean = new Map<string, string>();
  for (const [written, value] of Object.entries(headers)) {
    const name = written.toLowerCase();
    if (!TOKEN.test(written)) return refuse(name, 'is not a header name');
    if (isRefused(canonical(name))) return refuse(name, 'is not for the caller to set');
    if (!VALUE.test(value)) return refuse(name, 'has a value that is not printable ASCII');
    if (clean.has(name)) return refuse(name, 'is given twice');
    clean.set(name, value);
  }
  return { ok: true, headers: Object.fromEntries(clean) };
}

/** Many servers read `X_Payment` as `X-Payment`. */
function canonical(name: string): string {
  return name.toLowerCase().replaceAll('_', '-');
}

function isConnectionHeader(name: string): boolean {
  return CONNECTION.has(name) || CONNECTION_PREFIXES.some((prefix) => name.startsWith(prefix));
}

function refuse(name: string, reason: string): CleanedHeaders {
  return { ok: false, code: 'header_not_allowed', detail: `The header ${quote(name)} ${reason}` };
}

function quote(name: string): string {
  return JSON.stringify(name.slice(0, 60));
}
