import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import { type Refusal, refuse } from '../../../core/refusal.ts';

/** Where a browser is driven, and the ids of its pages, the one used last first; empty where it does not say. */
export type BrowserAddress = { readonly socketUrl: string; readonly pageIds: readonly string[] };

export type EndpointRules = {
  /** Origins, hosts or hosts with a port, besides this machine's own. */
  readonly admitted: readonly string[];
  readonly timeoutMs: number;
};

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

const ANSWER_MAX = 4_000_000;

/**
 * Finds the browser behind a debugging endpoint. Only this machine's browsers and admitted ones are asked; a name
 * must resolve to this machine, and what it resolved to is what is used from there on. A redirect, and an answer that
 * names another host, are refused.
 */
export async function locateBrowser(
  endpoint: string,
  rules: EndpointRules,
): Promise<BrowserAddress | Refusal> {
  const url = URL.parse(endpoint);
  if (url === null || !/^(https?|wss?):$/.test(url.protocol) || url.username !== '' || url.password !== '') {
    return notAllowed('The endpoint is not an http or ws URL without credentials');
  }
  if (!rules.admitted.some((entry) => admits(entry, url))) {
    const address = await loopbackAddress(url.hostname);
    if (address === null) return notAllowed('The endpoint is neither on this machine nor admitted');
    if (isEncrypted(url)) return notAllowed('The endpoint of a browser on this machine is http or ws');
    url.hostname = address;
  }
  const base = `${isEncrypted(url) ? 'https' : 'http'}://${url.host}`;
  const socket = /^ws/.test(url.protocol) ? url : await socketOf(base, rules);
  if ('outcome' in socket) return socket;
  if (socket.host !== url.host || isEncrypted(socket) !== isEncrypted(url)) {
    return notAllowed('The endpoint sends to another address than its own');
  }
  return { socketUrl: socket.href, pageIds: await pageIdsOf(base, rules) };
}

function admits(entry: string, url: URL): boolean {
  if (entry.includes('://')) {
    const admitted = URL.parse(entry);
    return admitted !== null && admitted.host === url.host && isEncrypted(admitted) === isEncrypted(url);
  }
  return entry === url.host || entry === url.hostname;
}

function isEncrypted(url: URL): boolean {
  return url.protocol === 'https:' || url.protocol === 'wss:';
}

/** The loopback address that a host is, in a URL's form; null for any other. */
async function loopbackAddress(host: string): Promise<string | null> {
  const bare = host.replace(/^\[|\]$/g, '');
  const found = isIP(bare) === 0 ? await lookup(bare, { all: true }).catch(() => []) : [{ address: bare }];
  const isOurs = ({ address }: { readonly address: string }) =>
    LOOPBACK.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
  const [first] = found;
  if (first === undefined || !found.every(isOurs)) return null;
  return isIP(first.address) === 6 ? `[${first.address}]` : first.address;
}

async function socketOf(base: string, rules: EndpointRules): Promise<URL | Refusal> {
  const answer = await ask(`${base}/json/version`, rules);
  if ('outcome' in answer) return answer;
  const { webSocketDebuggerUrl } = (answer.json ?? {}) as { readonly webSocketDebuggerUrl?: unknown };
  const socket = typeof webSocketDebuggerUrl === 'string' ? URL.parse(webSocketDebuggerUrl) : null;
  if (socket === null || !/^wss?:$/.test(socket.protocol)) {
    return refuse('checkout_unreachable', 'The endpoint is not that of a browser');
  }
  return socket;
}

/** Chromium lists its pages by when they were used. Other servers may not list them at all. */
async function pageIdsOf(base: string, rules: EndpointRules): Promise<readonly string[]> {
  const answer = await ask(`${base}/json/list`, rules);
  if ('outcome' in answer || !Array.isArray(answer.json)) return [];
  return (answer.json as readonly { readonly type?: unknown; readonly id?: unknown }[]).flatMap((page) =>
    page?.type === 'page' && typeof page.id === 'string' ? [page.id] : [],
  );
}

async function ask(url: string, rules: EndpointRules): Promise<{ readonly json: unknown } | Refusal> {
  try {
    const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(rules.timeoutMs) });
    if (response.status >= 300 && response.status < 400) return notAllowed('The endpoint redirects');
    return { json: JSON.parse(await readText(response)) };
  } catch {
    return refuse('checkout_unreachable', 'No browser answers at the endpoint');
  }
}

async function readText(response: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of response.body ?? []) {
    length += part.length;
    if (length > ANSWER_MAX) throw new RangeError('The answer is too long');
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

function notAllowed(detail: string): Refusal {
  return refuse('checkout_endpoint_not_allowed', detail);
}
