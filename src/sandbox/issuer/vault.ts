import { createCipheriv, createDecipheriv, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { isSandboxNumber, luhnDigit, SANDBOX_PREFIX } from '../../rails/card/sandbox-number.ts';

/** The keys of a vault, 32 bytes each, kept outside the database. */
export type VaultKeys = {
  /** Wraps the key of each card. */
  readonly wrapping: Uint8Array;
  /** Makes the hash that finds a card by its number, also when the number is gone. */
  readonly lookup: Uint8Array;
};

/** A card's secrets as they are stored. What is destroyed is null; the hash stays. */
export type SealedCard = {
  readonly numberHash: Uint8Array;
  readonly number: Uint8Array | null;
  readonly dataKey: Uint8Array | null;
  readonly codeKey: Uint8Array | null;
};

/** Keeps card numbers. A code is kept nowhere: it is computed with a key of its own, which is destroyed at the use. */
export type Vault = {
  /** Seals a number under fresh keys. Throws on one that is not the sandbox's. */
  readonly seal: (token: string, number: string, codeKey: Uint8Array) => SealedCard;
  /** The hash that finds the card; null for a number that is not the sandbox's. */
  readonly hashOf: (number: string) => Uint8Array | null;
  /** Null where the number or the key to it is gone. */
  readonly open: (token: string, sealed: SealedCard) => string | null;
  /** The security code; null where its key is gone. */
  readonly codeOf: (
    token: string,
    card: { readonly codeKey: Uint8Array | null; readonly number: string; readonly expiry: string },
  ) => string | null;
};

const IV_BYTES = 12;
const TAG_BYTES = 16;

/** Opens a vault with its keys. */
export function openVault(keys: VaultKeys): Vault {
  const hash = (number: string) => createHmac('sha256', keys.lookup).update(number).digest();
  return {
    seal(token, number, codeKey) {
      if (!isSandboxNumber(number)) throw new RangeError('The sandbox issues numbers of its own range only');
      const dataKey = randomBytes(32);
      const sealed = {
        numberHash: hash(number),
        number: encrypt(dataKey, Buffer.from(number), `${token}/number`),
        dataKey: encrypt(keys.wrapping, dataKey, `${token}/data-key`),
        codeKey: encrypt(keys.wrapping, codeKey, `${token}/code-key`),
      };
      dataKey.fill(0);
      return sealed;
    },
    hashOf: (number) => (isSandboxNumber(number) ? hash(number) : null),
    open(token, { number, dataKey }) {
      if (number === null || dataKey === null) return null;
      const key = decrypt(keys.wrapping, dataKey, `${token}/data-key`);
      const text = decrypt(key, number, `${token}/number`).toString();
      key.fill(0);
      return text;
    },
    codeOf(token, { codeKey, number, expiry }) {
      if (codeKey === null) return null;
      const key = decrypt(keys.wrapping, codeKey, `${token}/code-key`);
      const digest = createHmac('sha256', key).update(`${number}/${expiry}`).digest();
      key.fill(0);
      return String(digest.readUInt32BE(0) % 1000).padStart(3, '0');
    },
  };
}

/** A number of the sandbox's range made of nine digits. */
export function numberOf(nineDigits: string): string {
  if (!/^\d{9}$/.test(nineDigits)) throw new RangeError('A number is made of nine digits');
  const body = `${SANDBOX_PREFIX}${nineDigits}`;
  return `${body}${luhnDigit(body)}`;
}

/** Whether two texts are the same, in a time that does not say where they differ. */
export function isSame(a: string, b: string): boolean {
  const [one, other] = [a, b].map((text) => createHmac('sha256', COMPARING).update(text).digest());
  return one !== undefined && other !== undefined && timingSafeEqual(one, other);
}

const COMPARING = randomBytes(32);

/** iv ‖ tag ‖ ciphertext, AES-256-GCM, bound to what it is. */
function encrypt(key: Uint8Array, plain: Uint8Array, bound: string): Buffer {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(bound));
  const body = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), body]);
}

function decrypt(key: Uint8Array, box: Uint8Array, bound: string): Buffer {
  const iv = box.subarray(0, IV_BYTES);
  const tag = box.subarray(IV_BYTES, IV_BYTES + TAG_BYTES);
  const decipher = createDecipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(bound)).setAuthTag(tag);
  return Buffer.concat([decipher.update(box.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]);
}
