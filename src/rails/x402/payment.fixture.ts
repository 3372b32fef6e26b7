import { randomBytes } from 'node:crypto';
import type { Address } from '../../core/asset.ts';
import type { Authorization, ChosenOffer, Offer, Payment, Resource } from '../../core/payment.ts';
import type { PaymentSigner } from '../../core/ports.ts';
import { nonceOf } from '../../protocol/eip3009.ts';
import type { Signer } from '../evm/signer.ts';

/** The signer as the core's port has it. */
export function signerPort(signer: Pick<Signer, 'address' | 'signTransfer'>): PaymentSigner {
  return {
    address: signer.address,
    sign: ({ assetId, from, to, valueUnits, validAfterSeconds, validBeforeSeconds, nonce }) =>
      signer.signTransfer(assetId, {
        from,
        to,
        value: valueUnits,
        validAfter: BigInt(validAfterSeconds),
        validBefore: BigInt(validBeforeSeconds),
        nonce,
      }),
  };
}

/** A reserved payment for an offer, as the core's decision would have fixed it. */
export function reservedPayment(of: {
  readonly offer: Offer;
  readonly resource: Resource;
  readonly from: Address;
  readonly id?: Payment['id'];
  readonly authorization?: Partial<Authorization>;
}): Payment {
  const { offer, resource, from } = of;
  const id = of.id ?? `pay_${randomBytes(13).toString('hex')}`;
  if (offer.asset === null || offer.priceUnits === null) throw new Error('The offer cannot be paid');
  const { rail, scheme, payTo, priceUnits, wire } = offer;
  const chosen: ChosenOffer = {
    rail,
    scheme,
    assetId: offer.asset.id,
    payTo,
    priceUnits,
    budgetUnits: priceUnits,
    wire,
  };
  const now = Math.floor(Date.now() / 1000);
  const authorization: Authorization = {
    assetId: chosen.assetId,
    from,
    to: payTo,
    valueUnits: priceUnits,
    validAfterSeconds: now - 60,
    validBeforeSeconds: now + offer.timeoutSeconds,
    nonce: nonceOf('wal_1', id),
    ...of.authorization,
  };
  return {
    id,
    walletId: 'wal_1',
    agentId: 'agt_1',
    mandateId: 'mand_1',
    mandateVersion: 1,
    idempotencyKey: id,
    mode: 'fetch',
    state: 'reserved',
    evidence: 'none',
    resource,
    offer: chosen,
    authorization,
    signByMs: now * 1000 + 50,
    counterIds: [],
    refusal: null,
    proof: null,
    decisionSeq: 1,
    createdAtMs: now * 1000,
    updatedAtMs: now * 1000,
  };
}
