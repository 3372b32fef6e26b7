import { RefusalError } from '@fluxa/sdk';
import { expect } from 'vitest';

/** What filling answers once the books hold the charge. */
export function authorized(total: string) {
  return { status: 'authorized', authorization: expect.any(String), total };
}

/** What so much, paid for good, changes in the purse. */
export function paid(amount: string) {
  return { wallet: `-${amount}`, treasury: amount, available: `-${amount}`, spent: amount };
}

/** Why a call was refused. Throws where it was not. */
export async function refusalOf(call: Promise<unknown>) {
  const error = await call.then(() => null).catch((reason) => reason);
  if (!(error instanceof RefusalError)) throw new Error('The call was not refused', { cause: error });
  const { code, numbers, message, hint } = error;
  return { code, numbers, words: `${message} ${hint}` };
}
