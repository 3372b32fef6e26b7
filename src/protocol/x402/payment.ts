import { utf8ToBytes } from '@noble/hashes/utils.js';
import type { Authorization } from '../../core/payment.ts';
import type { PaymentHeader } from '../../core/ports.ts';
import { checksumAddress, parseAddress } from '../address.ts';
import type { TransferAuthorization } from '../eip3009.ts';
import { type Hex, isHex, toHex } from '../hex.ts';
import { keccak256 } from '../keccak.ts';
import { decodeText, encodeText } from './base64.ts';
import { type JsonObject, member, objectMember, objectText, parseJson, stringMember } from './json.ts';
import { type Requirements, readRequirements, type Version } from './requirements.ts';

/** A payment as a payee or a facilitator reads it. */
export type PaymentPayload = {
  readonly version: Version;
  readonly scheme: string;
  readonly network: string;
  /** v2 only: the requirements that the payer says yes to. */
  readonly accepted: Requirements | null;
  readonly authorization: TransferAuthorization;
  readonly signature: Hex;
};

const HEADERS = { 1: 'X-PAYMENT', 2: 'PAYMENT-SIGNATURE' } as const;
const UINT = /^(?:0|[1-9][0-9]{0,77})$/;
const IDENTIFIER = 'payment-identifier';
const FITTING_IDENTIFIER = /^[A-Za-z0-9_-]{16,128}$/;

/**
 * The header that pays: from an offer's wire text, the same bytes each time. It holds what the payee itself sent,
 * the authorization, its signature, and the payment's id where the payee asks for one; nothing else leaves.
 * Throws when the wire text is not one that `readChallenge` wrote.
 */
export function paymentHeader(parts: {
  readonly wire: string;
  readonly paymentId: string;
  readonly authorization: Authorization;
  readonly signature: Hex;
}): PaymentHeader {
  const wire = parseJson(parts.wire);
  const version = wire?.kind === 'object' ? readVersion(wire) : null;
  if (wire?.kind !== 'object' || version === null)
    throw new TypeError('Expected the wire text of an x402 offer');
  const payload = payloadText(parts.authorization, parts.signature);
  const text = version === 1 ? v1Text(wire, payload) : v2Text(wire, { payload, paymentId: parts.paymentId });
  return { name: HEADERS[version], value: encodeText(text) };
}

/** Reads the value of a header that pays, or null when it holds no EIP-3009 payment of x402. */
export function readPaymentHeader(value: string): PaymentPayload | null {
  const text = decodeText(value);
  const root = text === null ? null : parseJson(text);
  return root?.kind === 'object' ? readPayment(root) : null;
}

/** The id that a payer put into a header that pays (extension payment-identifier), or null. */
export function readPaymentIdentifier(value: string): string | null {
  const text = decodeText(value);
  const root = text === null ? null : parseJson(text);
  const extensions = root?.kind === 'object' ? objectMember(root, 'extensions') : null;
  const identifier = extensions === null ? null : objectMember(extensions, IDENTIFIER);
  const info = identifier === null ? null : objectMember(identifier, 'info');
  const id = info === null ? null : stringMember(info, 'id');
  return id !== null && FITTING_IDENTIFIER.test(id) ? id : null;
}

/** Reads a payment object (x402 v2 §5.2.2, v1 §5.2.2), or null when it is not a well-formed EIP-3009 payment. */
export function readPayment(root: JsonObject): PaymentPayload | null {
  const version = readVersion(root);
  const payload = objectMember(root, 'payload');
  if (version === null || payload === null) return null;
  const authorization = readAuthorization(payload);
  const signature = stringMember(payload, 'signature');
  if (authorization === null || signature === null || !isHex(signature, 65)) return null;
  if (version === 1) {
    const scheme = stringMember(root, 'scheme');
    const network = stringMember(root, 'network');
    if (scheme === null || network === null) return null;
    return { version, scheme, network, accepted: null, authorization, signature };
  }
  const option = member(root, 'accepted');
  const accepted = option === null ? null : readRequirements(option, 2);
  if (accepted === null) return null;
  return { version, scheme: accepted.scheme, network: accepted.network, accepted, authorization, signature };
}

