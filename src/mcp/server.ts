import { ProtocolError, ProtocolErrorCode, Server } from '@modelcontextprotocol/server';
import type { Toolbox } from './tools.ts';

/** How long a client may keep the list of tools: it changes with the program alone. */
const LIST_TTL_MS = 3_600_000;

/** An MCP server of these tools, for any transport and both eras of the protocol. One for each connection. */
export function createMcpServer(toolbox: Toolbox, version: string): Server {
  const server = new Server(
    { name: 'fluxa-wallet', title: 'FluxA wallet', version },
    {
      capabilities: { tools: {} },
      cacheHints: { 'tools/list': { ttlMs: LIST_TTL_MS, cacheScope: 'private' } },
    },
  );
  server.setRequestHandler('tools/list', () => ({ tools: [...toolbox.list] }));
  // The signal of the request is not handed on: a payment that was cancelled midway is found again under its key.
  server.setRequestHandler('tools/call', async ({ params }) => {
    const result = await toolbox.call(params.name, params.arguments ?? {});
    if (result !== null) return result;
    throw new ProtocolError(ProtocolErrorCode.InvalidParams, `There is no tool "${params.name}"`);
  });
  return server;
}
