import { expect, test } from 'vitest';
import type { Action, Approval } from '../../src/core/approval.ts';
import type { RefusalCode } from '../../src/core/refusal.ts';
import { nodeHash } from '../../src/store/hash.ts';
import {
  AGENT,
  AGENT_ADDRESS,
  approve,
  createWallet,
  enrol,
  idOf,
  MANDATE,
  must,
  openApproval,
  pay,
  registerAgent,
  requestMandate,
  START_MS,
  scope,
  signApproval,
  WALLET,
} from './cast.ts';
import { type Memory, openMemory } from './memory.ts';
import { payOk, refusalOf } from './risk-case.ts';

const [OTHER_WALLET, OTHER_AGENT, OTHER_MANDATE] = [idOf('wal', 2), idOf('agt', 2), idOf('mand', 2)];
const TTL_MS = 5 * 60_000;

/** A wallet whose agent asked for a mandate. */
function openAsked(): Memory {
  const memory = openMemory();
  must(memory.send(createWallet(), START_MS));
  must(memory.send(registerAgent(), START_MS));
  must(memory.send(requestMandate(scope()), START_MS));
  return memory;
}

function open(memory: Memory, action: Action = 'mandate.approve', subject: string = MANDATE): Approval {
  return must(memory.send(openApproval(action, subject), START_MS)).approval;
}

test('an approval holds the exact terms, their digest and their words, for five minutes to the second', () => {
  const memory = openAsked();
  const approval = must(memory.send(openApproval('mandate.approve', MANDATE), START_MS + 999)).approval;
  const terms = memory.books.get('terms', `${MANDATE}/v1`);
  expect(JSON.parse(approval.terms)).toEqual(
    JSON.parse(
      JSON.stringify(
        {
          action: 'mandate.approve',
          wallet: { id: WALLET, name: 'House' },
          agent: { id: AGENT, name: 'Scout' },
          mandate: { id: MANDATE },
          terms,
        },
        (_, value) => (typeof value === 'bigint' ? value.toString() : value),
      ),
    ),
  );
  expect(approval.digest).toBe(nodeHash.sha256(approval.terms));
  expect(approval.words).toContain('Allow agent “Scout”');
  expect(approval.expiresAtMs).toBe(START_MS + TTL_MS);
  expect(approval).toMatchObject({
    state: 'open',
    signature: null,
    signer: null,
    signedAtMs: null,
    wordsVersion: 1,
  });
});

test('opening an approval changes nothing but that it is there', () => {
  const memory = openAsked();
  const before = memory.all('entry').length;
  const approval = open(memory);
  expect(memory.books.get('mandate', MANDATE)?.state).toBe('pending_signature');
  expect(memory.all('entry').length).toBe(before);
  expect(memory.all('approval')).toEqual([approval]);
});

test('what is enforced is what was signed: the terms of the approval that the mandate names', () => {
  const memory = openAsked();
  const approval = open(memory);
  const signed = must(memory.send(signApproval(approval.id), START_MS + 1)).approval;
  expect(memory.books.get('mandate', MANDATE)).toMatchObject({
    state: 'signed',
    approvalId: approval.id,
    version: 1,
  });
  expect(signed).toEqual({
    ...approval,
    state: 'signed',
    signature: signApproval(approval.id).signature,
    signer: '0x00000000000000000000000000000000000000aa',
    signedAtMs: START_MS + 1,
  });
  const entry = memory.all('entry').at(-1);
  expect(entry).toMatchObject({
    kind: 'mandate.signed',
    subjectId: MANDATE,
    actor: { kind: 'operator', id: signed.signer },
  });
  expect(JSON.parse(entry?.body ?? '')).toMatchObject({
    digest: approval.digest,
    signature: signed.signature,
  });
});

type Refused = { readonly code: RefusalCode; readonly run: (memory: Memory) => { readonly outcome: string } };
const sign = (memory: Memory, change: Partial<ReturnType<typeof signApproval>> = {}, nowMs = START_MS) =>
  memory.send(signApproval(open(memory).id, change), nowMs);

