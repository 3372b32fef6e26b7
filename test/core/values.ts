import fc from 'fast-check';
import { MAX_UNITS } from '../../src/core/money.ts';

/** Money: anything a record can hold. */
export const units = fc.bigInt({ min: 0n, max: MAX_UNITS });
/** A time in milliseconds. */
export const moment = fc.integer({ min: 0, max: Date.UTC(2200, 0, 1) });
/** A number of things. */
export const count = fc.maxSafeNat();
/** Any text a record can hold: anything but lone surrogates. */
export const text = fc.string({ unit: 'binary', maxLength: 12 }).map((given) => given.toWellFormed());
/** This many bytes as hex. */
export const hex = (bytes: number) =>
  fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((given) => Buffer.from(given).toString('hex'));
/** An id. */
export const ref = <P extends string>(prefix: P) =>
  fc.stringMatching(/^[0-9a-hjkmnp-tv-z]{26}$/).map((tail) => `${prefix}_${tail}` as const);
/** An address. */
export const address = hex(20).map((digits) => `0x${digits}` as const);
/** A token on a chain. */
export const assetId = fc
  .tuple(fc.nat(), address)
  .map(([chain, token]) => `eip155:${chain}/erc20:${token}` as const);
/** A value or null. */
export const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null });
/** A value or nothing. */
export const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 2 });
/** A wallet's id. */
export const wallet = ref('wal');
/** An agent's id. */
export const agent = ref('agt');
/** A mandate's id. */
export const mandate = ref('mand');
/** A payment's id. */
export const payment = ref('pay');
/** A card's id. */
export const card = ref('card');
/** The name of a chain of entries. */
export const chain = fc.oneof(wallet, fc.constant('system' as const));
/** At most two of something. */
export const list = <T>(value: fc.Arbitrary<T>) => fc.array(value, { maxLength: 2 });
