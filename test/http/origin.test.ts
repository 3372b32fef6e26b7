import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startWorld, TOKENS, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
  world.app.get('/added-later', (context) => context.text('secret'));
});
afterAll(() => world.close());

const foreignHost = { status: 403, code: 'host_not_allowed' };
const foreignOrigin = { status: 403, code: 'origin_not_allowed' };

/** Every route there is, also those that were added to the app afterwards. */
function routes(): readonly { method: string; path: string }[] {
  return world.app.routes.filter(({ path }) => path !== '/*');
}

async function ask(headers: Record<string, string>, path = '/health') {
  const { status, json } = await world.send({ path, token: TOKENS.agent, headers });
  return { status, code: json.code };
}

describe('a name that is not ours is refused', () => {
  const FOREIGN = [
    'evil.example',
    'evil.example:80',
    '127.0.0.1.evil.example',
    'wallet.example',
    'wallet.example:1',
  ];
  test.each(FOREIGN)('%s', async (host) => {
    expect(await ask({ host })).toEqual(foreignHost);
  });

  test('on every route, whatever it serves', async () => {
    expect(routes().length).toBeGreaterThan(20);
    for (const { method, path } of routes()) {
      const head = `${method === 'ALL' ? 'PUT' : method} ${path} HTTP/1.1\r\nhost: evil.example\r\n`;
      const reply = await world.sendRaw(`${head}connection: close\r\n\r\n`);
      expect(reply, path).toMatch(/^HTTP\/1\.1 403 .*"code":"host_not_allowed"/s);
    }
  });

  test('a request without a name, too', async () => {
    expect(await world.sendRaw('GET /health HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
    expect(await world.sendRaw('GET /health HTTP/1.1\r\nconnection: close\r\n\r\n')).toMatch(
      /^HTTP\/1\.1 400 /,
    );
  });
});

test('our names are taken with any port, or with the port they were given', async () => {
  const passes = ['127.0.0.1', '127.0.0.1:99', 'wallet.example:8443', 'WALLET.example:8443'];
  for (const host of passes) expect(await ask({ host }), host).toEqual({ status: 200, code: undefined });
});

describe('a page of another origin is refused', () => {
  const FOREIGN = [
    'http://evil.example',
    'null',
    'http://127.0.0.1:1',
    'file://',
    'http://127.0.0.1.evil.example',
  ];
  test.each(FOREIGN)('%s', async (origin) => {
    expect(await ask({ origin })).toEqual(foreignOrigin);
    expect(await ask({ origin }, '/v1/wallet')).toEqual(foreignOrigin);
    expect(await ask({ origin }, '/added-later')).toEqual(foreignOrigin);
  });
});

test('a page of our own origin is answered, and no other origin is let in by CORS', async () => {
  const { status, headers } = await world.send({ path: '/health', headers: { origin: world.url } });
  expect(status).toBe(200);
  expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  const behindProxy = { host: 'wallet.example:8443', origin: 'https://wallet.example:8443' };
  expect((await ask(behindProxy)).status).toBe(200);
});
