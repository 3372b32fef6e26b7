import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { afterEach, expect } from 'vitest';
import { type FetchLimits, type FetchRequest, type FetchResult, openFetcher } from './fetcher.ts';
import { type OriginRules, parseTarget } from './target.ts';

/** The origin under which every payee of these tests is admitted. */
export const ORIGIN = 'http://names.sandbox';

const opened: net.Server[] = [];
afterEach(() => {
  for (const server of opened.splice(0)) server.close();
});

/** Listens on 127.0.0.1 until the test ends; the port. */
export async function listen(server: net.Server): Promise<number> {
  opened.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** Rules that lead one origin to a port of this machine, and nothing else anywhere. */
export function admit(port: number, origin = ORIGIN): OriginRules {
  return { admitted: new Map([[origin, { address: '127.0.0.1', port }]]) };
}

/** A payee that speaks HTTP. */
export async function serve(answer: http.RequestListener): Promise<OriginRules> {
  return admit(await listen(http.createServer(answer)));
}

/** A payee that does as it likes on the bare connection, once the head of a request is there. */
export async function serveRaw(answer: (socket: net.Socket, head: string) => void): Promise<OriginRules> {
  const server = net.createServer((socket) => {
    let head = '';
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk) => {
      head += chunk.toString('latin1');
      if (head.includes('\r\n\r\n')) answer(socket, head);
    });
  });
  return admit(await listen(server));
}

/** A plain GET of a path at the payee, or what `rest` makes of it. */
export function request(path: string, rules: OriginRules, rest: Partial<FetchRequest> = {}): FetchRequest {
  const parsed = parseTarget(ORIGIN + path, rules);
  if (!parsed.ok) throw new Error(parsed.detail);
  return { target: parsed.target, method: 'GET', headers: {}, body: null, ...rest };
}

/** One request by a fetcher of its own. */
export async function fetchOnce(
  rules: OriginRules,
  rest: Partial<FetchRequest> & { readonly path?: string } = {},
  limits: Partial<FetchLimits> = {},
): Promise<FetchResult> {
  const { path = '/', ...others } = rest;
  const fetcher = openFetcher({ rules });
  const result = await fetcher.fetch(request(path, rules, others), limits);
  await fetcher.close();
  return result;
}

/** The failure expected of a fetch. */
export function failure(code: string, maySent: unknown, detail: unknown = expect.any(String)) {
  return { ok: false, failure: { code, detail, maySent } };
}

/** The body of a reply as text; the result itself when there is none. */
export function text(result: FetchResult): unknown {
  return result.ok ? Buffer.from(result.reply.body).toString() : result;
}
