import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EMPTY_FRONTIER, frontierRoot, inclusionProof, push, rootOf, verifyInclusion } from './merkle.ts';

const hash = {
  sha256Hex: (hex: string) => createHash('sha256').update(Buffer.from(hex, 'hex')).digest('hex'),
};

/** The inputs and roots that the Certificate Transparency reference implementations test with. */
const LEAVES = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
];
const ROOTS = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];
test.each(ROOTS.map((root, size) => [size, root] as const))(
  'the root of the first %i reference entries',
  (size, root) => {
    expect(rootOf(LEAVES.slice(0, size), hash)).toBe(root);
  },
);

/** The paths that RFC 6962 §2.1.3 and the reference tests give for these entries. */
const PATHS: readonly (readonly [number, number, readonly string[]])[] = [
  [0, 1, []],
  [
    0,
    8,
    [
      '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
    ],
  ],
  [
    5,
    8,
    [
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ],
  ],
  [2, 3, ['fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125']],
  [
    1,
    5,
    [
      '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
    ],
  ],
];
test.each(PATHS)('the path of entry %i of %i', (index, size, path) => {
  expect(inclusionProof(LEAVES.slice(0, size), index, hash)).toEqual(path);
});

const digest = fc
  .uint8Array({ minLength: 32, maxLength: 32 })
  .map((bytes) => Buffer.from(bytes).toString('hex'));
const log = fc.array(digest, { minLength: 1, maxLength: 70 });

test('every entry of every log proves itself, and nothing that differs by one bit does', () => {
  fc.assert(
    fc.property(log, fc.nat(), fc.nat(), fc.nat({ max: 255 }), (leaves, pick, part, bit) => {
      const [index, size] = [pick % leaves.length, leaves.length];
      const leaf = leaves[index] ?? '';
      const proof = inclusionProof(leaves, index, hash);
      const root = rootOf(leaves, hash);
      expect(verifyInclusion({ leaf, index, size, proof, root }, hash)).toBe(true);
      expect(verifyInclusion({ leaf: flip(leaf, bit), index, size, proof, root }, hash)).toBe(false);
      expect(verifyInclusion({ leaf, index, size, proof, root: flip(root, bit) }, hash)).toBe(false);
      expect(verifyInclusion({ leaf, index, size, proof: [...proof, root], root }, hash)).toBe(false);
      if (proof.length === 0) return;
      const changed = proof.with(part % proof.length, flip(proof[part % proof.length] ?? '', bit));
      expect(verifyInclusion({ leaf, index, size, proof: changed, root }, hash)).toBe(false);
      expect(verifyInclusion({ leaf, index, size, proof: proof.slice(1), root }, hash)).toBe(false);
    }),
    { numRuns: 200 },
  );
});

test('a proof holds for its own place only', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(digest, { minLength: 2, maxLength: 40 }),
      fc.nat(),
      fc.nat(),
      (leaves, a, b) => {
        const [index, other, size] = [a % leaves.length, b % leaves.length, leaves.length];
        fc.pre(index !== other);
        const [leaf, proof, root] = [
          leaves[index] ?? '',
          inclusionProof(leaves, index, hash),
          rootOf(leaves, hash),
        ];
        expect(verifyInclusion({ leaf, index: other, size, proof, root }, hash)).toBe(false);
      },
    ),
    { numRuns: 200 },
  );
});

test('an inner node cannot pass for an entry', () => {
  const leaves = ['aa', 'bb', 'cc', 'dd'].map((byte) => byte.repeat(32));
  const root = rootOf(leaves, hash);
  const left = rootOf(leaves.slice(0, 2), hash);
  const right = rootOf(leaves.slice(2), hash);
  expect(verifyInclusion({ leaf: left, index: 0, size: 2, proof: [right], root }, hash)).toBe(false);
  expect(verifyInclusion({ leaf: `${left}${right}`, index: 0, size: 1, proof: [], root }, hash)).toBe(false);
});

test('what is not a proof is not one, and does not throw', () => {
  const leaf = 'ab'.repeat(32);
  const whole = { leaf, index: 0, size: 1, proof: [], root: rootOf([leaf], hash) };
  expect(verifyInclusion(whole, hash)).toBe(true);
  for (const change of [
    { index: -1 },
    { index: 1 },
    { index: 0.5 },
    { index: Number.NaN },
    { size: 0 },
    { size: 1.5 },
    { size: Number.POSITIVE_INFINITY },
    { leaf: 'abc' },
    { leaf: 'zz' },
    { leaf: leaf.toUpperCase() },
    { proof: [''] },
    { proof: ['xyz'] },
    { root: '' },
  ]) {
    expect(verifyInclusion({ ...whole, ...change }, hash)).toBe(false);
  }
});

test('there is no proof of an entry that is not there', () => {
  for (const index of [-1, 2, 0.5])
    expect(() => inclusionProof(['aa', 'bb'], index, hash)).toThrow(RangeError);
});

test('a frontier has the root of its entries at every length', () => {
  const leaves = Array.from({ length: 130 }, (_, i) => hash.sha256Hex(i.toString(16).padStart(4, '0')));
  let frontier = EMPTY_FRONTIER;
  expect(frontierRoot(frontier, hash)).toBe(rootOf([], hash));
  for (const [i, leaf] of leaves.entries()) {
    frontier = push(frontier, leaf, hash);
    expect(frontierRoot(frontier, hash)).toBe(rootOf(leaves.slice(0, i + 1), hash));
  }
});

/** Hex text with one bit the other way round. */
function flip(hex: string, bit: number): string {
  const bytes = Buffer.from(hex, 'hex');
  bytes.writeUInt8(bytes.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
  return bytes.toString('hex');
}
