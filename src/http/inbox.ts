import type { InboxRoute, Issuer, RawReply } from '../core/card/ports.ts';
import { readBytes } from './body.ts';
import { ANSWER_HEADERS } from './problem.ts';

/** Most bytes that an issuer may send at once. */
const BODY_BYTES_MAX = 1024 * 1024;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** A path of the server at which an issuer reaches it. */
export type InboxPath = { readonly path: string; readonly receive: (request: Request) => Promise<Response> };

/**
 * The paths of an issuer's inbox. They take no credential: the adapter checks the signature over the very bytes. What
 * breaks is answered with 500 and nothing else, so that the issuer sends it again.
 */
export function inboxPaths(issuer: Issuer, log: (line: string) => void): readonly InboxPath[] {
  return issuer.inbox.map((route) => ({
    path: `/v1/issuers/${issuer.id}/${route.path.replace(/^\/+/, '')}`,
    receive: async (request) => {
      try {
        return await receive(route, request);
      } catch (error) {
        log(`Inbox of ${issuer.id}: ${error instanceof Error ? error.message : String(error)}`);
        return reply({ status: 500, headers: {}, body: '' });
      }
    },
  }));
}

async function receive({ receive: handle }: InboxRoute, request: Request): Promise<Response> {
  const bytes = await readBytes(request, BODY_BYTES_MAX);
  if (bytes === 'too_large') return reply({ status: 413, headers: {}, body: '' });
  const body = textOf(bytes);
  if (body === null) return reply({ status: 400, headers: {}, body: '' });
  return reply(await handle({ headers: Object.fromEntries(request.headers), body }));
}

/** Null where the bytes are no text: no issuer signs such. */
function textOf(bytes: Uint8Array): string | null {
  try {
    return utf8.decode(bytes);
  } catch {
    return null;
  }
}

function reply({ status, headers, body }: RawReply): Response {
  return new Response(body === '' ? null : body, { status, headers: { ...ANSWER_HEADERS, ...headers } });
}
