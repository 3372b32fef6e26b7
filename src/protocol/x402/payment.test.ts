import { decodePaymentSignatureHeader, encodePaymentSignatureHeader } from '@x402/core/http';
import { PaymentPayloadV1Schema, PaymentPayloadV2Schema } from '@x402/core/schemas';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Authorization } from '../../core/payment.ts';
import { toHex } from '../hex.ts';
import { decodeText, encodeText } from './base64.ts';
import { readChallenge } from './challenge.ts';
import { paymentHeader, readPaymentHeader } from './payment.ts';
import { readReceipt } from './receipt.ts';

const AUTHORIZATION: Authorization = {
  assetId: 'eip155:84532/erc20:0x036cbd53842c5426634e7929541ec2318f3dcf7e',
  from: '0x857b06519e91e3a54538791bdbb0e22373e36b66',
  to: '0x209693bc6afc0c5328ba36faf03c514ef312287c',
  valueUnits: 10_000n,
  validAfterSeconds: 1_740_672_089,
  validBeforeSeconds: 1_740_672_154,
  nonce: '0xf3746613c2d920b5fdabc0856f2aeb2d4f88ee6037b8cc5d04a71a4462f13480',
};
const SIGNATURE = `0x${'2d'.repeat(64)}1c` as const;
const PAYMENT_ID = 'pay_01jv8z4w5kq2m7x9c3t6r8d1f0';
const PAYLOAD = {
  signature: SIGNATURE,
  authorization: {
    from: '0x857b06519E91e3A54538791bDbb0E22373e36b66',
    to: '0x209693Bc6afc0C5328bA36FaF03C514EF312287C',
    value: '10000',
    validAfter: '1740672089',
    validBefore: '1740672154',
    nonce: AUTHORIZATION.nonce,
  },
};
const ACCEPTED = {
  scheme: 'exact',
  network: 'eip155:84532',
  amount: '10000',
  asset: '0x036CbD53842c5426634e7929541eC2318f3dCF7e',
  payTo: '0x209693Bc6afc0C5328bA36FaF03C514EF312287C',
  maxTimeoutSeconds: 60,
  extra: { name: 'USDC', version: '2' },
};
const RESOURCE = {
  url: 'https://api.example.com/premium',
  description: 'Data',
  mimeType: 'application/json',
};

const header = (wire: string, paymentId = PAYMENT_ID) =>
  paymentHeader({ wire, paymentId, authorization: AUTHORIZATION, signature: SIGNATURE });
const sent = (wire: object, paymentId?: string) =>
  JSON.parse(decodeText(header(JSON.stringify(wire), paymentId).value) ?? '');
const v2Wire = { x402Version: 2, resource: RESOURCE, accepted: ACCEPTED };

test('a v2 payment is what the specification shows, and the reference library reads it', () => {
  const { name, value } = header(JSON.stringify(v2Wire));
  const expected = { x402Version: 2, resource: RESOURCE, accepted: ACCEPTED, payload: PAYLOAD };
  expect(name).toBe('PAYMENT-SIGNATURE');
  expect(value).toBe(encodePaymentSignatureHeader(expected as never));
  expect(PaymentPayloadV2Schema.parse(decodePaymentSignatureHeader(value))).toEqual(expected);
});

test('a v1 payment is what the specification shows, and the reference library reads it', () => {
  const { name, value } = header(
    JSON.stringify({ x402Version: 1, scheme: 'exact', network: 'base-sepolia' }),
  );
  const expected = { x402Version: 1, scheme: 'exact', network: 'base-sepolia', payload: PAYLOAD };
  expect(name).toBe('X-PAYMENT');
  expect(value).toBe(encodePaymentSignatureHeader(expected as never));
  expect(PaymentPayloadV1Schema.parse(decodePaymentSignatureHeader(value))).toEqual(expected);
});

test('extensions go back as they came', () => {
  const extensions = { bazaar: { info: { input: { type: 'http' } }, schema: {} }, 'payment-identifier': {} };
  expect(sent({ ...v2Wire, extensions })).toMatchObject({ extensions });
});

test('a payee that takes an identifier gets the id of the payment, beside what it declared', () => {
  const schema = { type: 'object', properties: { required: { type: 'boolean' } } };
  const extensions = { bazaar: {}, 'payment-identifier': { info: { required: true }, schema } };
  expect(sent({ ...v2Wire, extensions })).toEqual({
    ...v2Wire,
    payload: PAYLOAD,
    extensions: { bazaar: {}, 'payment-identifier': { info: { required: true, id: PAYMENT_ID }, schema } },
  });
});

test('an identifier always fits the extension, and is the same each time', () => {
  const extensions = { 'payment-identifier': { info: { required: false } } };
  const idOf = (paymentId: string) =>
    sent({ ...v2Wire, extensions }, paymentId).extensions['payment-identifier'];
  for (const id of ['pay_1', 'p'.repeat(129), 'pay_ with space and é']) {
    expect(idOf(id)).toEqual({ info: { required: false, id: expect.stringMatching(/^pay_[0-9a-f]{32}$/) } });
    expect(idOf(id)).toEqual(idOf(id));
  }
  expect(idOf('pay_1')).not.toEqual(idOf('pay_2'));
});

