import { describe, expect, test } from 'vitest';
import type { Action } from '../../src/core/approval.ts';
import type { Actor } from '../../src/core/audit.ts';
import type { NetworkMessage } from '../../src/core/card/network.ts';
import type { Command } from '../../src/core/command.ts';
import { DEFAULT_POLICY } from '../../src/core/policy.ts';
import { stand } from './card-script.ts';
import { CARD, cardOf, HOUR_MS, openCard, openWorld, order, send, tell, type World } from './card-world.ts';
import { AGENT, approve, HOST, idOf, MANDATE, must, openApproval, WALLET } from './cast.ts';

const CENT = 10_000n;
const OPERATOR: Actor = { kind: 'operator', id: 'o' };
const OWNER: Actor = { kind: 'agent', id: AGENT };
const STRANGER: Actor = { kind: 'agent', id: idOf('agt', 9) };

function ask(auth: string, cents: bigint, change: object = {}): NetworkMessage {
  return {
    id: `ask ${auth}`,
    sentAtMs: null,
    kind: 'authorization',
    mode: 'ask',
    auth,
    purpose: 'purchase',
    amountUnits: cents * CENT,
    merchant: { name: 'Shop', id: null, mcc: null, country: null },
    code: 'match',
    expiry: 'match',
    initiator: 'cardholder',
    isPartialCapable: false,
    challenge: null,
    expiresAtMs: null,
    decline: null,
    ...change,
  } as NetworkMessage;
}

function control(change: Partial<Command<'card.control'>>): Command<'card.control'> {
  const open = {
    walletId: WALLET,
    cardId: CARD,
    actId: 'a',
    actor: OPERATOR,
    act: { kind: 'close' },
  } as const;
  return { type: 'card.control', ...open, ...change };
}

function opened(policy: object = {}): World {
  const world = openWorld({ policy });
  openCard(world);
  return world;
}

describe('those who stand behind a card', () => {
  const STOPS: readonly (readonly [Action, string, string])[] = [
    ['wallet.freeze', WALLET, 'card_frozen'],
    ['agent.freeze', AGENT, 'card_frozen'],
    ['agent.revoke', AGENT, 'card_closed'],
    ['mandate.revoke', MANDATE, 'card_closed'],
  ];
  test.each(STOPS)(
    '%s stops charges and more on old ones, and money is posted all the same',
    (action, id, reason) => {
      const unused = opened();
      approve(unused.memory, action, id, unused.nowMs);
      expect(tell(unused, ask('a1', 100n))).toEqual({ kind: 'declined', reason });
      const used = opened();
      tell(used, ask('a1', 1000n));
      approve(used.memory, action, id, used.nowMs);
      const more = { kind: 'increment', mode: 'ask', auth: 'a1', amountUnits: CENT } as const;
      expect(tell(used, { id: 'm', sentAtMs: null, ...more })).toEqual({ kind: 'declined', reason });
      const clearing = {
        kind: 'clearing',
        auth: 'a1',
        record: 'c',
        amountUnits: 1000n * CENT,
        isFinal: true,
      } as const;
      tell(used, {
        id: 'c',
        sentAtMs: null,
        ...clearing,
        merchant: { name: 'Shop', id: null, mcc: null, country: null },
      });
      expect(stand(used)).toBe('closed settled captured=1000 released=1500');
    },
  );

  test('a mandate that is paused stops charges', () => {
    const world = opened();
    const mandate = world.memory.books.get('mandate', MANDATE);
    if (mandate === null) throw new Error('There is no mandate');
    world.memory.plant('mandate', { ...mandate, isPaused: true });
    expect(tell(world, ask('a1', 100n))).toEqual({ kind: 'declined', reason: 'card_frozen' });
  });

  test('a freeze that is lifted lets charges through', () => {
    const world = opened();
    approve(world.memory, 'agent.freeze', AGENT, world.nowMs);
    approve(world.memory, 'agent.unfreeze', AGENT, world.nowMs);
    expect(tell(world, ask('a1', 100n)).kind).toBe('approved');
  });
});

