import * as Crypto from 'node:crypto';
import { type FileHandle, link, open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import type { Address } from '../../core/asset.ts';
import { addressOf, parseAddress } from '../../protocol/address.ts';
import { keccak256 } from '../../protocol/keccak.ts';
import { publicKeyOf } from '../../protocol/secp256k1.ts';

/** What scrypt costs: 128 · n · r bytes of memory, and time in n · r · p. */
export type ScryptCost = { readonly n: number; readonly r: number; readonly p: number };

/** A key read from its file. Whoever is done with the bytes fills them with zeros. */
export type OpenKey = { readonly privateKey: Uint8Array; readonly address: Address; readonly label: string };

/** Why a key file could not be written or opened. */
export type KeystoreErrorCode =
  | 'key_file_exists'
  | 'key_file_unreadable'
  | 'key_file_invalid'
  | 'key_file_too_costly'
  | 'wrong_passphrase';

/** A key file that could not be written or opened. The message holds nothing secret. */
export class KeystoreError extends Error {
  readonly code: KeystoreErrorCode;

  constructor(code: KeystoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'KeystoreError';
    this.code = code;
  }
}

const DEFAULT_COST: ScryptCost = { n: 2 ** 17, r: 8, p: 1 };
// What a file may ask of its reader: eight times the default's time, five times its memory.
const MAX_SCRYPT_WORK = 2 ** 23;
const MAX_SCRYPT_BYTES = 640 * 2 ** 20;
const MAX_PBKDF2_ROUNDS = 10_000_000;
const MAX_FILE_BYTES = 64 * 1024;
const MAX_LABEL_LENGTH = 200;

const scrypt = promisify<Crypto.BinaryLike, Crypto.BinaryLike, number, Crypto.ScryptOptions, Buffer>(
  Crypto.scrypt,
);
const pbkdf2 = promisify(Crypto.pbkdf2);

type Fields = { readonly [name: string]: unknown };

/**
 * Encrypts a private key into the JSON of a key file: Web3 Secret Storage version 3, scrypt and AES-128-CTR. The
 * passphrase counts as its UTF-8 bytes, without normalising, as geth has it; `label` is in the clear and not protected.
 */
export async function encryptKey(
  privateKey: Uint8Array,
  options: { readonly passphrase: string; readonly label: string; readonly cost?: ScryptCost },
): Promise<string> {
  const { passphrase, label, cost = DEFAULT_COST } = options;
  if (passphrase === '') throw new TypeError('A key file needs a passphrase');
  if (label.length > MAX_LABEL_LENGTH) {
    throw new RangeError(`A label has at most ${MAX_LABEL_LENGTH} characters`);
  }
  const address = addressOf(publicKeyOf(privateKey));
  const salt = Crypto.randomBytes(32);
  const iv = Crypto.randomBytes(16);
  const kdfparams = { dklen: 32, n: cost.n, r: cost.r, p: cost.p, salt: salt.toString('hex') };
  const derived = await deriveKey({ kdf: 'scrypt', kdfparams }, passphrase);
  const cipher = Crypto.createCipheriv('aes-128-ctr', derived.subarray(0, 16), iv);
  const ciphertext = Buffer.concat([cipher.update(privateKey), cipher.final()]);
  const mac = macOf(derived, ciphertext).toString('hex');
  derived.fill(0);
  return JSON.stringify({
    version: 3,
    id: Crypto.randomUUID(),
    address: address.slice(2),
    label,
    crypto: {
      cipher: 'aes-128-ctr',
      cipherparams: { iv: iv.toString('hex') },
      ciphertext: ciphertext.toString('hex'),
      kdf: 'scrypt',
      kdfparams,
      mac,
    },
  });
}

/** Opens the JSON of a key file, version 3, with scrypt or PBKDF2 up to a bounded cost. Throws KeystoreError. */
export async function decryptKey(text: string, passphrase: string): Promise<OpenKey> {
  const file = parse(text);
  if (file.version !== 3) throw invalid('"version" must be 3');
  const section = fieldsOf(file.crypto ?? file.Crypto, 'crypto');
  if (section.cipher !== 'aes-128-ctr') throw invalid('"cipher" must be "aes-128-ctr"');
  const iv = bytesOf(fieldsOf(section.cipherparams, 'cipherparams'), 'iv', { min: 16, max: 16 });
  const ciphertext = bytesOf(section, 'ciphertext', { min: 32, max: 32 });
  const mac = bytesOf(section, 'mac', { min: 32, max: 32 });
  const derived = await deriveKey(section, passphrase);
  if (!Crypto.timingSafeEqual(macOf(derived, ciphertext), mac)) {
    throw new KeystoreError(
      'wrong_passphrase',
      'The passphrase does not open this key file, or the file was changed',
    );
  }
  const decipher = Crypto.createDecipheriv('aes-128-ctr', derived.subarray(0, 16), iv);
  const privateKey = decipher.update(ciphertext);
  derived.fill(0);
  const address = addressOfKey(privateKey);
  if (file.address !== undefined && address !== addressIn(file.address)) {
    privateKey.fill(0);
    throw invalid(`"address" must be that of the key, ${address}`);
  }
  return { privateKey, address, label: typeof file.label === 'string' ? file.label : '' };
}

/**
 * Writes a new key file, readable by its owner only, and gives the key's address; draws a fresh key unless handed one.
 * The file appears at its path whole and proven to open, or not at all, and never in the place of another.
 */
export async function createKeyFile(
  path: string,
  options: {
    readonly passphrase: string;
    readonly label: string;
    readonly privateKey?: Uint8Array;
    readonly cost?: ScryptCost;
  },
): Promise<{ readonly address: Address }> {
  const privateKey = options.privateKey ?? Crypto.randomBytes(32);
  const draft = `${path}.${Crypto.randomUUID()}.tmp`;
  try {
    await writeDurably(draft, await encryptKey(privateKey, options));
    const written = await openKeyFile(draft, options.passphrase);
    const isSame = Crypto.timingSafeEqual(written.privateKey, privateKey);
    written.privateKey.fill(0);
    if (!isSame) throw new Error(`Key file "${draft}" does not hold the key that was written`);
    await link(draft, path);
    await syncFolder(dirname(path));
    return { address: written.address };
  } catch (cause) {
    if (!isCode(cause, 'EEXIST')) throw cause;
    throw new KeystoreError('key_file_exists', `Key file "${path}" exists and is left as it is`, { cause });
  } finally {
    await rm(draft, { force: true });
    if (options.privateKey === undefined) privateKey.fill(0);
  }
}

/** Opens a key file. Throws KeystoreError when it cannot be read, is no key file, or the passphrase is another. */
export async function openKeyFile(path: string, passphrase: string): Promise<OpenKey> {
  return decryptKey(await readText(path), passphrase);
}

async function deriveKey(section: Fields, passphrase: string): Promise<Buffer> {
  const params = fieldsOf(section.kdfparams, 'kdfparams');
  const salt = bytesOf(params, 'salt', { min: 0, max: 1024 });
  const length = positiveOf(params, 'dklen');
  if (length < 32 || length > 64) throw invalid('"dklen" must be from 32 to 64');
  const secret = Buffer.from(passphrase, 'utf8');
  if (section.kdf === 'scrypt') return scryptKey(secret, { salt, length, cost: scryptCost(params) });
  if (section.kdf !== 'pbkdf2') throw invalid('"kdf" must be "scrypt" or "pbkdf2"');
  if (params.prf !== 'hmac-sha256') throw invalid('"prf" must be "hmac-sha256"');
  const rounds = positiveOf(params, 'c');
  if (rounds > MAX_PBKDF2_ROUNDS) throw tooCostly();
  return pbkdf2(secret, salt, rounds, length, 'sha256');
}

async function scryptKey(
  secret: Buffer,
  options: { readonly salt: Buffer; readonly length: number; readonly cost: ScryptCost },
): Promise<Buffer> {
  const { salt, length, cost } = options;
  const { n, r, p } = cost;
  const maxmem = memoryOf(cost);
  if (n < 2 ** (16 * r)) return scrypt(secret, salt, length, { N: n, r, p, maxmem });
  // RFC 7914 §2 rules these costs out and so does node:crypto, but the standard's own example has them.
  const { scryptAsync } = await import('@noble/hashes/scrypt.js');
  return Buffer.from(await scryptAsync(secret, salt, { N: n, r, p, dkLen: length, maxmem }));
}

function scryptCost(params: Fields): ScryptCost {
  const cost = { n: positiveOf(params, 'n'), r: positiveOf(params, 'r'), p: positiveOf(params, 'p') };
  if (cost.n * cost.r * cost.p > MAX_SCRYPT_WORK || memoryOf(cost) > MAX_SCRYPT_BYTES) throw tooCostly();
  if (cost.n < 2 || (cost.n & (cost.n - 1)) !== 0) throw invalid('"n" must be a power of 2 above 1');
  return cost;
}

function memoryOf({ n, r, p }: ScryptCost): number {
  return 128 * r * (n + p + 2);
}

function macOf(derived: Buffer, ciphertext: Buffer): Buffer {
  return Buffer.from(keccak256(Buffer.concat([derived.subarray(16, 32), ciphertext])));
}

function addressOfKey(privateKey: Uint8Array): Address {
  try {
    return addressOf(publicKeyOf(privateKey));
  } catch (cause) {
    throw invalid('its key must be one of the curve', cause);
  }
}

function parse(text: string): Fields {
  try {
    return fieldsOf(JSON.parse(text), 'key file');
  } catch (cause) {
    throw cause instanceof KeystoreError ? cause : invalid('it must be JSON', cause);
  }
}

function fieldsOf(value: unknown, name: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalid(`"${name}" must be an object`);
  }
  return value as Fields;
}