/** The protocol's version that an object names, as a number; null for any other. */
export function readVersion(root: JsonObject): Version | null {
  const found = member(root, 'x402Version');
  if (found?.kind !== 'number') return null;
  return found.value === 1 || found.value === 2 ? found.value : null;
}

function v1Text(wire: JsonObject, payload: string): string {
  return objectText([
    ['x402Version', '1'],
    ['scheme', wire.members.get('scheme')?.text],
    ['network', wire.members.get('network')?.text],
    ['payload', payload],
  ]);
}

function v2Text(wire: JsonObject, parts: { payload: string; paymentId: string }): string {
  return objectText([
    ['x402Version', '2'],
    ['resource', wire.members.get('resource')?.text],
    ['accepted', wire.members.get('accepted')?.text],
    ['payload', parts.payload],
    ['extensions', extensionsText(wire, parts.paymentId)],
  ]);
}

function payloadText(authorization: Authorization, signature: Hex): string {
  const { from, to, valueUnits, validAfterSeconds, validBeforeSeconds, nonce } = authorization;
  return JSON.stringify({
    signature,
    authorization: {
      from: checksumAddress(from),
      to: checksumAddress(to),
      value: valueUnits.toString(),
      validAfter: validAfterSeconds.toString(),
      validBefore: validBeforeSeconds.toString(),
      nonce,
    },
  });
}

/** The extensions as they came, and in `payment-identifier` the id, unless the payee put one there itself. */
function extensionsText(wire: JsonObject, paymentId: string): string | undefined {
  const extensions = objectMember(wire, 'extensions');
  const identifier = extensions === null ? null : objectMember(extensions, IDENTIFIER);
  const info = identifier === null ? null : objectMember(identifier, 'info');
  if (extensions === null || identifier === null || info === null || info.members.has('id')) {
    return extensions?.text;
  }
  const id = JSON.stringify(identifierOf(paymentId));
  const newInfo = objectText([...texts(info), ['id', id]]);
  const newIdentifier = objectText([...texts(identifier, 'info'), ['info', newInfo]]);
  return objectText([...texts(extensions, IDENTIFIER), [IDENTIFIER, newIdentifier]]);
}

function texts(node: JsonObject, except?: string): [string, string][] {
  return Array.from(node.members, ([key, { text }]): [string, string] => [key, text]).filter(
    ([key]) => key !== except,
  );
}

/** The extension takes 16 to 128 characters of a small alphabet; an id that does not fit is hashed. */
function identifierOf(paymentId: string): string {
  if (FITTING_IDENTIFIER.test(paymentId)) return paymentId;
  return `pay_${toHex(keccak256(utf8ToBytes(paymentId))).slice(2, 34)}`;
}

function readAuthorization(payload: JsonObject): TransferAuthorization | null {
  const node = objectMember(payload, 'authorization');
  if (node === null) return null;
  const from = parseAddress(stringMember(node, 'from') ?? '');
  const to = parseAddress(stringMember(node, 'to') ?? '');
  const value = uintMember(node, 'value');
  const validAfter = uintMember(node, 'validAfter');
  const validBefore = uintMember(node, 'validBefore');
  const nonce = stringMember(node, 'nonce');
  if (from === null || to === null || value === null || validAfter === null || validBefore === null)
    return null;
  if (nonce === null || !isHex(nonce, 32)) return null;
  return { from, to, value, validAfter, validBefore, nonce: nonce.toLowerCase() as Hex };
}

function uintMember(node: JsonObject, key: string): bigint | null {
  const text = stringMember(node, key);
  if (text === null || !UINT.test(text)) return null;
  const units = BigInt(text);
  return units < 1n << 256n ? units : null;
}
