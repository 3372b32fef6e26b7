import { type Refusal, refuse } from '../core/refusal.ts';
import { short } from './short.ts';

/** The fields of a call as they came, not checked yet. */
export type Fields = Readonly<Record<string, unknown>>;

/** Fields, or why there are none. A wrapper, because the fields themselves may have any name. */
export type FieldReading = { readonly outcome: 'ok'; readonly fields: Fields } | Refusal;

/** A call without fields. */
export const NO_FIELDS: FieldReading & { readonly outcome: 'ok' } = { outcome: 'ok', fields: {} };

/** The fields of a URL's query; the same field twice must say the same. */
export function readQuery(url: string): FieldReading {
  const start = url.indexOf('?');
  if (start === -1 || start === url.length - 1) return NO_FIELDS;
  const fields = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(url.slice(start))) {
    if (fields.has(name) && fields.get(name) !== value) {
      return refuse('input_invalid', `The field "${short(name)}" is given twice with different values`);
    }
    fields.set(name, value);
  }
  return { outcome: 'ok', fields: Object.fromEntries(fields) };
}

/** Puts the fields of a path among the others; the same field twice must say the same. */
export function withPath(fields: Fields, path: Readonly<Record<string, string>>): FieldReading {
  for (const [name, value] of Object.entries(path)) {
    if (Object.hasOwn(fields, name) && fields[name] !== value) {
      return refuse(
        'input_invalid',
        `The field "${name}" is given twice, and the path says "${short(value)}"`,
      );
    }
  }
  return { outcome: 'ok', fields: { ...fields, ...path } };
}
