import { type Address, type AssetId, assetId } from '../../core/asset.ts';
import { addressOf } from '../../protocol/address.ts';
import * as Eip3009 from '../../protocol/eip3009.ts';
import { type Hex, toHex } from '../../protocol/hex.ts';
import { publicKeyOf, recover, sign } from '../../protocol/secp256k1.ts';

/** Signs the wallet's payments and nothing else: it has no way to sign a bare digest or other typed data. */
export type Signer = {
  readonly address: Address;
  /**
   * The signature (65 bytes) of an EIP-3009 transfer of this asset out of the signer's own address. The same
   * authorization gives the same bytes. Throws on another payer, an asset not handed in, or a closed signer.
   */
  signTransfer(asset: AssetId, authorization: Eip3009.TransferAuthorization): Hex;
  /** Fills the key with zeros; from then on nothing can be signed. */
  close(): void;
};

export type SignerOptions = {
  /** 32 bytes; copied, so that the caller can fill its own with zeros. */
  readonly privateKey: Uint8Array;
  /** The EIP-712 domain of each asset that may be signed for. */
  readonly domains: ReadonlyMap<AssetId, Eip3009.TransferDomainFields>;
  /** Recovers the signer of each signature before giving it out. Off by default: it takes longer than signing does. */
  readonly checksEach?: boolean;
};

/** Opens the payment signer, having proven once that the key and the curve's code agree. */
export function openSigner(options: SignerOptions): Signer {
  // Backed by its own buffer: the collector moves small arrays without one, and would leave copies of the key behind.
  const privateKey = new Uint8Array(new ArrayBuffer(32));
  if (options.privateKey.length !== privateKey.length) throw new TypeError('A private key has 32 bytes');
  privateKey.set(options.privateKey);
  const address = addressOf(publicKeyOf(privateKey));
  const domains = new Map(
    Array.from(options.domains, ([asset, fields]) => [asset, domainFor(asset, fields)]),
  );
  const checksEach = options.checksEach ?? false;
  let isClosed = false;

  prove(new Uint8Array(32).fill(1));

  function signTransfer(asset: AssetId, authorization: Eip3009.TransferAuthorization): Hex {
    if (isClosed) throw new Error('The signer is closed');
    const domain = domains.get(asset);
    if (domain === undefined) throw new RangeError(`The signer has no domain for asset "${asset}"`);
    const encoded = Eip3009.encodeAuthorization(authorization);
    const decoded = Eip3009.decodeAuthorization(encoded);
    if (decoded.from !== address) {
      throw new RangeError(`The payer must be "${address}", not "${decoded.from}"`);
    }
    if (!isSame(decoded, authorization)) throw new Error('The bytes to sign do not say what was asked');
    const digest = Eip3009.encodedDigest(domain, encoded);
    return toHex(checksEach ? prove(digest) : sign(digest, privateKey));
  }

  function prove(digest: Uint8Array): Uint8Array {
    const signature = sign(digest, privateKey);
    if (recover(digest, signature) !== address) {
      throw new Error(`A signature did not prove to be that of "${address}"`);
    }
    return signature;
  }

  function close(): void {
    isClosed = true;
    privateKey.fill(0);
  }

  return { address, signTransfer, close };
}

/** The domain with its hash; an asset never signs under the domain of another token or chain. */
function domainFor(asset: AssetId, fields: Eip3009.TransferDomainFields): Eip3009.TransferDomain {
  if (assetId(`eip155:${fields.chainId}`, fields.verifyingContract) !== asset) {
    throw new RangeError(`The domain's chain and contract must be those of asset "${asset}"`);
  }
  return Eip3009.domainOf(fields);
}

function isSame(decoded: Eip3009.TransferAuthorization, asked: Eip3009.TransferAuthorization): boolean {
  return (
    decoded.from === asked.from.toLowerCase() &&
    decoded.to === asked.to.toLowerCase() &&
    decoded.value === asked.value &&
    decoded.validAfter === asked.validAfter &&
    decoded.validBefore === asked.validBefore &&
    decoded.nonce === asked.nonce.toLowerCase()
  );
}
