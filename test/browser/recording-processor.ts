import { createHash } from 'node:crypto';
import type { Charge, Processor } from '../../src/sandbox/shop/processor.ts';

/** What a test's processor heard. Of cards it keeps the fingerprint alone. */
export type Heard =
  | { readonly kind: 'card'; readonly fingerprint: string }
  | ({ readonly kind: 'charge' } & Omit<Charge, 'token' | 'merchant'>)
  | { readonly kind: 'capture'; readonly amountCents: bigint; readonly isFinal: boolean }
  | { readonly kind: 'refund'; readonly amountCents: bigint }
  | { readonly kind: 'reverse' };

export type RecordingProcessor = {
  readonly processor: Processor;
  readonly heard: Heard[];
  /** Whether charges are declined from now on. */
  isDeclining: boolean;
};

/** The code that passes every challenge. */
export const RIGHT_CODE = '482913';
const TRIES = 3;

/** What tells cards apart without being one. */
export function fingerprint(card: { number: string; expiry: string; code: string }): string {
  return createHash('sha256').update(`${card.number}|${card.expiry}|${card.code}`).digest('hex');
}

/** A processor that approves and remembers what it was asked, but no card. */
export function recordingProcessor(): RecordingProcessor {
  const heard: Heard[] = [];
  const tries = new Map<string, number>();
  const passed = new Set<string>();
  let made = 0;
  const next = (prefix: string) => {
    made += 1;
    return `${prefix}_${made}`;
  };
  const state: RecordingProcessor = {
    heard,
    isDeclining: false,
    processor: {
      async tokenize({ number, expiry, code }) {
        const digits = number.replace(/\D/g, '');
        const card = { number: digits, expiry: expiry.replace(/\s/g, ''), code };
        if (digits.length < 16 || card.expiry.length < 4 || code === '') return null;
        heard.push({ kind: 'card', fingerprint: fingerprint(card) });
        return { token: next('tok'), lastFour: digits.slice(-4) };
      },
      forget: () => {},
      async charge({ token: _token, merchant: _merchant, ...charge }) {
        heard.push({ kind: 'charge', ...charge });
        if (state.isDeclining) return { outcome: 'declined', reason: 'card_used' };
        if (charge.wants3ds && charge.challenge === null)
          return { outcome: 'challenge', challenge: next('tds') };
        if (charge.challenge !== null && !passed.has(charge.challenge)) {
          return { outcome: 'declined', reason: 'challenge_not_passed' };
        }
        return { outcome: 'approved', authorization: next('auth'), approvedCents: charge.amountCents };
      },
      async enterCode(challenge, code) {
        const count = (tries.get(challenge) ?? 0) + 1;
        tries.set(challenge, count);
        if (code === RIGHT_CODE) passed.add(challenge);
        if (code === RIGHT_CODE) return 'passed';
        return count < TRIES ? 'wrong' : 'failed';
      },
      capture: async (_authorization, part) => void heard.push({ kind: 'capture', ...part }),
      reverse: async () => void heard.push({ kind: 'reverse' }),
      refund: async (_authorization, amountCents) => void heard.push({ kind: 'refund', amountCents }),
    },
  };
  return state;
}
