import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import * as Zlib from 'node:zlib';
import { expect, test } from 'vitest';
import { failure, fetchOnce, ORIGIN, serve, serveRaw, text } from './fetcher.fixture.ts';
import { openFetcher } from './fetcher.ts';
import type { OriginRules } from './target.ts';

test('a body of the limit passes and one byte more is refused, announced or not', async () => {
  const rules = await serve((incoming, reply) => {
    const [, kind, size] = incoming.url?.split('/') ?? [];
    if (kind === 'announced') reply.setHeader('content-length', Number(size));
    else reply.flushHeaders();
    reply.end(Buffer.alloc(Number(size)));
  });
  for (const kind of ['announced', 'chunked']) {
    const fits = await fetchOnce(rules, { path: `/${kind}/1000` }, { maxBytes: 1000 });
    expect(fits.ok && fits.reply.body).toEqual(new Uint8Array(1000));
    expect(await fetchOnce(rules, { path: `/${kind}/1001` }, { maxBytes: 1000 })).toEqual(
      failure('response_too_large', true, "The host 'names.sandbox' answers with more than the limit"),
    );
  }
});

test('a body without end is cut off at the limit', async () => {
  const rules = await serve((_incoming, reply) => {
    const chunk = Buffer.alloc(16_384);
    const pour = () => {
      while (!reply.destroyed && reply.write(chunk));
    };
    reply.on('drain', pour);
    pour();
  });
  expect(await fetchOnce(rules)).toEqual(failure('response_too_large', true));
});

test.each([
  ['one header', `x-big: ${'a'.repeat(100_000)}\r\n`],
  ['many headers', 'x-small: a\r\n'.repeat(10_000)],
])('%s beyond 64 KiB is refused', async (_what, headers) => {
  const rules = await serveRaw((socket) =>
    socket.end(`HTTP/1.1 200 OK\r\n${headers}content-length: 0\r\n\r\n`),
  );
  expect(await fetchOnce(rules)).toEqual(failure('response_too_large', true));
});

test('a trailer beyond 64 KiB is refused', async () => {
  const rules = await serveRaw((socket) =>
    socket.end(
      `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\nx-big: ${'a'.repeat(100_000)}\r\n\r\n`,
    ),
  );
  expect(await fetchOnce(rules)).toEqual(failure('response_too_large', true));
});

test('a body that drips is ended by the time-out', async () => {
  const rules = await serve((_incoming, reply) => {
    const drip = setInterval(() => reply.write('.'), 5);
    reply.on('close', () => clearInterval(drip));
  });
  expect(await fetchOnce(rules, {}, { timeoutMs: 300 })).toEqual(
    failure('timeout', true, "The host 'names.sandbox' took too long"),
  );
});

test('headers that drip are ended by the time-out', async () => {
  const rules = await serveRaw((socket) => {
    const drip = setInterval(() => socket.write('HTTP/1.1 103 Early Hints\r\n\r\n'), 5);
    socket.on('close', () => clearInterval(drip));
  });
  expect(await fetchOnce(rules, {}, { timeoutMs: 300 })).toEqual(failure('timeout', true));
});

test('a peer that never answers is ended by the time-out', async () => {
  const rules = await serveRaw(() => {});
  expect(await fetchOnce(rules, {}, { timeoutMs: 300 })).toEqual(failure('timeout', true));
});

test('redirects share one time-out', async () => {
  const rules = await serve((_incoming, reply) => {
    setTimeout(() => reply.writeHead(302, { location: '/again' }).end(), 40);
  });
  expect(await fetchOnce(rules, {}, { timeoutMs: 300, maxRedirects: 1000 })).toEqual(
    failure('timeout', true),
  );
});

test('a name that never resolves times out with nothing sent', async () => {
  const rules: OriginRules = { admitted: new Map() };
  const fetcher = openFetcher({ rules, lookup: () => new Promise(() => {}), limits: { timeoutMs: 20 } });
  const target = { url: 'https://shop.example/', origin: 'https://shop.example', host: 'shop.example' };
  expect(await fetcher.fetch({ target, method: 'GET', headers: {}, body: null })).toEqual(
    failure('timeout', false),
  );
});

test.each(['gzip', 'deflate', 'br', 'zstd'])(
  'a reply in %s is decoded though nobody asked for it',
  async (coding) => {
    const encode = {
      gzip: Zlib.gzipSync,
      deflate: Zlib.deflateSync,
      br: Zlib.brotliCompressSync,
      zstd: Zlib.zstdCompressSync,
    }[coding];
    const rules = await serve((_incoming, reply) => {
      reply.setHeader('content-encoding', coding).end(encode?.(Buffer.from('paid content')));
    });
    const result = await fetchOnce(rules);
    expect(text(result)).toBe('paid content');
    expect(Object.keys(result.ok ? result.reply.headers : {}).sort()).toEqual(['connection', 'date']);
  },
);

test.each(['gzip, gzip', 'compress'])('a reply in %j is refused', async (coding) => {
  const rules = await serve((_incoming, reply) => {
    reply.setHeader('content-encoding', coding).end(Zlib.gzipSync(Zlib.gzipSync('paid content')));
  });
  expect(await fetchOnce(rules)).toEqual(
    failure(
      'network_error',
      true,
      "The exchange with the host 'names.sandbox' failed (content_encoding_refused)",
    ),
  );
});

test('a gzip bomb of 1 GiB is dropped within 5 MB of memory', async () => {
  // One deflate block of 1 MiB of zeros, complete in itself, 1,024 times in one gzip stream.
  const block = Zlib.deflateRawSync(Buffer.alloc(2 ** 20), { finishFlush: Zlib.constants.Z_FULL_FLUSH });
  const bomb = Buffer.concat([Zlib.gzipSync('').subarray(0, 10), ...Array<Buffer>(1024).fill(block)]);
  const rules = await serve((incoming, reply) => {
    reply
      .setHeader('content-encoding', 'gzip')
      .end(incoming.url === '/bomb' ? bomb : Zlib.gzipSync('harmless'));
  });
  // Its own process, so that its memory is its own.
  const script = `
    const { openFetcher } = await import(${JSON.stringify(import.meta.resolve('./fetcher.ts'))});
    const rules = { admitted: new Map(${JSON.stringify([...rules.admitted])}) };
    const fetcher = openFetcher({ rules, limits: { maxBytes: ${2 ** 20} } });
    const get = (path) => {
      const target = { url: '${ORIGIN}' + path, origin: '${ORIGIN}', host: 'names.sandbox' };
      return fetcher.fetch({ target, method: 'GET', headers: {}, body: null });
    };
    const harmless = await get('/');
    const before = process.memoryUsage().rss;
    const result = await get('/bomb');
    const growth = process.resourceUsage().maxRSS * 1024 - before;
    console.log(JSON.stringify({ harmless: harmless.ok, result, growth }));
  `;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);
  const { growth, ...outcome } = JSON.parse(stdout);
  expect(outcome).toEqual({ harmless: true, result: failure('response_too_large', true) });
  expect(growth).toBeLessThan(5_000_000);
});
