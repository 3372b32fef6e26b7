import { generateKeyPairSync, sign } from 'node:crypto';
import net from 'node:net';
import tls from 'node:tls';
import { afterEach, expect, test, vi } from 'vitest';
import { admit, failure, listen } from './fetcher.fixture.ts';
import { type FetchResult, openFetcher } from './fetcher.ts';
import { type OriginRules, parseTarget } from './target.ts';

const OWN_CERTIFICATES = tls.getCACertificates('default');
const ORIGIN = 'https://shop.example';
const PUBLIC = '93.184.216.34';

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  tls.setDefaultCACertificates(OWN_CERTIFICATES);
});

/** An X.509 v3 certificate for one name, signed by itself. */
function selfSigned(name: string): { readonly key: string; readonly cert: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const der = (tag: number, ...parts: readonly (string | Buffer)[]): Buffer => {
    const content = Buffer.concat(
      parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'hex') : part)),
    );
    const length =
      content.length < 128 ? [content.length] : [0x82, content.length >> 8, content.length & 0xff];
    return Buffer.concat([Buffer.from([tag, ...length]), content]);
  };
  const sequence = (...parts: readonly (string | Buffer)[]) => der(0x30, ...parts);
  const algorithm = sequence('06082a8648ce3d040302');
  const commonName = sequence(der(0x31, sequence('0603550403', der(0x0c, Buffer.from(name)))));
  const validity = sequence(
    der(0x18, Buffer.from('20200101000000Z')),
    der(0x18, Buffer.from('20991231235959Z')),
  );
  const alternativeName = sequence('0603551d11', der(0x04, sequence(der(0x82, Buffer.from(name)))));
  const body = sequence(
    der(0xa0, '020102'),
    '020101',
    algorithm,
    commonName,
    validity,
    commonName,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(alternativeName)),
  );
  const certificate = sequence(body, algorithm, der(0x03, '00', sign('sha256', body, privateKey)));
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${certificate.toString('base64')}\n-----END CERTIFICATE-----\n`,
  };
}

/** A payee with a certificate for `name`; keeps the name each client asked for and the head it sent. */
async function servePayee(name: string) {
  const seen: { servername: unknown; head: string }[] = [];
  const { key, cert } = selfSigned(name);
  const server = tls.createServer({ key, cert, ALPNProtocols: ['h2', 'http/1.1'] }, (socket) => {
    socket.on('error', () => socket.destroy());
    socket.once('data', (chunk) => {
      seen.push({ servername: 'servername' in socket && socket.servername, head: chunk.toString('latin1') });
      socket.end('HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\npaid');
    });
  });
  server.on('tlsClientError', () => {});
  return { seen, cert, port: await listen(server) };
}

async function get(
  rules: OriginRules,
  options: { lookup?: (host: string) => Promise<readonly string[]>; timeoutMs?: number } = {},
): Promise<FetchResult> {
  const { lookup = async () => [], timeoutMs = 10_000 } = options;
  const parsed = parseTarget(`${ORIGIN}/item`, rules);
  if (!parsed.ok) throw new Error(parsed.detail);
  const fetcher = openFetcher({ rules, lookup, limits: { timeoutMs } });
  return fetcher.fetch({
    target: parsed.target,
    method: 'GET',
    headers: { 'PAYMENT-SIGNATURE': 'abc' },
    body: null,
  });
}

test('over TLS the name of the host stands in the handshake, the certificate and the request', async () => {
  const payee = await servePayee('shop.example');
  tls.setDefaultCACertificates([payee.cert]);
  const result = await get(admit(payee.port, ORIGIN));
  expect(result.ok && Buffer.from(result.reply.body).toString()).toBe('paid');
  expect(payee.seen).toEqual([
    {
      servername: 'shop.example',
      head:
        'GET /item HTTP/1.1\r\nhost: shop.example\r\nconnection: close\r\n' +
        'payment-signature: abc\r\naccept-encoding: identity\r\n\r\n',
    },
  ]);
});

test('a certificate nobody vouches for gets no request', async () => {
  const payee = await servePayee('shop.example');
  expect(await get(admit(payee.port, ORIGIN))).toEqual(
    failure('tls_error', false, "No TLS session with the host 'shop.example' (DEPTH_ZERO_SELF_SIGNED_CERT)"),
  );
  expect(payee.seen).toEqual([]);
});

test('no environment variable turns the certificate check off', async () => {
  vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
  const payee = await servePayee('shop.example');
  expect(await get(admit(payee.port, ORIGIN))).toEqual(failure('tls_error', false));
  expect(payee.seen).toEqual([]);
});

test("another host's certificate gets no request", async () => {
  const payee = await servePayee('other.example');
  tls.setDefaultCACertificates([payee.cert]);
  expect(await get(admit(payee.port, ORIGIN))).toEqual(
    failure('tls_error', false, "No TLS session with the host 'shop.example' (ERR_TLS_CERT_ALTNAME_INVALID)"),
  );
  expect(payee.seen).toEqual([]);
});

test.each([
  ['speaks no TLS', (socket: net.Socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')],
  ['hangs up in the handshake', (socket: net.Socket) => socket.once('data', () => socket.end())],
  ['resets in the handshake', (socket: net.Socket) => socket.once('data', () => socket.resetAndDestroy())],
])('a peer that %s gets no request', async (_what, answer) => {
  const port = await listen(net.createServer((socket) => answer(socket.on('error', () => {}))));
  expect(await get(admit(port, ORIGIN))).toEqual(failure('tls_error', false));
});

test('a handshake that never ends times out with nothing sent', async () => {
  const port = await listen(net.createServer((socket) => socket.on('error', () => {})));
  expect(await get(admit(port, ORIGIN), { timeoutMs: 50 })).toEqual(failure('timeout', false));
});

test('a host that resolves to a public address first and a private one later is asked at the first only', async () => {
  const payee = await servePayee('shop.example');
  tls.setDefaultCACertificates([payee.cert]);
  const asked: string[] = [];
  const lookup = async (host: string) => (asked.push(host) === 1 ? [PUBLIC] : ['127.0.0.1']);
  // The edge of this machine: what would go to the public address is led to the payee here instead.
  const dialled: unknown[] = [];
  const realConnect = tls.connect;
  vi.spyOn(tls, 'connect').mockImplementation(((options: tls.ConnectionOptions) => {
    options.lookup?.('shop.example', { all: true }, (_error, found) => dialled.push([options.port, found]));
    const { lookup: _lookup, ...rest } = options;
    return realConnect({ ...rest, host: '127.0.0.1', port: payee.port });
  }) as typeof tls.connect);

  const result = await get({ admitted: new Map() }, { lookup });
  expect(result.ok && result.reply.status).toBe(200);
  expect(dialled).toEqual([[443, [{ address: PUBLIC, family: 4 }]]]);
  expect(asked).toEqual(['shop.example']);
});

test.each([
  ['private', ['127.0.0.1']],
  ['public and private', [PUBLIC, '10.0.0.1']],
])('a host with %s addresses is not dialled', async (_kind, addresses) => {
  const dial = vi.spyOn(tls, 'connect');
  const asked: string[] = [];
  const lookup = async (host: string) => {
    asked.push(host);
    return addresses;
  };
  expect(await get({ admitted: new Map() }, { lookup })).toEqual(
    failure(
      'address_not_allowed',
      false,
      "The host 'shop.example' resolves to an address that is not public",
    ),
  );
  expect(asked).toEqual(['shop.example']);
  expect(dial).not.toHaveBeenCalled();
});

test('a host without an address is told apart', async () => {
  expect(await get({ admitted: new Map() })).toEqual(
    failure('host_unresolvable', false, "The host 'shop.example' has no address"),
  );
});