function bytesOf(
  fields: Fields,
  name: string,
  length: { readonly min: number; readonly max: number },
): Buffer {
  const text = fields[name];
  const isHex = typeof text === 'string' && text.length % 2 === 0 && /^[0-9a-fA-F]*$/.test(text);
  if (!isHex || text.length < 2 * length.min || text.length > 2 * length.max) {
    throw invalid(`"${name}" must be hex of ${length.min} to ${length.max} bytes`);
  }
  return Buffer.from(text, 'hex');
}

function positiveOf(fields: Fields, name: string): number {
  const value = fields[name];
  if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) return value;
  throw invalid(`"${name}" must be a whole number above 0`);
}

function addressIn(value: unknown): Address | null {
  if (typeof value !== 'string') return null;
  const text = value.toLowerCase();
  return parseAddress(text.startsWith('0x') ? text : `0x${text}`);
}

function invalid(reason: string, cause?: unknown): KeystoreError {
  return new KeystoreError('key_file_invalid', `Not a usable key file: ${reason}`, { cause });
}

function tooCostly(): KeystoreError {
  return new KeystoreError(
    'key_file_too_costly',
    'The key file asks for more work than a key file should: it may be forged',
  );
}

async function readText(path: string): Promise<string> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, 'r');
    const { size } = await file.stat();
    if (size > MAX_FILE_BYTES) throw invalid(`it must have at most ${MAX_FILE_BYTES} bytes`);
    return await file.readFile('utf8');
  } catch (cause) {
    if (cause instanceof KeystoreError) throw cause;
    throw new KeystoreError('key_file_unreadable', `Key file "${path}" cannot be read`, { cause });
  } finally {
    await file?.close();
  }
}

async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Makes the file's name as durable as its bytes; Windows has no such call and needs none. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
