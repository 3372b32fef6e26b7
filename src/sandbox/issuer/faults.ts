/** What goes wrong on purpose; one place for all of it. Everything is as it should be where nothing is switched. */
export type Faults = {
  /** How many of the next answers of the wallet come too late, and are declined whatever they were. */
  lateAnswers: number;
  /**
   * How messages go out: once each, twice each, not before `redeliver`, or kept and sent the newest first by
   * `redeliver`.
   */
  delivery: 'in_order' | 'twice' | 'dropped' | 'newest_first';
  /** A forged copy, whose signature does not hold, goes before each message. */
  forges: boolean;
  /** How many forged copies the wallet took: none, unless the wallet is broken. */
  forgeriesTaken: number;
  /** What comes of the next card that is asked for; `timeout_after_create` makes it and loses the answer. */
  issue: 'ok' | 'pending' | 'error' | 'timeout_after_create';
};

/** Switches that are all off. */
export function noFaults(): Faults {
  return { lateAnswers: 0, delivery: 'in_order', forges: false, forgeriesTaken: 0, issue: 'ok' };
}
