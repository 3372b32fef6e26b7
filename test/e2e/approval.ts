import type { ApprovalOpenOutput, ApprovalSignOutput } from '../../sdk/src/index.ts';
import { approvalDigest } from '../../src/protocol/approval.ts';
import { toHex } from '../../src/protocol/hex.ts';
import { sign } from '../../src/protocol/secp256k1.ts';
import { openKeyFile } from '../../src/rails/evm/keystore.ts';
import { type Reply, send } from './calls.ts';
import type { Sandbox } from './world.ts';

/** The key that the operator of the sandbox approves with. */
export async function operatorKey({ directory, passphrase }: Sandbox): Promise<Uint8Array> {
  return (await openKeyFile(`${directory}/operator-key.json`, passphrase)).privateKey;
}

/** The signature of a key over an approval as the server shows it, or over one that was changed. */
export function signatureOf(
  { action, walletId, words, digest, nonce, expiresAt }: ApprovalOpenOutput,
  privateKey: Uint8Array,
): string {
  const seconds = BigInt(Date.parse(expiresAt)) / 1000n;
  const message = { action, wallet: walletId, words, digest, nonce, expiresAt: seconds };
  const hex = { digest: `0x${digest}`, nonce: `0x${nonce}` } as const;
  return toHex(sign(approvalDigest({ ...message, ...hex }), privateKey));
}

/** Hands a signature in, with no credential: the signature is the credential. */
export function handIn(
  sandbox: Sandbox,
  approval: string,
  signature: string,
): Promise<Reply<ApprovalSignOutput>> {
  return send(sandbox, `/v1/approvals/${approval}/signature`, { body: { signature } });
}
