import net from 'node:net';
import { expect, test } from 'vitest';
import { connect, findRoute, type Lookup } from './connection.ts';
import { listen } from './fetcher.fixture.ts';
import { type OriginRules, parseTarget, type Target } from './target.ts';

const NO_RULES: OriginRules = { admitted: new Map() };
const PUBLIC = '93.184.216.34';

/** Answers with the next of `answers` each time, and counts. */
function scripted(...answers: readonly (readonly string[])[]): { lookup: Lookup; hosts: string[] } {
  const hosts: string[] = [];
  const lookup = async (host: string) => answers[hosts.push(host) - 1] ?? [];
  return { lookup, hosts };
}

function target(url: string, rules = NO_RULES): Target {
  const parsed = parseTarget(url, rules);
  if (!parsed.ok) throw new Error(parsed.detail);
  return parsed.target;
}

test('a public host gets a route to exactly the addresses that were checked', async () => {
  const { lookup, hosts } = scripted([PUBLIC, '2606:4700:4700::1111']);
  expect(await findRoute(target('https://Shop.example./a'), { rules: NO_RULES, lookup })).toEqual({
    ok: true,
    route: { host: 'shop.example', isSecure: true, addresses: [PUBLIC, '2606:4700:4700::1111'], port: 443 },
  });
  expect(hosts).toEqual(['shop.example']);
});

test.each([
  ['a private address', ['10.0.0.1']],
  ['a private address after a public one', [PUBLIC, '10.0.0.1']],
  ['a private address before a public one', ['169.254.169.254', PUBLIC]],
  ['a v4-mapped address', ['::ffff:93.184.216.34']],
  ['a scoped address', ['fe80::1%eth0']],
  ['something that is no address', [PUBLIC, 'internal']],
])('a host with %s is refused, and the address is not told', async (_what, addresses) => {
  const { lookup } = scripted(addresses);
  expect(await findRoute(target('https://shop.example/'), { rules: NO_RULES, lookup })).toEqual({
    ok: false,
    code: 'address_not_allowed',
    detail: "The host 'shop.example' resolves to an address that is not public",
  });
});

test.each([
  ['no address', async () => []],
  ['a failing lookup', async () => Promise.reject(new Error('ENOTFOUND'))],
])('a host with %s is not resolvable', async (_what, lookup: Lookup) => {
  expect(await findRoute(target('https://shop.example/'), { rules: NO_RULES, lookup })).toEqual({
    ok: false,
    code: 'host_unresolvable',
    detail: "The host 'shop.example' has no address",
  });
});

test('a literal address and an admitted origin are not looked up', async () => {
  const rules: OriginRules = {
    admitted: new Map([['http://names.sandbox', { address: '127.0.0.1', port: 4021 }]]),
  };
  const { lookup, hosts } = scripted();
  expect(await findRoute(target('https://8.8.8.8/'), { rules, lookup })).toEqual({
    ok: true,
    route: { host: '8.8.8.8', isSecure: true, addresses: ['8.8.8.8'], port: 443 },
  });
  expect(await findRoute(target('http://names.sandbox/', rules), { rules, lookup })).toEqual({
    ok: true,
    route: { host: 'names.sandbox', isSecure: false, addresses: ['127.0.0.1'], port: 4021 },
  });
  expect(hosts).toEqual([]);
});

test('the connection goes to the address of the route and the name is not resolved again', async () => {
  const server = net.createServer((socket) => socket.end());
  const port = await listen(server);
  const route = { host: 'not-in-any-dns.invalid', isSecure: false, addresses: ['127.0.0.1'], port } as const;
  const socket = await connect(route, new AbortController().signal);
  expect([socket.remoteAddress, socket.remotePort]).toEqual(['127.0.0.1', port]);
  socket.destroy();
});

test('the next checked address is tried when the first does not answer', async () => {
  const server = net.createServer((socket) => socket.end());
  const port = await listen(server);
  const route = {
    host: 'two.invalid',
    isSecure: false,
    addresses: ['127.0.0.2', '127.0.0.1'],
    port,
  } as const;
  const socket = await connect(route, new AbortController().signal);
  expect(socket.remoteAddress).toBe('127.0.0.1');
  socket.destroy();
});

test('an abort ends a connection that is being made, with its reason', async () => {
  const server = net.createServer();
  const port = await listen(server);
  const reason = new Error('enough');
  const abort = new AbortController();
  // The server never answers the TLS handshake.
  const opening = connect(
    { host: 'mute.invalid', isSecure: true, addresses: ['127.0.0.1'], port },
    abort.signal,
  );
  server.once('connection', () => abort.abort(reason));
  await expect(opening).rejects.toBe(reason);
});
