import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { misuse } from './failure.ts';

/** Who a command speaks as: the operator, some agent, or whoever there is a token for. */
export type Party = 'operator' | 'agent' | 'any' | (string & {});

/** Names that are file names on every machine. */
const AGENT_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** The path of the token a party speaks with: the operator's, a named agent's, or that of the only agent there is. */
export function findToken(directory: string, party: Party): string {
  const operator = join(directory, 'operator.token');
  if (party === 'operator' || (party === 'any' && existsSync(operator))) return operator;
  if (party !== 'agent' && party !== 'any') return agentTokenPath(directory, party);
  const names = agentNames(directory);
  if (names.length === 1 && names[0] !== undefined) return agentTokenPath(directory, names[0]);
  if (names.length === 0) {
    throw misuse(
      'credential_missing',
      `There is no agent's token in ${directory}`,
      'Make one with "fluxa-wallet agent register NAME --save", or set FLUXA_TOKEN',
    );
  }
  throw misuse(
    'credential_missing',
    `There are tokens of several agents in ${directory}`,
    `Say which with --as: ${names.join(', ')}`,
  );
}

/** Where the token of an agent is kept under a name. */
export function agentTokenPath(directory: string, name: string): string {
  if (AGENT_NAME.test(name) && !['operator', 'agent', 'any'].includes(name)) {
    return join(directory, 'agents', `${name}.token`);
  }
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
    return readFileSync(path, 'utf8').trimEnd();
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
