import type { Approval as ApprovalRecord } from '../core/approval.ts';
import type { Address } from '../core/asset.ts';
import { parseAddress } from './address.ts';
import * as Eip712 from './eip712.ts';
import { fromHex, type Hex, isHex } from './hex.ts';
import { keccak256 } from './keccak.ts';
import { recover } from './secp256k1.ts';

/** What the operator says yes to, as a wallet shows it before it signs. */
export type Approval = {
  /** What is approved, such as `mandate.sign`. */
  readonly action: string;
  /** The id of the wallet (of this product) it is about. */
  readonly wallet: string;
  /** The terms in words, as the person reads them. */
  readonly words: string;
  /** SHA-256 of the terms' canonical JSON. */
  readonly digest: Hex;
  /** Used once. */
  readonly nonce: Hex;
  /** Seconds since 1970, after which the approval can no longer be used. */
  readonly expiresAt: bigint;
};

const DOMAIN = { name: 'FluxA', version: '1' } as const;
const FIELDS = [
  { name: 'action', type: 'string' },
  { name: 'wallet', type: 'string' },
  { name: 'words', type: 'string' },
  { name: 'digest', type: 'bytes32' },
  { name: 'nonce', type: 'bytes32' },
  { name: 'expiresAt', type: 'uint256' },
] as const;

const SEPARATOR = Eip712.domainSeparator(DOMAIN);
const TYPE_HASH = Eip712.typeHash(`Approval(${FIELDS.map(({ name, type }) => `${type} ${name}`).join(',')})`);

/** The EIP-712 digest of an approval. Throws on what does not fit its field. */
export function approvalDigest(approval: Approval): Uint8Array {
  const encoded = Eip712.encodeStruct(TYPE_HASH, [
    Eip712.stringWord(approval.action),
    Eip712.stringWord(approval.wallet),
    Eip712.stringWord(approval.words),
    Eip712.bytes32Word(approval.digest),
    Eip712.bytes32Word(approval.nonce),
    Eip712.uintWord(approval.expiresAt),
  ]);
  return Eip712.typedDataDigest(SEPARATOR, keccak256(encoded));
}

/** The same approval as JSON for `eth_signTypedData_v4`, so that any wallet can show and sign it. */
export function approvalTypedData(approval: Approval) {
  const { action, wallet, words, digest, nonce, expiresAt } = approval;
  return {
    types: {
      EIP712Domain: [
        { name: 'name', type: 'string' },
        { name: 'version', type: 'string' },
      ],
      Approval: FIELDS,
    },
    primaryType: 'Approval',
    domain: DOMAIN,
    message: { action, wallet, words, digest, nonce, expiresAt: expiresAt.toString() },
  } as const;
}

/**
 * Whether this key signed this approval: 65 bytes of hex, low s, v 27 or 28. The time is the caller's to check,
 * because an approval stays provable long after it can no longer be used.
 */
export function verifyApproval(approval: Approval, signature: string, operator: Address): boolean {
  if (!isHex(signature, 65)) return false;
  const signer = recover(approvalDigest(approval), fromHex(signature, 65));
  return signer !== null && signer === parseAddress(operator);
}

/** What the signature of a recorded approval is over. */
export function messageOf(approval: ApprovalRecord): Approval {
  const { action, walletId, words, digest, nonce, expiresAtMs } = approval;
  const expiresAt = BigInt(expiresAtMs) / 1000n;
  return { action, wallet: walletId, words, digest: `0x${digest}`, nonce: `0x${nonce}`, expiresAt };
}
