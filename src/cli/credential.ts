import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { misuse } from './failure.ts';

/** Who a command speaks as: the operator, some agent, or whoever there is a token for. */
export type Party = 'operator' | 'agent' | 'any';

/** Names that are file names on every machine. */
const AGENT_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** The path of a party's token: of whom `as` names, else the operator's, or that of the only agent there is. */
export function findToken(directory: string, party: Party, as?: string): string {
  const operator = join(directory, 'operator.token');
  if (as !== undefined) return as === 'operator' ? operator : agentTokenPath(directory, as);
  if (party === 'operator' || (party === 'any' && existsSync(operator))) return operator;
  const names = agentNames(directory);
  const [only] = names;
  if (only !== undefined && names.length === 1) return agentTokenPath(directory, only);
  throw misuse(
    'credential_missing',
    names.length === 0
      ? `There is no agent's token in ${directory}`
      : `There are tokens of several agents in ${directory}`,
    names.length === 0
      ? 'Make one with "fluxa-wallet agent register NAME --save", or set FLUXA_TOKEN'
      : `Say which with --as: ${names.join(', ')}`,
  );
}

/** Where the token of an agent is kept under a name. */
export function agentTokenPath(directory: string, name: string): string {
  if (AGENT_NAME.test(name) && name !== 'operator') return join(directory, 'agents', `${name}.token`);
  throw misuse(
    'name_invalid',
    `"${name}" cannot name the token of an agent`,
    'Use letters, digits, ".", "_" and "-"',
  );
}

/** Keeps an agent's token, readable by its owner alone; never in the place of another. */
export function saveToken(path: string, token: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeFileSync(path, `${token}\n`, { mode: 0o600, flag: 'wx', flush: true });
}

/** The text of a file without the line break at its end; null where there is no such file. */
export function readLine(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').replace(/\r?\n$/, '');
  } catch (cause) {
    if (isCode(cause, 'ENOENT') || isCode(cause, 'ENOTDIR')) return null;
    throw new Error(`${path} cannot be read`, { cause });
  }
}

function agentNames(directory: string): readonly string[] {
  const folder = join(directory, 'agents');
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => name.endsWith('.token'));
  return names.map((name) => name.slice(0, -'.token'.length)).sort();
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
