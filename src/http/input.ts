import { z } from 'zod';
import { compareCodes, REFUSALS, type Refusal, type RefusalCode, refuse } from '../core/refusal.ts';
import type { Fields } from './fields.ts';
import { short } from './short.ts';

/** A call's input, parsed, or why it does not pass. */
type InputReading = { readonly outcome: 'ok'; readonly input: unknown } | Refusal;

/** Reads the input of one operation from its fields. */
export type InputReader = (fields: Fields) => InputReading;

/** Makes the reader of a schema. A field the schema does not know is refused, whether or not the schema says so. */
export function createInputReader(schema: z.ZodType): InputReader {
  const strict = schema instanceof z.ZodObject ? schema.strict() : schema;
  return (fields) => {
    const forbidden = findForbidden(fields);
    if (forbidden !== null) return refuse('input_invalid', `No field may be called "${forbidden}"`);
    const parsed = strict.safeParse(fields);
    return parsed.success ? { outcome: 'ok', input: parsed.data } : readIssues(parsed.error.issues);
  };
}

/** Names that mean something to JavaScript itself: no place in what is asked, however deep. */
const FORBIDDEN: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

function findForbidden(value: unknown): string | null {
  if (typeof value !== 'object' || value === null) return null;
  for (const [name, inner] of Object.entries(value)) {
    const found = FORBIDDEN.has(name) ? name : findForbidden(inner);
    if (found !== null) return found;
  }
  return null;
}

type Issue = z.core.$ZodIssue;

/** The refusal that goes before all others that these issues stand for. */
function readIssues(issues: readonly Issue[]): Refusal {
  let first = readIssue(issues[0] as Issue);
  for (const issue of issues.slice(1)) {
    const other = readIssue(issue);
    if (compareCodes(other.code, first.code) < 0) first = other;
  }
  return first;
}

function readIssue(issue: Issue): Refusal {
  const at = issue.path.length === 0 ? 'The input' : `The field "${short(issue.path.join('.'))}"`;
  if (issue.code === 'unrecognized_keys') {
    const name = [...issue.path, issue.keys[0]].join('.');
    return refuse('field_unknown', `There is no field "${short(name)}"`);
  }
  if (issue.code === 'custom') return refuse(codeOf(issue.params), `${at}: ${issue.message}`);
  const wanted = wantedOf(issue);
  if (wanted.isMissing) return refuse('input_invalid', `${at} is missing: ${wanted.text}`);
  return refuse('input_invalid', `${at}: ${wanted.text}`);
}

function codeOf(params: Readonly<Record<string, unknown>> | undefined): RefusalCode {
  const code = params?.code;
  return typeof code === 'string' && Object.hasOwn(REFUSALS, code) ? (code as RefusalCode) : 'input_invalid';
}

const MISSING = ', received undefined';

/** What would pass, in the words of the schema library. Of a union, the kinds of JSON value it takes. */
function wantedOf(issue: Issue): { text: string; isMissing: boolean } {
  if (issue.code === 'invalid_union') {
    const inner = issue.errors.flat();
    const kinds = inner.flatMap((one) =>
      one.code === 'invalid_type' && KINDS.has(one.expected) ? one.expected : [],
    );
    const isMissing = inner.length > 0 && inner.every((one) => one.message.endsWith(MISSING));
    const text = kinds.length === 0 ? issue.message : `expected ${[...new Set(kinds)].join(' or ')}`;
    return { text, isMissing };
  }
  const isMissing = issue.message.endsWith(MISSING);
  const text = issue.message.replace(/^Invalid input: /, '');
  return { text: isMissing ? text.slice(0, -MISSING.length) : text, isMissing };
}

const KINDS: ReadonlySet<string> = new Set(['string', 'number', 'int', 'boolean', 'array', 'object', 'null']);
