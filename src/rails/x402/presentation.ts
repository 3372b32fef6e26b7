import type { Authorization, ChosenOffer } from '../../core/payment.ts';
import type { PaymentHeader } from '../../core/ports.ts';
import * as X402 from '../../protocol/x402.ts';

/** What a header that pays must say: the offer that was chosen, the stored authorization, and its signature. */
export type Said = {
  readonly offer: ChosenOffer;
  readonly authorization: Authorization;
  readonly signature: string;
  readonly lookup: X402.AssetLookup;
};

/**
 * Reads the finished header as a facilitator would, and throws unless every term is the stored one: what leaves
 * the house is what was decided, whatever stood in the offer's wire text.
 */
export function assertSays(header: PaymentHeader, said: Said): void {
  const read = X402.readPaymentHeader(header.value);
  if (read === null || !isSigned(read, said) || !isAccepted(read, said)) {
    throw new Error('The header that pays does not say what was decided');
  }
}

function isSigned(read: X402.PaymentPayload, { authorization, signature }: Said): boolean {
  const { from, to, value, validAfter, validBefore, nonce } = read.authorization;
  return (
    read.signature === signature &&
    from === authorization.from &&
    to === authorization.to &&
    value === authorization.valueUnits &&
    validAfter === BigInt(authorization.validAfterSeconds) &&
    validBefore === BigInt(authorization.validBeforeSeconds) &&
    nonce === authorization.nonce
  );
}

function isAccepted(read: X402.PaymentPayload, { offer, authorization, lookup }: Said): boolean {
  const { assetId, payTo, priceUnits } = offer;
  if (authorization.assetId !== assetId || authorization.to !== payTo) return false;
  if (authorization.valueUnits !== priceUnits || read.scheme !== offer.scheme) return false;
  const { accepted } = read;
  if (accepted === null) return isOn(read.network, assetId, lookup);
  if (accepted.payTo.toLowerCase() !== payTo || accepted.amount !== priceUnits.toString()) return false;
  return X402.assetOf(accepted, lookup)?.id === assetId;
}

/** v1 payments name the network only. */
function isOn(network: string, assetId: string, lookup: X402.AssetLookup): boolean {
  const token = assetId.slice(assetId.lastIndexOf(':') + 1);
  return lookup(network, token)?.id === assetId;
}
