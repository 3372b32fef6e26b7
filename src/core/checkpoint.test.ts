import { expect, test } from 'vitest';
import { checkpointText } from './checkpoint.ts';

test('what is signed is the canonical JSON of chain, length, root and time, and nothing else', () => {
  const rootHash = 'ab'.repeat(32);
  const signed = { chain: 'wal_1', size: 17, rootHash, atMs: 5 } as const;
  const whole = { ...signed, id: 'wal_1/17', publicKey: 'aa', signature: 'bb' };
  const text = `{"atMs":5,"chain":"wal_1","rootHash":"${rootHash}","size":17}`;
  expect(checkpointText(signed)).toBe(text);
  expect(checkpointText(whole)).toBe(text);
});
