import type { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import * as Zlib from 'node:zlib';

/** A reply larger than the limit once decoded. */
export class ReplyTooLarge extends Error {
  constructor(maxBytes: number) {
    super(`The reply has more than ${maxBytes} bytes`);
    this.name = 'ReplyTooLarge';
  }
}

/** A reply in a content coding that is not read: unknown, or more than one. */
export class EncodingRefused extends Error {
  readonly code = 'content_encoding_refused';

  constructor() {
    super('The reply comes in an unknown content coding, or in several');
    this.name = 'EncodingRefused';
  }
}

const BLOCK_BYTES = 16 * 1024;

/** A frame may name a window of 128 MiB; RFC 9659 allows 8 MiB on the web. */
const ZSTD_WINDOW = { [Zlib.constants.ZSTD_d_windowLogMax]: 23 };

/** RFC 9110 §8.4.1 and RFC 8878. The fetcher asks for none of them; a peer may send one all the same. */
const DECODERS: ReadonlyMap<string, () => Transform> = new Map<string, () => Transform>([
  ['gzip', () => Zlib.createGunzip()],
  ['x-gzip', () => Zlib.createGunzip()],
  ['deflate', () => Zlib.createInflate()],
  ['br', () => Zlib.createBrotliDecompress()],
  ['zstd', () => Zlib.createZstdDecompress({ params: ZSTD_WINDOW })],
]);

/**
 * Reads a body to its end and decodes it. Throws as soon as more than `maxBytes` decoded bytes came out, so that
 * what a small body expands to is never held. No body at all is empty in every coding (HEAD, 204, 304).
 */
export async function readBody(
  body: Readable,
  options: { readonly contentEncoding: string; readonly maxBytes: number },
): Promise<Uint8Array> {
  const coding = options.contentEncoding.trim().toLowerCase();
  const sink = collector(options.maxBytes);
  if (coding === '' || coding === 'identity') {
    await pipeline(body, sink.collect);
    return sink.bytes();
  }
  const decoder = DECODERS.get(coding);
  if (decoder === undefined) throw new EncodingRefused();
  let isEmpty = true;
  const watch = async function* (source: AsyncIterable<Uint8Array>) {
    for await (const chunk of source) {
      isEmpty = false;
      yield chunk;
    }
  };
  try {
    await pipeline(body, watch, decoder(), sink.collect);
  } catch (error) {
    if (!isEmpty || !body.readableEnded) throw error;
  }
  return sink.bytes();
}

/** Copies into blocks: a peer that sends its body in single bytes costs no object for each, and pins no buffer. */
function collector(maxBytes: number) {
  const blocks: Uint8Array[] = [];
  let size = 0;
  const append = (chunk: Uint8Array): void => {
    for (let rest = chunk; rest.length > 0; ) {
      const used = size % BLOCK_BYTES;
      if (used === 0) blocks.push(new Uint8Array(BLOCK_BYTES));
      const part = rest.subarray(0, BLOCK_BYTES - used);
      blocks.at(-1)?.set(part, used);
      size += part.length;
      rest = rest.subarray(part.length);
    }
  };
  return {
    collect: async (source: AsyncIterable<Uint8Array>): Promise<void> => {
      for await (const chunk of source) {
        if (size + chunk.length > maxBytes) throw new ReplyTooLarge(maxBytes);
        append(chunk);
      }
    },
    bytes: (): Uint8Array => {
      const bytes = new Uint8Array(size);
      for (const [i, block] of blocks.entries()) {
        bytes.set(block.subarray(0, size - i * BLOCK_BYTES), i * BLOCK_BYTES);
      }
      return bytes;
    },
  };
}
