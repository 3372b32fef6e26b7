import { serveStdio } from '../mcp/stdio.ts';
import { redacting } from '../serve/redaction.ts';
import { isOn, type Run } from './command.ts';
import { misuse } from './failure.ts';
import { programVersion } from './version.ts';

/** What an operator's token begins with. */
const OPERATOR_TOKEN = 'fxo_';

/** Serves the wallet's tools over standard input and output, as a client of the running server. */
export const mcp: Run = async (call) => {
  const { url } = call.home;
  const token = call.home.token('agent');
  if (token.startsWith(OPERATOR_TOKEN)) {
    throw misuse(
      'credential_not_allowed',
      "Tools are for agents, and this is the operator's token",
      "Set FLUXA_TOKEN to an agent's token, or name the agent with --as",
    );
  }
  const log = redacting((line) => void process.stderr.write(`${line}\n`));
  await serveStdio({ url, token, version: programVersion(), isDotted: isOn(call, 'dotted-aliases'), log });
};
