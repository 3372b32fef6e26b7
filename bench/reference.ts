import { randomBytes } from 'node:crypto';
import { decodePaymentRequiredHeader, x402HTTPClient } from '@x402/core/http';
import { ExactEvmScheme } from '@x402/evm/exact/client';
import { x402Client } from '@x402/fetch';
import { privateKeyToAccount } from 'viem/accounts';
import { takeOrders } from './child.ts';

/** How long to sign payments for one challenge, as the header of the 402 has it. */
export type ReferenceOrder = { readonly challenge: string; readonly seconds: number };

/** How many headers that pay the reference client made. */
export type ReferenceReport = { readonly perSecond: number };

const account = privateKeyToAccount(`0x${randomBytes(32).toString('hex')}`);
const payer = new x402Client()
  .register('eip155:*', new ExactEvmScheme(account))
  // The challenge asks for a token of a local chain, and for more than the one dollar it pays unless told.
  .setSpendControls(false);
const client = new x402HTTPClient(payer);

async function carryOut({ challenge, seconds }: ReferenceOrder): Promise<ReferenceReport> {
  const startedAt = performance.now();
  const endsAt = startedAt + seconds * 1000;
  let count = 0;
  while (performance.now() < endsAt) {
    const payload = await client.createPaymentPayload(decodePaymentRequiredHeader(challenge));
    const { 'PAYMENT-SIGNATURE': header } = client.encodePaymentSignatureHeader(payload);
    if (header === undefined) throw new Error('The reference client made no header');
    count += 1;
  }
  return { perSecond: (count / (performance.now() - startedAt)) * 1000 };
}

takeOrders(carryOut);
