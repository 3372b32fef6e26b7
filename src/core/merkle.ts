import type { Hash } from './hash.ts';

type Hasher = Pick<Hash, 'sha256Hex'>;

/** Whether an entry is under a root: its hash, its place among `size` entries, and the hashes beside its way up. */
export type Inclusion = {
  readonly leaf: string;
  /** From 0. */
  readonly index: number;
  readonly size: number;
  readonly proof: readonly string[];
  readonly root: string;
};

/** The Merkle tree hash of entries in hex, in order (RFC 6962 §2.1); of none, the hash of nothing. */
export function rootOf(leaves: readonly string[], hash: Hasher): string {
  return leaves.length === 0 ? hash.sha256Hex('') : subtree(leaves, { from: 0, to: leaves.length }, hash);
}

/** The right edge of a growing tree: its complete subtrees, the largest first. Enough to go on and to know the root. */
export type Frontier = { readonly size: number; readonly peaks: readonly Peak[] };
type Peak = { readonly size: number; readonly digest: string };

/** The frontier of no entries. */
export const EMPTY_FRONTIER: Frontier = { size: 0, peaks: [] };

/** The frontier with one more entry. */
export function push({ size, peaks }: Frontier, leaf: string, hash: Hasher): Frontier {
  const edge = [...peaks];
  let last: Peak = { size: 1, digest: leafHash(leaf, hash) };
  for (let left = edge.at(-1); left?.size === last.size; left = edge.at(-1)) {
    edge.pop();
    last = { size: left.size + last.size, digest: nodeHash(left.digest, last.digest, hash) };
  }
  return { size: size + 1, peaks: [...edge, last] };
}

/** The root of the tree that a frontier is of; the same as `rootOf` its entries. */
export function frontierRoot({ peaks }: Frontier, hash: Hasher): string {
  const last = peaks.at(-1);
  if (last === undefined) return hash.sha256Hex('');
  return peaks.slice(0, -1).reduceRight((root, peak) => nodeHash(peak.digest, root, hash), last.digest);
}

/** The hashes beside the way from an entry to the root, lowest first (RFC 6962 §2.1.1). Throws where there is no entry. */
export function inclusionProof(leaves: readonly string[], index: number, hash: Hasher): readonly string[] {
  if (!isIndex(index, leaves.length)) throw new RangeError(`There is no entry ${index} of ${leaves.length}`);
  const path: string[] = [];
  let range: Range = { from: 0, to: leaves.length };
  while (range.to - range.from > 1) {
    const middle = split(range);
    const [left, right] = [
      { ...range, to: middle },
      { ...range, from: middle },
    ];
    path.unshift(subtree(leaves, index < middle ? right : left, hash));
    range = index < middle ? left : right;
  }
  return path;
}

/** Whether the proof leads from the entry to the root (RFC 9162 §2.1.3.2). False for whatever is not a proof. */
export function verifyInclusion({ leaf, index, size, proof, root }: Inclusion, hash: Hasher): boolean {
  if (!isIndex(index, size) || !isBytes(leaf) || !proof.every(isDigest)) return false;
  let [at, last, reached] = [index, size - 1, leafHash(leaf, hash)];
  for (const beside of proof) {
    if (last === 0) return false;
    if (at % 2 === 1 || at === last) {
      reached = nodeHash(beside, reached, hash);
      while (at % 2 === 0 && at > 0) [at, last] = [half(at), half(last)];
    } else {
      reached = nodeHash(reached, beside, hash);
    }
    [at, last] = [half(at), half(last)];
  }
  return last === 0 && reached === root;
}

type Range = { readonly from: number; readonly to: number };

function subtree(leaves: readonly string[], range: Range, hash: Hasher): string {
  if (range.to - range.from === 1) return leafHash(leaves[range.from] as string, hash);
  const middle = split(range);
  const [left, right] = [
    { ...range, to: middle },
    { ...range, from: middle },
  ];
  return nodeHash(subtree(leaves, left, hash), subtree(leaves, right, hash), hash);
}

/** Where a range of at least two is split: after the largest power of two that is less than its length. */
function split({ from, to }: Range): number {
  let power = 1;
  while (power * 2 < to - from) power *= 2;
  return from + power;
}

function leafHash(leaf: string, hash: Hasher): string {
  return hash.sha256Hex(`00${leaf}`);
}

function nodeHash(left: string, right: string, hash: Hasher): string {
  return hash.sha256Hex(`01${left}${right}`);
}

function half(n: number): number {
  return (n - (n % 2)) / 2;
}

function isIndex(index: number, size: number): boolean {
  return Number.isSafeInteger(index) && Number.isSafeInteger(size) && index >= 0 && index < size;
}

function isDigest(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text);
}

function isBytes(text: string): boolean {
  return /^(?:[0-9a-f]{2})*$/.test(text);
}
