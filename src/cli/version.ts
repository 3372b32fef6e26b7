import { readFileSync } from 'node:fs';
import type { Run } from './command.ts';

/** The version of this program. */
export function programVersion(): string {
  const path = new URL('../../package.json', import.meta.url);
  return JSON.parse(readFileSync(path, 'utf8')).version;
}

/** Says it. */
export const version: Run = async ({ output }) => {
  const found = programVersion();
  output.result({ version: found }, () => found);
};
