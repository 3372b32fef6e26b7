import { DECLINES, type DeclineReason } from '../../core/card/decline.ts';
import type { Merchant, MessageAnswer, MessageBody, NetworkMessage } from '../../core/card/network.ts';
import {
  amountIn,
  type Fields,
  fieldsOf,
  flagIn,
  momentIn,
  momentOrNullIn,
  onlyFields,
  textIn,
  textOrNullIn,
  wordIn,
} from './sandbox-reader.ts';

type Kind = MessageBody['kind'];
type Of<K extends Kind> = Extract<MessageBody, { readonly kind: K }>;

const REASONS = Object.keys(DECLINES) as readonly DeclineReason[];

/** A message or an answer as JSON text: as it stands, amounts as decimal text. */
export function encodeMessage(message: NetworkMessage | MessageAnswer | object): string {
  return JSON.stringify(message, (_, value: unknown) => (typeof value === 'bigint' ? `${value}` : value));
}

/** Reads a message strictly: no field more, none less. Throws TypeError. */
export function readMessage(value: unknown): NetworkMessage {
  const fields = fieldsOf(value, 'a message');
  const kind = wordIn(fields, 'kind', Object.keys(READERS) as readonly Kind[]);
  const head = { id: textIn(fields, 'id'), sentAtMs: momentOrNullIn(fields, 'sentAtMs') };
  const body: MessageBody = READERS[kind](fields);
  onlyFields(fields, [...Object.keys(head), ...Object.keys(body)]);
  return { ...head, ...body };
}

/** Reads the answer to a message. Throws TypeError. */
export function readAnswer(value: unknown): MessageAnswer {
  const fields = fieldsOf(value, 'an answer');
  const kind = wordIn(fields, 'kind', ['approved', 'declined', 'noted']);
  if (kind === 'noted') return { kind };
  if (kind === 'declined') return { kind, reason: wordIn(fields, 'reason', REASONS) };
  return { kind, approvedUnits: amountIn(fields, 'approvedUnits'), isPartial: flagIn(fields, 'isPartial') };
}

const READERS: { readonly [K in Kind]: (fields: Fields) => Of<K> } = {
  authorization: (fields) => ({
    kind: 'authorization',
    mode: wordIn(fields, 'mode', ['ask', 'advice', 'notice', 'declined']),
    auth: textIn(fields, 'auth'),
    purpose: wordIn(fields, 'purpose', ['purchase', 'verification', 'balance_inquiry', 'financial', 'cash']),
    amountUnits: amountIn(fields, 'amountUnits'),
    merchant: merchantIn(fields),
    code: wordIn(fields, 'code', ['match', 'mismatch', 'absent', 'unknown']),
    expiry: wordIn(fields, 'expiry', ['match', 'mismatch', 'unknown']),
    initiator: wordIn(fields, 'initiator', ['cardholder', 'merchant', 'unknown']),
    isPartialCapable: flagIn(fields, 'isPartialCapable'),
    challenge: textOrNullIn(fields, 'challenge'),
    expiresAtMs: momentOrNullIn(fields, 'expiresAtMs'),
    decline: fields.decline === null ? null : wordIn(fields, 'decline', REASONS),
  }),
  increment: (fields) => ({
    kind: 'increment',
    mode: wordIn(fields, 'mode', ['ask', 'advice']),
    auth: textIn(fields, 'auth'),
    amountUnits: amountIn(fields, 'amountUnits'),
  }),
  reversal: (fields) => ({
    kind: 'reversal',
    auth: textIn(fields, 'auth'),
    amountUnits: fields.amountUnits === null ? null : amountIn(fields, 'amountUnits'),
  }),
  expiry: (fields) => ({ kind: 'expiry', auth: textIn(fields, 'auth') }),
  timeout: (fields) => ({ kind: 'timeout', auth: textIn(fields, 'auth') }),
  clearing: (fields) => ({
    kind: 'clearing',
    auth: textOrNullIn(fields, 'auth'),
    record: textIn(fields, 'record'),
    amountUnits: amountIn(fields, 'amountUnits'),
    isFinal: flagIn(fields, 'isFinal'),
    merchant: merchantIn(fields),
  }),
  refund: (fields) => ({
    kind: 'refund',
    record: textIn(fields, 'record'),
    of: textOrNullIn(fields, 'of'),
    amountUnits: amountIn(fields, 'amountUnits'),
  }),
  refund_reversal: (fields) => ({
    kind: 'refund_reversal',
    of: textIn(fields, 'of'),
    amountUnits: amountIn(fields, 'amountUnits'),
  }),
  dispute: (fields) => ({
    kind: 'dispute',
    step: wordIn(fields, 'step', ['opened', 'won', 'lost']),
    of: textIn(fields, 'of'),
    amountUnits: amountIn(fields, 'amountUnits'),
  }),
  challenge: (fields) => ({
    kind: 'challenge',
    ref: textIn(fields, 'ref'),
    amountUnits: amountIn(fields, 'amountUnits'),
    merchant: merchantIn(fields),
    code: textOrNullIn(fields, 'code'),
    expiresAtMs: momentIn(fields, 'expiresAtMs'),
  }),
  challenge_result: (fields) => ({
    kind: 'challenge_result',
    ref: textIn(fields, 'ref'),
    result: wordIn(fields, 'result', ['passed', 'failed', 'expired']),
  }),
};

function merchantIn(fields: Fields): Merchant {
  const merchant = fieldsOf(fields.merchant, '"merchant"');
  const read = {
    name: textIn(merchant, 'name'),
    id: textOrNullIn(merchant, 'id'),
    mcc: textOrNullIn(merchant, 'mcc'),
    country: textOrNullIn(merchant, 'country'),
  };
  onlyFields(merchant, Object.keys(read));
  return read;
}
