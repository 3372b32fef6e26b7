import { type Fields, parseFields } from './sandbox-reader.ts';

/** A reply of an API: its status and its fields. */
export type ApiReply = { readonly status: number; readonly fields: Fields };

/** Calls an API that speaks JSON, with a bearer token. Rejects where no reply came in time that could be read. */
export type ApiClient = (method: string, path: string, body?: object) => Promise<ApiReply>;

/** Opens a client for the API at a URL. */
export function openApiClient(of: {
  readonly url: string;
  readonly token: string;
  readonly timeoutMs: number;
  /** Who it is, as an error names it. */
  readonly name: string;
}): ApiClient {
  const base = of.url.replace(/\/+$/, '');
  return async (method, path, body) => {
    const response = await fetch(`${base}${path}`, {
      method,
      headers: { authorization: `Bearer ${of.token}`, 'content-type': 'application/json' },
      redirect: 'error',
      signal: AbortSignal.timeout(of.timeoutMs),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }).catch((cause: unknown) => {
      throw new Error(`The ${of.name} did not answer`, { cause });
    });
    try {
      return { status: response.status, fields: parseFields(await response.text()) };
    } catch {
      // Without a cause: what was read may hold what must not be logged.
      throw new Error(`The ${of.name} gave no JSON, with status ${response.status}`);
    }
  };
}
