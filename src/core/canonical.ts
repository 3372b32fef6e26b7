/** What canonical JSON can hold here: no floats, and bigints written as decimal strings. */
export type Json =
  | null
  | boolean
  | number
  | bigint
  | string
  | readonly Json[]
  | { readonly [key: string]: Json | undefined };

/**
 * Canonical JSON (RFC 8785) of data without floats: keys sorted by UTF-16 code units, no white space.
 * Absent keys are left out. Throws on a number that is not a safe integer, on lone surrogates and on anything JSON lacks.
 */
export function canonicalJson(value: Json): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return integerText(value);
  if (typeof value === 'bigint') return `"${value}"`;
  if (typeof value === 'string') return stringText(value);
  if (Array.isArray(value)) return `[${Array.from(value, canonicalJson).join(',')}]`;
  if (isPlain(value)) return objectText(value);
  throw new TypeError(`Canonical JSON cannot hold a ${typeof value} of this kind`);
}

function isPlain(value: unknown): value is { readonly [key: string]: Json | undefined } {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

function objectText(record: { readonly [key: string]: Json | undefined }): string {
  let text = '';
  for (const key of sortedKeys(record)) {
    const item = record[key];
    if (item !== undefined) text += `${text === '' ? '' : ','}${stringText(key)}:${canonicalJson(item)}`;
  }
  return `{${text}}`;
}

const FEW_KEYS = 16;

/** A few keys are sorted by hand, which is faster than `sort` for as few as most records have. */
function sortedKeys(record: object): readonly string[] {
  const keys = Object.keys(record);
  if (keys.length > FEW_KEYS) return keys.sort();
  for (let i = 1; i < keys.length; i += 1) {
    const key = keys[i] as string;
    let at = i;
    for (; at > 0 && (keys[at - 1] as string) > key; at -= 1) keys[at] = keys[at - 1] as string;
    keys[at] = key;
  }
  return keys;
}

function integerText(value: number): string {
  if (!Number.isSafeInteger(value))
    throw new TypeError(`Canonical JSON holds safe integers only, not ${value}`);
  return String(value === 0 ? 0 : value);
}

/** Printable ASCII without quotation marks and backslashes: its JSON is itself. Most text here is such. */
const PLAIN = /^[ !#-[\]-~]*$/;

function stringText(value: string): string {
  if (PLAIN.test(value)) return `"${value}"`;
  if (!value.isWellFormed()) throw new TypeError('Canonical JSON cannot hold a lone surrogate');
  return JSON.stringify(value);
}

/** Reads what `canonicalJson` wrote of a record: a field whose name ends in `Units` is a bigint. */
export function parseRecord(text: string): unknown {
  const record: unknown = JSON.parse(text);
  // Walked here and not by a reviver, which would be called for every value there is.
  if (text.includes('Units":"')) reviveUnits(record);
  return record;
}

function reviveUnits(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  const fields = value as Record<string, unknown>;
  for (const key of Object.keys(fields)) {
    const field = fields[key];
    if (typeof field !== 'string') reviveUnits(field);
    else if (key.endsWith('Units')) fields[key] = BigInt(field);
  }
}
