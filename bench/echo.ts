import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { takeOrders } from './child.ts';

/** A bare server that reads a JSON body and sends it back: what HTTP and JSON alone cost on this machine. */
const server = createServer(async (request: IncomingMessage, response: ServerResponse) => {
  let text = '';
  request.setEncoding('utf8');
  request.on('data', (chunk: string) => {
    text += chunk;
  });
  await once(request, 'end');
  const body = JSON.stringify(JSON.parse(text));
  response.writeHead(200, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
});

/** Where the echo listens. */
export type EchoReport = { readonly port: number };

takeOrders(async (): Promise<EchoReport> => {
  if (!server.listening) await once(server.listen(0, '127.0.0.1'), 'listening');
  return { port: (server.address() as AddressInfo).port };
});
