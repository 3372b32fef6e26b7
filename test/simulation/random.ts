/** A source of chance: the same seed gives the same draws, for ever. */
export type Dice = {
  /** A whole number from 0 up to, not including, `n`. */
  readonly below: (n: number) => number;
  /** A whole number from `least` to `most`, both included. */
  readonly between: (least: number, most: number) => number;
  /** True so often, from 0 (never) to 1 (always). */
  readonly chance: (share: number) => boolean;
  readonly pick: <T>(from: readonly T[]) => T;
  readonly bytes: (length: number) => Uint8Array;
  /** Other dice, whose draws do not depend on how many these make from now on. */
  readonly fork: () => Dice;
};

const RANGE = 2 ** 32;
/** Draws that are thrown away, until a seed's few bits have spread. */
const WARM_UP = 12;

/** Dice for a seed, a whole number: the generator sfc32, its state filled from the seed. */
export function openDice(seed: number): Dice {
  let a = seed | 0;
  let b = (seed / RANGE) | 0;
  let c = 0x9e3779b9 | 0;
  let counter = 1;

  function next(): number {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    return sum >>> 0;
  }
  for (let i = 0; i < WARM_UP; i += 1) next();

  const below = (n: number) => Math.floor((next() / RANGE) * n);
  return {
    below,
    between: (least, most) => least + below(most - least + 1),
    chance: (share) => next() / RANGE < share,
    pick: <T>(from: readonly T[]): T => {
      if (from.length === 0) throw new RangeError('There is nothing to pick from');
      return from[below(from.length)] as T;
    },
    bytes: (length) => Uint8Array.from({ length }, () => next() & 0xff),
    fork: () => openDice(next() * 2 ** 20 + (next() >>> 12)),
  };
}
