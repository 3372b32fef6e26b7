import { parse } from 'lossless-json';
import { refuse } from '../core/refusal.ts';
import { readNumber } from '../operations/number-text.ts';
import type { FieldReading, Fields } from './fields.ts';
import { short } from './short.ts';

/** How deep objects and arrays may nest. */
const DEPTH_MAX = 32;

/** Reads one JSON object: numbers by their source text, each key of an object once, no lone surrogates (RFC 7493). */
export function parseObject(text: string): FieldReading {
  const found = scan(text);
  if (found.isTooDeep) return refuse('json_invalid', `The body nests deeper than ${DEPTH_MAX} levels`);
  let value: unknown;
  try {
    // The library lets a key pass that stands twice with equal values; a text with one gets no further than this.
    // Only numbers need the library's care, and it takes ten times as long.
    const isPlain = found.repeated !== null || !found.hasNumber;
    value = isPlain ? JSON.parse(text) : parse(text, undefined, readNumber);
  } catch (error) {
    return refuse('json_invalid', `The body is not JSON: ${short((error as Error).message)}`);
  }
  if (!isFields(value)) return refuse('json_invalid', 'The body is JSON, but not an object');
  if (found.hasLoneSurrogate) return refuse('json_invalid', 'The body holds half of a surrogate pair');
  if (found.repeated === null) return { outcome: 'ok', fields: value };
  return refuse('json_key_duplicate', `The key "${short(found.repeated)}" stands twice in one object`);
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

/** What the parser does not tell of a text. Where the text is not JSON it means nothing but the depth. */
type Scan = { isTooDeep: boolean; hasLoneSurrogate: boolean; repeated: string | null; hasNumber: boolean };

function scan(text: string): Scan {
  const found: Scan = { isTooDeep: false, hasLoneSurrogate: false, repeated: null, hasNumber: false };
  const hasEscapes = text.includes('\\u');
  /** Whether a string here is a key, and the keys so far of each object we are in; null for an array. */
  let isKey = false;
  const open: (Set<string> | null)[] = [];
  for (let i = 0; i < text.length; i += 1) {
    const char = text[i];
    if (char === '"') {
      const end = endOfString(text, i);
      if (isKey || hasEscapes) noteString(found, text.slice(i, end + 1), isKey ? open.at(-1) : null);
      i = end;
    } else if (char === '{' || char === '[') {
      open.push(char === '{' ? new Set() : null);
      isKey = char === '{';
      if (open.length > DEPTH_MAX) return { ...found, isTooDeep: true };
    } else if (char === '}' || char === ']') {
      open.pop();
      isKey = false;
    } else if (char === ',') isKey = open.at(-1) instanceof Set;
    else if (char === ':') isKey = false;
    else if (char !== undefined && char >= '0' && char <= '9') found.hasNumber = true;
  }
  return found;
}

/** Where the string that starts here ends: its closing quote, or the end of the text. */
function endOfString(text: string, start: number): number {
  const quote = text.indexOf('"', start + 1);
  if (quote !== -1 && text[quote - 1] !== '\\') return quote;
  let end = start + 1;
  while (end < text.length && text[end] !== '"') end += text[end] === '\\' ? 2 : 1;
  return end;
}

function noteString(found: Scan, quoted: string, keys: Set<string> | null | undefined): void {
  const string = quoted.includes('\\') ? unquote(quoted) : quoted.slice(1, -1);
  if (!string.isWellFormed()) found.hasLoneSurrogate = true;
  if (keys?.has(string)) found.repeated ??= string;
  keys?.add(string);
}

function unquote(quoted: string): string {
  try {
    return JSON.parse(quoted);
  } catch {
    return quoted;
  }
}
