import { expect, test } from 'vitest';
import type { MessageAnswer, NetworkMessage } from '../../core/card/network.ts';
import { encodeMessage, readAnswer, readMessage } from './sandbox-message.ts';

const merchant = { name: 'SaaS Store', id: 'm-1', mcc: '5734', country: 'US' };
const head = { id: 'msg_1', sentAtMs: 1_700_000_000_000 };
const authorization: NetworkMessage = {
  ...head,
  kind: 'authorization',
  mode: 'declined',
  auth: 'auth_1',
  purpose: 'cash',
  amountUnits: 25_000_000n,
  merchant: { name: 'ATM', id: null, mcc: null, country: null },
  code: 'unknown',
  expiry: 'unknown',
  initiator: 'unknown',
  isPartialCapable: true,
  challenge: 'tds_1',
  expiresAtMs: 1_700_000_000_001,
  decline: 'cash_not_allowed',
};
const nothingSent = { challenge: null, expiresAtMs: null, decline: null };
const MESSAGES: readonly NetworkMessage[] = [
  authorization,
  { ...authorization, mode: 'ask', merchant, ...nothingSent },
  { ...head, kind: 'increment', mode: 'advice', auth: 'auth_1', amountUnits: 1n },
  { ...head, kind: 'reversal', auth: 'auth_1', amountUnits: null },
  { ...head, kind: 'reversal', auth: 'auth_1', amountUnits: 0n },
  { ...head, sentAtMs: null, kind: 'expiry', auth: 'auth_1' },
  { ...head, kind: 'timeout', auth: 'auth_1' },
  { ...head, kind: 'clearing', auth: null, record: 'rec_1', amountUnits: 5n, isFinal: false, merchant },
  { ...head, kind: 'refund', record: 'rec_2', of: null, amountUnits: 9_007_199_254_740_993n },
  { ...head, kind: 'refund_reversal', of: 'rec_2', amountUnits: 5n },
  { ...head, kind: 'dispute', step: 'won', of: 'rec_1', amountUnits: 5n },
  { ...head, kind: 'challenge', ref: 'tds_1', amountUnits: 5n, merchant, code: '123456', expiresAtMs: 1 },
  { ...head, kind: 'challenge_result', ref: 'tds_1', result: 'expired' },
];

test.each(MESSAGES.map((message) => [message.kind, message] as const))(
  'a message of kind %s is read as it was written',
  (_, message) => {
    expect(readMessage(JSON.parse(encodeMessage(message)))).toStrictEqual(message);
  },
);

test.each(MESSAGES.map((message) => [message.kind, message] as const))(
  'a message of kind %s is not read with a field too much or too few',
  (_, message) => {
    const written = JSON.parse(encodeMessage(message)) as Record<string, unknown>;
    expect(() => readMessage({ ...written, more: 1 })).toThrow('Expected no field "more"');
    for (const name of Object.keys(written)) {
      const { [name]: gone, ...rest } = written;
      expect(() => readMessage(rest)).toThrow(TypeError);
    }
  },
);

test.each<MessageAnswer>([
  { kind: 'approved', approvedUnits: 25_000_000n, isPartial: true },
  { kind: 'declined', reason: 'card_used' },
  { kind: 'noted' },
])('the answer $kind is read as it was written', (answer) => {
  expect(readAnswer(JSON.parse(encodeMessage(answer)))).toStrictEqual(answer);
});

test.each([
  { kind: 'declined', reason: 'no' },
  { kind: 'approved', approvedUnits: 1, isPartial: true },
  {},
  null,
])('what is no answer is not read as one', (value) => {
  expect(() => readAnswer(value)).toThrow(TypeError);
});