test('an identifier that the payee filled in itself is not overwritten', () => {
  const extensions = { 'payment-identifier': { info: { required: true, id: 'chosen_by_the_payee' } } };
  expect(sent({ ...v2Wire, extensions }).extensions).toEqual(extensions);
});

test('only what the payee sent, the authorization, its signature and the id leave', () => {
  const extensions = { 'payment-identifier': { info: { required: true } } };
  const { x402Version: _, ...rest } = sent({ ...v2Wire, extensions });
  expect(Object.keys(rest).sort()).toEqual(['accepted', 'extensions', 'payload', 'resource']);
  expect(Object.keys(rest.payload).sort()).toEqual(['authorization', 'signature']);
});

test('wire text that no challenge gave is misuse', () => {
  for (const wire of ['', '[]', '{}', '{"x402Version":3}']) {
    expect(() => header(wire)).toThrow(new TypeError('Expected the wire text of an x402 offer'));
  }
});

const hexes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length }).map(toHex);
const authorizations = fc.record({
  assetId: fc.constant(AUTHORIZATION.assetId),
  from: hexes(20),
  to: hexes(20),
  valueUnits: fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }),
  validAfterSeconds: fc.maxSafeNat(),
  validBeforeSeconds: fc.maxSafeNat(),
  nonce: hexes(32),
});

test('a challenge of either version, paid, reads back as the authorization that was signed', () => {
  const lookup = () => null;
  const v1Option = {
    ...ACCEPTED,
    network: 'base-sepolia',
    maxAmountRequired: '10000',
    resource: RESOURCE.url,
  };
  const challenges = [
    readChallenge({ body: JSON.stringify({ x402Version: 1, accepts: [v1Option] }) }, lookup),
    readChallenge(
      { header: encodeText(JSON.stringify({ x402Version: 2, resource: RESOURCE, accepts: [ACCEPTED] })) },
      lookup,
    ),
  ];
  fc.assert(
    fc.property(authorizations, hexes(65), (authorization, signature) => {
      for (const challenge of challenges) {
        const wire = 'offers' in challenge ? (challenge.offers[0]?.wire ?? '') : '';
        const { value } = paymentHeader({ wire, paymentId: PAYMENT_ID, authorization, signature });
        const { assetId: _, valueUnits, validAfterSeconds, validBeforeSeconds, ...same } = authorization;
        expect(readPaymentHeader(value)).toMatchObject({
          scheme: 'exact',
          signature,
          authorization: {
            ...same,
            value: valueUnits,
            validAfter: BigInt(validAfterSeconds),
            validBefore: BigInt(validBeforeSeconds),
          },
        });
      }
    }),
  );
});

const PAYMENT = { ...v2Wire, payload: PAYLOAD };
const withAuthorization = (part: object) => ({
  ...PAYMENT,
  payload: { ...PAYLOAD, authorization: { ...PAYLOAD.authorization, ...part } },
});

test.each<[string, unknown]>([
  ['no payload', { ...PAYMENT, payload: undefined }],
  ['no accepted requirements', { ...PAYMENT, accepted: undefined }],
  ['malformed accepted requirements', { ...PAYMENT, accepted: { ...ACCEPTED, amount: 10_000 } }],
  ['another version', { ...PAYMENT, x402Version: 3 }],
  ['no network in v1', { x402Version: 1, scheme: 'exact', payload: PAYLOAD }],
  ['no signature', { ...PAYMENT, payload: { authorization: PAYLOAD.authorization } }],
  ['a long signature', { ...PAYMENT, payload: { ...PAYLOAD, signature: `${SIGNATURE}00` } }],
  ['a Permit2 payload', { ...PAYMENT, payload: { signature: SIGNATURE, permit2Authorization: {} } }],
  ['a value that is a number', withAuthorization({ value: 10_000 })],
  ['a hexadecimal value', withAuthorization({ value: '0x2710' })],
  ['a value with a sign', withAuthorization({ value: '+10000' })],
  ['a value with a leading zero', withAuthorization({ value: '010000' })],
  ['a value of 257 bits', withAuthorization({ value: (2n ** 256n).toString() })],
  ['a wrong checksum', withAuthorization({ to: PAYLOAD.authorization.to.replace('87C', '87c') })],
  ['a short nonce', withAuthorization({ nonce: '0x12' })],
])('a payment with %s cannot be read', (_, payment) => {
  expect(readPaymentHeader(encodeText(JSON.stringify(payment)))).toBeNull();
});

test('a receipt is read from the header of either version, and only where it is an object', () => {
  const claim = '{"success":true,"transaction":"0x12","network":"eip155:84532","payer":"0x34"}';
  expect(readReceipt({ 'payment-response': encodeText(claim) })).toBe(claim);
  expect(readReceipt({ 'x-payment-response': encodeText(claim) })).toBe(claim);
  expect(readReceipt({})).toBeNull();
  expect(readReceipt({ 'payment-response': claim })).toBeNull();
  expect(readReceipt({ 'payment-response': encodeText('[1]') })).toBeNull();
  expect(readReceipt({ 'payment-response': encodeText('{"a":1,"a":2}') })).toBeNull();
  expect(readReceipt({ 'payment-response': encodeText(`{"a":"${'x'.repeat(65_536)}"}`) })).toBeNull();
});
