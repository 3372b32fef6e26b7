import { homedir } from 'node:os';
import { join } from 'node:path';
import { findToken, type Party, readLine } from './credential.ts';
import { misuse } from './failure.ts';

/** Where the server is and what this machine knows of it: flags before the environment before files. */
export type Home = {
  readonly directory: string;
  /** The operator's approval key, encrypted. */
  readonly operatorKey: string;
  readonly url: string;
  /** The bearer token to speak with. Throws a failure that says which one is missing and how to get it. */
  readonly token: (party: Party) => string;
};

/** What flags say about it. */
export type Settings = {
  readonly url?: string | undefined;
  readonly data?: string | undefined;
  readonly as?: string | undefined;
};

/** Where a server listens that was told nothing else. */
const DEFAULT_URL = 'http://127.0.0.1:4020';

/** Reads where things are. Tokens are read when they are asked for. */
export function readHome(settings: Settings, environment: NodeJS.ProcessEnv): Home {
  const directory = settings.data ?? (environment.FLUXA_HOME || join(homedir(), '.fluxa'));
  const ownUrl = readOwnUrl(join(directory, 'server.json'));
  const url = checkUrl(settings.url ?? (environment.FLUXA_URL || ownUrl || DEFAULT_URL));

  function token(party: Party): string {
    const given = environment.FLUXA_TOKEN;
    if (settings.as === undefined && given) return checkToken(given, 'FLUXA_TOKEN');
    const path = findToken(directory, party, settings.as);
    const text = readLine(path);
    if (text === null) {
      throw misuse(
        'credential_missing',
        `There is no token at ${path}`,
        'Name the directory that has it with --data, or set FLUXA_TOKEN',
      );
    }
    if (ownUrl !== null && originOf(ownUrl) !== originOf(url)) {
      throw misuse(
        'credential_of_other_server',
        `The tokens in ${directory} are for ${ownUrl}, not for ${url}`,
        'Set FLUXA_TOKEN to a token of that server, or name its directory with --data',
      );
    }
    return checkToken(text, path);
  }

  return { directory, operatorKey: join(directory, 'operator-key.json'), url, token };
}

function readOwnUrl(path: string): string | null {
  const text = readLine(path);
  if (text === null) return null;
  try {
    const { url } = JSON.parse(text);
    return checkUrl(url);
  } catch (cause) {
    throw new Error(`${path} does not say where the server is`, { cause });
  }
}

function checkUrl(text: unknown): string {
  const isUrl = typeof text === 'string' && /^https?:\/\//i.test(text) && URL.canParse(text);
  if (isUrl && new URL(text).username === '') return text.replace(/\/+$/, '');
  throw misuse(
    'url_invalid',
    `"${text}" is not the address of a server`,
    'Give one such as https://wallet.example.com',
  );
}

function originOf(url: string): string {
  return new URL(url).origin;
}

/** A token as it may stand in a header. The message does not quote it. */
function checkToken(text: string, from: string): string {
  if (/^[\x21-\x7e]{16,512}$/.test(text)) return text;
  throw misuse(
    'credential_malformed',
    `What stands in ${from} is not a token`,
    'Put nothing but the token there',
  );
}
