import { expect, test } from 'vitest';
import { editBetween } from './edit.ts';

test.each([
  ['gihtub', 'github', { kind: 'swapped', at: 2 }],
  ['gogle', 'google', { kind: 'doubled', at: 2 }],
  ['gooogle', 'google', { kind: 'doubled', at: 3 }],
  ['spotfy', 'spotify', { kind: 'missing', at: 4 }],
  ['amazzon', 'amazon', { kind: 'doubled', at: 4 }],
  ['amazons', 'amazon', { kind: 'added', at: 6 }],
  ['hetznar', 'hetzner', { kind: 'vowel', at: 5 }],
  ['netfrix', 'netflix', { kind: 'replaced', at: 4 }],
  ['ebay', 'ebay', null],
  ['ebya', 'ebay', { kind: 'swapped', at: 2 }],
  ['gitlab', 'github', null],
  ['amazonss', 'amazon', null],
  ['', 'a', { kind: 'missing', at: 0 }],
])('%s is made of %s by %j', (word, origin, edit) => {
  expect(editBetween(word, origin)).toEqual(edit);
});
