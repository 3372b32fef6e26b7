/** What can go wrong with a store itself, as opposed to a planned refusal. */
export type StoreErrorCode =
  /** Too much is waiting already; nothing was done. */
  | 'store_busy'
  /** The store is closed or closed itself; nothing was done. */
  | 'store_closed'
  /** The writer ended before it answered: the command may be durable or not; the same command may be sent again. */
  | 'outcome_unknown'
  /** Another process owns the data directory. */
  | 'directory_locked'
  /** The database was written by a newer version of this program, or by an edited one. */
  | 'schema_unknown';

/** A failure of the store, by code. */
export class StoreError extends Error {
  readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StoreError';
    this.code = code;
  }
}
