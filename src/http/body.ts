import { type Refusal, refuse } from '../core/refusal.ts';
import { short } from './short.ts';

/** Most bytes of a body. */
const BODY_BYTES_MAX = 2 * 1024 * 1024;

/** A body as text; null where there is none. */
export type BodyText = { readonly outcome: 'ok'; readonly text: string | null } | Refusal;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Reads the body of a request as JSON text, holding no more of it than is allowed. */
export async function readBody(request: Request): Promise<BodyText> {
  const bytes = await readBytes(request, BODY_BYTES_MAX);
  if (bytes === 'too_large')
    return refuse('body_too_large', `The body is larger than ${BODY_BYTES_MAX} bytes`);
  if (bytes.length === 0) return { outcome: 'ok', text: null };
  const flaw = mediaFlaw(request.headers);
  if (flaw !== null) return flaw;
  try {
    return { outcome: 'ok', text: utf8.decode(bytes) };
  } catch {
    return refuse('json_invalid', 'The body is not UTF-8');
  }
}

/** The bytes of a body. A stated length is held against the limit before any is read; without one they are counted. */
export async function readBytes(request: Request, most: number): Promise<Uint8Array | 'too_large'> {
  const { headers } = request;
  const stated = Number.parseInt(headers.get('content-length') ?? '', 10);
  if (stated > most) return 'too_large';
  // Where the length frames the body, no more bytes than stated can belong to it (RFC 9112 §6.2).
  const isFramed = stated >= 0 && !headers.has('transfer-encoding');
  if (!isFramed) return request.body === null ? new Uint8Array() : countBytes(request.body, most);
  const bytes = new Uint8Array(await request.arrayBuffer());
  return bytes.length > most ? 'too_large' : bytes;
}

async function countBytes(body: ReadableStream<Uint8Array>, most: number): Promise<Uint8Array | 'too_large'> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > most) return 'too_large';
    chunks.push(chunk);
  }
  return new Uint8Array(await new Blob(chunks as Uint8Array<ArrayBuffer>[]).arrayBuffer());
}

const MEDIA_TYPE = /^application\/json\s*(?:;\s*charset\s*=\s*"?utf-8"?\s*)?$/i;

function mediaFlaw(headers: Headers): Refusal | null {
  const type = headers.get('content-type') ?? '';
  if (type !== 'application/json' && !MEDIA_TYPE.test(type)) {
    return refuse('media_type_unsupported', `The body is "${short(type)}", not application/json in UTF-8`);
  }
  const encoding = headers.get('content-encoding');
  if (encoding === null) return null;
  return refuse('media_type_unsupported', `The body is encoded as "${short(encoding)}"; send it plain`);
}