const REFUSED: Readonly<Record<string, Refused>> = {
  'by the agent': {
    code: 'approval_signature_invalid',
    run: (memory) => sign(memory, { signer: AGENT_ADDRESS }),
  },
  'by nobody': { code: 'approval_signature_invalid', run: (memory) => sign(memory, { signer: null }) },
  'by the key that pays': {
    code: 'approval_signature_invalid',
    run: (memory) => sign(memory, { signer: createWallet().paymentAddress }),
  },
  'at the moment it ends': { code: 'approval_expired', run: (memory) => sign(memory, {}, START_MS + TTL_MS) },
  'under an id that is not there': {
    code: 'approval_not_found',
    run: (memory) => memory.send(signApproval('appr_none'), START_MS),
  },
  "with another wallet's name": {
    code: 'approval_not_found',
    run: (memory) => {
      must(memory.send(createWallet(OTHER_WALLET), START_MS));
      return sign(memory, { walletId: OTHER_WALLET });
    },
  },
  'once more with another signature': {
    code: 'approval_already_used',
    run: (memory) => {
      must(sign(memory));
      return memory.send(signApproval(open(memory).id, { signature: '0xother' }), START_MS);
    },
  },
  'once more after it has ended, by another signature': {
    code: 'approval_already_used',
    run: (memory) => {
      must(sign(memory));
      return memory.send(signApproval(open(memory).id, { signature: '0xother' }), START_MS + TTL_MS);
    },
  },
  'after what it says has changed': {
    code: 'approval_stale',
    run: (memory) => {
      const { id } = open(memory);
      const agent = memory.books.get('agent', AGENT);
      if (agent !== null) memory.plant('agent', { ...agent, name: 'Somebody else' });
      return memory.send(signApproval(id), START_MS);
    },
  },
  'after its scope has changed': {
    code: 'approval_stale',
    run: (memory) => {
      const { id } = open(memory);
      const terms = memory.books.get('terms', `${MANDATE}/v1`);
      if (terms !== null) memory.plant('terms', { ...terms, scope: { ...terms.scope, totalUnits: 1n } });
      return memory.send(signApproval(id), START_MS);
    },
  },
  'after the mandate was rejected': {
    code: 'state_conflict',
    run: (memory) => {
      const { id } = open(memory);
      approve(memory, 'mandate.reject', MANDATE);
      return memory.send(signApproval(id), START_MS);
    },
  },
  'after the mandate was signed by another approval': {
    code: 'state_conflict',
    run: (memory) => {
      const { id } = open(memory);
      approve(memory, 'mandate.approve', MANDATE);
      return memory.send(signApproval(id), START_MS);
    },
  },
  'when the mandate would have ended already': {
    code: 'mandate_expired',
    run: (memory) => {
      const ending = requestMandate(scope({ expiresAtMs: START_MS + 10 }), { mandateId: OTHER_MANDATE });
      must(memory.send(ending, START_MS));
      return memory.send(signApproval(open(memory, 'mandate.approve', OTHER_MANDATE).id), START_MS + 10);
    },
  },
};
test.each(Object.entries(REFUSED))('a yes is refused %s', (_, { code, run }) => {
  const memory = openAsked();
  expect(run(memory)).toMatchObject({ outcome: 'refused', code });
});

test('a refused yes changes nothing, and the right one still counts', () => {
  const memory = openAsked();
  const { id } = open(memory);
  const entries = memory.all('entry').length;
  memory.send(signApproval(id, { signer: AGENT_ADDRESS }), START_MS);
  expect(memory.books.get('mandate', MANDATE)?.state).toBe('pending_signature');
  expect(memory.all('entry').length).toBe(entries);
  must(memory.send(signApproval(id), START_MS + TTL_MS - 1));
  expect(memory.books.get('mandate', MANDATE)?.state).toBe('signed');
});

test('one yes counts once: handed in again it answers the same and does nothing', () => {
  const memory = openAsked();
  const { id } = open(memory);
  const first = must(memory.send(signApproval(id), START_MS));
  approve(memory, 'mandate.revoke', MANDATE);
  const entries = memory.all('entry').length;
  expect(memory.send(signApproval(id), START_MS + 2 * TTL_MS)).toEqual(first);
  expect(memory.books.get('mandate', MANDATE)?.state).toBe('revoked');
  expect(memory.all('entry').length).toBe(entries);
});

const CANNOT_OPEN: readonly (readonly [string, Action, string, RefusalCode])[] = [
  ['a mandate that is not there', 'mandate.approve', OTHER_MANDATE, 'mandate_not_found'],
  ['an agent that is not there', 'agent.freeze', OTHER_AGENT, 'agent_not_found'],
  ['another wallet', 'wallet.freeze', OTHER_WALLET, 'wallet_not_found'],
  ['revoking what is not signed', 'mandate.revoke', MANDATE, 'state_conflict'],
];
test.each(CANNOT_OPEN)('there is nothing to sign about %s', (_, action, subjectId, code) => {
  const memory = openAsked();
  expect(memory.send(openApproval(action, subjectId), START_MS)).toMatchObject({ outcome: 'refused', code });
});

const FOREIGN: readonly (readonly [Action, string, RefusalCode])[] = [
  ['mandate.approve', MANDATE, 'mandate_not_found'],
  ['agent.unfreeze', AGENT, 'agent_not_found'],
  ['wallet.unfreeze', WALLET, 'wallet_not_found'],
];
test.each(FOREIGN)('the operator of another wallet cannot sign %s', (action, subjectId, code) => {
  const memory = openAsked();
  must(memory.send({ ...createWallet(OTHER_WALLET), operatorAddress: AGENT_ADDRESS }, START_MS));
  const ask = openApproval(action, subjectId, { walletId: OTHER_WALLET });
  expect(memory.send(ask, START_MS)).toMatchObject({ outcome: 'refused', code });
  expect(memory.send({ ...ask, walletId: idOf('wal', 3) }, START_MS)).toMatchObject({
    code: 'wallet_not_found',
  });
});

