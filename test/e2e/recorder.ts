import { once } from 'node:events';
import { type IncomingHttpHeaders, request } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';

/** Something that serves HTTP. */
export type App = { readonly fetch: (request: Request, env?: unknown) => Response | Promise<Response> };

/** One request that a payee got. */
export type Asked = {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

/** An app that remembers what it was asked. */
export type Recorder = App & {
  readonly asked: readonly Asked[];
  /** The requests that carried a payment. */
  readonly paid: () => readonly Asked[];
};

/** Puts a memory before an app. */
export function createRecorder(app: App): Recorder {
  const asked: Asked[] = [];
  return {
    asked,
    paid: () => asked.filter(({ headers }) => 'payment-signature' in headers || 'x-payment' in headers),
    fetch: async (request, env) => {
      const url = new URL(request.url);
      const body = request.body === null ? '' : await request.clone().text();
      const headers = Object.fromEntries(request.headers);
      asked.push({ method: request.method, path: url.pathname + url.search, headers, body });
      return app.fetch(request, env);
    },
  };
}

/** What somebody answered, as it came. */
export type Answered = {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
};

/** Makes a request with any headers, `Host` included, to an address ("127.0.0.1:4021"). */
export function ask(
  address: string,
  of: {
    readonly method?: string;
    readonly path: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body?: string;
  },
): Promise<Answered> {
  const { method = 'GET', path, headers, body = '' } = of;
  const { hostname, port } = new URL(`http://${address}`);
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, method, path, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const { statusCode: status = 0, headers } = response;
        resolve({ status, headers, bytes: Buffer.concat(chunks) });
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** A port of this machine that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listenAt(server);
  server.close();
  await once(server, 'close');
  return port;
}

/** Has a server listen at 127.0.0.1, and says on which port. */
export async function listenAt(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}
