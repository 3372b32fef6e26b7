import type { Lithic } from 'lithic';
import { unitsOf } from '../../../core/card/cents.ts';
import type { Merchant, NetworkMessage } from '../../../core/card/network.ts';
import type { CardNotice } from '../../../core/card/ports.ts';
import { centsIn } from './amount.ts';
import { shortCountry } from './country.ts';

type Authentication = Lithic.ThreeDSAuthentication;

/** A challenge that the program is to put to the cardholder. Lithic sends no code: there is none to relay. */
export function readChallenge(event: Lithic.ThreeDSAuthenticationChallengeWebhookEvent): CardNotice {
  const { authentication_object: authentication, challenge } = event;
  const { token, transaction, merchant } = authentication;
  const amount = transaction?.cardholder_amount ?? transaction?.amount ?? 0;
  const currency = transaction?.cardholder_amount == null ? (transaction?.currency ?? 'USD') : 'USD';
  const expiresAtMs = Date.parse(challenge.expiry_time);
  if (Number.isNaN(expiresAtMs)) throw new RangeError('Expected a time as the end of a challenge');
  const message: NetworkMessage = {
    ...{
      id: `${token}:challenge`,
      sentAtMs: Date.parse(challenge.start_time) || null,
      kind: 'challenge',
      ref: token,
    },
    amountUnits: unitsOf(centsIn({ amount: Math.ceil(amount), currency })),
    merchant: merchantOf(merchant),
    code: null,
    expiresAtMs,
  };
  return { token: authentication.card_token, message };
}

/** What became of a challenge; null where there was none, or it is not over. */
export function readChallengeResult(authentication: Authentication): CardNotice | null {
  const { token: ref, challenge_metadata: challenge, authentication_result: outcome } = authentication;
  if (challenge === null || challenge === undefined) return null;
  if (outcome !== 'SUCCESS' && outcome !== 'DECLINE') return null;
  const isOver = challenge.status === 'CARDHOLDER_TIMEOUT';
  const result = outcome === 'SUCCESS' ? 'passed' : isOver ? 'expired' : 'failed';
  const message: NetworkMessage = {
    id: `${ref}:result`,
    sentAtMs: null,
    kind: 'challenge_result',
    ref,
    result,
  };
  return { token: authentication.card_token, message };
}

function merchantOf({ name, id, mcc, country }: Authentication['merchant']): Merchant {
  return {
    name: name?.trim() ?? '',
    id: id ?? null,
    mcc: mcc ?? null,
    country: country === null || country === undefined ? null : shortCountry(country),
  };
}
