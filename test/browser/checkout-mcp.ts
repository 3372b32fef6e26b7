import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import type { World } from '../../src/sandbox/world.ts';
import { makeFolder, PROGRAM } from '../cli/process.ts';
import type { Trace } from './checkout-traces.ts';

/** An agent that has the wallet as tools. */
export type ToolUser = {
  /** Calls a tool; answers what it answered as data. */
  readonly call: (name: string, input: Readonly<Record<string, unknown>>) => Promise<unknown>;
  readonly close: () => Promise<void>;
};

/** Starts `fluxa-wallet mcp` with the agent's token. Everything it says is kept. */
export async function openToolUser(world: World, hear: (trace: Trace) => void): Promise<ToolUser> {
  const client = new Client({ name: 'test', version: '1' });
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [PROGRAM, 'mcp'],
    env: { HOME: makeFolder(), FLUXA_URL: world.server.url, FLUXA_TOKEN: world.agentToken },
    stderr: 'pipe',
  });
  transport.stderr?.on('data', (chunk) => hear({ what: 'what the tools say aside', text: String(chunk) }));
  await client.connect(transport);
  return {
    call: async (name, input) => {
      const result = await client.callTool({ name, arguments: { ...input } });
      hear({ what: `the tool ${name}`, text: JSON.stringify(result) });
      return result.structuredContent;
    },
    close: () => client.close(),
  };
}
