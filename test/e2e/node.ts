import { createServer } from 'node:http';
import { listenAt } from './recorder.ts';

/** A chain's node as the wallet sees it: what it says is true, but its newest block can seem older than it is. */
export type LaggingNode = {
  readonly url: string;
  /** By how many seconds; less than nothing is newer. */
  readonly lag: (seconds: number) => void;
  readonly close: () => Promise<void>;
};

/** Stands before a node. While that one does not answer, this one ends connections without an answer. */
export async function startLaggingNode(rpcUrl: string): Promise<LaggingNode> {
  let lagSeconds = 0;
  const server = createServer(async (request, response) => {
    try {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const body = Buffer.concat(chunks).toString();
      const headers = { 'content-type': 'application/json' };
      const answer = await (await fetch(rpcUrl, { method: 'POST', headers, body })).json();
      const { method, params } = JSON.parse(body);
      const isNewest = method === 'eth_getBlockByNumber' && params[0] === 'latest';
      const told = isNewest ? older(answer as NewestBlock, lagSeconds) : answer;
      response.writeHead(200, headers).end(JSON.stringify(told));
    } catch {
      response.destroy();
    }
  });
  const port = await listenAt(server);
  return {
    url: `http://127.0.0.1:${port}`,
    lag: (seconds) => {
      lagSeconds = seconds;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

type NewestBlock = { readonly result: { readonly timestamp: string } };

function older(answer: NewestBlock, seconds: number): NewestBlock {
  const timestamp = `0x${(Number(answer.result.timestamp) - seconds).toString(16)}`;
  return { ...answer, result: { ...answer.result, timestamp } };
}
