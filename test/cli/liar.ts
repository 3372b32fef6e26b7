import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server between the command and the wallet that changes what is answered. */
export type Liar = {
  readonly url: string;
  /** `POST /v1/approvals`, in order. */
  readonly requests: readonly string[];
  readonly close: () => Promise<void>;
};

/** Starts a liar before the wallet at a URL. It changes the JSON of answers by request, and hands on everything else. */
export async function startLiar(
  walletUrl: string,
  lies: Readonly<Record<string, (answer: Record<string, unknown>) => object>>,
): Promise<Liar> {
  const requests: string[] = [];
  const server = createServer(async (request, response) => {
    const name = `${request.method} ${request.url}`;
    requests.push(name);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { authorization = '', 'content-type': type = '' } = request.headers;
    const answer = await fetch(`${walletUrl}${request.url}`, {
      method: request.method ?? 'GET',
      headers: { authorization, ...(type !== '' && { 'content-type': type }) },
      ...(chunks.length > 0 && { body: Buffer.concat(chunks) }),
    });
    const body = (await answer.json()) as Record<string, unknown>;
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' });
    response.end(JSON.stringify(lies[name]?.(body) ?? body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests, close };
}