describe('controlling', () => {
  test('an act that is sent again is done once', () => {
    const world = opened();
    const act = { kind: 'withdraw', amountUnits: 500n * CENT } as const;
    send(world, control({ act }));
    send(world, control({ act }));
    expect(stand(world)).toBe('active released=500 reserved=2000');
    send(world, control({ act, actId: 'b' }));
    expect(stand(world)).toBe('active released=1000 reserved=1500');
  });

  test('an agent controls its own cards only', () => {
    const world = opened();
    expect(world.memory.send(control({ actor: STRANGER }), world.nowMs)).toMatchObject({
      code: 'card_not_found',
    });
    expect(send(world, control({ actor: OWNER })).card.state).toBe('closed');
  });

  test.each([
    ['less than a cent', 1n, 'amount_invalid'],
    ['nothing', 0n, 'amount_invalid'],
    ['more than is unused', 2501n * CENT, 'withdrawal_exceeds_unused'],
  ] as const)('a withdrawal of %s is refused', (_, amountUnits, code) => {
    const world = opened();
    const act = { kind: 'withdraw', amountUnits } as const;
    expect(world.memory.send(control({ act }), world.nowMs)).toMatchObject({ code });
    expect(stand(world)).toBe('active reserved=2500');
  });

  test('nothing is withdrawn from a used card, and all of a closed one was', () => {
    const world = opened();
    tell(world, ask('a1', 1000n));
    const act = { kind: 'withdraw', amountUnits: null } as const;
    expect(world.memory.send(control({ act }), world.nowMs)).toMatchObject({ code: 'card_not_active' });
    send(world, control({}));
    expect(send(world, control({ act, actId: 'b' })).card.state).toBe('closed');
  });

  test('the operator is asked in words to lift a freeze, for the card that is frozen', () => {
    const world = opened();
    const open = openApproval('card.unfreeze', CARD);
    expect(world.memory.send(open, world.nowMs)).toMatchObject({ code: 'state_conflict' });
    expect(world.memory.send(openApproval('card.unfreeze', 'card_x'), world.nowMs)).toMatchObject({
      code: 'card_not_found',
    });
    send(world, control({ act: { kind: 'freeze' } }));
    const { approval } = must<'approval.open'>(world.memory.send(open, world.nowMs));
    expect(approval.words).toBe(
      `Lift the freeze of the card ending in 4242 (${CARD}) of agent “Scout” (${AGENT})`,
    );
  });

  test('a freeze that time overtook is lifted in words only', () => {
    const world = opened();
    send(world, control({ act: { kind: 'freeze' } }));
    world.nowMs += 25 * HOUR_MS;
    approve(world.memory, 'card.unfreeze', CARD, world.nowMs);
    expect(stand(world)).toBe('closed ttl released=2500');
  });
});

