/** A JSON value with the text it was read from, so that it can be echoed as it came. */
export type JsonNode =
  | { readonly kind: 'object'; readonly text: string; readonly members: ReadonlyMap<string, JsonNode> }
  | { readonly kind: 'array'; readonly text: string; readonly items: readonly JsonNode[] }
  | { readonly kind: 'string'; readonly text: string; readonly value: string }
  | { readonly kind: 'number'; readonly text: string; readonly value: number }
  | { readonly kind: 'boolean'; readonly text: string; readonly value: boolean }
  | { readonly kind: 'null'; readonly text: string };

export type JsonObject = Extract<JsonNode, { kind: 'object' }>;

const MAX_DEPTH = 32;

const SPACE = ' \t\n\r';
const STRING = /"[ !#-[\]-\uffff]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[ !#-[\]-\uffff]*)*"/y;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const LITERAL = /true|false|null/y;

class Malformed extends Error {
  override readonly name = 'Malformed';
}

/**
 * Reads JSON that a stranger sent (RFC 8259), or null. Stricter than JSON.parse where two readers could see two
 * things: a key given twice, `__proto__`, a lone surrogate, and more than 32 levels are refused.
 */
export function parseJson(text: string): JsonNode | null {
  const reader = { text, at: 0 };
  try {
    const node = value(reader, 0);
    skipSpace(reader);
    return reader.at === text.length ? node : null;
  } catch (error) {
    if (error instanceof Malformed) return null;
    throw error;
  }
}

/** Writes an object from keys and the JSON texts of their values; a value that is undefined is left out. */
export function objectText(entries: Iterable<readonly [string, string | undefined]>): string {
  const members: string[] = [];
  for (const [key, text] of entries) {
    if (text !== undefined) members.push(`${JSON.stringify(key)}:${text}`);
  }
  return `{${members.join(',')}}`;
}

/** The member of this name; null where it is absent, or null itself. */
export function member(node: JsonObject, key: string): JsonNode | null {
  const found = node.members.get(key);
  return found === undefined || found.kind === 'null' ? null : found;
}

/** The member of this name when it is a string, else null. */
export function stringMember(node: JsonObject, key: string): string | null {
  const found = node.members.get(key);
  return found?.kind === 'string' ? found.value : null;
}

/** The member of this name when it is an object, else null. */
export function objectMember(node: JsonObject, key: string): JsonObject | null {
  const found = node.members.get(key);
  return found?.kind === 'object' ? found : null;
}

type Reader = { readonly text: string; at: number };

function value(reader: Reader, depth: number): JsonNode {
  skipSpace(reader);
  const from = reader.at;
  const first = reader.text[from];
  if (first === '{') return object(reader, depth);
  if (first === '[') return array(reader, depth);
  if (first === '"') return string(reader);
  const literal = take(reader, LITERAL);
  if (literal === 'null') return { kind: 'null', text: literal };
  if (literal !== '') return { kind: 'boolean', text: literal, value: literal === 'true' };
  const number = take(reader, NUMBER);
  if (number === '') throw new Malformed();
  return { kind: 'number', text: number, value: JSON.parse(number) };
}

function object(reader: Reader, depth: number): JsonNode {
  const from = reader.at;
  const members = new Map<string, JsonNode>();
  list(reader, { close: '}', depth }, () => {
    const key = string(reader).value;
    if (key === '__proto__' || members.has(key)) throw new Malformed();
    skipSpace(reader);
    if (!eat(reader, ':')) throw new Malformed();
    members.set(key, value(reader, depth + 1));
  });
  return { kind: 'object', text: reader.text.slice(from, reader.at), members };
}

function array(reader: Reader, depth: number): JsonNode {
  const from = reader.at;
  const items: JsonNode[] = [];
  list(reader, { close: ']', depth }, () => items.push(value(reader, depth + 1)));
  return { kind: 'array', text: reader.text.slice(from, reader.at), items };
}

function list(reader: Reader, shape: { close: string; depth: number }, item: () => void): void {
  if (shape.depth >= MAX_DEPTH) throw new Malformed();
  reader.at += 1;
  skipSpace(reader);
  if (eat(reader, shape.close)) return;
  do {
    skipSpace(reader);
    item();
    skipSpace(reader);
  } while (eat(reader, ','));
  if (!eat(reader, shape.close)) throw new Malformed();
}

function string(reader: Reader): Extract<JsonNode, { kind: 'string' }> {
  const text = take(reader, STRING);
  if (text === '') throw new Malformed();
  const read: string = text.includes('\\') ? JSON.parse(text) : text.slice(1, -1);
  if (!read.isWellFormed()) throw new Malformed();
  return { kind: 'string', text, value: read };
}

function eat(reader: Reader, character: string): boolean {
  if (reader.text[reader.at] !== character) return false;
  reader.at += 1;
  return true;
}

function skipSpace(reader: Reader): void {
  while (reader.at < reader.text.length && SPACE.includes(reader.text.charAt(reader.at))) reader.at += 1;
}

/** What the pattern matches right here, and moves past it; '' when it does not match. */
function take(reader: Reader, pattern: RegExp): string {
  pattern.lastIndex = reader.at;
  if (!pattern.test(reader.text)) return '';
  const text = reader.text.slice(reader.at, pattern.lastIndex);
  reader.at = pattern.lastIndex;
  return text;
}
