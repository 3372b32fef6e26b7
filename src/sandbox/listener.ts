import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import type { Hono } from 'hono';

/** An application that listens on this machine alone. */
export type Listener = { readonly port: number; readonly url: string; readonly close: () => Promise<void> };

/** Listens at 127.0.0.1, on a free port unless one is said. */
export async function listen(app: Pick<Hono, 'fetch'>, port = 0): Promise<Listener> {
  const server = createAdaptorServer({ fetch: app.fetch });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const { port: taken } = server.address() as AddressInfo;
  const close = async () => {
    if ('closeAllConnections' in server) server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  return { port: taken, url: `http://127.0.0.1:${taken}`, close };
}
