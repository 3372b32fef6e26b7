/** An object of JSON whose fields were not read yet. */
export type Fields = Readonly<Record<string, unknown>>;

/** Reads JSON text that holds one object. Throws TypeError on anything else. */
export function parseFields(text: string): Fields {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new TypeError('Expected JSON');
  }
  return fieldsOf(value, 'the body');
}

/** Reads an object. */
export function fieldsOf(value: unknown, what: string): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw new TypeError(`Expected an object as ${what}`);
}

/** Throws where an object has a field that is not one of these. */
export function onlyFields(fields: Fields, names: readonly string[]): void {
  const stranger = Object.keys(fields).find((name) => !names.includes(name));
  if (stranger !== undefined) throw new TypeError(`Expected no field "${stranger.slice(0, 40)}"`);
}

/** Reads text of at most so many characters. */
export function textIn(fields: Fields, name: string, lengthMax = 200): string {
  const value = fields[name];
  if (typeof value === 'string' && value !== '' && value.length <= lengthMax) return value;
  throw new TypeError(`Expected text as "${name}"`);
}

/** Reads text or null. */
export function textOrNullIn(fields: Fields, name: string): string | null {
  return fields[name] === null ? null : textIn(fields, name);
}

/** Reads one of these words. */
export function wordIn<W extends string>(fields: Fields, name: string, words: readonly W[]): W {
  const found = words.find((word) => word === fields[name]);
  if (found !== undefined) return found;
  throw new TypeError(`Expected one of ${words.join(', ')} as "${name}"`);
}

/** Reads a whole amount that is not below zero, as decimal text. */
export function amountIn(fields: Fields, name: string): bigint {
  const value = fields[name];
  if (typeof value === 'string' && /^(0|[1-9]\d{0,18})$/.test(value)) return BigInt(value);
  throw new TypeError(`Expected a whole number as text as "${name}"`);
}

/** Reads a moment in milliseconds. */
export function momentIn(fields: Fields, name: string): number {
  const value = fields[name];
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw new TypeError(`Expected milliseconds as "${name}"`);
}

/** Reads a moment or null. */
export function momentOrNullIn(fields: Fields, name: string): number | null {
  return fields[name] === null ? null : momentIn(fields, name);
}

/** Reads true or false. */
export function flagIn(fields: Fields, name: string): boolean {
  const value = fields[name];
  if (typeof value === 'boolean') return value;
  throw new TypeError(`Expected true or false as "${name}"`);
}
