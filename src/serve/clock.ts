/**
 * A clock that follows the wall clock forward and never goes back: what may be done until a moment is over for good
 * once that moment was. `steadyMs` counts time whose beginning does not matter, without a step. A wall clock that was
 * set back is ignored until the next start; a decision sees by how far that is from the chain's.
 */
export function steadyClock(wallMs: () => number, steadyMs: () => number): () => number {
  let beginMs = Number.NEGATIVE_INFINITY;
  return () => {
    const steady = steadyMs();
    beginMs = Math.max(beginMs, wallMs() - steady);
    return Math.floor(beginMs + steady);
  };
}
