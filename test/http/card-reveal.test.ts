import { afterEach, expect, test } from 'vitest';
import { type CardOpening, type CardWorld, codeOf, MERCHANT, openCardWorld } from './cards.ts';
import { TOKENS } from './world.ts';

let open: CardWorld | null = null;
afterEach(async () => {
  await open?.close();
  open = null;
});

async function start(opening: CardOpening = {}): Promise<CardWorld> {
  open = await openCardWorld(opening);
  return open;
}

test('the operator sees a number once by a token; an agent does not unless the policy lets it', async () => {
  const { agent, card, operator, typed, world } = await start();
  const id = await card('10.00');
  expect(await codeOf(agent.card.reveal({ card: id }))).toBe('reveal_not_allowed');
  const { token } = await operator.card.reveal({ card: id });
  expect(await codeOf(agent.card.show({ card: id, token }))).toBe('reveal_not_allowed');
  const call = {
    method: 'POST',
    path: `/v1/cards/${id}/show`,
    token: TOKENS.operator,
    body: { token },
  } as const;
  const shown = await world.send(call);
  expect([shown.status, shown.headers['cache-control']]).toEqual([200, 'no-store']);
  expect(JSON.stringify(shown.json) === JSON.stringify(await typed(id))).toBe(true);
  const again = await world.send(call);
  expect([again.status, again.json.code]).toEqual([410, 'reveal_token_used']);
});

test('a token that was not used in time, and a card that is closed, show nothing', async () => {
  const { card, clock, operator } = await start();
  const id = await card('10.00');
  const { token } = await operator.card.reveal({ card: id });
  clock.advance(60_000);
  expect(await codeOf(operator.card.show({ card: id, token }))).toBe('reveal_token_used');
  await operator.card.close({ card: id });
  expect(await codeOf(operator.card.reveal({ card: id }))).toBe('credentials_destroyed');
});

test('where the policy lets it an agent sees its own card', async () => {
  const { agent, card, typed } = await start({ policy: { revealsToAgents: true } });
  const id = await card('10.00');
  const { token } = await agent.card.reveal({ card: id });
  const shown = await agent.card.show({ card: id, token });
  expect(JSON.stringify(shown) === JSON.stringify(await typed(id))).toBe(true);
});

test('the newest open code is given with what it is for, and is gone when it is over', async () => {
  const { agent, card, clock, issuer } = await start();
  const id = await card('10.00');
  expect(await codeOf(agent.card.challenge({ card: id }))).toBe('challenge_not_found');
  const code = '471100';
  await issuer.network.challenge({
    card: { reference: id },
    amountCents: 900n,
    merchant: MERCHANT,
    code,
  });
  const found = await agent.card.challenge({ card: id });
  expect(found).toMatchObject({ merchant: MERCHANT, amount: '9.00' });
  expect(found.code === code).toBe(true);
  const { transactions } = await agent.card.transactions({ card: id });
  expect(JSON.stringify(transactions).includes(code)).toBe(false);
  clock.advance(Date.parse(found.expiresAt) - clock.nowMs());
  expect(await codeOf(agent.card.challenge({ card: id }))).toBe('challenge_not_found');
});

test('the cardholder is who the operator configured', async () => {
  const { agent } = await start();
  expect(await agent.cardholder.get({})).toEqual({ name: 'Ada Example' });
});