describe('answering', () => {
  test('after the deadline nothing is booked, and the same message can still be decided', () => {
    const world = opened();
    const command = (deadlineMs: number) =>
      ({
        type: 'card.message',
        walletId: WALLET,
        cardId: CARD,
        message: ask('a1', 100n),
        deadlineMs,
      }) as const;
    const before = cardOf(world);
    expect(world.memory.send(command(world.nowMs - 1), world.nowMs)).toMatchObject({
      code: 'engine_unavailable',
    });
    expect([cardOf(world), world.memory.all('hold')]).toEqual([before, []]);
    expect(send(world, command(world.nowMs)).answer.kind).toBe('approved');
    expect(send(world, command(world.nowMs - 1)).answer.kind).toBe('approved');
  });

  test('time has passed before a message is looked at, whether or not anybody ticked', () => {
    const world = opened();
    world.nowMs += 24 * HOUR_MS;
    expect(tell(world, ask('a1', 100n))).toEqual({ kind: 'declined', reason: 'card_closed' });
    expect(stand(world)).toBe('closed ttl released=2500');
    const acts = world.memory
      .all('event')
      .flatMap(({ message }) => (message.kind === 'act' ? [message.act] : []));
    expect(acts.at(-1)).toBe('closed');
    expect(world.memory.all('event').at(-1)?.message.kind).toBe('authorization');
  });

  test('what asks nothing has no deadline', () => {
    const world = opened();
    const message = ask('a1', 100n, { mode: 'advice' });
    const command = { type: 'card.message', walletId: WALLET, cardId: CARD, message, deadlineMs: 0 } as const;
    expect(send(world, command).answer).toEqual({ kind: 'noted' });
  });

  test('a message about a card that is not there, or of less than nothing, is none', () => {
    const world = opened();
    const command = { type: 'card.message', walletId: WALLET, deadlineMs: null } as const;
    const send = (cardId: typeof CARD, message: NetworkMessage) =>
      world.memory.send({ ...command, cardId, message }, world.nowMs);
    expect(send('card_x', ask('a1', 1n))).toMatchObject({ code: 'card_not_found' });
    expect(() => send(CARD, ask('a1', -1n))).toThrow(RangeError);
    expect(() => send(CARD, ask('a1', 1n, { id: 'own:x' }))).toThrow(RangeError);
  });

  test('every message is in the log of the card and in the audit trail, without a code', () => {
    const world = opened();
    const merchant = { name: 'Shop', id: null, mcc: null, country: null };
    const challenge = { kind: 'challenge', ref: 't1', amountUnits: CENT, merchant, code: '482913' } as const;
    const before = world.memory.all('entry').length;
    tell(world, { id: 'c', sentAtMs: null, ...challenge, expiresAtMs: world.nowMs + HOUR_MS });
    tell(world, ask('a1', 2600n));
    tell(world, ask('a2', 2500n));
    expect(world.memory.all('challenge')).toMatchObject([{ code: '482913', state: 'open' }]);
    const entries = world.memory.all('entry').slice(before);
    expect(entries.map(({ kind, subjectId }) => [kind, subjectId])).toEqual([
      ['card.challenged', CARD],
      ['card.declined', CARD],
      ['card.authorized', CARD],
    ]);
    expect(JSON.parse(entries[2]?.body ?? '')).toMatchObject({
      event: { answer: { kind: 'approved', approvedUnits: '25000000' }, message: { auth: 'a2' } },
      card: { state: 'consumed', heldUnits: '25000000', reservedUnits: '0' },
    });
    const kept = JSON.stringify([world.memory.all('entry'), world.memory.all('event')], (_, value) =>
      typeof value === 'bigint' ? `${value}` : value,
    );
    expect(kept).not.toContain('482913');
    world.nowMs += HOUR_MS;
    send(world, { type: 'card.tick', walletId: WALLET, cardId: CARD });
    expect(world.memory.all('challenge')).toMatchObject([{ code: null, state: 'expired' }]);
  });

  test('fifty charges at once: one is approved', () => {
    const world = opened();
    const commands = Array.from({ length: 50 }, (_, i) => {
      const message = ask(`a${i}`, 2500n);
      return { type: 'card.message', walletId: WALLET, cardId: CARD, message, deadlineMs: null } as const;
    });
    world.memory.commit(commands, world.nowMs);
    const said = world.memory.all('event').flatMap(({ answer }) => (answer.kind === 'noted' ? [] : [answer]));
    expect(said.filter(({ kind }) => kind === 'approved').length).toBe(1);
    expect(said.filter((answer) => answer.kind === 'declined' && answer.reason === 'card_used').length).toBe(
      49,
    );
  });
});

