import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { artifact } from './artifacts.ts';
import { artifactsFile, compile } from './build.ts';

test('the committed artifacts are what the sources compile to, byte for byte', () => {
  expect(readFileSync(artifactsFile, 'utf8')).toBe(compile());
});

test('every artifact has code to deploy, and the two tokens differ', () => {
  const [usdc, quirk] = [artifact('TestUsdc'), artifact('QuirkToken')];
  expect(usdc.bytecode).toMatch(/^0x([0-9a-f]{2}){1000,}$/);
  expect(quirk.bytecode).toMatch(/^0x([0-9a-f]{2}){1000,}$/);
  expect(quirk.abi).toStrictEqual(usdc.abi);
  expect(quirk.bytecode).not.toBe(usdc.bytecode);
});
