import type { Action } from '../core/approval.ts';
import { type Approval, approvalDigest } from '../protocol/approval.ts';
import { toHex } from '../protocol/hex.ts';
import { sign } from '../protocol/secp256k1.ts';
import { ask, type Output } from './client.ts';
import { arg, type Invocation, type Run } from './command.ts';
import { rejection } from './failure.ts';
import { keyFileAddress, openKey } from './key.ts';
import { sandboxPassphrase } from './sandbox-key.ts';
import { askSecret } from './terminal.ts';
import { type Claim, findMismatch, hidesText } from './terms.ts';

type Opened = Output<'approval.open'>;
type Status = Output<'wallet.status'>;

/** What the person is told when it is done. */
const DONE: Readonly<Record<Action, string>> = {
  'mandate.approve': 'Approved',
  'mandate.reject': 'Rejected',
  'mandate.revoke': 'Revoked: no payment is signed under it any more',
  'agent.freeze': 'Frozen: the agent cannot pay',
  'agent.unfreeze': 'The agent can pay again',
  'agent.revoke': 'Revoked: the agent is shut out for good',
  'wallet.freeze': 'Frozen: nobody can pay',
  'wallet.unfreeze': 'The wallet can pay again',
  'card.unfreeze': 'The card can be charged again',
};

/**
 * The command that has the operator sign an action. What the server says of it is made again here from its terms, and
 * shown; the key is opened in this process, and nothing but this one approval is signed with it.
 */
export function consent(action: Action): Run {
  return async (call) => {
    const status = await ask(call, 'operator', 'wallet.status', {});
    checkOperator(keyFileAddress(call.home.operatorKey), status);
    const subject = action.startsWith('wallet.') ? status.id : arg(call);
    const opened = await ask(call, 'operator', 'approval.open', { action, subject });
    const message = review(opened, { action, subject, walletId: status.id });
    const signature = await signed(call, message, status);
    const output = await ask(call, 'operator', 'approval.sign', { approval: opened.id, signature });
    call.output.result(output, () => `${DONE[action]} (${subject})`);
  };
}

/** What is to be signed, where everything said of it follows from its terms and they are what was asked for. */
function review(opened: Opened, asked: { action: Action; subject: string; walletId: string }): Approval {
  const { digest, expiresAt, nonce, termsJson: terms, words, wordsVersion } = opened;
  const claim = { ...asked, subjectId: asked.subject, digest, terms, words, wordsVersion } as Claim;
  const flaw =
    findMismatch(claim) ??
    (hidesText(terms) ? 'The terms hold characters that hide or reorder text' : null) ??
    (WHOLE_SECOND.test(expiresAt) && /^[0-9a-f]{64}$/.test(nonce) ? null : 'Its nonce or time is malformed');
  if (flaw === null) {
    return {
      action: asked.action,
      wallet: asked.walletId,
      words,
      digest: `0x${digest}`,
      nonce: `0x${nonce}`,
      expiresAt: BigInt(Date.parse(expiresAt)) / 1000n,
    };
  }
  throw rejection(
    'approval_mismatch',
    `The server asks for a signature that does not hold together: ${flaw}`,
    'Nothing was signed. Do not approve anything on this server before you know why',
  );
}

const WHOLE_SECOND = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/;

async function signed(call: Invocation, message: Approval, status: Status): Promise<string> {
  const text = shown(message, call.home.operatorKey);
  const known = sandboxPassphrase(call.home.directory, status);
  if (known !== null) call.output.note(text);
  const passphrase = known ?? (await askSecret(`${text}\n\nPassphrase of your approval key: `));
  const { address, privateKey } = await openKey(call.home.operatorKey, passphrase);
  try {
    checkOperator(address, status);
    return toHex(sign(approvalDigest(message), privateKey));
  } finally {
    privateKey.fill(0);
  }
}

/** Exactly what is signed. It holds nothing a terminal could obey: `review` saw to that. */
function shown({ digest, expiresAt, words }: Approval, keyPath: string): string {
  return [
    'You are about to sign this:',
    '',
    words.replace(/^/gm, '  '),
    '',
    `Digest ${digest.slice(2)}`,
    `Can be used once, until ${new Date(Number(expiresAt) * 1000).toISOString()}, with the key ${keyPath}`,
  ].join('\n');
}

function checkOperator(address: string, { operatorAddress }: Status): void {
  if (address.toLowerCase() === operatorAddress.toLowerCase()) return;
  throw rejection(
    'approval_key_wrong',
    `Your approval key is ${address}, but the wallet's operator is ${operatorAddress}`,
    'Name the directory with the right key with --data',
  );
}