describe('showing a card', () => {
  const grant = (change: Partial<Command<'reveal.grant'>> = {}): Command<'reveal.grant'> => {
    const open = {
      walletId: WALLET,
      cardId: CARD,
      tokenHash: 'h',
      purpose: 'fill',
      origin: HOST,
      actor: OWNER,
    } as const;
    return { type: 'reveal.grant', ...open, ...change };
  };
  const use = (change: Partial<Command<'reveal.use'>> = {}): Command<'reveal.use'> => {
    return { type: 'reveal.use', walletId: WALLET, tokenHash: 'h', actor: OWNER, origin: HOST, ...change };
  };
  const code = (world: World, command: Command<'reveal.grant'> | Command<'reveal.use'>) => {
    const outcome = world.memory.send<'reveal.grant' | 'reveal.use'>(command, world.nowMs);
    return outcome.outcome === 'refused' ? outcome.code : outcome.reveal.state;
  };

  test('a right is good once, for its holder and its page, within a minute, and is counted', () => {
    const world = opened();
    expect(code(world, grant())).toBe('open');
    expect(code(world, grant())).toBe('open');
    expect(cardOf(world).reveals).toBe(1);
    expect(code(world, grant({ origin: 'b.example' }))).toBe('state_conflict');
    expect(code(world, use({ actor: STRANGER }))).toBe('reveal_not_allowed');
    expect(code(world, use({ actor: OPERATOR }))).toBe('reveal_not_allowed');
    expect(code(world, use({ origin: 'b.example' }))).toBe('reveal_not_allowed');
    expect(code(world, use({ tokenHash: 'other' }))).toBe('reveal_token_used');
    expect(code(world, use())).toBe('used');
    expect(code(world, use())).toBe('reveal_token_used');
    const kinds = world.memory.all('entry').map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind.includes('reveal'))).toEqual(['card.reveal_granted', 'card.revealed']);
    expect(code(world, grant({ tokenHash: 'late' }))).toBe('open');
    world.nowMs += DEFAULT_POLICY.card.revealMs;
    expect(code(world, use({ tokenHash: 'late' }))).toBe('reveal_token_used');
  });

  test.each([
    ['to its agent, to fill a form', {}, {}, 'open'],
    ['to the operator', {}, { actor: OPERATOR, purpose: 'show', origin: null }, 'open'],
    ['to an agent, to look at it', {}, { purpose: 'show', origin: null }, 'reveal_not_allowed'],
    ['unless the policy lets it', { revealsToAgents: true }, { purpose: 'show', origin: null }, 'open'],
    ['to another agent', {}, { actor: STRANGER }, 'card_not_found'],
    ['of a card that is not there', {}, { cardId: 'card_x' }, 'card_not_found'],
  ] as const)('%s', (_, policy, change, expected) => {
    expect(code(opened(policy), grant(change))).toBe(expected);
  });

  test.each<readonly [string, (world: World) => void, string]>([
    ['after a probe', (world) => void tell(world, ask('v1', 100n)), 'open'],
    ['after a verification', (world) => void tell(world, ask('v1', 0n)), 'open'],
    ['after the first charge', (world) => void tell(world, ask('a1', 2500n)), 'credentials_destroyed'],
    ['after closing', (world) => void send(world, control({})), 'credentials_destroyed'],
    [
      'while it is frozen',
      (world) => void send(world, control({ act: { kind: 'freeze' } })),
      'card_not_active',
    ],
    [
      'while its agent is frozen',
      ({ memory, nowMs }) => approve(memory, 'agent.freeze', AGENT, nowMs),
      'agent_frozen',
    ],
    [
      'after the time limit',
      (world) => Object.assign(world, { nowMs: world.nowMs + 24 * HOUR_MS }),
      'credentials_destroyed',
    ],
  ])('%s', (_, before, expected) => {
    const world = opened();
    before(world);
    expect(code(world, grant())).toBe(expected);
  });

  test('before it is made there is nothing to show', () => {
    const world = openWorld();
    order(world);
    expect(code(world, grant())).toBe('card_not_active');
  });

  test('a right that was given is worth nothing once the code is gone', () => {
    const world = opened();
    expect(code(world, grant())).toBe('open');
    tell(world, ask('a1', 2500n));
    expect(code(world, use())).toBe('credentials_destroyed');
    expect(cardOf(world)).toMatchObject({ isCodeGone: true, isNumberGone: false });
    send(world, control({}));
    expect(cardOf(world)).toMatchObject({ isCodeGone: true, isNumberGone: true });
  });
});
