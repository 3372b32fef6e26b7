import { expect, test } from 'vitest';
import { join } from '../issuer/issuer.fixture.ts';
import { openProcessor } from './processor.ts';
import { SHOP_MERCHANT } from './shop.ts';

/** A shop's processor on a network with one card of 25 dollars, whose wallet approves until it is told otherwise. */
async function openWorld() {
  const { issuer, adapter, desk, issue } = await join();
  const secrets = await adapter.reveal(await issue());
  if (secrets === null) throw new Error('The card cannot be seen');
  const processor = openProcessor(issuer.network);
  const made = await processor.tokenize(secrets);
  if (made === null) throw new Error('The card is none');
  const charge = (by: Partial<Parameters<typeof processor.charge>[0]> = {}) =>
    processor.charge({
      token: made.token,
      amountCents: 2500n,
      merchant: SHOP_MERCHANT,
      initiator: 'cardholder',
      challenge: null,
      wants3ds: false,
      ...by,
    });
  return { network: issuer.network, desk, secrets, processor, made, charge };
}

test('a card that was typed stands for the real one, however its date is written', async () => {
  const { processor, secrets, made, desk, charge } = await openWorld();
  expect(made).toEqual({ token: expect.stringMatching(/^tok_/), lastFour: secrets.number.slice(-4) });
  desk.answer = () => ({ kind: 'declined', reason: 'amount_exceeds_locked' });
  const [month, year] = secrets.expiry.split('/');
  for (const expiry of [`${month} / ${year}`, `${month}${year}`, `${month}/20${year}`]) {
    const token = (await processor.tokenize({ ...secrets, expiry }))?.token ?? '';
    expect(await charge({ token })).toEqual({ outcome: 'declined', reason: 'amount_exceeds_locked' });
    expect(desk.asked.at(-1)?.message).toMatchObject({
      code: 'match',
      expiry: 'match',
      initiator: 'cardholder',
    });
  }
});

test('what is no card is refused before the network hears of it', async () => {
  const { processor, secrets, desk } = await openWorld();
  const { number } = secrets;
  const wrong = `${number.slice(0, -1)}${number.endsWith('0') ? '1' : '0'}`;
  for (const typed of [
    { ...secrets, number: wrong },
    { ...secrets, number: '' },
    { ...secrets, expiry: '13/29' },
    { ...secrets, code: '12' },
  ]) {
    expect(await processor.tokenize(typed)).toBe(null);
  }
  expect(desk.asked).toEqual([]);
});

test('money is authorized, taken in parts and given back under one name', async () => {
  const { processor, charge, desk } = await openWorld();
  const result = await charge();
  if (result.outcome !== 'approved') throw new Error('It was not approved');
  await processor.capture(result.authorization, { amountCents: 1000n, isFinal: false });
  await processor.capture(result.authorization, { amountCents: 1500n, isFinal: true });
  await processor.refund(result.authorization, 500n);
  const { authorization: auth } = result;
  expect(desk.told.map(({ message }) => message)).toMatchObject([
    { kind: 'clearing', auth, amountUnits: 10_000_000n, isFinal: false },
    { kind: 'clearing', auth, amountUnits: 15_000_000n, isFinal: true },
    { kind: 'refund', of: auth, amountUnits: 5_000_000n },
  ]);
});

test('a renewal is sent as the merchant’s own, without a code; nothing is a verification', async () => {
  const { charge, desk } = await openWorld();
  await charge({ initiator: 'merchant' });
  expect(desk.asked.at(-1)?.message).toMatchObject({ initiator: 'merchant', code: 'absent' });
  await charge({ amountCents: 0n });
  expect(desk.asked.at(-1)?.message).toMatchObject({ purpose: 'verification', amountUnits: 0n });
});

test('a wallet that wants a challenge gets one, and the charge is made only once it is passed', async () => {
  const { charge, desk, processor, network } = await openWorld();
  desk.answer = ({ message }) =>
    message.kind === 'authorization' && message.challenge === null
      ? { kind: 'declined', reason: 'threeds_required' }
      : { kind: 'approved', approvedUnits: 25_000_000n, isPartial: false };
  const asked = await charge();
  if (asked.outcome !== 'challenge') throw new Error('There was no challenge');
  expect(await charge({ challenge: asked.challenge })).toEqual({
    outcome: 'declined',
    reason: 'challenge_not_passed',
  });
  const sent = desk.told.map(({ message }) => message).find(({ kind }) => kind === 'challenge');
  const code = sent?.kind === 'challenge' ? (sent.code ?? '') : '';
  expect(await processor.enterCode(asked.challenge, code === '000000' ? '000001' : '000000')).toBe('wrong');
  expect(await processor.enterCode(asked.challenge, code)).toBe('passed');
  expect(await charge({ challenge: asked.challenge })).toMatchObject({ outcome: 'approved' });
  expect(network.find({ reference: 'card_1' })?.movements.length).toBeGreaterThan(2);
});

test('a card that was thrown away, and one that nobody has, cannot be charged', async () => {
  const { processor, made, charge } = await openWorld();
  const unknown = await processor.tokenize({ number: '9999990000000048', expiry: '12/29', code: '123' });
  expect(await charge({ token: unknown?.token ?? '' })).toEqual({
    outcome: 'declined',
    reason: 'card_unknown',
  });
  processor.forget(made.token);
  await expect(charge()).rejects.toThrow('There is no such card');
});
