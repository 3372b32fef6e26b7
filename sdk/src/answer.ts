import type { Problem } from './error.ts';

/** How requests reach the server. */
export type Transport = {
  /** Without a slash at its end. */
  readonly url: string;
  readonly token: string | null;
  readonly fetch: typeof globalThis.fetch;
  readonly timeoutMs: number;
};

/** One sending of a call. */
export type Sending = {
  readonly route: { readonly method: 'GET' | 'POST'; readonly path: string };
  readonly input: Readonly<Record<string, unknown>>;
  readonly idempotencyKey: string | null;
  readonly signal: AbortSignal | null;
};

/** What one sending led to. `lost`: no usable answer, so that what became of it is not known. */
export type Answer =
  | { readonly kind: 'done'; readonly output: unknown }
  | { readonly kind: 'pending'; readonly output: unknown; readonly retryAfterMs: number }
  | ({ readonly kind: 'refused'; readonly status: number; readonly problem: Problem } & Again)
  | ({ readonly kind: 'lost'; readonly detail: string; readonly cause: unknown } & Again);

type Again = { readonly isRetryable: boolean; readonly retryAfterMs: number };

/** Sends a call once and reads the answer. Throws the reason of the caller's own signal, and on what cannot be sent. */
export async function send(transport: Transport, sending: Sending): Promise<Answer> {
  const { signal } = sending;
  signal?.throwIfAborted();
  const [url, request] = [urlOf(transport.url, sending), requestOf(transport, sending)];
  const timeout = AbortSignal.timeout(transport.timeoutMs);
  const signals = signal === null ? timeout : AbortSignal.any([signal, timeout]);
  try {
    const response = await transport.fetch(url, { ...request, signal: signals });
    return readAnswer(response, await response.text());
  } catch (cause) {
    signal?.throwIfAborted();
    const detail = timeout.aborted
      ? `The wallet at ${transport.url} did not answer within ${transport.timeoutMs} ms`
      : `The wallet at ${transport.url} was not reached`;
    return { kind: 'lost', detail, cause, isRetryable: true, retryAfterMs: 0 };
  }
}

function requestOf({ token }: Transport, { route, input, idempotencyKey }: Sending): RequestInit {
  const headers = new Headers({ accept: 'application/json' });
  if (token !== null) headers.set('authorization', `Bearer ${token}`);
  if (idempotencyKey !== null) headers.set('idempotency-key', idempotencyKey);
  if (route.method === 'GET') return { method: 'GET', headers, redirect: 'manual' };
  headers.set('content-type', 'application/json');
  return {
    method: 'POST',
    headers,
    body: JSON.stringify(withoutPath(route.path, input)),
    redirect: 'manual',
  };
}

/** The URL of a call: fields named in the path go there, those of a GET into the query. */
function urlOf(base: string, { route, input }: Sending): string {
  const path = route.path.replace(/\{(\w+)\}/g, (_, name: string) => segmentOf(name, input[name]));
  if (route.method === 'POST') return base + path;
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(withoutPath(route.path, input))) {
    if (value !== undefined) query.set(name, String(value));
  }
  return query.size === 0 ? base + path : `${base}${path}?${query}`;
}

/** A field as one segment of a path. No URL can hold an empty one, "." or "..": they would lead to another route. */
function segmentOf(name: string, value: unknown): string {
  const text = String(value ?? '');
  if (/^\.{0,2}$/.test(text)) throw new TypeError(`The field "${name}" cannot be "${text}"`);
  return encodeURIComponent(text);
}

function withoutPath(path: string, input: Sending['input']): Sending['input'] {
  return Object.fromEntries(Object.entries(input).filter(([name]) => !path.includes(`{${name}}`)));
}

function readAnswer({ status, headers }: Response, text: string): Answer {
  const retryAfterMs = Number.parseInt(headers.get('retry-after') ?? '0', 10) * 1000 || 0;
  const body = parse(text);
  if (status === 200 && body !== null) return { kind: 'done', output: body };
  if (status === 202 && body !== null) return { kind: 'pending', output: body, retryAfterMs };
  if (isProblem(body)) {
    return { kind: 'refused', status, problem: body, isRetryable: body.retryable, retryAfterMs };
  }
  const detail = `Something answered ${status} that is not the wallet`;
  const isRetryable = status < 300 || status >= 500 || status === 429;
  return { kind: 'lost', detail, cause: undefined, isRetryable, retryAfterMs };
}

function parse(text: string): object | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' ? value : null;
  } catch {
    return null;
  }
}

function isProblem(body: object | null): body is Problem {
  const { code, detail, hint, retryable } = (body ?? {}) as Partial<Record<keyof Problem, unknown>>;
  const texts = [code, detail, hint];
  return texts.every((text) => typeof text === 'string') && typeof retryable === 'boolean';
}
