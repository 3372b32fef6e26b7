import { hash } from 'node:crypto';
import type { Address, Asset } from '../../core/asset.ts';
import { parseUnits } from '../../core/money.ts';
import { parseAddress } from '../../protocol/address.ts';
import type { TransferAuthorization } from '../../protocol/eip3009.ts';
import type { Hex } from '../../protocol/hex.ts';
import * as X402 from '../../protocol/x402.ts';

/** What a seller asks the facilitator about: this signed authorization, for these terms. Well-formed, not yet judged. */
export type Claim = {
  /** The network as the request names it, which is how the answer names it. */
  readonly network: string;
  readonly asset: Asset;
  readonly payTo: Address;
  readonly amountUnits: bigint;
  readonly authorization: TransferAuthorization;
  readonly signature: Hex;
  /** The same for requests that say the same in the same bytes, which is when an answer may be given again. */
  readonly fingerprint: string;
};

/** Why a request or a payment is no good: a code of x402 v2 §9, and words of our own. */
export type Fault = { readonly reason: FaultReason; readonly message: string };

export type FaultReason =
  | 'insufficient_funds'
  | 'invalid_exact_evm_payload_authorization_valid_after'
  | 'invalid_exact_evm_payload_authorization_valid_before'
  | 'invalid_exact_evm_payload_authorization_value_mismatch'
  | 'invalid_exact_evm_payload_recipient_mismatch'
  | 'invalid_exact_evm_payload_signature'
  | 'invalid_network'
  | 'invalid_payload'
  | 'invalid_payment_requirements'
  | 'invalid_scheme'
  | 'invalid_transaction_state'
  | 'invalid_x402_version'
  | 'unexpected_settle_error'
  | 'unexpected_verify_error'
  | 'unsupported_scheme';

/** A claim, or what is wrong with the request; `payer` and `network` as far as they could be read. */
export type ReadClaim =
  | { readonly ok: true; readonly claim: Claim }
  | { readonly ok: false; readonly fault: Fault; readonly payer: Address | null; readonly network: string };

/** Reads the body of `/verify` and `/settle` (x402 v2 §7.1 and §7.2, and its v1 form). Null when it is no such object. */
export function readClaim(text: string, lookup: X402.AssetLookup): ReadClaim | null {
  const root = X402.parseJson(text);
  if (root?.kind !== 'object') return null;
  const payment = X402.objectMember(root, 'paymentPayload');
  const option = X402.objectMember(root, 'paymentRequirements');
  if (payment === null || option === null) return null;

  const version = X402.readVersion(payment);
  const fault = (reason: FaultReason, message: string): ReadClaim => {
    const payer = X402.readPayment(payment)?.authorization.from ?? null;
    return {
      ok: false,
      fault: { reason, message },
      payer,
      network: X402.stringMember(option, 'network') ?? '',
    };
  };
  const isStated = X402.member(root, 'x402Version') !== null;
  if (version === null || (isStated && X402.readVersion(root) !== version)) {
    return fault('invalid_x402_version', 'The version must be 1 or 2, the same for request and payment');
  }
  const required = X402.readRequirements(option, version);
  if (required === null) return fault('invalid_payment_requirements', 'The requirements are not well-formed');
  if (required.scheme !== 'exact') {
    return fault('unsupported_scheme', 'The scheme must be "exact", by EIP-3009');
  }
  const read = X402.readPayment(payment);
  if (read === null) return fault('invalid_payload', 'The payment is not well-formed');
  if (read.scheme !== required.scheme) return fault('invalid_scheme', 'The payment is for another scheme');
  if (read.network !== required.network)
    return fault('invalid_network', 'The payment is for another network');

  const asset = X402.assetOf(required, lookup);
  if (asset === null)
    return fault('invalid_network', 'The facilitator does not settle this token on this network');
  const payTo = parseAddress(required.payTo);
  const amount = parseUnits(required.amount);
  if (payTo === null) return fault('invalid_payment_requirements', 'The payee must be an address');
  if (amount.outcome === 'refused') return fault('invalid_payment_requirements', 'The amount cannot be paid');
  if (read.accepted !== null && !isSame(read.accepted, required)) {
    return fault('invalid_payment_requirements', 'The payer accepted other terms');
  }
  const { authorization, signature } = read;
  const fingerprint = hash('sha256', `${payment.text}\n${option.text}`);
  const { network } = required;
  const terms = { network, asset, payTo, amountUnits: amount.units };
  return { ok: true, claim: { ...terms, authorization, signature, fingerprint } };
}

function isSame(accepted: X402.Requirements, required: X402.Requirements): boolean {
  return (
    accepted.amount === required.amount &&
    accepted.asset.toLowerCase() === required.asset.toLowerCase() &&
    accepted.payTo.toLowerCase() === required.payTo.toLowerCase()
  );
}
