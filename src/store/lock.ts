import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StoreError } from './error.ts';

const SQLITE_BUSY = 5;

/** Open locks: one that nobody refers to would be collected, and so let go. */
const held = new Set<DatabaseSync>();

/** The right to a data directory. */
export type DirectoryLock = { readonly release: () => void };

/**
 * Takes a data directory for this process; throws `directory_locked` while another one has it. The lock is the
 * operating system's, on an open file: it ends with the process, however that ends.
 */
export function lockDirectory(directory: string): DirectoryLock {
  const db = new DatabaseSync(join(directory, 'owner.lock'), { timeout: 0 });
  try {
    db.exec('begin exclusive');
  } catch (error) {
    db.close();
    if ((error as { errcode?: number }).errcode !== SQLITE_BUSY) throw error;
    const message = `Another process uses the data directory ${directory}; stop it, or use another directory`;
    throw new StoreError('directory_locked', message, { cause: error });
  }
  held.add(db);
  return {
    release: () => {
      held.delete(db);
      db.close();
    },
  };
}
