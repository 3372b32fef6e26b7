import { Readable } from 'node:stream';
import * as Zlib from 'node:zlib';
import { expect, test } from 'vitest';
import { EncodingRefused, ReplyTooLarge, readBody } from './reply-body.ts';

const TEXT = Buffer.from('paid content '.repeat(100));
const MAX_BYTES = 4096;

const CODINGS: readonly (readonly [string, (bytes: Buffer) => Buffer])[] = [
  ['', (bytes) => bytes],
  ['identity', (bytes) => bytes],
  ['gzip', (bytes) => Zlib.gzipSync(bytes)],
  [' GZIP ', (bytes) => Zlib.gzipSync(bytes)],
  ['x-gzip', (bytes) => Zlib.gzipSync(bytes)],
  ['deflate', (bytes) => Zlib.deflateSync(bytes)],
  ['br', (bytes) => Zlib.brotliCompressSync(bytes)],
  ['zstd', (bytes) => Zlib.zstdCompressSync(bytes)],
];

test.each(CODINGS)('a body in coding %j is decoded', async (contentEncoding, encode) => {
  const bytes = await readBody(pieces(encode(TEXT), 7), { contentEncoding, maxBytes: MAX_BYTES });
  expect(bytes).toEqual(new Uint8Array(TEXT));
});

test.each(CODINGS)(
  'in coding %j a body of the limit passes and one byte more does not',
  async (contentEncoding, encode) => {
    const options = { contentEncoding, maxBytes: MAX_BYTES };
    await expect(readBody(pieces(encode(Buffer.alloc(MAX_BYTES)), 64), options)).resolves.toEqual(
      new Uint8Array(MAX_BYTES),
    );
    await expect(readBody(pieces(encode(Buffer.alloc(MAX_BYTES + 1)), 64), options)).rejects.toThrow(
      new ReplyTooLarge(MAX_BYTES),
    );
  },
);

test.each(CODINGS)('in coding %j a reply without a body is empty', async (contentEncoding) => {
  const bytes = await readBody(pieces(Buffer.alloc(0), 1), { contentEncoding, maxBytes: MAX_BYTES });
  expect(bytes).toEqual(new Uint8Array(0));
});

test('a body keeps its bytes in order whatever pieces it comes in', async () => {
  const bytes = Uint8Array.from({ length: 100_000 }, (_, i) => i % 251);
  for (const size of [1000, 16_384, 16_385, 100_000]) {
    expect(
      await readBody(pieces(Buffer.from(bytes), size), { contentEncoding: '', maxBytes: 100_000 }),
    ).toEqual(bytes);
  }
});

test.each(['gzip, gzip', 'gzip,br', 'compress', 'constructor', 'aes128gcm'])(
  'coding %j is refused',
  async (contentEncoding) => {
    await expect(readBody(pieces(TEXT, 64), { contentEncoding, maxBytes: MAX_BYTES })).rejects.toThrow(
      new EncodingRefused(),
    );
  },
);

test.each(['gzip', 'deflate', 'br', 'zstd'])('a body that is no %s fails', async (contentEncoding) => {
  await expect(readBody(pieces(TEXT, 64), { contentEncoding, maxBytes: MAX_BYTES })).rejects.toThrow();
});

test('a compressed body that breaks off fails', async () => {
  const half = Zlib.gzipSync(TEXT).subarray(0, -12);
  await expect(readBody(pieces(half, 64), { contentEncoding: 'gzip', maxBytes: MAX_BYTES })).rejects.toThrow(
    'unexpected end of file',
  );
});

test('a zstd frame may ask for a window of 8 MiB and not of more', async () => {
  // Magic number, frame header, window descriptor, then one raw block that holds an 'a' (RFC 8878 §3.1.1).
  const frame = (windowLog: number) =>
    Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, (windowLog - 10) << 3, 0x09, 0, 0, 0x61]);
  const options = { contentEncoding: 'zstd', maxBytes: MAX_BYTES };
  expect(await readBody(pieces(frame(23), 64), options)).toEqual(new Uint8Array([0x61]));
  await expect(readBody(pieces(frame(24), 64), options)).rejects.toThrow(
    'Frame requires too much memory for decoding',
  );
});

test('a body that breaks off before its first byte fails in every coding', async () => {
  for (const contentEncoding of ['', 'gzip', 'zstd']) {
    const broken = new Readable({ read: () => broken.destroy(new Error('reset')) });
    await expect(readBody(broken, { contentEncoding, maxBytes: MAX_BYTES })).rejects.toThrow('reset');
  }
});

function pieces(bytes: Buffer, size: number): Readable {
  return Readable.from(
    (function* () {
      for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
    })(),
    { objectMode: false },
  );
}
