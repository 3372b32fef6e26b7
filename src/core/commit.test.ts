import { expect, test } from 'vitest';
import type { Books } from './books.ts';
import type { Command } from './command.ts';
import { type Decide, decideBatch } from './commit.ts';
import { DEFAULT_POLICY } from './policy.ts';
import { refuse } from './refusal.ts';

const env = { nowMs: 1, policy: DEFAULT_POLICY, hash: { sha256: () => '', sha256Hex: () => '' } };
const empty: Books = { get: () => null };

/** Counts up a head, then does as its mandate's name says. */
const decide: Decide = (draft, command) => {
  const seq = (draft.get('head', 'system')?.seq ?? 0) + 1;
  draft.put('head', { id: 'system', seq, hash: String(seq) });
  const name = (command as Command<'mandate.expire'>).mandateId;
  if (name === 'mand_throws') throw new Error('broken');
  if (name === 'mand_refused') return refuse('state_conflict', String(seq));
  return refuseNothing(seq);
};

function refuseNothing(seq: number) {
  return { outcome: 'ok', seq } as unknown as ReturnType<Decide>;
}

function command(what: 'fine' | 'throws' | 'refused'): Command {
  return { type: 'mandate.expire', walletId: 'wal_1', mandateId: `mand_${what}` };
}

test('each command sees those before it, and what is refused or throws leaves nothing behind', () => {
  const commands = [command('fine'), command('throws'), command('refused'), command('fine')];
  const { verdicts, writes } = decideBatch(empty, commands, { decide, env });
  expect(verdicts).toEqual([
    { outcome: { outcome: 'ok', seq: 1 } },
    { thrown: new Error('broken') },
    { outcome: { outcome: 'refused', code: 'state_conflict', detail: '2' } },
    { outcome: { outcome: 'ok', seq: 2 } },
  ]);
  expect(writes).toEqual([{ table: 'head', record: { id: 'system', seq: 2, hash: '2' } }]);
});

test('an empty batch writes nothing', () => {
  expect(decideBatch(empty, [], { decide, env })).toEqual({ verdicts: [], writes: [] });
});
