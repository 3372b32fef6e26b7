import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { locateBrowser } from './endpoint.ts';

const PAGES = [
  { type: 'page', id: 'B' },
  { type: 'iframe', id: 'X' },
  { type: 'page', id: 'A' },
];
/** What is answered at `/json/version`; a path beginning with `/` redirects there. */
let socketUrl = '';
let asked: string[] = [];
let server: Server;
let port = 0;

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(request.url ?? '');
    if (request.url === '/json/list') return response.end(JSON.stringify(PAGES));
    if (!socketUrl.startsWith('http')) {
      return response.end(JSON.stringify({ webSocketDebuggerUrl: socketUrl }));
    }
    return response.writeHead(302, { location: socketUrl }).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
});
afterAll(() => void server.close());

async function locate(endpoint: string, admitted: readonly string[] = []) {
  asked = [];
  const found = await locateBrowser(endpoint, { admitted, timeoutMs: 2000 });
  return 'outcome' in found ? found.code : found;
}

test('a browser of this machine is found by address and by name, with its pages in the order of use', async () => {
  socketUrl = `ws://127.0.0.1:${port}/devtools/browser/1`;
  const found = { socketUrl, pageIds: ['B', 'A'] };
  expect(await locate(`http://127.0.0.1:${port}`)).toEqual(found);
  expect(await locate(`http://127.0.0.1:${port}/`)).toEqual(found);
  expect(await locate(socketUrl)).toEqual(found);
  expect(asked).toEqual(['/json/list']);
});

test('a name that resolves to this machine is replaced by what it resolved to', async () => {
  socketUrl = `ws://127.0.0.1:${port}/devtools/browser/1`;
  const found = await locate(`ws://localhost:${port}/devtools/browser/1`);
  expect(found).toMatchObject({ socketUrl: expect.stringMatching(/^ws:\/\/(127\.0\.0\.1|\[::1\]):/) });
});

test.each([
  ['another machine', 'http://192.0.2.1:9222'],
  ['all of this machine', 'http://0.0.0.0:9222'],
  ['the link-local metadata address', 'http://169.254.169.254/'],
  ['a name that is nobody', 'http://browser.invalid:9222'],
  ['a name of another machine in disguise', 'http://127.0.0.1.invalid:9222'],
  ['encryption on this machine', 'https://127.0.0.1:9222'],
  ['credentials', 'http://user:pass@127.0.0.1:9222'],
  ['a file', 'file:///tmp/socket'],
  ['no URL', '127.0.0.1:9222'],
])('%s is not asked', async (_what, endpoint) => {
  expect(await locate(endpoint, ['http://browser.lan:9222'])).toBe('checkout_endpoint_not_allowed');
  expect(asked).toEqual([]);
});

test('an endpoint that sends elsewhere is refused', async () => {
  const base = `http://127.0.0.1:${port}`;
  for (const elsewhere of [
    'http://192.0.2.1/json/version',
    `${base}/other`,
    'ws://192.0.2.1:9222/devtools/browser/1',
    `ws://127.0.0.1:${port + 1}/devtools/browser/1`,
    `wss://127.0.0.1:${port}/devtools/browser/1`,
  ]) {
    socketUrl = elsewhere;
    expect(await locate(base)).toBe('checkout_endpoint_not_allowed');
    expect(asked).toEqual(['/json/version']);
  }
});

test('what is no browser is unreachable', async () => {
  socketUrl = 'nonsense';
  expect(await locate(`http://127.0.0.1:${port}`)).toBe('checkout_unreachable');
  expect(await locate('http://127.0.0.1:1')).toBe('checkout_unreachable');
});

test('an admitted endpoint is asked by origin, by host, or by host and port; any other is not', async () => {
  // Nothing encrypted answers here: what is let through is unreachable.
  const locateBy = (entry: string) => locate(`https://127.0.0.1:${port}`, [entry]);
  for (const entry of [
    `https://127.0.0.1:${port}`,
    `wss://127.0.0.1:${port}/`,
    '127.0.0.1',
    `127.0.0.1:${port}`,
  ]) {
    expect(await locateBy(entry)).toBe('checkout_unreachable');
  }
  for (const entry of [
    `http://127.0.0.1:${port}`,
    'https://127.0.0.1',
    '127.0.0.2',
    `127.0.0.1:${port + 1}`,
  ]) {
    expect(await locateBy(entry)).toBe('checkout_endpoint_not_allowed');
  }
});
