import type { Payback } from '../../core/card/payback.ts';
import type { Treasury } from '../../core/card/ports.ts';
import type { Authorization } from '../../core/payment.ts';
import { type ApiReply, openApiClient } from './sandbox-client.ts';
import { textIn } from './sandbox-reader.ts';

/** How the treasury is reached. */
export type TreasuryOptions = {
  readonly url: string;
  readonly token: string;
  readonly timeoutMs?: number;
};

/** A treasury over HTTP. It is asked in the same words each time, and acts once for each nonce. */
export function createTreasury({ url, token, timeoutMs = 15_000 }: TreasuryOptions): Treasury {
  const call = openApiClient({ url, token, timeoutMs, name: 'treasury' });
  return {
    take: async (authorization, signature) =>
      sent(await call('POST', '/take', { authorization: takingOf(authorization), signature })),
    payBack: async (payback) => sent(await call('POST', '/payback', { payback: paybackOf(payback) })),
  };
}

function takingOf({ assetId, from, to, valueUnits, ...rest }: Authorization) {
  const { validAfterSeconds, validBeforeSeconds, nonce } = rest;
  return { assetId, from, to, valueUnits: String(valueUnits), validAfterSeconds, validBeforeSeconds, nonce };
}

function paybackOf({ id, cardId, assetId, amountUnits, from, to, nonce }: Payback) {
  return { id, cardId, assetId, amountUnits: String(amountUnits), from, to, nonce };
}

function sent({ status, fields }: ApiReply): { readonly txHash: string } {
  const txHash = status === 200 ? textIn(fields, 'txHash') : '';
  if (/^0x[0-9a-f]{64}$/.test(txHash)) return { txHash };
  const detail = typeof fields.detail === 'string' ? fields.detail.slice(0, 200) : 'no reason given';
  throw new Error(`The treasury answered with status ${status}: ${detail}`);
}
