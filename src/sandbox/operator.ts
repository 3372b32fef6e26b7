import { randomBytes } from 'node:crypto';
import type { Action } from '../core/approval.ts';
import { addressOf } from '../protocol/address.ts';
import { approvalDigest } from '../protocol/approval.ts';
import { toHex } from '../protocol/hex.ts';
import { publicKeyOf, sign } from '../protocol/secp256k1.ts';

/** The sandbox's operator: a toy that signs approvals without a human. */
export type Operator = {
  readonly address: `0x${string}`;
  /** Opens an approval at the server, signs it and hands the signature in. Throws what the server says no with. */
  readonly decide: (action: Action, subject: string) => Promise<Opened>;
};

/** An approval as the server shows it. */
export type Opened = {
  readonly id: string;
  readonly walletId: string;
  readonly action: string;
  readonly words: string;
  readonly digest: string;
  readonly nonce: string;
  readonly expiresAt: string;
};

/** A key for an operator of the sandbox. */
export function makeOperatorKey(): Uint8Array {
  return new Uint8Array(randomBytes(32));
}

/** The address of an operator's key. */
export function operatorAddress(privateKey: Uint8Array): `0x${string}` {
  return addressOf(publicKeyOf(privateKey));
}

/** Makes an operator who reaches the server by its URL with the operator's token. */
export function createOperator(of: { url: string; token: string; privateKey: Uint8Array }): Operator {
  const post = async (path: string, body: object) => {
    const response = await fetch(`${of.url}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${of.token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const answer = (await response.json()) as Opened & { readonly detail?: string };
    if (!response.ok) throw new Error(answer.detail ?? `The server answered ${response.status}`);
    return answer;
  };
  const decide = async (action: Action, subject: string) => {
    const opened = await post('/v1/approvals', { action, subject });
    const digest = approvalDigest({
      action: opened.action,
      wallet: opened.walletId,
      words: opened.words,
      digest: `0x${opened.digest}`,
      nonce: `0x${opened.nonce}`,
      expiresAt: BigInt(Date.parse(opened.expiresAt)) / 1000n,
    });
    const signature = toHex(sign(digest, of.privateKey));
    return post(`/v1/approvals/${opened.id}/signature`, { signature });
  };
  return { address: operatorAddress(of.privateKey), decide };
}
