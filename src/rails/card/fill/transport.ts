import { once } from 'node:events';
import type { ConnectOverCDPTransport } from 'playwright-core';

/**
 * A connection to exactly this address: no redirects, and nothing of it in any log. Rejects where it is not open in
 * time.
 */
export async function openTransport(socketUrl: string, timeoutMs: number): Promise<ConnectOverCDPTransport> {
  const socket = new WebSocket(socketUrl);
  const transport: ConnectOverCDPTransport = {
    send: (message) => socket.send(JSON.stringify(message)),
    close: () => socket.close(),
  };
  socket.addEventListener('message', (event) => transport.onmessage?.(JSON.parse(String(event.data))));
  socket.addEventListener('close', () => transport.onclose?.());
  try {
    await once(socket, 'open', { signal: AbortSignal.timeout(timeoutMs) });
  } catch {
    socket.close();
    throw new Error('The connection to the browser did not open');
  }
  return transport;
}
