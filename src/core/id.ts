export type WalletId = `wal_${string}`;
export type AgentId = `agt_${string}`;
export type MandateId = `mand_${string}`;
export type PaymentId = `pay_${string}`;
export type ApprovalId = `appr_${string}`;
export type TransferId = `tr_${string}`;
export type CardId = `card_${string}`;
/** Made of the card's id and a number: `back_…_1`. */
export type PaybackId = `back_${string}`;

/** The chain of audit entries an entry belongs to: a wallet's, or the one for what has no wallet. */
export type ChainId = WalletId | 'system';

const PREFIXES = ['wal', 'agt', 'mand', 'pay', 'appr', 'dep', 'card'] as const;
/** The kinds of thing that get a fresh id. */
export type IdPrefix = (typeof PREFIXES)[number];

/** Crockford's base 32 in lower case: sorts as it counts. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const TIME_LENGTH = 10;
const RANDOM_BYTES = 10;

/** An id that sorts by time: the prefix, 10 characters of milliseconds, 16 of the 10 random bytes handed in. */
export function makeId<P extends IdPrefix>(prefix: P, nowMs: number, random: Uint8Array): `${P}_${string}` {
  if (random.length !== RANDOM_BYTES) throw new RangeError(`An id takes ${RANDOM_BYTES} random bytes`);
  return `${prefix}_${base32(BigInt(nowMs), TIME_LENGTH)}${digitsOf(random)}`;
}

/** Whether this text has the form of an id of this kind. */
export function isId(prefix: IdPrefix, text: string): boolean {
  return text.startsWith(`${prefix}_`) && /^[0-9a-hjkmnp-tv-z]{26}$/.test(text.slice(prefix.length + 1));
}

function base32(value: bigint, length: number): string {
  const digits = value.toString(32).padStart(length, '0');
  return Array.from(digits, (digit) => ALPHABET.charAt(Number.parseInt(digit, 32))).join('');
}

/** Bytes in base 32, five bits a digit, the first bits first. */
function digitsOf(bytes: Uint8Array): string {
  let digits = '';
  let [rest, count] = [0, 0];
  for (const byte of bytes) {
    rest = (rest << 8) | byte;
    for (count += 8; count >= 5; count -= 5) digits += ALPHABET.charAt((rest >> (count - 5)) & 31);
    rest &= (1 << count) - 1;
  }
  return digits;
}
