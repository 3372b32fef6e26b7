import { randomBytes } from 'node:crypto';
import type { CardName, MerchantName, TypedCard } from '../issuer/acquirer.ts';
import type { Network } from '../issuer/network.ts';

/** What stands for a card outside the processor. */
export type CardToken = { readonly token: string; readonly lastFour: string };

/** A request for money; for nothing, it asks whether the card is good. */
export type Charge = {
  readonly token: string;
  readonly amountCents: bigint;
  readonly merchant: MerchantName;
  /** `merchant`: a renewal; nobody sits at the keyboard and no security code is sent. */
  readonly initiator: 'cardholder' | 'merchant';
  /** The challenge that was passed for it. */
  readonly challenge: string | null;
  /** Whether the shop wants the cardholder to pass one before it charges. */
  readonly wants3ds: boolean;
};

/** What became of a charge. `authorization` names it in everything that follows. */
export type ChargeResult =
  | { readonly outcome: 'approved'; readonly authorization: string; readonly approvedCents: bigint }
  | { readonly outcome: 'declined'; readonly reason: string }
  /** The cardholder must enter a one-time code first; then the charge is made again with this challenge. */
  | { readonly outcome: 'challenge'; readonly challenge: string };

/** What the issuer says to a code; `failed` is final. */
export type CodeResult = 'passed' | 'wrong' | 'failed';

/** The shop's way to the card network. The only one who knows numbers. Calls reject where the network is out. */
export type Processor = {
  /** Null where the text is no card number, expiry and code. */
  readonly tokenize: (card: { number: string; expiry: string; code: string }) => Promise<CardToken | null>;
  /** Throws the card away: a shop that renews nothing does so once it is charged. */
  readonly forget: (token: string) => void;
  readonly charge: (charge: Charge) => Promise<ChargeResult>;
  readonly enterCode: (challenge: string, code: string) => Promise<CodeResult>;
  /** Takes money that was authorized; a tip may make it more. */
  readonly capture: (
    authorization: string,
    part: { readonly amountCents: bigint; readonly isFinal: boolean },
  ) => Promise<void>;
  /** Gives up what is left of an authorization. */
  readonly reverse: (authorization: string) => Promise<void>;
  readonly refund: (authorization: string, amountCents: bigint) => Promise<void>;
};

/** What of the card network a processor uses. */
export type ProcessorNetwork = Pick<
  Network,
  'authorize' | 'clear' | 'reverse' | 'refund' | 'challenge' | 'enterCode' | 'find'
>;

/** Opens a processor on the sandbox's card network. It keeps cards in memory, and only until they are forgotten. */
export function openProcessor(network: ProcessorNetwork): Processor {
  const cards = new Map<string, TypedCard>();
  /** Authorization or challenge → the issuer's name for its card. */
  const owners = new Map<string, CardName>();
  const passed = new Set<string>();
  const ownerOf = (name: string): CardName => {
    const owner = owners.get(name);
    if (owner === undefined) throw new RangeError('There is no such authorization or challenge');
    return owner;
  };
  const namedBy = (card: TypedCard): CardName | null => {
    const token = network.find({ number: card.number })?.token;
    return token === undefined ? null : { token };
  };

  async function ask(card: TypedCard, charge: Charge): Promise<ChargeResult> {
    const owner = namedBy(card);
    if (owner === null) return { outcome: 'declined', reason: 'card_unknown' };
    const { amountCents, merchant } = charge;
    const { name } = await network.challenge({ card: owner, amountCents, merchant });
    if (name === null) throw new Error('The challenge has no name');
    owners.set(name, owner);
    return { outcome: 'challenge', challenge: name };
  }

  return {
    async tokenize(typed) {
      const number = typed.number.replace(/[ -]/g, '');
      const expiry = typed.expiry.replace(/\s/g, '').replace(/^(\d{2})\/?(?:20)?(\d{2})$/, '$1/$2');
      const isGood = isCardNumber(number) && /^(0[1-9]|1[0-2])\/\d{2}$/.test(expiry);
      if (!isGood || !/^\d{3,4}$/.test(typed.code)) return null;
      const token = `tok_${randomBytes(12).toString('hex')}`;
      cards.set(token, { number, expiry, code: typed.code });
      return { token, lastFour: number.slice(-4) };
    },
    forget: (token) => void cards.delete(token),
    async charge(charge) {
      const card = cards.get(charge.token);
      if (card === undefined) throw new RangeError('There is no such card');
      const { amountCents, merchant, initiator, challenge } = charge;
      if (charge.wants3ds && challenge === null) return ask(card, charge);
      if (challenge !== null && !passed.has(challenge)) {
        return { outcome: 'declined', reason: 'challenge_not_passed' };
      }
      const verdict = await network.authorize({
        card: initiator === 'merchant' ? { ...card, code: null } : card,
        amountCents,
        merchant,
        initiator,
        challenge,
        kind: amountCents === 0n ? 'verification' : 'purchase',
      });
      if (verdict.outcome === 'approved') {
        const owner = namedBy(card);
        if (owner !== null) owners.set(verdict.auth, owner);
        return {
          outcome: 'approved',
          authorization: verdict.auth,
          approvedCents: verdict.approvedCents,
        };
      }
      if (verdict.reason === 'threeds_required' && challenge === null) return ask(card, charge);
      return { outcome: 'declined', reason: verdict.reason };
    },
    async enterCode(challenge, code) {
      const result = await network.enterCode({ card: ownerOf(challenge), challenge, code });
      if (result === 'passed') passed.add(challenge);
      return result === 'passed' || result === 'wrong' ? result : 'failed';
    },
    async capture(authorization, { amountCents, isFinal }) {
      await network.clear({ card: ownerOf(authorization), auth: authorization, amountCents, isFinal });
    },
    async reverse(authorization) {
      await network.reverse({ card: ownerOf(authorization), auth: authorization });
    },
    async refund(authorization, amountCents) {
      await network.refund({ card: ownerOf(authorization), of: authorization, amountCents });
    },
  };
}

/** Luhn's check (ISO/IEC 7812-1, annex B). */
function isCardNumber(digits: string): boolean {
  if (!/^\d{13,19}$/.test(digits)) return false;
  const sum = Array.from(digits)
    .reverse()
    .map((digit, i) => (i % 2 === 0 ? Number(digit) : Number(digit) * 2))
    .reduce((all, value) => all + (value > 9 ? value - 9 : value), 0);
  return sum % 10 === 0;
}
