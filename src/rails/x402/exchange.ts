import type { Socket } from 'node:net';
import { Client } from 'undici';
import { readBody } from './reply-body.ts';
import type { HeaderRecord } from './request-headers.ts';
import type { Target } from './target.ts';

/** One request as it goes over the wire. */
export type Outgoing = {
  readonly target: Target;
  readonly method: string;
  readonly headers: HeaderRecord;
  readonly body: Uint8Array | null;
};

/**
 * One reply: header names in lower case, repeated ones joined by a comma; the body decoded, and `content-encoding`
 * gone with the coding. `target` is what was asked last, after redirects.
 */
export type FetchReply = {
  readonly status: number;
  readonly headers: HeaderRecord;
  readonly body: Uint8Array;
  readonly target: Target;
};

/** Room for a challenge with its schemas in base64; more is refused. */
const MAX_HEADER_BYTES = 64 * 1024;

/**
 * Speaks HTTP/1.1 over an open connection, once: one request, one reply, and the connection ends. It is not kept,
 * so no request can fail because an idle connection had gone stale, and no reply can be another request's.
 */
export async function exchange(
  socket: Socket,
  options: { readonly outgoing: Outgoing; readonly maxBytes: number; readonly signal: AbortSignal },
): Promise<FetchReply> {
  const { outgoing, maxBytes, signal } = options;
  const { target, method, headers, body } = outgoing;
  const client = new Client(target.origin, {
    connect: handOver(socket),
    pipelining: 0,
    maxHeaderSize: MAX_HEADER_BYTES,
    maxResponseSize: maxBytes,
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  const onAbort = () => void client.destroy(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    signal.throwIfAborted();
    const { pathname, search } = new URL(target.url);
    const reply = await client.request({ path: pathname + search, method, headers, body });
    const { 'content-encoding': contentEncoding = '', ...others } = flatten(reply.headers);
    const bytes = await readBody(reply.body, { contentEncoding, maxBytes });
    // The length on the wire is not that of the decoded body.
    if (contentEncoding !== '') delete others['content-length'];
    return { status: reply.statusCode, headers: others, body: bytes, target };
  } finally {
    signal.removeEventListener('abort', onAbort);
    await client.destroy();
    socket.destroy();
  }
}

/** Gives the client the open connection, and fails if it should ever ask for another. */
function handOver(socket: Socket): NonNullable<Client.Options['connect']> {
  let isGiven = false;
  return (_options, done) => {
    if (isGiven) {
      queueMicrotask(() => done(new Error('The connection was given already'), null));
      return;
    }
    isGiven = true;
    queueMicrotask(() => done(null, socket));
  };
}

function flatten(
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
): Record<string, string> {
  const entries = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, typeof value === 'string' ? value : value.join(', ')] as const],
  );
  return Object.fromEntries(entries);
}
