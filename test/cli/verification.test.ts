import { generateKeyPairSync, sign as signBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { createVerifier, type ExportedEntry, type Fault } from '../../src/cli/verification.ts';
import type { Approval } from '../../src/core/approval.ts';
import type { Address } from '../../src/core/asset.ts';
import { entryHash, GENESIS_HASH } from '../../src/core/audit.ts';
import { canonicalJson, type Json, parseRecord } from '../../src/core/canonical.ts';
import { type Checkpoint, checkpointText } from '../../src/core/checkpoint.ts';
import { rootOf } from '../../src/core/merkle.ts';
import { type ApprovalTerms, describe as wordsFor } from '../../src/core/words.ts';
import { addressOf } from '../../src/protocol/address.ts';
import { approvalDigest, messageOf } from '../../src/protocol/approval.ts';
import { toHex } from '../../src/protocol/hex.ts';
import { publicKeyOf, sign } from '../../src/protocol/secp256k1.ts';
import { nodeHash } from '../../src/store/hash.ts';
import * as Cast from '../core/cast.ts';
import { openMemory } from '../core/memory.ts';

const KEY = new Uint8Array(32).fill(7);
const OTHER_KEY = new Uint8Array(32).fill(8);
const OPERATOR = addressOf(publicKeyOf(KEY));
const OTHER = addressOf(publicKeyOf(OTHER_KEY));
const { WALLET, AGENT, MANDATE, START_MS } = Cast;

/** A wallet with an agent, a signed mandate, and a freeze that was signed a minute later. */
function makeTrail(): ExportedEntry[] {
  const memory = openMemory();
  const send = memory.send;
  Cast.must(send({ ...Cast.createWallet(), operatorAddress: OPERATOR }, START_MS));
  Cast.must(send(Cast.registerAgent(), START_MS));
  Cast.must(send(Cast.requestMandate(Cast.scope()), START_MS));
  const consents = [
    ['mandate.approve', MANDATE, START_MS],
    ['agent.freeze', AGENT, START_MS + 60_000],
  ] as const;
  for (const [action, subject, nowMs] of consents) {
    const { approval } = Cast.must(send(Cast.openApproval(action, subject), nowMs));
    Cast.must(
      send(Cast.signApproval(approval.id, { signature: signatureOf(approval), signer: OPERATOR }), nowMs),
    );
  }
  return memory.all('entry').map(({ id: _, ...entry }) => entry);
}

function signatureOf(approval: Approval, key: Uint8Array = KEY): string {
  return toHex(sign(approvalDigest(messageOf(approval)), key));
}

/** What the verifier says of the first entry it does not accept, or what it found. */
function verify(entries: readonly ExportedEntry[], pinned: Address | null = null) {
  const verifier = createVerifier(pinned);
  for (const entry of entries) {
    const fault: Fault | null = verifier.take({ entry });
    if (fault !== null) return fault;
  }
  return verifier.findings();
}

/** The trail with some bodies changed and every hash made anew, as somebody would who owns the server. */
function forge(
  entries: readonly ExportedEntry[],
  change: (entry: ExportedEntry) => ExportedEntry,
): ExportedEntry[] {
  const heads = new Map<string, { seq: number; hash: string }>();
  return entries.map((entry) => {
    const last = heads.get(entry.chain) ?? { seq: 0, hash: GENESIS_HASH };
    const open = { ...change(entry), seq: last.seq + 1, prevHash: last.hash };
    const forged = { ...open, hash: entryHash(open, nodeHash) };
    heads.set(entry.chain, forged);
    return forged;
  });
}

/** Changes the approval in entries of this kind. */
function withApproval(kind: string, change: (approval: Approval) => Approval) {
  return (entry: ExportedEntry): ExportedEntry =>
    entry.kind === kind ? { ...entry, body: canonicalJson(change(JSON.parse(entry.body)) as Json) } : entry;
}

/** The approval with other terms, everything that follows from them made again. */
function withTerms(approval: Approval, change: (terms: ApprovalTerms) => ApprovalTerms): Approval {
  const made = change(parseRecord(approval.terms) as ApprovalTerms);
  const terms = canonicalJson(made as Json);
  return { ...approval, terms, digest: nodeHash.sha256(terms), words: wordsFor(made) };
}

test('a trail as the core writes it is whole, with every approval signed by the operator', () => {
  const trail = makeTrail();
  const heads = ['system', WALLET].map((chain) => {
    const its = trail.filter((entry) => entry.chain === chain);
    return { chain, entries: its.length, head: its.at(-1)?.hash };
  });
  const found = { chains: heads, approvals: 2, checkpoints: {}, operators: { [WALLET]: OPERATOR } };
  expect(verify(trail)).toEqual(found);
  expect(verify(trail, OPERATOR)).toEqual(found);
});

test('a changed byte, a missing entry and a swapped order are found at their entry', () => {
  const trail = makeTrail();
  const at = trail.findIndex(({ kind }) => kind === 'mandate.requested');
  const edited = trail.map((entry, i) =>
    i === at ? { ...entry, body: entry.body.replace('Weather', 'Feather') } : entry,
  );
  expect(verify(edited)).toEqual({ entry: `${WALLET}/1`, fault: 'its hash is not that of its content' });
  expect(verify(trail.toSpliced(at, 1))).toEqual({
    entry: `${WALLET}/2`,
    fault: 'an entry before it is missing',
  });
  const relinked = trail.map((entry, i) => (i === at ? { ...entry, prevHash: 'f'.repeat(64) } : entry));
  expect(verify(relinked)).toEqual({
    entry: `${WALLET}/1`,
    fault: 'it does not follow from the entry before it',
  });
});

const FORGERIES: readonly [string, (entry: ExportedEntry) => ExportedEntry, Fault][] = [
  [
    'words that say something else than the terms',
    withApproval('mandate.signed', (approval) => ({
      ...approval,
      words: approval.words.replace('100.00', '10.00'),
    })),
    { entry: `${WALLET}/2`, fault: 'The words are not what the terms say' },
  ],
  [
    'a digest of other terms',
    withApproval('mandate.signed', (approval) => ({ ...approval, digest: nodeHash.sha256('{}') })),
    { entry: `${WALLET}/2`, fault: 'The digest is not that of the terms' },
  ],
  [
    'a larger budget with digest and words made to fit',
    withApproval('mandate.signed', (approval) =>
      withTerms(approval, (terms) => {
        if (terms.terms === undefined) throw new Error('No terms');
        return {
          ...terms,
          terms: { ...terms.terms, scope: { ...terms.terms.scope, totalUnits: 900_000_000n } },
        };
      }),
    ),
    { entry: `${WALLET}/2`, fault: `its signature is not that of the operator ${OPERATOR}` },
  ],
  [
    'terms with a key that is there twice',
    withApproval('mandate.signed', (approval) => {
      const terms = approval.terms.replace('{', '{"action":"agent.freeze",');
      return { ...approval, terms, digest: nodeHash.sha256(terms) };
    }),
    { entry: `${WALLET}/2`, fault: 'The terms are not canonical JSON' },
  ],
  [
    'a signature by another key',
    withApproval('mandate.signed', (approval) => ({
      ...approval,
      signature: signatureOf(approval, OTHER_KEY),
    })),
    { entry: `${WALLET}/2`, fault: `its signature is not that of the operator ${OPERATOR}` },
  ],
  [
    'another signer than the operator',
    (entry) => {
      const forged = withApproval('mandate.signed', (approval) => ({
        ...approval,
        signer: OTHER,
        signature: signatureOf(approval, OTHER_KEY),
      }))(entry);
      return forged.kind === 'mandate.signed'
        ? { ...forged, actor: { kind: 'operator', id: OTHER } }
        : forged;
    },
    { entry: `${WALLET}/2`, fault: `its signature is not that of the operator ${OPERATOR}` },
  ],
  [
    'an approval of something else',
    (entry) => (entry.kind === 'agent.frozen' ? { ...entry, kind: 'agent.revoked' } : entry),
    { entry: `${WALLET}/3`, fault: 'what was approved is "agent.freeze"' },
  ],
  [
    'an approval that is about another agent',
    (entry) => (entry.kind === 'agent.frozen' ? { ...entry, subjectId: Cast.idOf('agt', 2) } : entry),
    { entry: `${WALLET}/3`, fault: `what was approved is about ${AGENT}` },
  ],
  [
    'an approval that was signed after its time',
    (entry) => {
      const late = START_MS + 3_600_000;
      const forged = withApproval('agent.frozen', (approval) => ({ ...approval, signedAtMs: late }))(entry);
      return forged.kind === 'agent.frozen' ? { ...forged, atMs: late } : forged;
    },
    { entry: `${WALLET}/3`, fault: 'it was signed after its time' },
  ],
  [
    'other terms requested than signed',
    (entry) =>
      entry.kind === 'mandate.requested'
        ? { ...entry, body: entry.body.replace('Weather', 'Feather') }
        : entry,
    { entry: `${WALLET}/2`, fault: 'the terms that were signed are not those that were requested' },
  ],
  [
    'an operator who approved nothing',
    (entry) => (entry.kind === 'agent.frozen' ? { ...entry, kind: 'mandate.widened' } : entry),
    { entry: `${WALLET}/3`, fault: 'it names an operator, but holds no approval' },
  ],
];

test.each(FORGERIES)('%s is found though every hash fits', (_name, change, fault) => {
  expect(verify(forge(makeTrail(), change))).toEqual(fault);
});

test('an approval counts once', () => {
  const trail = makeTrail();
  const last = trail.at(-1);
  if (last === undefined) throw new Error('The trail is empty');
  const twice = forge([...trail, last], (entry) => entry);
  const id = JSON.parse(last.body).id;
  expect(verify(twice)).toEqual({ entry: `${WALLET}/4`, fault: `the approval ${id} was used before` });
});

test('a trail remade with another operator passes alone and fails against the address that is known', () => {
  const trail = forge(makeTrail(), (entry) => {
    if (entry.kind === 'wallet.created') return { ...entry, body: entry.body.replace(OPERATOR, OTHER) };
    if (entry.actor.kind !== 'operator') return entry;
    const signed = withApproval(entry.kind, (approval) => ({
      ...approval,
      signer: OTHER,
      signature: signatureOf(approval, OTHER_KEY),
    }))(entry);
    return { ...signed, actor: { kind: 'operator', id: OTHER } };
  });
  expect(verify(trail)).toMatchObject({ approvals: 2, operators: { [WALLET]: OTHER } });
  const fault = `the operator is ${OTHER}, not ${OPERATOR}`;
  expect(verify(trail, OPERATOR)).toEqual({ entry: 'system/1', fault });
});

test('an approval before it is known who the operator is proves nothing', () => {
  const own = makeTrail().filter(({ chain }) => chain === WALLET);
  const fault = `nothing before it says who the operator of ${WALLET} is`;
  expect(verify(own)).toEqual({ entry: `${WALLET}/2`, fault });
});

const SEAL = generateKeyPairSync('ed25519');
const SEAL_KEY = SEAL.publicKey.export({ format: 'der', type: 'spki' }).subarray(12).toString('hex');

/** A signed checkpoint of the first entries of the wallet's chain; `change` is done before it is signed. */
function sealOf(trail: readonly ExportedEntry[], size: number, change: Partial<Checkpoint> = {}) {
  const leaves = trail.filter(({ chain }) => chain === WALLET).map(({ hash }) => hash);
  const rootHash = rootOf(leaves.slice(0, size), nodeHash);
  const open = { chain: WALLET, size, rootHash, atMs: START_MS, ...change };
  const signature = signBytes(null, Buffer.from(checkpointText(open)), SEAL.privateKey).toString('hex');
  return { ...open, publicKey: SEAL_KEY, signature };
}

test('a checkpoint of all entries, and of the first of them, holds', () => {
  const trail = makeTrail();
  const verifier = createVerifier(OPERATOR);
  for (const entry of trail) expect(verifier.take({ entry })).toBeNull();
  for (const size of [1, 2, 3]) expect(verifier.take({ checkpoint: sealOf(trail, size) })).toBeNull();
  expect(verifier.findings().checkpoints).toEqual({ [SEAL_KEY]: 3 });
});

test('a checkpoint of other entries, of more than there are, or of another key is found', () => {
  const trail = makeTrail();
  const check = (checkpoint: ReturnType<typeof sealOf>) => {
    const verifier = createVerifier(null);
    for (const entry of trail) verifier.take({ entry });
    return verifier.take({ checkpoint });
  };
  const other = { rootHash: rootOf(['ab'.repeat(32)], nodeHash) };
  expect(check(sealOf(trail, 3, other))).toEqual({
    entry: `${WALLET}/3`,
    fault: 'of the checkpoint there: it is not of these entries',
  });
  expect(check(sealOf(trail, 4))).toEqual({
    entry: `${WALLET}/4`,
    fault: 'of the checkpoint there: it covers 4 entries, and there are 3',
  });
  expect(check({ ...sealOf(trail, 3), publicKey: '00'.repeat(32) })).toEqual({
    entry: `${WALLET}/3`,
    fault: 'of the checkpoint there: its signature is not that of its key',
  });
  expect(check({ ...sealOf(trail, 3), atMs: START_MS + 1 })).toEqual({
    entry: `${WALLET}/3`,
    fault: 'of the checkpoint there: its signature is not that of its key',
  });
});
