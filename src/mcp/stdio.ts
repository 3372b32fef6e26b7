import { serveStdio as serveMcp } from '@modelcontextprotocol/server/stdio';
import {
  ConnectionError,
  createWallet,
  type OperationName,
  PendingError,
  RefusalError,
} from '../../sdk/src/index.ts';
import { operations } from '../operations/table.ts';
import { createMcpServer } from './server.ts';
import { type CallOperation, createToolbox, type ToolOutcome } from './tools.ts';

/** Where the running server is, who calls it, and how tools are listed. */
export type StdioOptions = {
  readonly url: string;
  /** An agent's. */
  readonly token: string;
  readonly version: string;
  readonly isDotted: boolean;
  /** Takes a line about something that broke. */
  readonly log: (line: string) => void;
};

/** Less than clients commonly wait for a tool, so that they get an answer that says how to go on. */
const TIMEOUT_MS = 25_000;
const ATTEMPTS = 2;

/** Serves tools over standard input and output until the client closes them. Standard output is the protocol's alone. */
export async function serveStdio({ url, token, version, isDotted, log }: StdioOptions): Promise<void> {
  const wallet = createWallet({ url, token, timeoutMs: TIMEOUT_MS, attempts: ATTEMPTS });
  const call: CallOperation = async (operation, input, idempotencyKey) => {
    const options = idempotencyKey === null ? {} : { idempotencyKey };
    try {
      const output = await wallet.call(operation.name as OperationName, input as never, options);
      return { outcome: 'ok', output };
    } catch (error) {
      return outcomeOf(error);
    }
  };
  const toolbox = createToolbox(operations, { call, isDotted });
  const onerror = (error: Error) => log(error.message);
  serveMcp(() => createMcpServer(toolbox, version), { onerror });
}

function outcomeOf(error: unknown): ToolOutcome {
  if (error instanceof PendingError) return { outcome: 'pending', output: error.output };
  if (error instanceof RefusalError) {
    const { code, message: detail, hint, retryable, numbers } = error;
    const hasNumbers = Object.keys(numbers).length > 0;
    return { outcome: 'refused', error: { code, detail, hint, retryable, ...(hasNumbers && { numbers }) } };
  }
  if (!(error instanceof ConnectionError)) throw error;
  const hint =
    'What became of the call is not known. Ask again with the same idempotency key: it never pays twice';
  return {
    outcome: 'refused',
    error: { code: 'server_unreachable', detail: error.message, hint, retryable: true },
  };
}
