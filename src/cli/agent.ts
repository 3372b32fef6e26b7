import { existsSync } from 'node:fs';
import { ask } from './client.ts';
import { arg, isOn, type Run } from './command.ts';
import { pageOf } from './count.ts';
import { agentTokenPath, saveToken } from './credential.ts';
import { misuse } from './failure.ts';
import { columns, showLine } from './text.ts';

/** Registers an agent. Its token is shown, or kept, this once. */
export const register: Run = async (call) => {
  const name = arg(call);
  const path = isOn(call, 'save') ? agentTokenPath(call.home.directory, name) : null;
  if (path !== null && existsSync(path)) {
    throw misuse(
      'file_exists',
      `There is a token at ${path} already`,
      'Register the agent under another name',
    );
  }
  const output = await ask(call, 'operator', 'agent.register', { name });
  const { agent, token } = output;
  if (path === null) {
    call.output.result(output, () =>
      columns([
        ['Agent', `${agent.name} (${agent.id})`],
        ['Token', token],
      ]),
    );
    call.output.note('The token is shown this once and kept nowhere: hand it to the agent as FLUXA_TOKEN');
    return;
  }
  try {
    saveToken(path, token);
  } catch (cause) {
    call.output.note(`The token could not be kept, so here it is, this once: ${showLine(token)}`);
    throw cause;
  }
  call.output.result({ agent, tokenFile: path }, () =>
    columns([
      ['Agent', `${agent.name} (${agent.id})`],
      ['Token kept in', path],
    ]),
  );
};

/** The agents of the wallet. */
export const list: Run = async (call) => {
  const output = await ask(call, 'any', 'agent.list', pageOf(call));
  call.output.result(output, () => {
    const rows = output.agents.map(({ createdAt, frozen, id, name, state }) => [
      id,
      name,
      `${state}${frozen ? ' (frozen)' : ''}`,
      createdAt,
    ]);
    return rows.length === 0 ? 'No agents' : columns([['Agent', 'Name', 'State', 'Registered'], ...rows]);
  });
};
