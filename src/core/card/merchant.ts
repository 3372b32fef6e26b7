import type { Merchant } from './network.ts';

/** A merchant's name as it is compared: letters and digits only, in lower case; as it is where it has none. */
function plainName(name: string): string {
  const words = name
    .normalize('NFKC')
    .toLowerCase()
    .match(/[\p{L}\p{N}]+/gu);
  return words?.join(' ') ?? name.trim();
}

/** Whether a merchant is the one that a card is locked to, by name or by id. */
export function isLockedTo(lock: string, { id, name }: Merchant): boolean {
  const wanted = plainName(lock);
  return lock === id || (wanted !== '' && wanted === plainName(name));
}

/** Whether two descriptions are of one merchant: by their ids where both have one, else by their names. */
export function isSameMerchant(a: Merchant, b: Merchant): boolean {
  if (a.id !== null && b.id !== null) return a.id === b.id;
  return plainName(a.name) === plainName(b.name);
}
