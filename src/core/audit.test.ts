import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type AuditEntry, append, findFault, GENESIS_HASH } from './audit.ts';
import { type Draft, openDraft } from './books.ts';

const hash = {
  sha256: (text: string) => createHash('sha256').update(text).digest('hex'),
  sha256Hex: (hex: string) => createHash('sha256').update(Buffer.from(hex, 'hex')).digest('hex'),
};
const CHAIN = 'wal_1';

function openEmpty(): Draft {
  return openDraft({ get: () => null });
}

function chainOf(length: number, chain: 'wal_1' | 'wal_2' = CHAIN): readonly AuditEntry[] {
  const draft = openEmpty();
  return Array.from({ length }, (_, i) =>
    append(
      draft,
      { nowMs: 1000 + i, hash },
      {
        chain,
        kind: 'payment.reserved',
        subjectId: `pay_${i}`,
        actor: { kind: 'agent', id: 'agt_1' },
        body: { n: i, amountUnits: 5n },
      },
    ),
  );
}

test('the first entry stands on nothing, and its hash covers everything but itself', () => {
  const [entry] = chainOf(1);
  const body = '{"amountUnits":"5","n":0}';
  const bodyHash = hash.sha256(body);
  const covered =
    `{"actor":{"id":"agt_1","kind":"agent"},"atMs":1000,"bodyHash":"${bodyHash}","chain":"wal_1",` +
    `"kind":"payment.reserved","prevHash":"${GENESIS_HASH}","seq":1,"subjectId":"pay_0"}`;
  expect(entry).toEqual({
    id: 'wal_1/1',
    chain: CHAIN,
    seq: 1,
    kind: 'payment.reserved',
    subjectId: 'pay_0',
    actor: { kind: 'agent', id: 'agt_1' },
    atMs: 1000,
    body,
    prevHash: GENESIS_HASH,
    hash: hash.sha256(covered),
  });
});

test('each entry stands on the one before, and the head says where the chain ends', () => {
  const draft = openEmpty();
  const note = {
    chain: CHAIN,
    kind: 'k',
    subjectId: 's',
    actor: { kind: 'system', id: 'x' },
    body: null,
  } as const;
  const [first, second] = [1, 2].map((nowMs) => append(draft, { nowMs, hash }, note));
  expect(second?.prevHash).toBe(first?.hash);
  expect(draft.get('head', CHAIN)).toEqual({ id: CHAIN, seq: 2, hash: second?.hash });
  append(draft, { nowMs: 3, hash }, { ...note, chain: 'system' });
  expect(draft.get('head', 'system')).toMatchObject({ seq: 1 });
  expect(draft.get('head', CHAIN)).toMatchObject({ seq: 2 });
});

test('a whole chain has no fault, in one run or continued', () => {
  const entries = chainOf(5);
  expect(findFault([], hash)).toBeNull();
  expect(findFault(entries, hash)).toBeNull();
  expect(findFault(entries.slice(3), hash, entries[2])).toBeNull();
});

test('an entry that is missing, doubled, swapped or of another chain is found', () => {
  const [a, b, c, d] = chainOf(4) as [AuditEntry, AuditEntry, AuditEntry, AuditEntry];
  const [x, y] = chainOf(2, 'wal_2') as [AuditEntry, AuditEntry];
  expect(findFault([a, c, d], hash)).toEqual({ seq: 3, fault: 'gap' });
  expect(findFault([b, c, d], hash)).toEqual({ seq: 2, fault: 'gap' });
  expect(findFault([a, a, b], hash)).toEqual({ seq: 1, fault: 'gap' });
  expect(findFault([a, c, b, d], hash)).toEqual({ seq: 3, fault: 'gap' });
  expect(findFault([a, y], hash)).toEqual({ seq: 2, fault: 'broken_link' });
  expect(findFault([x, b], hash)).toEqual({ seq: 2, fault: 'broken_link' });
});

test('a chain that goes on under another name is found, even where its hashes are right', () => {
  const draft = openEmpty();
  const [first] = chainOf(1) as [AuditEntry];
  draft.put('head', { id: 'wal_2', seq: 1, hash: first.hash });
  const note = { chain: 'wal_2', kind: 'k', subjectId: 's', actor: first.actor, body: null } as const;
  const grafted = append(draft, { nowMs: 2, hash }, note);
  expect(findFault([first, grafted], hash)).toEqual({ seq: 2, fault: 'hash_mismatch' });
});

const FIELDS = ['id', 'chain', 'kind', 'subjectId', 'body', 'prevHash', 'hash'] as const;

test('any changed character of any field of any entry is found', () => {
  const entries = chainOf(6);
  fc.assert(
    fc.property(
      fc.nat({ max: 5 }),
      fc.constantFrom(...FIELDS),
      fc.nat(),
      fc.integer({ min: 33, max: 126 }),
      (i, field, at, code) => {
        const entry = entries[i] as AuditEntry;
        const [text, place] = [entry[field], at % entry[field].length];
        const changed = text.slice(0, place) + String.fromCharCode(code) + text.slice(place + 1);
        fc.pre(changed !== text);
        expect(findFault(entries.with(i, { ...entry, [field]: changed }), hash)?.seq).toBe(entry.seq);
      },
    ),
    { numRuns: 2000 },
  );
});

test('a changed number or actor is found', () => {
  const entries = chainOf(3);
  const middle = entries[1] as AuditEntry;
  for (const change of [
    { seq: 4 },
    { atMs: middle.atMs + 1 },
    { actor: { kind: 'operator', id: 'agt_1' } },
    { actor: { kind: 'agent', id: 'agt_2' } },
  ] as const) {
    expect(findFault(entries.with(1, { ...middle, ...change }), hash)).not.toBeNull();
  }
});
