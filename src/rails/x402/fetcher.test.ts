import net from 'node:net';
import { expect, test } from 'vitest';
import {
  admit,
  failure,
  fetchOnce,
  listen,
  ORIGIN,
  request,
  serve,
  serveRaw,
  text,
} from './fetcher.fixture.ts';
import { openFetcher } from './fetcher.ts';

test('a request goes out with the name of its host and nothing the caller did not ask for', async () => {
  const heads: string[] = [];
  const rules = await serveRaw((socket, head) => {
    heads.push(head);
    socket.end(
      'HTTP/1.1 402 Payment Required\r\nPAYMENT-REQUIRED: eyJ9\r\nX-Twice: a\r\nx-twice: b\r\n\r\nPay first',
    );
  });
  const headers = { Accept: 'text/html', 'PAYMENT-SIGNATURE': 'abc', 'accept-encoding': 'gzip' };
  expect(await fetchOnce(rules, { path: '/a?b=1#c', headers })).toEqual({
    ok: true,
    reply: {
      status: 402,
      headers: { 'payment-required': 'eyJ9', 'x-twice': 'a, b' },
      body: new Uint8Array(Buffer.from('Pay first')),
      target: { url: `${ORIGIN}/a?b=1`, origin: ORIGIN, host: 'names.sandbox' },
    },
  });
  expect(heads).toEqual([
    'GET /a?b=1 HTTP/1.1\r\nhost: names.sandbox\r\nconnection: close\r\n' +
      'accept: text/html\r\npayment-signature: abc\r\naccept-encoding: identity\r\n\r\n',
  ]);
});

test('a body arrives as it was sent, both ways', async () => {
  const rules = await serve((incoming, reply) => {
    incoming.pipe(reply.writeHead(200, { 'x-method': incoming.method ?? '' }));
  });
  const body = new Uint8Array(100_000).map((_, i) => i % 251);
  const result = await fetchOnce(rules, {
    method: 'PUT',
    body,
    headers: { 'content-type': 'application/octet-stream' },
  });
  expect(result.ok && result.reply.body).toEqual(body);
  expect(result.ok && result.reply.headers['x-method']).toBe('PUT');
});

test('a HEAD that tells of a compressed body has none', async () => {
  const rules = await serve((_incoming, reply) => {
    reply.writeHead(200, { 'content-encoding': 'gzip', 'content-length': '99999999' }).end();
  });
  const result = await fetchOnce(rules, { method: 'HEAD' });
  expect(result.ok && result.reply.body).toEqual(new Uint8Array(0));
});

test('a cookie is not carried from one fetch to the next, nor is a connection', async () => {
  const cookies: (string | undefined)[] = [];
  const sockets = new Set<net.Socket>();
  const rules = await serve((incoming, reply) => {
    cookies.push(incoming.headers.cookie);
    sockets.add(incoming.socket);
    reply.setHeader('set-cookie', 'session=1').setHeader('connection', 'keep-alive').end();
  });
  const fetcher = openFetcher({ rules });
  await fetcher.fetch(request('/', rules));
  await fetcher.fetch(request('/', rules));
  expect(cookies).toEqual([undefined, undefined]);
  expect(sockets.size).toBe(2);
  await fetcher.close();
});

test('a refused connection sent nothing, and its address is not told', async () => {
  const server = net.createServer();
  const rules = admit(await listen(server));
  await new Promise((resolve) => server.close(resolve));
  expect(await fetchOnce(rules)).toEqual(
    failure('network_error', false, "The exchange with the host 'names.sandbox' failed (ECONNREFUSED)"),
  );
});

test('a connection reset at once is never said to be unsent when a byte of it arrived', async () => {
  let received = 0;
  const rules = admit(
    await listen(
      net.createServer((socket) => {
        socket.on('data', (chunk) => {
          received += chunk.length;
        });
        socket.on('error', () => {});
        setImmediate(() => socket.resetAndDestroy());
      }),
    ),
  );
  const result = await fetchOnce(rules);
  expect(result).toEqual(failure('network_error', expect.any(Boolean)));
  expect(received === 0 || (!result.ok && result.failure.maySent)).toBe(true);
});

test.each([
  ['resets', (socket: net.Socket) => socket.resetAndDestroy()],
  ['hangs up', (socket: net.Socket) => socket.end()],
  ['speaks no HTTP', (socket: net.Socket) => socket.end('SSH-2.0-OpenSSH_9.9\r\n')],
  ['breaks off its head', (socket: net.Socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-le')],
  [
    'breaks off its body',
    (socket: net.Socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf'),
  ],
  [
    'breaks off a chunk',
    (socket: net.Socket) => socket.end('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n9\r\nhalf'),
  ],
  [
    'gives two lengths',
    (socket: net.Socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab'),
  ],
  [
    'gives a length and chunks',
    (socket: net.Socket) =>
      socket.end(
        'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n',
      ),
  ],
  [
    'folds a header',
    (socket: net.Socket) => socket.end('HTTP/1.1 200 OK\r\nx-a: 1\r\n b\r\ncontent-length: 0\r\n\r\n'),
  ],
  [
    'switches protocols',
    (socket: net.Socket) => socket.end('HTTP/1.1 101 Switching\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'),
  ],
])('a peer that %s after the request is a network error that may have been sent', async (_what, answer) => {
  let hits = 0;
  const rules = await serveRaw((socket) => {
    hits += 1;
    answer(socket);
  });
  expect(await fetchOnce(rules, { method: 'POST', body: new Uint8Array(0) })).toEqual(
    failure('network_error', true),
  );
  expect(hits).toBe(1);
});

test('a target the rules no longer admit is not asked', async () => {
  const rules = await serve((_incoming, reply) => reply.end());
  const old = request('/', rules);
  const fetcher = openFetcher({ rules: { admitted: new Map() } });
  expect(await fetcher.fetch(old)).toEqual(failure('address_not_allowed', false, 'The URL is not https'));
});

test('what cannot be written is thrown at', async () => {
  const rules = await serve((_incoming, reply) => reply.end());
  await expect(fetchOnce(rules, { method: 'CONNECT' })).rejects.toThrow(
    new TypeError("The method 'CONNECT' cannot be sent"),
  );
  await expect(fetchOnce(rules, { headers: { host: 'evil.example' } })).rejects.toThrow(TypeError);
});

test('closing waits for what is under way and takes nothing more', async () => {
  let answer = () => {};
  const rules = await serve((_incoming, reply) => {
    answer = () => reply.end('done');
    asked();
  });
  let asked = () => {};
  const isAsked = new Promise<void>((resolve) => {
    asked = resolve;
  });
  const fetcher = openFetcher({ rules });
  const running = fetcher.fetch(request('/', rules));
  await isAsked;
  const closing = fetcher.close();
  await expect(fetcher.fetch(request('/', rules))).rejects.toThrow('The fetcher is closed');
  answer();
  await closing;
  expect(text(await running)).toBe('done');
});
