import type { CardNotice } from '../../core/card/ports.ts';

/** Reads what an issuer says of one thing, and goes on without it where it cannot be read. */
export type Reader = (what: string, read: () => readonly CardNotice[]) => readonly CardNotice[];

/**
 * A reader that tells the operator, once, what it cannot read: sent again it would be the same, while the history has it for
 * a version that can. Where nobody listens it throws, so that the issuer goes on sending it.
 */
export function openReader(issuer: string, log: ((line: string) => void) | undefined): Reader {
  const told = new Set<string>();
  return (what, read) => {
    try {
      return read();
    } catch (error) {
      const line = `${issuer}: ${what} cannot be read: ${wordsOf(error)}`;
      if (log === undefined) throw new Error(line, { cause: error });
      if (!told.has(line)) log(line);
      told.add(line);
      return [];
    }
  };
}

/** Reads one thing alone, and throws where it cannot be read. */
export const readStrictly: Reader = (_, read) => read();

/** What went wrong, short. */
function wordsOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, 200);
}