test('a rejected, revoked or expired mandate and a revoked agent stay so', () => {
  for (const [action, subject] of [
    ['mandate.reject', MANDATE],
    ['agent.revoke', AGENT],
  ] as const) {
    const memory = openAsked();
    approve(memory, action, subject);
    for (const next of ['mandate.approve', 'mandate.reject', 'mandate.revoke'] as const) {
      if (action !== 'agent.revoke')
        expect(memory.send(openApproval(next, MANDATE), START_MS)).toMatchObject({ code: 'state_conflict' });
    }
    if (action === 'agent.revoke') {
      for (const next of ['agent.unfreeze', 'agent.freeze', 'agent.revoke'] as const) {
        expect(memory.send(openApproval(next, AGENT), START_MS)).toMatchObject({ code: 'state_conflict' });
      }
    }
  }
});

test('an id of an approval is taken by what it was opened for', () => {
  const memory = openAsked();
  const ask = openApproval('mandate.approve', MANDATE);
  const first = must(memory.send(ask, START_MS));
  expect(memory.send(ask, START_MS + 1)).toEqual(first);
  for (const change of [
    { action: 'mandate.reject' },
    { subjectId: OTHER_MANDATE },
    { walletId: OTHER_WALLET },
  ] as const) {
    expect(memory.send({ ...ask, ...change }, START_MS)).toMatchObject({
      outcome: 'refused',
      code: 'state_conflict',
    });
  }
});

const STOPS: readonly (readonly [Action, string, RefusalCode])[] = [
  ['mandate.revoke', MANDATE, 'mandate_revoked'],
  ['agent.freeze', AGENT, 'agent_frozen'],
  ['agent.revoke', AGENT, 'agent_revoked'],
  ['wallet.freeze', WALLET, 'wallet_frozen'],
];
test.each(STOPS)(
  'after %s nothing is paid and nothing is signed again, also in the same batch',
  (action, subject, code) => {
    const memory = openMemory();
    enrol(memory);
    const earlier = payOk(memory, pay('earlier'));
    const approval = openApproval(action, subject);
    must(memory.send(approval, START_MS));
    const renew = { type: 'payment.renew', walletId: WALLET, paymentId: earlier.id } as const;
    const verdicts = memory.commit(
      [pay('before'), signApproval(approval.approvalId), pay('after'), renew],
      START_MS,
    );
    const [before, signed, after, renewed] = verdicts.map((verdict) =>
      'outcome' in verdict ? verdict.outcome : null,
    );
    expect(before).toMatchObject({ payment: { state: 'reserved' } });
    expect(signed).toMatchObject({ outcome: 'ok' });
    expect(after).toMatchObject({ payment: { state: 'denied', refusal: { code } } });
    expect(renewed).toMatchObject({ outcome: 'refused', code });
    expect(refusalOf(memory.send(pay('later'), START_MS + 1))?.code).toBe(code);
  },
);

test('no command but a signed approval lifts a freeze or signs a mandate', () => {
  const memory = openMemory();
  enrol(memory);
  approve(memory, 'wallet.freeze', WALLET);
  approve(memory, 'agent.freeze', AGENT);
  for (const command of [
    createWallet(),
    registerAgent(),
    requestMandate(scope()),
    requestMandate(scope(), { mandateId: OTHER_MANDATE }),
  ]) {
    must(memory.send(command, START_MS));
  }
  expect(memory.books.get('wallet', WALLET)?.isFrozen).toBe(true);
  expect(memory.books.get('agent', AGENT)?.isFrozen).toBe(true);
  expect(memory.books.get('mandate', OTHER_MANDATE)?.state).toBe('pending_signature');
});

test('a wallet whose approving key is the key that pays is not opened', () => {
  const { paymentAddress } = createWallet();
  const outcome = openMemory().send({ ...createWallet(), operatorAddress: paymentAddress }, START_MS);
  expect(outcome).toMatchObject({ outcome: 'refused', code: 'input_invalid' });
});

test.each([
  ['agent', AGENT],
  ['wallet', WALLET],
] as const)(
  'a freeze of the %s that is not there cannot be lifted, nor one that came after the yes was opened',
  (noun, id) => {
    const memory = openAsked();
    const ask = (action: Action, at: number) =>
      memory.send(openApproval(action, id, { approvalId: idOf('appr', `at${at}`) }), at);
    const decide = (action: Action, at: number) => {
      const asked = ask(action, at);
      return asked.outcome === 'refused' ? asked : memory.send(signApproval(asked.approval.id), at);
    };
    expect(decide(`${noun}.unfreeze`, START_MS)).toMatchObject({
      outcome: 'refused',
      code: 'state_conflict',
    });
    must(decide(`${noun}.freeze`, START_MS + 1));
    const early = must(ask(`${noun}.unfreeze`, START_MS + 2)).approval;
    must(decide(`${noun}.unfreeze`, START_MS + 3));
    expect(memory.send(signApproval(early.id), START_MS + 4)).toMatchObject({ code: 'state_conflict' });
  },
);
