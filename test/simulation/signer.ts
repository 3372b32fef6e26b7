import type { Address, Asset } from '../../src/core/asset.ts';
import type { Authorization } from '../../src/core/payment.ts';
import { addressOf } from '../../src/protocol/address.ts';
import { authorizationDigest, domainOf, type TransferAuthorization } from '../../src/protocol/eip3009.ts';
import { fromHex, type Hex } from '../../src/protocol/hex.ts';
import { publicKeyOf, recover } from '../../src/protocol/secp256k1.ts';
import { openSigner } from '../../src/rails/evm/signer.ts';
import { nodeHash } from '../../src/store/hash.ts';
import type { Signed } from './token.ts';

/** How payments are signed, and how the token's contract checks it. */
export type Scheme = {
  readonly address: Address;
  readonly sign: (authorization: Authorization) => Hex;
  readonly isSigned: (signed: Signed) => boolean;
};

const PRIVATE_KEY = new Uint8Array(32).fill(7);

/** The wallet's own signer, with the curve. */
export function curveScheme(asset: Asset): Scheme {
  const { domainName: name, domainVersion: version, network, address: verifyingContract } = asset;
  const chainId = Number.parseInt(network.slice('eip155:'.length), 10);
  const domain = domainOf({ name, version, chainId, verifyingContract });
  const signer = openSigner({ privateKey: PRIVATE_KEY, domains: new Map([[asset.id, domain]]) });
  return {
    address: signer.address,
    sign: (authorization) => signer.signTransfer(authorization.assetId, wordsOf(authorization)),
    isSigned: ({ authorization, signature }) =>
      recover(authorizationDigest(domain, authorization), fromHex(signature, 65)) === authorization.from,
  };
}

/** A stand-in that is many times faster: a hash over every field, of the form of a signature. */
export function hashScheme(): Scheme {
  const address = addressOf(publicKeyOf(PRIVATE_KEY));
  return {
    address,
    sign: (authorization) => {
      if (authorization.from !== address) throw new RangeError(`The payer must be "${address}"`);
      return hashOf(wordsOf(authorization));
    },
    isSigned: ({ authorization, signature }) =>
      authorization.from === address && hashOf(authorization) === signature,
  };
}

function hashOf({ from, to, value, validAfter, validBefore, nonce }: TransferAuthorization): Hex {
  const text = [from, to, value, validAfter, validBefore, nonce].join(' ');
  return `0x${nodeHash.sha256(text)}${nodeHash.sha256(`${text} `)}1b`;
}

function wordsOf(authorization: Authorization): TransferAuthorization {
  const { from, to, valueUnits, validAfterSeconds, validBeforeSeconds, nonce } = authorization;
  const [validAfter, validBefore] = [BigInt(validAfterSeconds), BigInt(validBeforeSeconds)];
  return { from, to, value: valueUnits, validAfter, validBefore, nonce };
}
