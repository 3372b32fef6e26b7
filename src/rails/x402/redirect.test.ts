import http from 'node:http';
import { expect, test } from 'vitest';
import { admit, failure, fetchOnce, listen, ORIGIN, serve, serveRaw, text } from './fetcher.fixture.ts';
import type { FetchRequest } from './fetcher.ts';

/** `/3` leads to `/2` and so on; `/0` is the end. */
function countdown(incoming: http.IncomingMessage, reply: http.ServerResponse): void {
  const left = Number(incoming.url?.slice(1));
  if (left === 0) reply.end('here');
  else reply.writeHead(302, { location: `/${left - 1}` }).end('elsewhere');
}

test('three redirects within the origin are followed, and the target is the last one', async () => {
  const rules = await serve(countdown);
  const result = await fetchOnce(rules, { path: '/3' });
  expect(text(result)).toBe('here');
  expect(result.ok && result.reply.target.url).toBe(`${ORIGIN}/0`);
});

test('a fourth redirect is refused', async () => {
  const rules = await serve(countdown);
  expect(await fetchOnce(rules, { path: '/4' })).toEqual(
    failure('redirect_not_allowed', true, "The host 'names.sandbox' redirects more than 3 times"),
  );
});

test.each([
  ['another host', 'http://other.sandbox/'],
  ['a public host', 'https://shop.example/'],
  ['the same host over https', 'https://names.sandbox/'],
  ['another port', 'http://names.sandbox:8080/'],
  ['another host without a scheme', '//other.sandbox/'],
  ['another host behind a backslash', '/\\other.sandbox/'],
  ['the metadata service', 'http://169.254.169.254/latest/meta-data/'],
  ['this machine', 'http://127.0.0.1/'],
  ['a file', 'file:///etc/passwd'],
  ['credentials', 'http://user@names.sandbox/'],
  ['no URL', 'http://[/'],
])('a redirect to %s is refused', async (_where, location) => {
  let hits = 0;
  const rules = await serveRaw((socket) => {
    hits += 1;
    socket.end(`HTTP/1.1 307 Temporary Redirect\r\nlocation: ${location}\r\ncontent-length: 0\r\n\r\n`);
  });
  const both = new Map([
    ...rules.admitted,
    ['http://other.sandbox', { address: '127.0.0.1', port: 1 }] as const,
  ]);
  expect(await fetchOnce({ admitted: both })).toEqual(failure('redirect_not_allowed', true));
  expect(hits).toBe(1);
});

test('two locations in one redirect lead nowhere', async () => {
  const rules = await serveRaw((socket) =>
    socket.end('HTTP/1.1 302 Found\r\nlocation: /a\r\nlocation: /b\r\ncontent-length: 0\r\n\r\n'),
  );
  expect(await fetchOnce(rules)).toEqual(failure('redirect_not_allowed', true));
});

test.each<[string, Partial<FetchRequest>]>([
  ['a payment', { headers: { 'PAYMENT-SIGNATURE': 'abc' } }],
  ['a version 1 payment', { headers: { 'x-payment': 'abc' } }],
  [
    'a payment, even when redirects are asked for',
    { headers: { 'X-Payment': 'abc' }, redirect: 'same-origin' },
  ],
  ['a body', { body: new Uint8Array([1]) }],
  ['a method that changes things', { method: 'DELETE' }],
  ['a POST', { method: 'POST', body: new Uint8Array([1]), redirect: 'same-origin' }],
  ['redirects turned off', { redirect: 'none' }],
])('with %s no redirect is followed, and the 302 is the reply', async (_what, rest) => {
  let hits = 0;
  const rules = await serve((incoming, reply) => {
    hits += 1;
    countdown(incoming, reply);
  });
  const result = await fetchOnce(rules, { path: '/1', ...rest });
  expect(result.ok && [result.reply.status, result.reply.headers.location]).toEqual([302, '/0']);
  expect(hits).toBe(1);
});

test('a failure after a redirect tells that something was sent', async () => {
  const server = http.createServer((_incoming, reply) => {
    server.close();
    reply.writeHead(302, { location: '/gone' }).end();
  });
  expect(await fetchOnce(admit(await listen(server)))).toEqual(failure('network_error', true));
});
